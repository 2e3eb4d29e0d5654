#pragma once

#include <span>

#include "tracking/solver.h"

namespace inbetween {

/// Trackers run from the left keyframe alone, up to the right one, as most annotation tools run them: what the solvers
/// are measured against. Their ids are the trackers' with "-forward" after them. Not offered for work.
std::span<const Solver* const> forward_solvers();

}  // namespace inbetween
