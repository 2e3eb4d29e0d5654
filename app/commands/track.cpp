#include <algorithm>
#include <iterator>

#include "app/commands/areas.h"
#include "app/commands/common.h"
#include "core/edit/operations.h"

namespace inbetween::commands {
namespace {

void toggle_keyframe(Session& session) {
    const Track& track = *session.selected_track();
    if (track.keyframes.size() == 1 && track.find_keyframe(session.view.frame) != nullptr)
        return inform(session, "The only keyframe of the track: remove it with its track, or state another first");
    const auto proposed = session.proposed_shape(track.id, session.view.frame);
    session.commit(proposed && !session.selected_state()
                       ? edit::state_shape(session.annotations(), track.id, session.view.frame, *proposed)
                       : edit::toggle_keyframe(session.annotations(), track.id, session.view.frame));
}

/// Outside from here; where the track is stated outside already and goes on later, it ends.
void outside(Session& session) {
    const Track& track = *session.selected_track();
    const FrameIndex frame = session.view.frame;
    const Keyframe* here = track.find_keyframe(frame);
    const bool is_second_press = here != nullptr && here->outside && track.keyframe_after(frame) != nullptr;
    session.commit(is_second_press ? edit::end_track(session.annotations(), track.id, frame, session.frames())
                                   : edit::toggle_outside(session.annotations(), track.id, frame));
}

void occluded(Session& session) {
    ChangeSet change = edit::toggle_occluded(session.annotations(), session.view.track, session.view.frame);
    if (change.empty()) return inform(session, "The track is outside here");
    session.commit(std::move(change));
}

void split(Session& session) {
    ChangeSet change = edit::split_track(session.annotations(), session.view.track, session.view.frame);
    if (change.empty()) return inform(session, "Nothing to split: the track has frames on one side only");
    const TrackId second = change.tracks.back().id;
    if (session.commit(std::move(change))) session.view.track = second;
}

/// The first of two tracks is marked by the first press, and the second press names the other.
/// returns: the marked track once another one is selected; null after having marked or unmarked.
const Track* marked_track(Session& session, std::string_view verb) {
    ViewState& view = session.view;
    const Track* marked = session.annotations().find_track(view.merge_with);
    if (marked == nullptr) {
        view.merge_with = view.track;
        inform(session, fmt::format("Track {} marked: select the other one and {} again", number(view.track), verb));
        return nullptr;
    }
    view.merge_with = {};
    if (marked->id == view.track) {
        inform(session, "No longer marked");
        return nullptr;
    }
    return marked;
}

void merge(Session& session) {
    const Track* marked = marked_track(session, "merge");
    if (marked == nullptr) return;
    const TrackId kept = marked->id;
    ChangeSet change = edit::merge_tracks(session.annotations(), kept, session.view.track);
    if (change.empty()) return warn(session, "A box and a quad, or tracks of two videos, cannot be merged");
    if (session.commit(std::move(change))) session.view.track = kept;
}

void swap(Session& session) {
    const Track* marked = marked_track(session, "swap");
    if (marked == nullptr) return;
    ChangeSet change = edit::swap_tracks(session.annotations(), marked->id, session.view.track, session.view.frame);
    if (change.empty()) return warn(session, "Nothing to swap from this frame on between these two tracks");
    session.commit(std::move(change));
}

void remove_keyframe(Session& session) {
    const Track& track = *session.selected_track();
    if (track.find_keyframe(session.view.frame) == nullptr) return inform(session, "No keyframe at this frame");
    const bool is_last = track.keyframes.size() == 1;
    const std::int64_t id = number(track.id);
    if (!session.commit(edit::remove_keyframe(session.annotations(), track.id, session.view.frame))) return;
    if (is_last) session.say_undoable(fmt::format("Track {} removed with its last keyframe", id));
}

void end_here(Session& session) {
    ChangeSet change = edit::end_track(session.annotations(), session.view.track, session.view.frame, session.frames());
    if (change.empty()) return inform(session, "The track ends here already, or begins later");
    session.commit(std::move(change));
}

void remove(Session& session) {
    const std::int64_t id = number(session.view.track);
    if (session.commit(edit::remove_track(session.annotations(), session.view.track)))
        session.say_undoable(fmt::format("Track {} removed", id));
}

/// The tracks in view at this frame; where there are none, all.
std::vector<TrackId> tracks_to_cycle(const Session& session) {
    std::vector<TrackId> in_view;
    std::vector<TrackId> all;
    for (const Track* track : tracks_of_media(session)) {
        const auto state = session.annotations().state_at(*track, session.view.frame);
        if (state && !state->outside) in_view.push_back(track->id);
        all.push_back(track->id);
    }
    return in_view.empty() ? all : in_view;
}

void select_next(Session& session) {
    const auto tracks = tracks_to_cycle(session);
    if (tracks.empty()) return inform(session, "No tracks yet");
    const auto next = std::upper_bound(tracks.begin(), tracks.end(), session.view.track);
    session.view.track = next == tracks.end() ? tracks.front() : *next;
    session.view.segment = {};
    session.view.corner_edit = false;
}

void select_previous(Session& session) {
    const auto tracks = tracks_to_cycle(session);
    if (tracks.empty()) return inform(session, "No tracks yet");
    const auto here = std::lower_bound(tracks.begin(), tracks.end(), session.view.track);
    const bool wraps = here == tracks.begin() || !is_set(session.view.track);
    session.view.track = wraps ? tracks.back() : *std::prev(here);
    session.view.segment = {};
    session.view.corner_edit = false;
}

/// One step out of whatever is open or marked.
void step_out(Session& session) {
    ViewState& view = session.view;
    if (view.palette_open || view.goto_open || view.keys_open) {
        view.palette_open = view.goto_open = view.keys_open = false;
    } else if (view.corner_edit) {
        view.corner_edit = false;
    } else if (is_set(view.merge_with)) {
        view.merge_with = {};
    } else if (is_set(view.segment)) {
        view.segment = {};
    } else {
        view.track = {};
    }
}

constexpr Command table[] = {
    {.id = "track.next",
     .title = "Next object",
     .help = "Selects the next track in view at this frame.",
     .run = select_next,
     .enabled = always,
     .repeats = true},
    {.id = "track.previous",
     .title = "Previous object",
     .help = "Selects the previous track in view at this frame.",
     .run = select_previous,
     .enabled = always,
     .repeats = true},
    {.id = "select.none",
     .title = "Step out",
     .help = "Closes what is open, ends corner editing, or lets go of the selection.",
     .context = Context::Global,
     .run = step_out,
     .enabled = always},
    {.id = "track.keyframe.toggle",
     .title = "Keyframe here",
     .help = "States what the track shows here, or what is proposed for it here, as a keyframe, or takes the keyframe "
             "here away.",
     .run = toggle_keyframe,
     .enabled = has_track},
    {.id = "track.outside",
     .title = "Outside from here",
     .help =
         "The object is out of view from here to the next keyframe; pressed again on the same frame the track ends.",
     .run = outside,
     .enabled = has_track},
    {.id = "track.occluded",
     .title = "Occluded from here",
     .help = "The object is hidden in part from here on, or no longer.",
     .run = occluded,
     .enabled = has_track},
    {.id = "track.split",
     .title = "Split track",
     .help =
         "Cuts the track before this frame: the part before keeps its id, the part from here on becomes a new track.",
     .run = split,
     .enabled = has_track},
    {.id = "track.merge",
     .title = "Merge tracks",
     .help = "Marks this track; pressed again with another one selected, that one's keyframes join the marked track.",
     .run = merge,
     .enabled = has_track},
    {.id = "track.swap",
     .title = "Swap identities",
     .help = "Marks this track; pressed again with another one selected, the two exchange what follows from here on.",
     .run = swap,
     .enabled = has_track},
    {.id = "track.keyframe.remove",
     .title = "Remove keyframe",
     .help = "Takes the keyframe at this frame away; the last one takes the track with it.",
     .run = remove_keyframe,
     .enabled = has_track},
    {.id = "track.end",
     .title = "End track here",
     .help = "The track ends with this frame; later keyframes go.",
     .run = end_here,
     .enabled = has_track},
    {.id = "track.remove",
     .title = "Remove track",
     .help = "Takes the whole track away; undo brings it back.",
     .run = remove,
     .enabled = has_track},
};

}  // namespace

std::span<const Command> track() { return table; }

}  // namespace inbetween::commands
