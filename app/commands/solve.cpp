#include <algorithm>
#include <array>

#include "app/commands/areas.h"
#include "app/commands/common.h"
#include "app/following.h"
#include "core/edit/operations.h"

namespace inbetween::commands {
namespace {

constexpr std::int64_t frames_a_follow = 50;

bool can_solve(const Session& session) {
    const Track* track = session.selected_track();
    return track != nullptr && track->keyframes.size() > 1;
}

/// The track's spans that a solver can fill; around one frame: that which holds it, or both at a keyframe.
std::vector<SpanTask> spans_around(const Track& track, FrameIndex frame) {
    const Keyframe* from = track.keyframe_at_or_before(frame - 1);
    const Keyframe* to = track.keyframe_after(frame);
    const FrameRange extent = track.extent();
    return spans_to_solve(track,
                          {from == nullptr ? extent.begin : from->frame, to == nullptr ? extent.end : to->frame + 1});
}

std::vector<SpanTask> spans_of(const Track& track) { return spans_to_solve(track, track.extent()); }

void solve(Session& session, std::vector<SpanTask> spans, std::string_view method) {
    if (spans.empty()) return inform(session, "No span to solve here: it takes two keyframes in view, apart");
    session.solve(std::move(spans), std::string(method));
}

void solve_here(Session& session, std::string_view method) {
    const Track& track = *session.selected_track();
    solve(session, spans_around(track, session.view.frame), method);
}

void make_linear(Session& session) {
    const Track& track = *session.selected_track();
    for (const SpanTask& task : spans_around(track, session.view.frame)) {
        const auto& keyframes = task.track.keyframes;
        session.clear_fills(track.id, {keyframes[task.left].frame + 1, keyframes[task.left + 1].frame});
    }
}

constexpr std::array methods = {"anchored", "spline", "csrt", "kcf", "mosse", "medianflow", "camshift", "homography"};

template <std::size_t i>
void solve_with(Session& session) {
    solve_here(session, methods[i]);
}

template <std::size_t i>
bool can_solve_with(const Session& session) {
    const Solver* solver = find_solver(methods[i]);
    if (solver == nullptr || !can_solve(session)) return false;
    return session.selected_track()->kind == ShapeKind::Box ? solver->boxes : solver->quads;
}

template <std::size_t i>
constexpr Command solve_command(std::string_view id, std::string_view title, std::string_view help) {
    return {.id = id, .title = title, .help = help, .run = solve_with<i>, .enabled = can_solve_with<i>};
}

/// Frames that a proposal for the track's end already covers: following again goes on beyond them.
std::int64_t proposed_frames(const Session& session, TrackId track, Direction direction) {
    for (const Follow& follow : session.proposals())
        if (follow.track == track && follow.direction == direction)
            return static_cast<std::int64_t>(follow.frames.size());
    return 0;
}

enum class HowFar { Some, ToTheEnd };

void follow(Session& session, Direction direction, HowFar how_far) {
    const Track track = open_ended(*session.selected_track());
    const bool forward = direction == Direction::Forward;
    const Keyframe& start = forward ? track.keyframes.back() : track.keyframes.front();
    if (start.outside)
        return inform(session, fmt::format("The track is outside from frame {} on: state a keyframe in view first",
                                           start.frame.value));
    const std::int64_t left = forward ? session.frames() - 1 - start.frame.value : start.frame.value;
    if (left < 1)
        return inform(session, fmt::format("The track reaches the {} of the video", forward ? "end" : "beginning"));
    const std::int64_t some = frames_a_follow + proposed_frames(session, track.id, direction);
    session.follow({.track = track,
                    .direction = direction,
                    .from = start.frame,
                    .frames = how_far == HowFar::Some ? std::min(some, left) : left,
                    .method = {}});
}

bool has_jobs(const Session& session) { return !session.jobs().empty(); }

constexpr Command table[] = {
    {.id = "track.follow.forward",
     .title = "Follow forward",
     .help = "Runs a tracker 50 frames past the track's last keyframe, and on when pressed again; its proposal counts "
             "once it is accepted.",
     .run = [](Session& s) { follow(s, Direction::Forward, HowFar::Some); },
     .enabled = has_track},
    {.id = "track.follow.backward",
     .title = "Follow backward",
     .help = "Runs a tracker 50 frames before the track's first keyframe, and on when pressed again.",
     .run = [](Session& s) { follow(s, Direction::Backward, HowFar::Some); },
     .enabled = has_track},
    {.id = "track.follow.to_end",
     .title = "Follow to the end",
     .help = "Runs a tracker past the track's last keyframe until it loses the object or the video ends.",
     .run = [](Session& s) { follow(s, Direction::Forward, HowFar::ToTheEnd); },
     .enabled = has_track},
    {.id = "track.follow.to_start",
     .title = "Follow to the start",
     .help = "Runs a tracker before the track's first keyframe until it loses the object or the video begins.",
     .run = [](Session& s) { follow(s, Direction::Backward, HowFar::ToTheEnd); },
     .enabled = has_track},
    {.id = "track.solve",
     .title = "Solve this span",
     .help = "Fills the span at this frame by the best tracker for the shape; at a keyframe the spans on both sides.",
     .run = [](Session& s) { solve_here(s, {}); },
     .enabled = can_solve},
    {.id = "track.solve_all",
     .title = "Solve the whole track",
     .help = "Fills every span of the selected track by the best tracker for the shape.",
     .run = [](Session& s) { solve(s, spans_of(*s.selected_track()), {}); },
     .enabled = can_solve},
    {.id = "track.solve.linear",
     .title = "Make this span linear",
     .help = "Shows the span at this frame as a linear blend again; at a keyframe the spans on both sides.",
     .run = make_linear,
     .enabled = can_solve},
    solve_command<0>("track.solve.anchored", "Solve by anchored chains",
                     "Fills the span by chains from both ends, a path between them and a pinned solve."),
    solve_command<1>("track.solve.spline", "Solve by spline", "Fills the span at this frame by a smooth curve."),
    solve_command<2>("track.solve.csrt", "Solve with CSRT", "Fills the span by OpenCV's CSRT from both ends."),
    solve_command<3>("track.solve.kcf", "Solve with KCF", "Fills the span by OpenCV's KCF from both ends."),
    solve_command<4>("track.solve.mosse", "Solve with MOSSE", "Fills the span by OpenCV's MOSSE from both ends."),
    solve_command<5>("track.solve.medianflow", "Solve with MedianFlow",
                     "Fills the span by OpenCV's MedianFlow from both ends."),
    solve_command<6>("track.solve.camshift", "Solve with CamShift",
                     "Fills the span by OpenCV's CamShift from both ends."),
    solve_command<7>("track.solve.homography", "Solve by homography",
                     "Fills a quadrilateral's span by homographies from both ends."),
    {.id = "jobs.cancel",
     .title = "Cancel jobs",
     .help = "Stops everything that is being solved or followed; what was found so far stays.",
     .context = Context::Global,
     .run = [](Session& s) { s.cancel_jobs(); },
     .enabled = has_jobs},
};

}  // namespace

std::span<const Command> solve() { return table; }

}  // namespace inbetween::commands
