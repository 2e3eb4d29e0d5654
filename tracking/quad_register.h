#pragma once

#include <optional>

#include "tracking/quad_look.h"

namespace inbetween {

/// A quad laid over what a keyframe shows, and how well that fits.
struct QuadMatch {
    Quad quad;
    Matrix8 information;      ///< of the corner displacements   units: 1 / patch pixels squared
    double weighted_ncc = 0;  ///< normalised correlation over what fits, -1..1
    double ncc = 0;           ///< the same over all that is visible
    double share = 0;         ///< of the patch's blocks that look alike
    double inliers = 0;       ///< share of the visible samples that fit
    double visible = 0;       ///< share of the patch that lies in the picture
    cv::Mat fits;             ///< at LookSize::Full: 255 where the frame shows what the keyframe does, else 0
    /// All of it in one number, 0..1.
    double score() const;
};

/// How far a registration may look.
struct RegistrationEffort {
    LookSize first = LookSize::Half;  ///< the coarsest resolution used
    double reach = 1;                 ///< how far it may go from the start, as a factor
};

/// Lays the quad that starts at `start` over the keyframe's look by robust, gain and bias free Gauss-Newton steps on
/// the gray levels, coarse to fine.
/// returns: nullopt when too little is visible or it goes astray.
/// source: Benhimane and Malis, "Real-time image-based tracking of planes using efficient second-order minimization",
/// 2004.
std::optional<QuadMatch> register_quad(const QuadLook& look, GrayRegion& frame, const Quad& start,
                                       RegistrationEffort effort = {});

/// How well `quad` fits the keyframe's look as it lies. Information and `fits` are left out.
QuadMatch match_of(const QuadLook& look, GrayRegion& frame, const Quad& quad);

}  // namespace inbetween
