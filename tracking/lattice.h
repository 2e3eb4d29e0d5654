#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "tracking/box_solve.h"
#include "tracking/solve_memory.h"

namespace inbetween {

/// How much each place around a base path looks like the object, in every size it is looked for in, by the filters of
/// the left keyframe and by those of the right one, in every frame strictly between them.
struct LookMaps {
    int reach = 0;  ///< cells on each side of the base's place
    Path base;
    std::vector<std::vector<cv::Mat1b>> left;  ///< [frame][size], coded; empty at both keyframes
    std::vector<std::vector<cv::Mat1b>> right;

    /// Pixels of the image a cell is wide.
    double cell_px(std::size_t i) const;
    /// What both filters together say of every cell of a frame, the nearer keyframe's most.
    cv::Mat1f looks(std::size_t i, std::size_t size) const;
    /// The same of one cell.
    float look(std::size_t i, std::size_t size, cv::Point cell) const;
    /// How much a path's places look like the object in the base's size at each frame: about 1 at it, about 0 elsewhere
    /// and beyond the maps; 1 at both keyframes.
    std::vector<double> scores(const Path& path) const;
    std::size_t bytes() const;
};

/// The mean of what lies strictly between both ends.   requires: three values at least.
double mean_between_ends(const std::vector<double>& values);

/// A span's features around a base path, as far as maps of this reach need them: what the frames show, whatever filters
/// are laid over it.   errors: a frame cannot be decoded; cancelled.
Result<SpanPlanes> planes_along(SpanImages& images, const BoxSpan& span, const Path& base, int reach);

/// requires: planes: planes_along the same base and reach.
LookMaps look_along(const SpanPlanes& planes, const Evidence& evidence, const Path& base, int reach);

/// A path that the lattice is drawn to, and how strongly at each frame (0..1 and more).
struct Lure {
    const Path* path = nullptr;
    std::vector<double> strength;
};

/// A path near which the object is to be expected, and how far off it may be at each frame.   units: image pixels.
struct Expectation {
    const Path* path = nullptr;
    std::vector<double> deviation;
};

/// What decides the way through a lattice beside the looks.
struct LatticeTerms {
    std::vector<Lure> lures;
    double lure_gain = 0.5;
    std::optional<Expectation> expected;
};

/// The way through the lattice that costs least.
struct LatticePath {
    std::vector<Point> centres;  ///< one a frame, both keyframes included
    std::vector<double> gain;    ///< what speaks for each place: looks, lures and expectation; 1 at the keyframes
    std::vector<double> looks;   ///< the looks alone; 1 at the keyframes
    std::vector<double> growth;  ///< how much larger than the base the object is, as a logarithm; 0 at the keyframes
    std::vector<double> margin;  ///< how much worse the best way through another place of the frame is
};

/// Finds the object's centre and size in every frame at once: places on a grid around the maps' base and sizes about
/// the base's, joined by the cheapest way from keyframe to keyframe (Viterbi), told to a fraction of a cell and of a
/// size. source: Vondrick, Patterson, Ramanan, "Efficiently Scaling Up Crowdsourced Video Annotation", 2012.
Result<LatticePath> find_lattice_path(const LookMaps& maps, const LatticeTerms& terms);

}  // namespace inbetween
