#include "core/edit/renumber.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace inbetween::edit {

namespace {

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

ChangeSet renumber(const Annotations& a, const Media& after, const FrameMap& map) {
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
    return difference("Renumber frames", a, moved);
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
