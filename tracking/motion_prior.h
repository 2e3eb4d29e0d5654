#pragma once

#include "tracking/box_tracker.h"
#include "tracking/solver.h"

namespace inbetween {

/// How an object moves between two keyframes as far as its keyframes tell, without looking at it.
struct MotionPrior {
    Path path;                  ///< the likeliest way through the span
    double error = 0;           ///< how far from the path it is to be expected in the middle   units: object sizes
    bool camera_stands = true;  ///< over the span: the ground keeps to its place in the picture
    int witnesses = 0;          ///< keyframes that motions were tried on
    std::size_t before = 0;     ///< keyframes in front of the span that were asked
    std::size_t after = 0;      ///< and behind it
};

/// The path of an object that moves evenly over the ground from one keyframe of the span to the other.
/// errors: a frame cannot be decoded; cancelled.
Result<Path> even_path(SpanImages& images, const BoxSpan& span);

/// The frames from the first keyframe that motion_prior asks to the last one.   requires: check_task.
FrameRange prior_frames(const SpanTask& task);

/// How many keyframes in front of a span and behind it the path goes by: those that a fill names.   requires:
/// check_task.
struct Neighbours {
    std::size_t before = 0;
    std::size_t after = 0;
};
Neighbours neighbours_of(const SpanTask& task);

/// Blends motions that are even in the picture, even over the ground, and smooth over the ground, by how well each
/// finds a keyframe again that it was not shown. The path depends on the span's keyframes and one beyond on each side;
/// how far it is to be trusted is learned from a few more. errors: a frame cannot be decoded; cancelled.
Result<MotionPrior> motion_prior(SpanImages& images, const SpanTask& task, const BoxSpan& span);

}  // namespace inbetween
