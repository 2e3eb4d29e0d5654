#pragma once

#include <vector>

#include "tracking/box_evidence.h"
#include "tracking/motion_prior.h"

namespace inbetween {

/// The likeliest path of an object, by what the pixels say and by how it is to be expected to move.
struct BoxPosterior {
    Path path;
    std::vector<double> looks;      ///< how much the path looks like the object, about 0..1
    std::vector<double> margin;     ///< LatticePath::margin with the expectation in it
    std::vector<double> off_prior;  ///< how far the path is from the expected one   units: object sizes
    double error = 0;               ///< by how much the expected path is to be expected to be off   units: object sizes
};

/// How far the object is to be expected from the prior's path in the span's middle: what was found at keyframes left
/// out, and what is usual where there are few.   units: object sizes.
double expected_error(const MotionPrior& prior);

/// Joins both: the lattice searched again with the expected path in it, and a least squares path through its places and
/// along the chains' steps. A prior that is sure of itself holds against weak evidence, and gives way to strong.
/// `hidden` is the share of the object that others hide at each frame: what is seen there counts less.
/// requires: a frame strictly between the keyframes at least; hidden: one a frame, both keyframes included.
/// errors: OpenCV's.
Result<BoxPosterior> posterior_of(const BoxEvidence& evidence, const MotionPrior& prior, const BoxSpan& span,
                                  const std::vector<double>& hidden);

}  // namespace inbetween
