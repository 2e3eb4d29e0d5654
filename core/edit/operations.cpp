#include "core/edit/operations.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "core/base/check.h"

namespace inbetween::edit {
namespace {

/// A track with what a person changed of it; who changes a proposal accepts it.
ChangeSet change_track(const Annotations& a, std::string name, Track after) {
    ChangeSet change{.name = std::move(name)};
    const auto before = a.tracks.find(after.id);
    IB_CHECK(before != a.tracks.end());
    if (*before->second == after) return change;
    after.proposal.reset();
    change.tracks.push_back({after.id, before->second, std::make_shared<const Track>(std::move(after))});
    return change;
}

ChangeSet change_segment(const Annotations& a, std::string name, Segment after) {
    ChangeSet change{.name = std::move(name)};
    const auto before = a.segments.find(after.id);
    if (before != a.segments.end() && *before->second != after)
        change.segments.push_back({after.id, before->second, std::make_shared<const Segment>(std::move(after))});
    return change;
}

/// What the track shows at a frame, as a keyframe; past its ends the nearest keyframe's shape holds.
std::optional<Keyframe> shown_at(const Annotations& a, const Track& track, FrameIndex frame) {
    if (track.keyframes.empty()) return std::nullopt;
    if (const auto state = a.state_at(track, frame))
        return Keyframe{frame, on_grid(state->shape), state->occluded, state->outside, state->source};
    Keyframe held = frame < track.keyframes.front().frame ? track.keyframes.front() : track.keyframes.back();
    held.frame = frame;
    return held;
}

/// Where the track says nothing of itself at `frame` by a keyframe, puts what it shows there.
void pin(const Annotations& a, const Track& original, Track& target, FrameIndex frame) {
    if (!original.extent().contains(frame) || target.find_keyframe(frame) != nullptr) return;
    target.set_keyframe(*shown_at(a, original, frame));
}

template <class Keep>
void keep_keyframes(Track& track, Keep keep) {
    std::erase_if(track.keyframes, [&](const Keyframe& keyframe) { return !keep(keyframe.frame); });
}

/// Cuts the track's attribute ranges to the frames before `frame`, and returns what lies from there on.
std::vector<AttributeRange> cut_ranges(Track& track, FrameIndex frame) {
    std::vector<AttributeRange> before;
    std::vector<AttributeRange> after;
    for (const AttributeRange& range : track.attribute_ranges) {
        AttributeRange left = range;
        AttributeRange right = range;
        left.range.end = std::min(left.range.end, frame);
        right.range.begin = std::max(right.range.begin, frame);
        if (!left.range.empty()) before.push_back(std::move(left));
        if (!right.range.empty()) after.push_back(std::move(right));
    }
    track.attribute_ranges = std::move(before);
    return after;
}

void append_ranges(Track& track, const std::vector<AttributeRange>& ranges) {
    for (const AttributeRange& range : ranges) track.set_attribute_range(range);
}

/// The part of a track before `frame`, pinned so that it shows there what it showed; empty when there is none.
Track head_of(const Annotations& a, const Track& track, FrameIndex frame) {
    Track head = track;
    keep_keyframes(head, [&](FrameIndex f) { return f < frame; });
    if (!head.keyframes.empty() && !head.keyframes.back().outside) pin(a, track, head, frame - 1);
    cut_ranges(head, frame);
    return head;
}

/// The part from `frame` on, pinned likewise.
Track tail_of(const Annotations& a, const Track& track, FrameIndex frame) {
    Track tail = track;
    keep_keyframes(tail, [&](FrameIndex f) { return f >= frame; });
    pin(a, track, tail, frame);
    tail.attribute_ranges = cut_ranges(tail, frame);
    return tail;
}

/// The keyframes of `tail` after those of `head`; a gap between them is outside.
void join(Track& head, const Track& tail) {
    if (!head.keyframes.empty() && !tail.keyframes.empty()) {
        Keyframe last = head.keyframes.back();
        last.frame = last.frame + 1;
        if (!last.outside && last.frame < tail.keyframes.front().frame) {
            last.outside = true;
            head.set_keyframe(last);
        }
    }
    head.keyframes.insert(head.keyframes.end(), tail.keyframes.begin(), tail.keyframes.end());
    append_ranges(head, tail.attribute_ranges);
}

int next_hotkey(const Annotations& a) {
    constexpr int largest = 80;
    std::set<int> taken;
    for (const auto& [id, label] : a.labels) taken.insert(label.hotkey);
    for (int hotkey = 1; hotkey <= largest; ++hotkey)
        if (!taken.contains(hotkey)) return hotkey;
    return 0;
}

}  // namespace

ChangeSet add_track(const Annotations& a, MediaId media, LabelId label, FrameIndex frame, const Shape& shape) {
    IB_CHECK(is_valid(shape));
    Track track{.id = a.next_track_id(), .media = media, .label = label, .kind = kind_of(shape)};
    track.set_keyframe({.frame = frame, .shape = on_grid(shape)});
    ChangeSet change{.name = track.kind == ShapeKind::Box ? "Draw box" : "Draw quad"};
    change.tracks.push_back({track.id, nullptr, std::make_shared<const Track>(std::move(track))});
    return change;
}

ChangeSet remove_track(const Annotations& a, TrackId id) {
    ChangeSet change{.name = "Remove track"};
    const auto track = a.tracks.find(id);
    if (track == a.tracks.end()) return change;
    change.tracks.push_back({id, track->second, nullptr});
    for (const auto& [segment_id, segment] : a.segments)
        if (segment->track == id) change.segments.push_back({segment_id, segment, nullptr});
    return change;
}

ChangeSet state_shape(const Annotations& a, TrackId id, FrameIndex frame, const Shape& shape) {
    const Track* track = a.find_track(id);
    if (track == nullptr) return {};
    IB_CHECK(is_valid(shape) && kind_of(shape) == track->kind);
    const auto shown = shown_at(a, *track, frame);
    Track after = *track;
    after.set_keyframe({frame, on_grid(shape), shown && !shown->outside && shown->occluded, false, Source::Manual});
    return change_track(a, track->find_keyframe(frame) != nullptr ? "Change shape" : "State keyframe",
                        std::move(after));
}

ChangeSet toggle_keyframe(const Annotations& a, TrackId id, FrameIndex frame) {
    const Track* track = a.find_track(id);
    if (track == nullptr) return {};
    Track after = *track;
    if (track->find_keyframe(frame) != nullptr) {
        if (track->keyframes.size() == 1) return {};
        after.remove_keyframe(frame);
        return change_track(a, "Remove keyframe", std::move(after));
    }
    auto shown = shown_at(a, *track, frame);
    if (!shown) return {};
    shown->source = Source::Manual;
    after.set_keyframe(*shown);
    return change_track(a, "State keyframe", std::move(after));
}

ChangeSet remove_keyframe(const Annotations& a, TrackId id, FrameIndex frame) {
    const Track* track = a.find_track(id);
    if (track == nullptr || track->find_keyframe(frame) == nullptr) return {};
    if (track->keyframes.size() == 1) return remove_track(a, id);
    Track after = *track;
    after.remove_keyframe(frame);
    return change_track(a, "Remove keyframe", std::move(after));
}

ChangeSet toggle_outside(const Annotations& a, TrackId id, FrameIndex frame) {
    const Track* track = a.find_track(id);
    if (track == nullptr) return {};
    auto keyframe = shown_at(a, *track, frame);
    if (!keyframe) return {};
    keyframe->outside = !keyframe->outside;
    keyframe->source = Source::Manual;
    Track after = *track;
    after.set_keyframe(*keyframe);
    return change_track(a, keyframe->outside ? "Outside from here" : "In view from here", std::move(after));
}

ChangeSet toggle_occluded(const Annotations& a, TrackId id, FrameIndex frame) {
    const Track* track = a.find_track(id);
    if (track == nullptr) return {};
    auto keyframe = shown_at(a, *track, frame);
    if (!keyframe || keyframe->outside) return {};
    keyframe->occluded = !keyframe->occluded;
    keyframe->source = Source::Manual;
    Track after = *track;
    after.set_keyframe(*keyframe);
    return change_track(a, keyframe->occluded ? "Occluded from here" : "Not occluded from here", std::move(after));
}

ChangeSet end_track(const Annotations& a, TrackId id, FrameIndex frame, std::int64_t frames) {
    const Track* track = a.find_track(id);
    if (track == nullptr || track->keyframes.empty() || frame < track->keyframes.front().frame) return {};
    Keyframe last = *shown_at(a, *track, frame);
    Track after = *track;
    keep_keyframes(after, [&](FrameIndex f) { return f <= frame; });
    if (!last.outside) {
        if (after.find_keyframe(frame) == nullptr) {
            last.source = Source::Manual;
            after.set_keyframe(last);
        }
        if (frame.value + 1 < frames) {
            last.frame = frame + 1;
            last.outside = true;
            after.set_keyframe(last);
        }
    }
    return change_track(a, "End track", std::move(after));
}

ChangeSet split_track(const Annotations& a, TrackId id, FrameIndex frame) {
    const Track* track = a.find_track(id);
    if (track == nullptr || track->keyframes.empty() || frame <= track->keyframes.front().frame ||
        frame > track->keyframes.back().frame)
        return {};
    ChangeSet change = change_track(a, "Split track", head_of(a, *track, frame));
    Track tail = tail_of(a, *track, frame);
    tail.id = a.next_track_id();
    tail.proposal.reset();
    change.tracks.push_back({tail.id, nullptr, std::make_shared<const Track>(std::move(tail))});
    return change;
}

ChangeSet merge_tracks(const Annotations& a, TrackId id, TrackId other_id) {
    const Track* track = a.find_track(id);
    const Track* other = a.find_track(other_id);
    if (track == nullptr || other == nullptr || id == other_id || track->kind != other->kind ||
        track->media != other->media || track->keyframes.empty() || other->keyframes.empty())
        return {};
    Track merged = *track;
    if (track->extent().end <= other->extent().begin) {
        join(merged, *other);
    } else if (other->extent().end <= track->extent().begin) {
        merged.keyframes = other->keyframes;
        join(merged, *track);
        append_ranges(merged, other->attribute_ranges);
    } else {
        for (const Keyframe& keyframe : other->keyframes)
            if (track->find_keyframe(keyframe.frame) == nullptr) merged.set_keyframe(keyframe);
        merged.attribute_ranges = other->attribute_ranges;
        append_ranges(merged, track->attribute_ranges);
    }
    ChangeSet change = change_track(a, "Merge tracks", std::move(merged));
    change.tracks.push_back({other_id, a.tracks.at(other_id), nullptr});
    for (const auto& [segment_id, segment] : a.segments) {
        if (segment->track != other_id) continue;
        Segment moved_segment = *segment;
        moved_segment.track = id;
        change.segments.push_back({segment_id, segment, std::make_shared<const Segment>(moved_segment)});
    }
    return change;
}

ChangeSet swap_tracks(const Annotations& a, TrackId first_id, TrackId second_id, FrameIndex frame) {
    const Track* first = a.find_track(first_id);
    const Track* second = a.find_track(second_id);
    if (first == nullptr || second == nullptr || first_id == second_id || first->kind != second->kind ||
        first->media != second->media)
        return {};
    Track first_after = head_of(a, *first, frame);
    Track second_after = head_of(a, *second, frame);
    join(first_after, tail_of(a, *second, frame));
    join(second_after, tail_of(a, *first, frame));
    // A track that would be left without a keyframe has no place to be; there is nothing to swap then.
    if (first_after.keyframes.empty() || second_after.keyframes.empty()) return {};
    ChangeSet change = change_track(a, "Swap tracks", std::move(first_after));
    ChangeSet other = change_track(a, "Swap tracks", std::move(second_after));
    change.tracks.insert(change.tracks.end(), other.tracks.begin(), other.tracks.end());
    return change;
}

ChangeSet set_track_label(const Annotations& a, TrackId id, LabelId label) {
    const Track* track = a.find_track(id);
    const Label* known = a.find_label(label);
    if (track == nullptr || known == nullptr || known->kind != LabelKind::Track) return {};
    Track after = *track;
    after.label = label;
    return change_track(a, "Change label", std::move(after));
}

ChangeSet set_segment_label(const Annotations& a, SegmentId id, LabelId label) {
    const auto segment = a.segments.find(id);
    const Label* known = a.find_label(label);
    if (segment == a.segments.end() || known == nullptr || known->kind != LabelKind::Action) return {};
    Segment after = *segment->second;
    after.label = label;
    return change_segment(a, "Change label", after);
}

ChangeSet set_attribute(const Annotations& a, TrackId id, AttributeId attribute, std::string value) {
    const Track* track = a.find_track(id);
    if (track == nullptr) return {};
    Track after = *track;
    if (value.empty())
        after.attributes.erase(attribute);
    else
        after.attributes[attribute] = std::move(value);
    return change_track(a, "Set attribute", std::move(after));
}

ChangeSet set_attribute_range(const Annotations& a, TrackId id, AttributeRange range) {
    const Track* track = a.find_track(id);
    if (track == nullptr || range.range.empty()) return {};
    Track after = *track;
    after.set_attribute_range(std::move(range));
    return change_track(a, "Set attribute", std::move(after));
}

ChangeSet add_segment(const Annotations& a, MediaId media, LabelId label, TrackId track, FrameRange range) {
    IB_CHECK(!range.empty());
    const Segment segment{a.next_segment_id(), media, label, track, range};
    ChangeSet change{.name = "Add segment"};
    change.segments.push_back({segment.id, nullptr, std::make_shared<const Segment>(segment)});
    return change;
}

ChangeSet set_segment_range(const Annotations& a, SegmentId id, FrameRange range) {
    const auto segment = a.segments.find(id);
    if (segment == a.segments.end() || range.empty()) return {};
    Segment after = *segment->second;
    after.range = range;
    return change_segment(a, "Change segment", after);
}

ChangeSet remove_segment(const Annotations& a, SegmentId id) {
    ChangeSet change{.name = "Remove segment"};
    const auto segment = a.segments.find(id);
    if (segment != a.segments.end()) change.segments.push_back({id, segment->second, nullptr});
    return change;
}

ChangeSet add_label(const Annotations& a, std::string name, LabelKind kind) {
    IB_CHECK(!name.empty() && a.find_label(name) == nullptr);
    Label label{.id = a.next_label_id(), .name = std::move(name), .kind = kind};
    label.colour = default_colour(a.labels.size());
    label.hotkey = next_hotkey(a);
    ChangeSet change{.name = "Add label"};
    change.labels.push_back({label.id, std::nullopt, std::move(label)});
    return change;
}

ChangeSet change_label(const Annotations& a, Label label) {
    const Label* before = a.find_label(label.id);
    const Label* namesake = a.find_label(label.name);
    IB_CHECK(before != nullptr && !label.name.empty() && (namesake == nullptr || namesake->id == label.id));
    ChangeSet change{.name = "Change label"};
    if (*before != label) change.labels.push_back({label.id, *before, std::move(label)});
    return change;
}

Label with_attribute(const Annotations& a, Label label, std::string name, AttributeType type, bool is_mutable) {
    if (label.find_attribute(name) != nullptr) return label;
    std::int64_t largest = number(a.next_attribute_id()) - 1;
    for (const Attribute& attribute : label.attributes) largest = std::max(largest, number(attribute.id));
    label.attributes.push_back(
        {.id = AttributeId{largest + 1}, .name = std::move(name), .type = type, .is_mutable = is_mutable});
    return label;
}

ChangeSet add_keyframes(const Annotations& a, TrackId id, const std::vector<Keyframe>& keyframes) {
    const Track* track = a.find_track(id);
    if (track == nullptr) return {};
    Track after = *track;
    for (Keyframe keyframe : keyframes) {
        if (track->find_keyframe(keyframe.frame) != nullptr) continue;
        keyframe.shape = on_grid(keyframe.shape);
        after.set_keyframe(std::move(keyframe));
    }
    return change_track(a, "Accept proposal", std::move(after));
}

}  // namespace inbetween::edit
