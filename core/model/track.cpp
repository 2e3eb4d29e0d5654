#include "core/model/track.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/check.h"

namespace inbetween {
namespace {

constexpr std::array<std::pair<Source, std::string_view>, 5> source_names{{{Source::Manual, "manual"},
                                                                           {Source::Tracked, "tracked"},
                                                                           {Source::Interpolated, "interpolated"},
                                                                           {Source::Imported, "imported"},
                                                                           {Source::Detected, "detected"}}};

bool is_before(const Keyframe& keyframe, FrameIndex frame) { return keyframe.frame < frame; }

}  // namespace

std::string_view name_of(Source source) {
    for (const auto& [value, name] : source_names)
        if (value == source) return name;
    return {};
}

std::optional<Source> source_of(std::string_view wanted) {
    for (const auto& [value, name] : source_names)
        if (name == wanted) return value;
    return std::nullopt;
}

FrameRange Track::extent() const {
    if (keyframes.empty()) return {};
    return {keyframes.front().frame, keyframes.back().frame + 1};
}

const Keyframe* Track::find_keyframe(FrameIndex frame) const {
    const Keyframe* found = keyframe_at_or_before(frame);
    return found != nullptr && found->frame == frame ? found : nullptr;
}

const Keyframe* Track::keyframe_at_or_before(FrameIndex frame) const {
    const auto after = std::lower_bound(keyframes.begin(), keyframes.end(), frame + 1, is_before);
    return after == keyframes.begin() ? nullptr : &*std::prev(after);
}

const Keyframe* Track::keyframe_after(FrameIndex frame) const {
    const auto after = std::lower_bound(keyframes.begin(), keyframes.end(), frame + 1, is_before);
    return after == keyframes.end() ? nullptr : &*after;
}

void Track::set_keyframe(Keyframe keyframe) {
    IB_CHECK(kind_of(keyframe.shape) == kind);
    const auto at = std::lower_bound(keyframes.begin(), keyframes.end(), keyframe.frame, is_before);
    if (at != keyframes.end() && at->frame == keyframe.frame)
        *at = std::move(keyframe);
    else
        keyframes.insert(at, std::move(keyframe));
}

void Track::remove_keyframe(FrameIndex frame) {
    std::erase_if(keyframes, [&](const Keyframe& keyframe) { return keyframe.frame == frame; });
}

std::string_view Track::attribute_at(AttributeId attribute, FrameIndex frame) const {
    for (const AttributeRange& range : attribute_ranges)
        if (range.attribute == attribute && range.range.contains(frame)) return range.value;
    const auto fixed = attributes.find(attribute);
    return fixed == attributes.end() ? std::string_view() : std::string_view(fixed->second);
}

void Track::set_attribute_range(AttributeRange stated) {
    if (stated.range.empty()) return;
    std::vector<AttributeRange> ranges;
    for (AttributeRange& old : attribute_ranges) {
        const bool joins = old.attribute == stated.attribute && old.value == stated.value &&
                           old.range.begin <= stated.range.end && stated.range.begin <= old.range.end;
        if (joins) {
            stated.range = {std::min(old.range.begin, stated.range.begin), std::max(old.range.end, stated.range.end)};
        } else if (old.attribute != stated.attribute || old.range.intersect(stated.range).empty()) {
            ranges.push_back(std::move(old));
        } else {
            if (old.range.begin < stated.range.begin)
                ranges.push_back({old.attribute, {old.range.begin, stated.range.begin}, old.value});
            if (stated.range.end < old.range.end)
                ranges.push_back({old.attribute, {stated.range.end, old.range.end}, old.value});
        }
    }
    ranges.push_back(std::move(stated));
    std::sort(ranges.begin(), ranges.end(), [](const AttributeRange& a, const AttributeRange& b) {
        return std::pair(number(a.attribute), a.range.begin) < std::pair(number(b.attribute), b.range.begin);
    });
    attribute_ranges = std::move(ranges);
}

std::optional<std::string> find_breach(const Track& track) {
    if (track.proposal && (*track.proposal < 0 || *track.proposal > 1000))
        return fmt::format("a proposal's certainty of {} thousandths", *track.proposal);
    for (std::size_t i = 0; i < track.keyframes.size(); ++i) {
        const Keyframe& keyframe = track.keyframes[i];
        if (keyframe.frame < FrameIndex{0}) return fmt::format("keyframe at negative frame {}", keyframe.frame.value);
        if (i > 0 && keyframe.frame <= track.keyframes[i - 1].frame)
            return fmt::format("keyframes out of order at frame {}", keyframe.frame.value);
        if (kind_of(keyframe.shape) != track.kind)
            return fmt::format("keyframe of another shape at frame {}", keyframe.frame.value);
        if (!is_valid(keyframe.shape)) return fmt::format("impossible shape at frame {}", keyframe.frame.value);
    }
    for (std::size_t i = 0; i < track.attribute_ranges.size(); ++i) {
        const AttributeRange& range = track.attribute_ranges[i];
        if (range.range.empty()) return fmt::format("empty attribute range at frame {}", range.range.begin.value);
        if (i > 0 && track.attribute_ranges[i - 1].attribute == range.attribute &&
            range.range.begin < track.attribute_ranges[i - 1].range.end)
            return fmt::format("overlapping attribute ranges at frame {}", range.range.begin.value);
    }
    return std::nullopt;
}

}  // namespace inbetween
