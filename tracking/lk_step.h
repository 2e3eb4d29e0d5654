#pragma once

#include "core/model/shape.h"
#include "tracking/box_path.h"
#include "tracking/image_cache.h"

namespace inbetween {

/// How the inside of a box moved between two frames.
struct LkMotion {
    double dx = 0;
    double dy = 0;
    double growth = 0;   ///< logarithm of the change of size
    double quality = 0;  ///< share of points that came back to where they started, times the share that moved together
};

/// Optical flow of a grid and of corners in the box, joined to a translation and a change of size by iteratively
/// reweighted least squares in which points near the middle of the box count most.
/// units: image pixels.
/// source: Lucas and Kanade 1981, forward-backward check of Kalal et al., "Forward-Backward Error", 2010.
LkMotion lk_motion(const FrameImages& before, const FrameImages& after, const Box& box);

/// A box that optical flow follows: where it is, how it moves, and how sure its last step was.
struct LkState {
    Pose pose;
    LkMotion velocity;
    double quality = 1;
};

/// The box in the neighbouring frame. Where the flow says nothing it runs on with its last, fading velocity.
LkState lk_followed(const LkState& state, const FrameImages& before, const FrameImages& after);

}  // namespace inbetween
