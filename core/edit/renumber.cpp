#include "core/edit/renumber.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace inbetween::edit {

namespace {

constexpr std::string_view by_time = "Renumber frames";
constexpr std::string_view by_number = "Recount frames";

/// The end of a range is one past its last frame, wherever that went.
FrameRange mapped(const FrameRange& range, const FrameMap& map) {
    if (range.empty()) return range;
    return {map(range.begin), map(range.end - 1) + 1};
}

Track mapped(const Track& track, const FrameMap& map) {
    Track moved = track;
    moved.keyframes.clear();
    for (Keyframe keyframe : track.keyframes) {
        keyframe.frame = map(keyframe.frame);
        if (moved.keyframes.empty() || moved.keyframes.back().frame < keyframe.frame) {
            moved.keyframes.push_back(std::move(keyframe));
        }
    }
    moved.attribute_ranges.clear();
    for (AttributeRange range : track.attribute_ranges) {
        range.range = mapped(range.range, map);
        moved.set_attribute_range(std::move(range));
    }
    return moved;
}

}  // namespace

ChangeSet renumber_by(std::string name, const Annotations& a, const Media& after, const FrameMap& map) {
    Annotations moved = a;
    moved.fills.clear();
    moved.media[after.id] = std::make_shared<const Media>(after);
    for (auto& [id, track] : moved.tracks) {
        if (track->media == after.id) track = std::make_shared<const Track>(mapped(*track, map));
    }
    for (auto& [id, segment] : moved.segments) {
        if (segment->media != after.id) continue;
        Segment one = *segment;
        one.range = mapped(one.range, map);
        segment = std::make_shared<const Segment>(std::move(one));
    }
    return difference(std::move(name), a, moved);
}

FrameMap map_of(const Media& before, const Media& after, Renumbering how) {
    if (how == Renumbering::ByTime) return map_by_pts(before.pts, after.pts);
    return [last = FrameIndex{std::max<std::int64_t>(0, after.frames - 1)}](FrameIndex n) { return std::min(n, last); };
}

ChangeSet renumber(const Annotations& a, const Media& after, Renumbering how) {
    const std::string_view name = how == Renumbering::ByTime ? by_time : by_number;
    return renumber_by(std::string(name), a, after, map_of(*a.media.at(after.id), after, how));
}

bool is_renumbering(std::string_view step) { return step == by_time || step == by_number; }

ChangeSet renumber_again(const Annotations& a, const ChangeSet& change) {
    for (const MediaEdit& edit : change.media) {
        if (!edit.after || !a.media.contains(edit.id)) continue;
        return renumber(a, *edit.after, change.name == by_time ? Renumbering::ByTime : Renumbering::ByNumber);
    }
    return {.name = change.name};
}

FrameMap map_by_pts(std::vector<Pts> before, std::vector<Pts> after) {
    return [before = std::move(before), after = std::move(after)](FrameIndex frame) {
        if (before.empty() || after.empty()) return frame;
        const auto at = static_cast<std::size_t>(std::clamp<std::int64_t>(frame.value, 0, std::ssize(before) - 1));
        const auto later = std::upper_bound(after.begin(), after.end(), before[at]);
        return FrameIndex{std::max<std::int64_t>(0, later - after.begin() - 1)};
    };
}

}  // namespace inbetween::edit
