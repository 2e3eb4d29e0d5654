#pragma once

#include <array>
#include <variant>

namespace inbetween {

/// A place in an image: pixels, x right, y down, (0,0) the top-left corner of the top-left pixel.
struct Point {
    double x = 0;
    double y = 0;
    friend bool operator==(const Point&, const Point&) = default;
};

/// An upright rectangle. May lie partly or wholly outside the image.   units: image pixels.
struct Box {
    double x = 0;  ///< left edge
    double y = 0;  ///< top edge
    double w = 0;
    double h = 0;
    friend bool operator==(const Box&, const Box&) = default;
    double right() const { return x + w; }
    double bottom() const { return y + h; }
    Point centre() const { return {x + w / 2, y + h / 2}; }
};

/// Four corners, clockwise in the object's own order: its own top-left corner first.
struct Quad {
    std::array<Point, 4> corners;
    friend bool operator==(const Quad&, const Quad&) = default;
};

using Shape = std::variant<Box, Quad>;

enum class ShapeKind { Box, Quad };

ShapeKind kind_of(const Shape& shape);

/// The smallest box that holds the shape.
Box bounding_box(const Shape& shape);

/// A quad with the box's four corners, top-left first.
Quad quad_of(const Box& box);

/// Tells whether all numbers are finite and within +-1e6, a box at least 1/1024 px wide and high, and a quad not
/// self-crossing and not flat (area at least 1/1024 px²; concave is allowed, as an oblique view with noise may be).
bool is_valid(const Shape& shape);

/// Tells whether two opposite sides of the quad cut each other.
bool is_self_crossing(const Quad& quad);

/// Positive when the corners run clockwise on screen.   units: px².
double signed_area(const Quad& quad);

/// The shape with every number on the grid of 1/1024 px on which shapes are stored, so that a shape stated is the shape
/// that is read back. A box keeps at least one grid step of width and height.
Shape on_grid(const Shape& shape);
inline constexpr double shape_grid_per_px = 1024.0;

/// Between `from` (t = 0) and `to` (t = 1), each number by itself.   requires: both of one kind.
Shape blend(const Shape& from, const Shape& to, double t);

/// The shape moved by (dx, dy).
Shape moved(const Shape& shape, double dx, double dy);

/// Intersection over union of two boxes, 0..1.
double iou(const Box& a, const Box& b);

/// The share of box `a` that lies in box `b`, 0..1; 0 for a box without area.
double overlap_share(const Box& a, const Box& b);

/// The largest difference between two shapes' numbers: of a box's four edges, of a quad's corner coordinates.
/// requires: both of one kind.   units: px.
double distance(const Shape& a, const Shape& b);

/// Tells whether the point lies inside the shape.
bool contains(const Shape& shape, Point point);

}  // namespace inbetween
