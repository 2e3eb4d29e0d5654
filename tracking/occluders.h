#pragma once

#include <vector>

#include "tracking/box_tracker.h"
#include "tracking/solver.h"

namespace inbetween {

/// The share of the object that the scene's other tracks hide at each frame of a span, where it keeps to `expected`: of
/// two boxes that overlap, the one whose lower edge is lower stands in front. Where another is between its keyframes is
/// told by an even movement over the ground, never by its fill: what fills a span depends on what people stated alone,
/// not on which span was filled first. Where the camera moves, keyframes beyond those that the motion prior asks say
/// nothing.
/// errors: a frame cannot be decoded; cancelled.
Result<std::vector<double>> hidden_by_others(SpanImages& images, const SpanTask& task, const BoxSpan& span,
                                             const Path& expected, bool camera_stands);

}  // namespace inbetween
