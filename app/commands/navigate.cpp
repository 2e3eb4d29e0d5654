#include <algorithm>
#include <array>
#include <cmath>

#include "app/commands/areas.h"
#include "app/commands/common.h"
#include "app/commands/useful.h"

namespace inbetween::commands {
namespace {

/// Steps stop playback: who steps wants to look at a frame.
void step(Session& session, std::int64_t frames) {
    session.play(0);
    session.go_to(session.view.frame + frames);
}

void go_to(Session& session, FrameIndex frame) {
    session.play(0);
    session.go_to(frame);
}

/// The tracks whose keyframes are stepped through: the selected one, or all.
std::vector<const Track*> tracks_in_question(const Session& session) {
    if (const Track* track = session.selected_track()) return {track};
    return tracks_of_media(session);
}

void next_keyframe(Session& session) {
    std::optional<FrameIndex> next;
    for (const Track* track : tracks_in_question(session))
        if (const Keyframe* keyframe = track->keyframe_after(session.view.frame))
            next = next ? std::min(*next, keyframe->frame) : keyframe->frame;
    if (next) go_to(session, *next);
}

void previous_keyframe(Session& session) {
    std::optional<FrameIndex> previous;
    for (const Track* track : tracks_in_question(session))
        if (const Keyframe* keyframe = track->keyframe_at_or_before(session.view.frame - 1))
            previous = previous ? std::max(*previous, keyframe->frame) : keyframe->frame;
    if (previous) go_to(session, *previous);
}

void first_of_track(Session& session) {
    const Track* track = session.selected_track();
    go_to(session, track == nullptr ? FrameIndex{0} : track->extent().begin);
}

void last_of_track(Session& session) {
    const Track* track = session.selected_track();
    go_to(session, track == nullptr ? FrameIndex{session.frames() - 1} : track->extent().end - 1);
}

void midpoint(Session& session) {
    const Track* track = session.selected_track();
    const Keyframe* from = track->keyframe_at_or_before(session.view.frame);
    const Keyframe* to = track->keyframe_after(session.view.frame);
    if (from != nullptr && to != nullptr)
        go_to(session, FrameIndex{(from->frame.value + to->frame.value) / 2});
    else
        inform(session, "Not between two keyframes of the track");
}

enum class Order { Next, Previous };

std::string sizes_text(double change) { return fmt::format("{:.2f} of its size", change); }

/// Says that nothing is left to look at, by the tolerance that the person set.
void tell_done(Session& session, const Track* track) {
    const std::string which = track == nullptr ? "any track" : fmt::format("track {}", number(track->id));
    inform(session, fmt::format("Done: no frame of {} is expected to move by {}", which,
                                sizes_text(session.settings().tolerance)));
}

/// Goes through the useful frames of the selected track, or of all tracks, the most useful first.
void visit_useful(Session& session, Order order) {
    std::vector<UsefulFrame> frames;
    const bool of_one = session.selected_track() != nullptr && session.view.track != session.view.useful_of_all;
    for (const Track* track : of_one ? tracks_in_question(session) : tracks_of_media(session)) {
        const auto more = useful_frames(session.annotations(), *track, session.settings().tolerance);
        frames.insert(frames.end(), more.begin(), more.end());
    }
    if (tracks_of_media(session).empty()) return inform(session, "There is no track to look at");
    if (frames.empty()) return tell_done(session, of_one ? session.selected_track() : nullptr);
    // One of each span before a second of any: who looked at a frame and left it as it is wants to see another span.
    std::ranges::stable_sort(frames, {},
                             [](const UsefulFrame& useful) { return std::pair(useful.rank, -useful.worth); });
    const auto here = std::find_if(frames.begin(), frames.end(), [&](const UsefulFrame& useful) {
        return useful.frame == session.view.frame &&
               (!is_set(session.view.track) || useful.track == session.view.track);
    });
    const auto count = static_cast<std::ptrdiff_t>(frames.size());
    std::ptrdiff_t at = 0;
    if (here != frames.end()) at = (here - frames.begin()) + (order == Order::Next ? 1 : count - 1);
    const UsefulFrame& useful = frames[static_cast<std::size_t>(at % count)];
    session.view.track = useful.track;
    session.view.useful_of_all = of_one ? TrackId{} : useful.track;
    go_to(session, useful.frame);
    inform(session, fmt::format("Look {} of {}: frame {} of track {}, expected to move by {}", at % count + 1, count,
                                useful.frame.value, number(useful.track), sizes_text(useful.expected_change)));
}

/// Has a track be done earlier or later.
void change_tolerance(Session& session, double by) {
    Settings settings = session.settings();
    // To hundredths, so that as many steps back lead where one came from.
    settings.tolerance = std::clamp(std::round(100 * (settings.tolerance + by)) / 100, Settings::least_tolerance,
                                    Settings::most_tolerance);
    session.set_settings(settings);
    inform(session, fmt::format("A track is done when no frame is expected to move by {}",
                                sizes_text(session.settings().tolerance)));
}

void switch_media(Session& session, Order order) {
    const auto& media = session.annotations().media;
    auto at = media.find(session.media_id());
    if (at == media.end()) return;
    if (order == Order::Next)
        at = std::next(at) == media.end() ? media.begin() : std::next(at);
    else
        at = at == media.begin() ? std::prev(media.end()) : std::prev(at);
    session.select_media(at->first);
    inform(session, at->second->name());
}

bool has_several_media(const Session& session) { return session.annotations().media.size() > 1; }

constexpr Command table[] = {
    {.id = "frame.next",
     .title = "Next frame",
     .help = "Goes one frame on; held down it goes on and stops where the key is let go.",
     .run = [](Session& s) { step(s, 1); },
     .enabled = has_video,
     .repeats = true},
    {.id = "frame.previous",
     .title = "Previous frame",
     .help = "Goes one frame back; held down it goes on and stops where the key is let go.",
     .run = [](Session& s) { step(s, -1); },
     .enabled = has_video,
     .repeats = true},
    {.id = "frame.next_many",
     .title = "Some frames on",
     .help = "Goes on by as many frames as the step is set to (10 at first).",
     .run = [](Session& s) { step(s, s.view.step); },
     .enabled = has_video,
     .repeats = true},
    {.id = "frame.previous_many",
     .title = "Some frames back",
     .help = "Goes back by as many frames as the step is set to (10 at first).",
     .run = [](Session& s) { step(s, -s.view.step); },
     .enabled = has_video,
     .repeats = true},
    {.id = "keyframe.next",
     .title = "Next keyframe",
     .help = "Goes to the next keyframe of the selected track, or of any track when none is selected.",
     .run = next_keyframe,
     .enabled = has_video,
     .repeats = true},
    {.id = "keyframe.previous",
     .title = "Previous keyframe",
     .help = "Goes to the previous keyframe of the selected track, or of any track when none is selected.",
     .run = previous_keyframe,
     .enabled = has_video,
     .repeats = true},
    {.id = "keyframe.midpoint",
     .title = "Midpoint between keyframes",
     .help = "Goes to the frame halfway between the track's keyframes around this frame.",
     .run = midpoint,
     .enabled = has_track},
    {.id = "frame.useful.next",
     .title = "Next most useful frame",
     .help = "Goes to the frame where a keyframe is expected to change the selected track most, or of all tracks when "
             "none is selected; says so when nothing is left.",
     .run = [](Session& s) { visit_useful(s, Order::Next); },
     .enabled = has_video},
    {.id = "frame.useful.previous",
     .title = "Previous most useful frame",
     .help = "Goes back in the order of the most useful frames.",
     .run = [](Session& s) { visit_useful(s, Order::Previous); },
     .enabled = has_video},
    {.id = "frame.useful.looser",
     .title = "Done sooner",
     .help = "Raises the tolerance under which a track is done by a hundredth of the object's size.",
     .run = [](Session& s) { change_tolerance(s, 0.01); },
     .enabled = has_video},
    {.id = "frame.useful.tighter",
     .title = "Done later",
     .help = "Lowers the tolerance under which a track is done by a hundredth of the object's size.",
     .run = [](Session& s) { change_tolerance(s, -0.01); },
     .enabled = has_video},
    {.id = "track.first_frame",
     .title = "First frame of the track",
     .help = "Goes to the selected track's first keyframe, or to the video's first frame when none is selected.",
     .run = first_of_track,
     .enabled = has_video},
    {.id = "track.last_frame",
     .title = "Last frame of the track",
     .help = "Goes to the selected track's last keyframe, or to the video's last frame when none is selected.",
     .run = last_of_track,
     .enabled = has_video},
    {.id = "frame.first",
     .title = "First frame of the video",
     .help = "Goes to frame 0.",
     .run = [](Session& s) { go_to(s, FrameIndex{0}); },
     .enabled = has_video},
    {.id = "frame.last",
     .title = "Last frame of the video",
     .help = "Goes to the last frame.",
     .run = [](Session& s) { go_to(s, FrameIndex{s.frames() - 1}); },
     .enabled = has_video},
    {.id = "media.next",
     .title = "Next video",
     .help = "Goes to the project's next video or folder of images.",
     .run = [](Session& s) { switch_media(s, Order::Next); },
     .enabled = has_several_media},
    {.id = "media.previous",
     .title = "Previous video",
     .help = "Goes to the project's previous video or folder of images.",
     .run = [](Session& s) { switch_media(s, Order::Previous); },
     .enabled = has_several_media},
};

}  // namespace

std::span<const Command> navigate() { return table; }

}  // namespace inbetween::commands
