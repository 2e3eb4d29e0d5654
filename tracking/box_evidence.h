#pragma once

#include <memory>
#include <vector>

#include "tracking/box_solve.h"
#include "tracking/join.h"
#include "tracking/lattice.h"

namespace inbetween {

/// All that the pixels say of a span: a function of its two keyframes, of the frames from one to the other, and of how
/// the object looks at the keyframes beside it. When one of those moves, no frame of the span is looked at again.
struct BoxEvidence {
    std::vector<Chain> forward;   ///< chains from the left keyframe: optical flow, then the slow tracker's if it ran
    std::vector<Chain> backward;  ///< the same from the right one
    Path even;                    ///< an even motion over the ground
    Joined joined;                ///< the best pair of chains made one path
    LookMaps maps;                ///< around the path that the object is best seen along
    LatticePath lattice;          ///< by looks and chains alone
    Path fused;                   ///< what all of it comes to
    bool hard = false;            ///< the chains lost each other, so the pixels say little

    std::size_t bytes() const;
};

/// The evidence of a span, known already or gathered: optical flow from both keyframes, then a search of every frame
/// for what both show. `slow` lets CSRT run too, which helps where flow loses its object.
/// errors: a frame cannot be decoded; cancelled.
Result<std::shared_ptr<const BoxEvidence>> evidence_of(SpanImages& images, const BoxSpan& span, bool slow);

/// The lures that the chains and their meeting are.
std::vector<Lure> lures_of(const BoxEvidence& evidence);

}  // namespace inbetween
