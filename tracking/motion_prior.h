#pragma once

#include "tracking/box_tracker.h"
#include "tracking/solver.h"

namespace inbetween {

/// How an object moves between two keyframes as far as its keyframes tell, without looking at it.
struct MotionPrior {
    Path path;               ///< the likeliest way through the span
    Path even;               ///< even over the ground: through the two keyframes only
    double error = 0;        ///< how far from the path it is to be expected in the middle   units: the object's size
    int witnesses = 0;       ///< keyframes that the path was tried on
    std::size_t before = 0;  ///< keyframes in front of the span that were asked
    std::size_t after = 0;   ///< and behind it
};

/// The path of an object that moves evenly over the ground from one keyframe of the span to the other.
/// errors: a frame cannot be decoded; cancelled.
Result<Path> even_path(SpanImages& images, const BoxSpan& span);

/// Blends motions that are even in the picture, even over the ground, and smooth over the ground, by how well each
/// finds a keyframe again that it was not shown. errors: a frame cannot be decoded; cancelled.
Result<MotionPrior> motion_prior(SpanImages& images, const SpanTask& task, const BoxSpan& span);

}  // namespace inbetween
