#include "app/commands/useful.h"

#include <algorithm>
#include <cmath>

namespace inbetween {
namespace {

// How sure a linear blend is taken to be: less than most trackers are, so that what was not tracked is visited early.
constexpr double linear_confidence = 0.5;

double worth_of(FrameIndex frame, const Keyframe& from, const Keyframe& to, double confidence) {
    const auto spacing = static_cast<double>(std::min(frame - from.frame, to.frame - frame));
    return (1 - std::clamp(confidence, 0.0, 0.999)) * std::sqrt(spacing);
}

const SpanFill* fill_from(const TrackFills& fills, FrameIndex left) {
    const auto fill =
        std::find_if(fills.begin(), fills.end(), [&](const SpanFillPtr& other) { return other->from().frame == left; });
    return fill == fills.end() ? nullptr : fill->get();
}

UsefulFrame most_useful(TrackId track, const Keyframe& from, const Keyframe& to, const SpanFill* fill) {
    const FrameIndex middle{(from.frame.value + to.frame.value) / 2};
    UsefulFrame best{track, middle, worth_of(middle, from, to, linear_confidence)};
    if (fill == nullptr) return best;
    best.worth = -1;
    for (FrameIndex frame = from.frame + 1; frame < to.frame; ++frame) {
        const auto i = static_cast<std::size_t>(frame - from.frame - 1);
        const double worth = worth_of(frame, from, to, static_cast<double>(fill->frames[i].confidence));
        if (worth > best.worth) best = {track, frame, worth};
    }
    return best;
}

}  // namespace

std::vector<UsefulFrame> useful_frames(const Annotations& annotations, const Track& track) {
    return useful_frames(track, annotations.fills_of(track.id));
}

std::vector<UsefulFrame> useful_frames(const Track& track, const TrackFills& fills) {
    std::vector<UsefulFrame> frames;
    for (std::size_t i = 0; i + 1 < track.keyframes.size(); ++i) {
        const Keyframe& from = track.keyframes[i];
        const Keyframe& to = track.keyframes[i + 1];
        if (from.outside || to.outside || to.frame - from.frame < 2) continue;
        frames.push_back(most_useful(track.id, from, to, fill_from(fills, from.frame)));
    }
    std::stable_sort(frames.begin(), frames.end(),
                     [](const UsefulFrame& a, const UsefulFrame& b) { return a.worth > b.worth; });
    return frames;
}

}  // namespace inbetween
