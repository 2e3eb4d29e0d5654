#include "core/model/span_fill.h"

#include <algorithm>

namespace inbetween {
namespace {

const SpanFill* fill_at(const TrackFills& fills, FrameIndex frame) {
    const auto at = std::partition_point(fills.begin(), fills.end(),
                                         [&](const SpanFillPtr& fill) { return fill->range().end <= frame; });
    return at != fills.end() && (*at)->range().contains(frame) ? at->get() : nullptr;
}

TrackState state_between(const Keyframe& left, const Keyframe& right, const SpanFill* fill, FrameIndex frame) {
    TrackState state{.shape = left.shape, .occluded = left.occluded, .source = Source::Interpolated};
    if (left.outside) {
        state.outside = true;
    } else if (fill != nullptr) {
        const FilledFrame& filled = fill->frames[static_cast<std::size_t>(frame - fill->range().begin)];
        state.shape = filled.shape;
        state.confidence = filled.confidence;
        state.occluded = left.occluded || filled.occluded;
        state.source = fill->method == "spline" ? Source::Interpolated : Source::Tracked;
    } else if (!right.outside) {
        const double t = static_cast<double>(frame - left.frame) / static_cast<double>(right.frame - left.frame);
        state.shape = blend(left.shape, right.shape, t);
    }
    return state;
}

}  // namespace

bool is_current(const SpanFill& fill, const Track& track) {
    if (fill.track != track.id || fill.left + 1 >= fill.inputs.size()) return false;
    if (static_cast<std::int64_t>(fill.frames.size()) != fill.range().size()) return false;
    const Keyframe* first = track.find_keyframe(fill.inputs.front().frame);
    if (first == nullptr) return false;
    const auto left = static_cast<std::size_t>(first - track.keyframes.data());
    if (track.keyframes.size() - left < fill.inputs.size()) return false;
    return std::equal(fill.inputs.begin(), fill.inputs.end(), first);
}

std::optional<TrackState> state_at(const Track& track, const TrackFills& fills, FrameIndex frame) {
    const Keyframe* left = track.keyframe_at_or_before(frame);
    if (left == nullptr) return std::nullopt;
    if (left->frame == frame) {
        return TrackState{.shape = left->shape,
                          .occluded = left->occluded,
                          .outside = left->outside,
                          .is_keyframe = true,
                          .source = left->source};
    }
    const Keyframe* right = track.keyframe_after(frame);
    if (right == nullptr) return std::nullopt;
    return state_between(*left, *right, fill_at(fills, frame), frame);
}

std::vector<FramedState> states_in(const Track& track, const TrackFills& fills, const FrameRange& range) {
    std::vector<FramedState> states;
    const FrameRange within = range.intersect(track.extent());
    states.reserve(static_cast<std::size_t>(within.size()));
    for (FrameIndex frame = within.begin; frame < within.end; ++frame)
        states.push_back({frame, *state_at(track, fills, frame)});
    return states;
}

std::string span_method(const Track& track, const TrackFills& fills, const Keyframe& left) {
    const Keyframe* right = track.keyframe_after(left.frame);
    if (left.outside) return "outside";
    if (right != nullptr && right->outside) return "hold";
    const SpanFill* fill = fill_at(fills, left.frame + 1);
    return fill != nullptr ? fill->method : "linear";
}

}  // namespace inbetween
