#pragma once

#include "tracking/quad_look.h"

namespace inbetween {

/// What a keyframe's look says of a frame's quad.
struct Uncovered {
    cv::Mat shown;  ///< 255 where the object is seen rather than something in front of it, else 0; empty: all of it
    bool is_alike = true;  ///< false where so little fits that nothing can be told
};
Uncovered uncovered(const QuadLook& look, GrayRegion& frame, const Quad& quad);

/// Leaves out of both keyframes' looks what only one of them shows, since that is something in front of the object, or
/// light on it. Nothing is left out where little of them is alike.
/// requires: both of one patch.
void leave_out_covers(QuadLook& left, QuadLook& right);

}  // namespace inbetween
