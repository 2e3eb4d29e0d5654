#pragma once

#include <vector>

#include "tracking/box_solve.h"

namespace inbetween {

/// A path that the lattice is drawn to, and how strongly at each frame (0..1 and more).
struct Lure {
    const Path* path = nullptr;
    std::vector<double> strength;
};

/// The way through the lattice that both keyframes' filters like best.
struct LatticePath {
    std::vector<Point> centres;  ///< one a frame, both keyframes included
    std::vector<double> score;   ///< 0..1 and a little around it; 1 at the keyframes
    std::vector<double> margin;  ///< how much worse the best way through another place of the frame is
};

/// Finds the object's centre in every frame at once: places on a grid around `base`, each scored by the filters of both
/// keyframes, joined by the cheapest way from keyframe to keyframe (Viterbi), told to a fraction of a cell.
/// errors: a frame cannot be decoded; cancelled.
/// source: Vondrick, Patterson, Ramanan, "Efficiently Scaling Up Crowdsourced Video Annotation", 2012.
Result<LatticePath> find_lattice_path(SpanImages& images, const BoxSpan& span, const Evidence& evidence,
                                      const Path& base, const std::vector<Lure>& lures);

}  // namespace inbetween
