#pragma once

#include <span>

#include "tracking/solver.h"

namespace inbetween {

/// Trackers run from the left keyframe alone, up to the right one, as most annotation tools run them: what the solvers
/// are measured against. Their ids are the trackers' with "-forward" after them. Not offered for work.
std::span<const Solver* const> forward_solvers();

/// Tells whether it is one of them: then a span's fill is the beginning of the fill of any longer span from the same
/// keyframe.
bool is_forward(const Solver& solver);

}  // namespace inbetween
