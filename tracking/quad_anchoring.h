#pragma once

#include <optional>
#include <vector>

#include "tracking/quad_bridge.h"
#include "tracking/quad_pinned.h"
#include "tracking/quad_register.h"

namespace inbetween {

/// Both keyframes' looks.
struct QuadLooks {
    QuadLook left;
    QuadLook right;
};

/// errors: a keyframe's frame cannot be decoded; cancelled.
Result<QuadLooks> looks_of(QuadFrames& frames, const QuadSpan& span, const QuadPatch& patch);

/// A path through a span, exact at both keyframes, and what speaks for it frame by frame.
struct QuadPath {
    std::vector<Quad> quads;
    std::vector<double> score;      ///< of the better keyframe's look there, 0 where neither was found
    std::vector<double> gap;        ///< between the two chains   units: image pixels
    std::vector<double> agreement;  ///< between what both looks say; negative where one is missing   units: image px
    std::vector<double> pulled;     ///< farthest corner of the path from the bridge   units: image pixels
    std::vector<double> visible;    ///< share of the patch inside the picture
    std::vector<double> inliers;    ///< share of what is visible that fits
    std::vector<double> quality;    ///< of the optical flow
};

/// Lays every frame over both keyframes' looks, starting from the bridge, keeps what passes the gate, and solves for
/// the path that obeys it and both keyframes.
/// errors: a frame cannot be decoded; cancelled.
Result<QuadPath> anchor_to_keyframes(QuadFrames& frames, const QuadSpan& span, const QuadLooks& looks,
                                     const QuadBridge& bridge);

}  // namespace inbetween
