#include "app/viewport.h"

#include <algorithm>

namespace inbetween {
namespace {

constexpr double smallest_scale = 1.0 / 32;
constexpr double largest_scale = 64;
constexpr double largest_scale_shown = 8;  // show() of a tiny object still leaves some of its surroundings
constexpr double show_margin = 0.5;        // of the object's size, on each side

}  // namespace

Point Viewport::screen_from_image(Point image) const {
    return {offset.x + image.x * scale * pixel_aspect, offset.y + image.y * scale};
}

Point Viewport::image_from_screen(Point screen) const {
    return {(screen.x - offset.x) / (scale * pixel_aspect), (screen.y - offset.y) / scale};
}

void Viewport::fit(double image_width, double image_height) {
    if (image_width <= 0 || image_height <= 0 || canvas_width <= 0 || canvas_height <= 0) return;
    scale = std::clamp(std::min(canvas_width / (image_width * pixel_aspect), canvas_height / image_height),
                       smallest_scale, largest_scale);
    centre_on({image_width / 2, image_height / 2});
}

void Viewport::zoom_at(Point screen, double factor) {
    const Point kept = image_from_screen(screen);
    scale = std::clamp(scale * factor, smallest_scale, largest_scale);
    offset = {screen.x - kept.x * scale * pixel_aspect, screen.y - kept.y * scale};
}

void Viewport::pan(double dx, double dy) {
    offset.x += dx;
    offset.y += dy;
}

void Viewport::show(const Box& image_box) {
    if (canvas_width <= 0 || canvas_height <= 0) return;
    const double width = std::max(image_box.w, 1.0) * (1 + 2 * show_margin) * pixel_aspect;
    const double height = std::max(image_box.h, 1.0) * (1 + 2 * show_margin);
    scale = std::clamp(std::min(canvas_width / width, canvas_height / height), smallest_scale, largest_scale_shown);
    centre_on(image_box.centre());
}

void Viewport::centre_on(Point image) {
    offset = {canvas_width / 2 - image.x * scale * pixel_aspect, canvas_height / 2 - image.y * scale};
}

}  // namespace inbetween
