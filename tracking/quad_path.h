#pragma once

#include <vector>

#include "tracking/quad_step.h"

namespace inbetween {

/// A path through a span, exact at both keyframes, and what speaks for it frame by frame.
struct QuadPath {
    std::vector<Quad> quads;
    std::vector<double> score;      ///< of the better keyframe's look there, 0 where neither was found
    std::vector<double> gap;        ///< between the chains from both sides   units: image pixels
    std::vector<double> agreement;  ///< between what both looks say; negative where one is missing   units: image px
    std::vector<double> pulled;     ///< how far the sightings pulled the path   units: image pixels
    std::vector<double> visible;    ///< share of the object inside the picture
    std::vector<double> inliers;    ///< share of what is visible that fits
    std::vector<double> quality;    ///< of the optical flow
    std::vector<double> unseen;     ///< frames to the nearest one that is confirmed
    double keyframes_alike = 0;     ///< how much the two keyframes look alike, 0..1
};

/// How likely it is that no corner of frame `t` is five pixels off.
double confidence_at(const QuadPath& path, std::size_t t);

/// Finds the path of a quad: chains from both keyframes, every frame laid over what both keyframes show, and where that
/// confirms nothing a search from the nearest confirmed frames.
/// errors: a frame cannot be decoded; cancelled.
Result<QuadPath> find_quad_path(QuadFrames& frames, const QuadSpan& span);

}  // namespace inbetween
