#include "tracking/occluders.h"

#include <algorithm>

namespace inbetween {
namespace {

/// What a person says of it: what fills say would make a fill depend on the order in which they are made.
bool is_said_to_be_hidden(const Track& track, FrameIndex frame) {
    const Keyframe* left = track.keyframe_at_or_before(frame);
    return left != nullptr && left->occluded;
}

/// Tells whether a track was in view somewhere in the frames, and of the same video.
bool may_meet(const Track& track, const SpanTask& task, const FrameRange& frames) {
    return track.id != task.track.id && track.media == task.track.media && !track.keyframes.empty() &&
           !track.extent().intersect(frames).empty();
}

}  // namespace

std::vector<double> hidden_by_others(const SpanImages& images, const SpanTask& task, const BoxSpan& span,
                                     const Path& expected, bool camera_stands) {
    std::vector<double> hidden(span.steps + 1, 0);
    if (!task.scene) return hidden;
    const FrameRange frames{span.frame(0), span.frame(span.steps) + 1};
    for (const auto& [id, track] : task.scene->tracks) {
        if (!may_meet(*track, task, frames)) continue;
        for (std::size_t i = 1; i < span.steps; ++i) {
            const auto state = task.scene->state_at(*track, span.frame(i));
            if (!state || state->outside || is_said_to_be_hidden(*track, span.frame(i))) continue;
            if (!camera_stands && state->source == Source::Interpolated) continue;
            const Box other = images.image_from_picture(bounding_box(state->shape));
            const Box own = box_of(expected[i]);
            if (other.bottom() > own.bottom()) hidden[i] = std::max(hidden[i], overlap_share(own, other));
        }
    }
    return hidden;
}

}  // namespace inbetween
