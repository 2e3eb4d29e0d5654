#pragma once

#include <vector>

#include "tracking/quad_patch.h"

namespace inbetween {

/// Where a registration says that a frame's quad lies.
struct QuadAnchor {
    std::size_t frame = 0;  ///< from the left keyframe
    Corners displacement;   ///< of the path's quad there
    Matrix8 information;    ///< units: 1 / patch pixels squared
    double px = 1;          ///< image pixels a patch pixel
};

/// The displacements of a path, zero at both ends, that lie nearest to the anchors while each step differs little from
/// the path's own: least squares over a chain of 8 x 8 blocks, anchors far off the answer losing their weight.
/// requires: `step_variance` has a step for each pair of neighbouring frames, positive.   units: patch pixels.
std::vector<Corners> solve_pinned(const std::vector<double>& step_variance, const std::vector<QuadAnchor>& anchors);

}  // namespace inbetween
