#pragma once

#include <array>
#include <optional>
#include <vector>

#include "tracking/quad_pinned.h"
#include "tracking/quad_register.h"
#include "tracking/quad_step.h"

namespace inbetween {

/// Both keyframes' looks.
struct QuadLooks {
    std::array<QuadLook, 2> sides;  ///< left, right
    const QuadPatch& patch() const { return sides[0].patch(); }
};

/// errors: a keyframe's frame cannot be decoded; cancelled.
Result<QuadLooks> looks_of(QuadFrames& frames, const QuadSpan& span, const QuadPatch& patch);

/// What both keyframes' looks say about one frame; what is not credible is left out.
struct QuadSighting {
    std::array<std::optional<QuadMatch>, 2> matches;  ///< by the left look, by the right one
    double visible = 1;                               ///< share of the patch inside the picture
    double inliers = 0;                               ///< the larger share of what is visible that fits a look

    const QuadMatch* best() const;
    double score() const;
    /// Largest corner distance between what both looks say; negative where one is silent.   units: image pixels
    double agreement() const;
};

/// Lays both looks over a frame, starting from `start`. What is credible looks like a keyframe and lies within reach of
/// the start: farther the less sure that is.   units: variance as QuadStep's.
QuadSighting sight(const QuadLooks& looks, const cv::Mat& gray, const Quad& start, double variance);

/// A way through a span, exact at both keyframes, before it is held to what was sighted.
struct QuadWay {
    std::vector<Quad> quads;
    std::vector<double> variance;       ///< of where each frame's quad lies   units: as QuadStep's
    std::vector<double> step_variance;  ///< of each step between two frames
};

/// The way bent to what was sighted along it, keyframes kept.
std::vector<Quad> bent_to(const QuadWay& way, const std::vector<QuadSighting>& sightings, const QuadPatch& patch);

}  // namespace inbetween
