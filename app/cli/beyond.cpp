#include "app/cli/beyond.h"

#include <memory>

#include "app/cli/json.h"
#include "app/cli/open.h"
#include "app/cli/solving.h"
#include "app/following.h"
#include "app/project.h"
#include "core/base/plural.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

Json box_json(const Box& box) { return Json::array({box.x, box.y, box.w, box.h}); }

/// Runs work on one source of the track's video.
template <class T, class Work>
Result<T> run_on(Console& console, Session& session, const Track& track, std::string title, Work work) {
    const Media& media = *session.annotations().find_media(track.media);
    const fs::path video = media_path(media, session.project());
    if (const auto there = check_video(media, video); !there) return there.error();
    const auto outcome = std::make_shared<std::optional<T>>();
    Errand errand{std::move(title), {}};
    errand.run = [outcome, work](const FrameSource::Opener& open, const SolveControl& control) -> Result<Done> {
        OpenOptions options;
        options.stop = control.stop;
        auto source = open(options);
        if (!source) return source.error();
        auto done = work(**source, control);
        if (!done) return done.error();
        *outcome = std::move(*done);
        return Done{};
    };
    if (auto done = run_errand(console, video, std::move(errand)); !done) return done.error();
    return std::move(**outcome);
}

Result<Done> accept(Session& session, const Follow& follow) {
    if (!session.commit(accept_follow(session.annotations(), follow)))
        return fail("track {}: there is nothing to accept", number(follow.track));
    session.set_fills(fills_of(follow, *session.annotations().find_track(follow.track)));
    return session.flush();
}

void print_follow(Console& console, const Follow& follow, const BeyondOptions& o) {
    const auto frames = static_cast<std::int64_t>(follow.frames.size());
    if (!o.json) {
        console.print("track {}: followed {} for {} from {}: {}", number(follow.track), o.follow,
                      counted(frames, "frame"), follow.from.value, name_of(follow.reason));
        return;
    }
    Json shapes = Json::array();
    for (std::int64_t i = 0; i < frames; ++i) {
        const FilledFrame& frame = follow.frames[static_cast<std::size_t>(i)];
        const std::int64_t away = follow.direction == Direction::Forward ? i + 1 : -i - 1;
        shapes.push_back(Json{{"frame", follow.from.value + away},
                              {"box", box_json(bounding_box(frame.shape))},
                              {"confidence", frame.confidence},
                              {"occluded", frame.occluded}});
    }
    console.line(text_of(Json{{"track", number(follow.track)},
                              {"direction", o.follow},
                              {"from", follow.from.value},
                              {"frames", frames},
                              {"reason", name_of(follow.reason)},
                              {"accepted", o.accepts},
                              {"shapes", std::move(shapes)}}));
}

void print_found(Console& console, const Track& track, const std::vector<FoundAgain>& found, const FrameRange& range,
                 const BeyondOptions& o) {
    Json list = Json::array();
    for (const FoundAgain& one : found) {
        const bool accepted = o.accepts && &one == &found.front();
        if (o.json)
            list.push_back(Json{
                {"frame", one.frame.value}, {"box", box_json(one.box)}, {"score", one.score}, {"accepted", accepted}});
        else
            console.print("frame {}: box {:.1f} {:.1f} {:.1f} {:.1f}, score {:.2f}{}", one.frame.value, one.box.x,
                          one.box.y, one.box.w, one.box.h, one.score, accepted ? ": accepted as a keyframe" : "");
    }
    if (o.json) {
        console.line(text_of(list));
    } else if (range.empty()) {
        console.print("track {}: lasts to the end of the video, and there is nothing after it", number(track.id));
    } else if (found.empty()) {
        console.print("track {}: nothing like it in frames {} to {}", number(track.id), range.begin.value,
                      range.end.value - 1);
    }
}

}  // namespace

Result<Done> follow_track(Console& console, Session& session, const Track& track, const BeyondOptions& o) {
    if (track.keyframes.empty()) return fail("track {}: has no keyframe", number(track.id));
    FollowTask task{.track = open_ended(track),
                    .direction = o.follow == "backward" ? Direction::Backward : Direction::Forward};
    const bool forward = task.direction == Direction::Forward;
    task.from =
        o.from ? FrameIndex{*o.from} : (forward ? task.track.keyframes.back() : task.track.keyframes.front()).frame;
    task.frames = o.to_end ? session.annotations().find_media(track.media)->frames : o.frames;
    task.method = find_solver(o.method) != nullptr ? find_solver(o.method)->id : std::string_view();
    auto followed = run_on<Follow>(
        console, session, track, "Following a track",
        [&task](FrameSource& source, const SolveControl& control) { return follow(source, task, control); });
    if (!followed) return followed.error();
    if (o.accepts && !followed->frames.empty()) {
        if (const auto accepted = accept(session, *followed); !accepted) return accepted.error();
    }
    print_follow(console, *followed, o);
    return Done{};
}

Result<Done> find_track_again(Console& console, Session& session, const Track& track, const BeyondOptions& o) {
    if (track.keyframes.empty()) return fail("track {}: has no keyframe", number(track.id));
    const std::int64_t frames = session.annotations().find_media(track.media)->frames;
    const FindAgainTask task{.track = track,
                             .range = o.range.value_or(lost_range(track, FrameIndex{o.from.value_or(0)}, frames))};
    const auto found = run_on<std::vector<FoundAgain>>(
        console, session, track, "Looking for a track again",
        [&task](FrameSource& source, const SolveControl& control) { return find_again(source, task, control); });
    if (!found) return found.error();
    if (o.accepts && !found->empty()) {
        if (!session.commit(accept_found_again(session.annotations(), track.id, found->front(), frames)))
            return fail("track {}: there is nothing to accept", number(track.id));
        if (const auto durable = session.flush(); !durable) return durable.error();
    }
    print_found(console, track, *found, task.range, o);
    return Done{};
}

}  // namespace inbetween::cli
