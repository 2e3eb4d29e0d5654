#pragma once

#include <vector>

#include "tracking/box_tracker.h"
#include "tracking/solver.h"

namespace inbetween {

/// The share of the object that the scene's other tracks hide at each frame of a span, where it keeps to `expected`: of
/// two boxes that overlap, the one whose lower edge is lower stands in front. Tracks that nothing but an even motion in
/// the picture places count only while the camera stands.
std::vector<double> hidden_by_others(const SpanImages& images, const SpanTask& task, const BoxSpan& span,
                                     const Path& expected, bool camera_stands);

}  // namespace inbetween
