#pragma once

#include <optional>
#include <vector>

#include "tracking/quad_sighting.h"

namespace inbetween {

/// Frames between two whose quads are known, in the order of a span's frames.
struct QuadHole {
    std::size_t left = 0;
    std::size_t right = 0;
    std::vector<Quad> expected;  ///< of each frame from left to right, ends included
};

/// What a seek found, for each frame strictly inside the hole.
struct QuadFind {
    Quad quad;  ///< where it is believed to be: by the match, or by the optical flow where that is the surer of both
    std::optional<QuadMatch> match;
    bool unbroken = false;  ///< found in every frame from the side it came from
};

/// Goes into a hole from one side: after each step by optical flow the frame is laid over the nearer keyframe's look,
/// then the other's; where both fail and the step is no good, or nothing was found for some frames, a coarse search
/// around where it should be.
/// errors: a frame cannot be decoded; cancelled.
Result<std::vector<QuadFind>> seek(QuadFrames& frames, const QuadLooks& looks, const QuadHole& hole, ChainStart start);

}  // namespace inbetween
