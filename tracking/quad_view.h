#pragma once

#include "core/model/shape.h"
#include "core/video/picture.h"

namespace inbetween {

/// A quad as seen straight on, at a keyframe and at another frame, and how alike the two are.
struct QuadView {
    Image keyframe;    ///< Rgba
    Image here;        ///< Rgba, of the same size
    double score = 0;  ///< 0..1: 1 where both show the same, whatever the light; about 0 where something else is there
    double visible = 0;  ///< share of it that lies in the picture
    double fits = 0;     ///< share of what is visible that shows what the keyframe does: less where it is covered
};

/// Rectifies a quad in two pictures and compares them. The longer side of the views is at most `longest_px`.
/// errors: a picture cannot be converted.   units: shapes in upright picture pixels.
/// thread: any; costs some milliseconds, so not the one that draws.
Result<QuadView> view_quad(const Picture& keyframe_picture, const Quad& keyframe, const Picture& picture,
                           const Quad& quad, int longest_px = 128);

}  // namespace inbetween
