#pragma once

#include "tracking/box_solve.h"
#include "tracking/join.h"
#include "tracking/lattice.h"

namespace inbetween {

/// All that the pixels say of a span.
struct Clues {
    Chain forward;
    Chain backward;
    Path even;  ///< over the ground
    Joined joined;
    Path base;  ///< what the lattice was laid around
    LatticePath lattice;
    Path fused;  ///< what all of it comes to
};

/// Runs the chains and searches the lattice, in which `even` stands in where the chains lose each other.
/// errors: a frame cannot be decoded; cancelled.
Result<Clues> gather_clues(SpanImages& images, const BoxSpan& span, const Evidence& evidence, const Path& even);

}  // namespace inbetween
