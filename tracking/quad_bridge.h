#pragma once

#include <vector>

#include "tracking/quad_step.h"

namespace inbetween {

/// A quad's path between two keyframes, exact at both.
struct QuadBridge {
    std::vector<Quad> quads;
    std::vector<double> gap;      ///< between the two pinned chains at each frame, largest corner   units: image pixels
    std::vector<double> quality;  ///< of the better chain's step, 0..1
    std::vector<double> variance;       ///< of the blend, as QuadStep::variance
    std::vector<double> step_variance;  ///< of each step between two frames, by the better of the chains
};

/// Spreads each chain's error at the far keyframe along it, where its steps were least sure most, and blends both, and
/// `smooth`, by how sure they are: a chain that comes out farther off than it says is believed that much less. A frame
/// at which that makes no convex quad gets `smooth`.
/// requires: `backward` in the order of its own run, from the right keyframe; `smooth` a quad a frame.
/// units: smooth_deviation: how far off `smooth` may be in the middle, patch pixels.
QuadBridge bridge_quads(const QuadSpan& span, const QuadPatch& patch, const QuadChain& forward,
                        const QuadChain& backward, const std::vector<Quad>& smooth, double smooth_deviation);

}  // namespace inbetween
