#pragma once

#include "core/model/shape.h"

namespace inbetween {

/// How the image lies on the canvas: screen = offset + image * scale, the x scale widened by the pixel aspect.
/// units: screen pixels relative to the canvas's top-left corner.
struct Viewport {
    double scale = 1;         ///< screen pixels a line of the image
    double pixel_aspect = 1;  ///< width of an image pixel over its height
    Point offset;             ///< where the image's (0,0) is on the canvas
    double canvas_width = 0;
    double canvas_height = 0;

    Point screen_from_image(Point image) const;
    Point image_from_screen(Point screen) const;
    /// The whole image, centred.
    void fit(double image_width, double image_height);
    /// Scales by `factor` keeping the image point under `screen` where it is. Scale stays within 1/32 .. 64.
    void zoom_at(Point screen, double factor);
    void pan(double dx, double dy);
    /// Shows this part of the image, with a margin, as large as fits.
    void show(const Box& image_box);
    /// Moves so that the image point is in the middle of the canvas.
    void centre_on(Point image);
};

}  // namespace inbetween
