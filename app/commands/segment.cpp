#include <algorithm>
#include <tuple>

#include "app/commands/areas.h"
#include "app/commands/common.h"
#include "core/edit/operations.h"

namespace inbetween::commands {
namespace {

bool is_marking(const Session& session) { return session.view.segment_in || session.view.segment_out; }

bool has_segment(const Session& session) { return session.annotations().segments.contains(session.view.segment); }

/// The frames marked, both included, in whichever order they were; an end that is not marked is the frame on screen.
FrameRange marked_range(const Session& session) {
    const FrameIndex a = session.view.segment_in.value_or(session.view.frame);
    const FrameIndex b = session.view.segment_out.value_or(session.view.frame);
    return {std::min(a, b), std::max(a, b) + 1};
}

void cancel(Session& session) {
    session.view.segment_in.reset();
    session.view.segment_out.reset();
}

/// The label for a new segment; a project without an action label gets one along with its first segment, as one step.
LabelId label_for_segment(const Session& session, ChangeSet& change) {
    const Annotations& now = session.annotations();
    const Label* chosen = now.find_label(session.view.action);
    if (chosen != nullptr && chosen->kind == LabelKind::Action) return chosen->id;
    for (const auto& [id, label] : now.labels)
        if (label.kind == LabelKind::Action) return id;
    change = edit::add_label(now, now.find_label("event") == nullptr ? "event" : "event 2", LabelKind::Action);
    return change.labels.front().id;
}

enum class Of { SelectedTrack, Video };

void commit(Session& session, Of of) {
    ChangeSet change;
    const LabelId label = label_for_segment(session, change);
    const TrackId track = of == Of::SelectedTrack ? session.view.track : TrackId{};
    ChangeSet segment =
        edit::add_segment(session.annotations(), session.media_id(), label, track, marked_range(session));
    change.name = std::move(segment.name);
    change.segments = std::move(segment.segments);
    const SegmentId id = change.segments.front().id;
    if (!session.commit(std::move(change))) return;
    cancel(session);
    session.view.action = label;
    session.view.segment = id;
}

/// Segments of the current video by begin, end and id.
std::vector<const Segment*> segments_in_order(const Session& session) {
    std::vector<const Segment*> segments;
    for (const auto& [id, segment] : session.annotations().segments)
        if (segment->media == session.media_id()) segments.push_back(segment.get());
    std::stable_sort(segments.begin(), segments.end(), [](const Segment* a, const Segment* b) {
        return std::tie(a->range.begin, a->range.end) < std::tie(b->range.begin, b->range.end);
    });
    return segments;
}

/// Selects the segment that follows the selected one, or the first that begins here or later, and goes to its begin.
void select(Session& session, const std::vector<const Segment*>& segments, std::size_t index) {
    const Segment& segment = *segments[index];
    session.view.segment = segment.id;
    session.play(0);
    session.go_to(segment.range.begin);
}

void select_next(Session& session) {
    const auto segments = segments_in_order(session);
    if (segments.empty()) return inform(session, "No segments yet");
    std::size_t next = 0;
    while (next < segments.size() && segments[next]->id != session.view.segment) ++next;
    if (next < segments.size()) return select(session, segments, (next + 1) % segments.size());
    next = 0;
    while (next < segments.size() && segments[next]->range.begin < session.view.frame) ++next;
    select(session, segments, next % segments.size());
}

void select_previous(Session& session) {
    const auto segments = segments_in_order(session);
    if (segments.empty()) return inform(session, "No segments yet");
    std::size_t here = 0;
    while (here < segments.size() && segments[here]->id != session.view.segment) ++here;
    if (here < segments.size()) return select(session, segments, (here + segments.size() - 1) % segments.size());
    while (here > 0 && segments[here - 1]->range.begin > session.view.frame) --here;
    select(session, segments, (here + segments.size() - 1) % segments.size());
}

void begin_here(Session& session) {
    FrameRange range = session.annotations().segments.at(session.view.segment)->range;
    range.begin = session.view.frame;
    if (range.empty()) return warn(session, "Not changed: the segment would begin after its end");
    session.commit(edit::set_segment_range(session.annotations(), session.view.segment, range));
}

void end_here(Session& session) {
    FrameRange range = session.annotations().segments.at(session.view.segment)->range;
    range.end = session.view.frame + 1;
    if (range.empty()) return warn(session, "Not changed: the segment would end before its begin");
    session.commit(edit::set_segment_range(session.annotations(), session.view.segment, range));
}

void remove(Session& session) {
    if (session.commit(edit::remove_segment(session.annotations(), session.view.segment)))
        session.say_undoable("Segment removed");
}

constexpr Command table[] = {
    {.id = "segment.in",
     .title = "Segment begins",
     .help = "Marks this frame as the first of a new segment.",
     .run = [](Session& s) { s.view.segment_in = s.view.frame; },
     .enabled = has_video},
    {.id = "segment.out",
     .title = "Segment ends",
     .help = "Marks this frame as the last of a new segment.",
     .run = [](Session& s) { s.view.segment_out = s.view.frame; },
     .enabled = has_video},
    {.id = "segment.commit",
     .title = "Make the segment",
     .help = "Makes a segment of the marked frames with the action label: of the selected track, or of the video when "
             "none is selected. An end that is not marked is this frame.",
     .context = Context::Segment,
     .run = [](Session& s) { commit(s, Of::SelectedTrack); },
     .enabled = is_marking},
    {.id = "segment.commit.video",
     .title = "Make the segment of the video",
     .help = "Makes a segment of the marked frames that is said of the video, also when a track is selected.",
     .context = Context::Segment,
     .run = [](Session& s) { commit(s, Of::Video); },
     .enabled = is_marking},
    {.id = "segment.cancel",
     .title = "Forget the marks",
     .help = "Forgets the first and last frame that were marked.",
     .context = Context::Segment,
     .run = cancel,
     .enabled = is_marking},
    {.id = "segment.next",
     .title = "Next segment",
     .help = "Selects the next segment and goes to its first frame.",
     .run = select_next,
     .enabled = has_video},
    {.id = "segment.previous",
     .title = "Previous segment",
     .help = "Selects the previous segment and goes to its first frame.",
     .run = select_previous,
     .enabled = has_video},
    {.id = "segment.begin_here",
     .title = "Segment begins here",
     .help = "Makes this frame the first of the selected segment.",
     .run = begin_here,
     .enabled = has_segment},
    {.id = "segment.end_here",
     .title = "Segment ends here",
     .help = "Makes this frame the last of the selected segment.",
     .run = end_here,
     .enabled = has_segment},
    {.id = "segment.remove",
     .title = "Remove segment",
     .help = "Takes the selected segment away; undo brings it back.",
     .run = remove,
     .enabled = has_segment},
};

}  // namespace

std::span<const Command> segment() { return table; }

}  // namespace inbetween::commands
