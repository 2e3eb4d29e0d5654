#include "core/model/shape.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"

namespace inbetween {
namespace {

constexpr double largest_coordinate = 1e6;
constexpr double grid_step = 1.0 / shape_grid_per_px;

double snap(double value) { return std::round(value * shape_grid_per_px) / shape_grid_per_px; }

bool is_usable(double value) { return std::isfinite(value) && std::abs(value) <= largest_coordinate; }

double cross(Point a, Point b, Point c) { return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x); }

bool segments_cross(Point a, Point b, Point c, Point d) {
    return cross(a, b, c) * cross(a, b, d) < 0 && cross(c, d, a) * cross(c, d, b) < 0;
}

Point blend(Point a, Point b, double t) { return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t}; }

}  // namespace

ShapeKind kind_of(const Shape& shape) { return std::holds_alternative<Box>(shape) ? ShapeKind::Box : ShapeKind::Quad; }

Box bounding_box(const Shape& shape) {
    if (const Box* box = std::get_if<Box>(&shape)) return *box;
    const auto& corners = std::get<Quad>(shape).corners;
    const auto [left, right] =
        std::minmax_element(corners.begin(), corners.end(), [](Point a, Point b) { return a.x < b.x; });
    const auto [top, bottom] =
        std::minmax_element(corners.begin(), corners.end(), [](Point a, Point b) { return a.y < b.y; });
    return {left->x, top->y, right->x - left->x, bottom->y - top->y};
}

Quad quad_of(const Box& box) {
    return {
        {Point{box.x, box.y}, Point{box.right(), box.y}, Point{box.right(), box.bottom()}, Point{box.x, box.bottom()}}};
}

double signed_area(const Quad& quad) {
    double twice = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const Point a = quad.corners[i];
        const Point b = quad.corners[(i + 1) % 4];
        twice += a.x * b.y - b.x * a.y;
    }
    return twice / 2;
}

bool is_self_crossing(const Quad& quad) {
    const auto& c = quad.corners;
    return segments_cross(c[0], c[1], c[2], c[3]) || segments_cross(c[1], c[2], c[3], c[0]);
}

bool is_valid(const Shape& shape) {
    if (const Box* box = std::get_if<Box>(&shape)) {
        return is_usable(box->x) && is_usable(box->y) && is_usable(box->w) && is_usable(box->h) &&
               box->w >= grid_step && box->h >= grid_step;
    }
    const Quad& quad = std::get<Quad>(shape);
    const bool usable =
        std::all_of(quad.corners.begin(), quad.corners.end(), [](Point p) { return is_usable(p.x) && is_usable(p.y); });
    return usable && !is_self_crossing(quad) && std::abs(signed_area(quad)) >= grid_step;
}

Shape on_grid(const Shape& shape) {
    if (const Box* box = std::get_if<Box>(&shape))
        return Box{snap(box->x), snap(box->y), std::max(grid_step, snap(box->w)), std::max(grid_step, snap(box->h))};
    Quad quad = std::get<Quad>(shape);
    for (Point& corner : quad.corners) corner = {snap(corner.x), snap(corner.y)};
    return quad;
}

Shape blend(const Shape& from, const Shape& to, double t) {
    IB_CHECK(from.index() == to.index());
    if (const Box* a = std::get_if<Box>(&from)) {
        const Box& b = std::get<Box>(to);
        return Box{a->x + (b.x - a->x) * t, a->y + (b.y - a->y) * t, a->w + (b.w - a->w) * t, a->h + (b.h - a->h) * t};
    }
    Quad quad = std::get<Quad>(from);
    const Quad& target = std::get<Quad>(to);
    for (std::size_t i = 0; i < 4; ++i) quad.corners[i] = blend(quad.corners[i], target.corners[i], t);
    return quad;
}

Shape moved(const Shape& shape, double dx, double dy) {
    if (const Box* box = std::get_if<Box>(&shape)) return Box{box->x + dx, box->y + dy, box->w, box->h};
    Quad quad = std::get<Quad>(shape);
    for (Point& corner : quad.corners) corner = {corner.x + dx, corner.y + dy};
    return quad;
}

namespace {
double intersection(const Box& a, const Box& b) {
    const double w = std::min(a.right(), b.right()) - std::max(a.x, b.x);
    const double h = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
    return w > 0 && h > 0 ? w * h : 0;
}
}  // namespace

double iou(const Box& a, const Box& b) {
    const double both = intersection(a, b);
    const double either = a.w * a.h + b.w * b.h - both;
    return either > 0 ? both / either : 0;
}

double overlap_share(const Box& a, const Box& b) {
    const double area = a.w * a.h;
    return area > 0 ? intersection(a, b) / area : 0;
}

double distance(const Shape& a, const Shape& b) {
    IB_CHECK(a.index() == b.index());
    if (const Box* p = std::get_if<Box>(&a)) {
        const Box& q = std::get<Box>(b);
        return std::max({std::abs(p->x - q.x), std::abs(p->y - q.y), std::abs(p->right() - q.right()),
                         std::abs(p->bottom() - q.bottom())});
    }
    double largest = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const Point p = std::get<Quad>(a).corners[i];
        const Point q = std::get<Quad>(b).corners[i];
        largest = std::max({largest, std::abs(p.x - q.x), std::abs(p.y - q.y)});
    }
    return largest;
}

bool contains(const Shape& shape, Point point) {
    if (const Box* box = std::get_if<Box>(&shape))
        return point.x >= box->x && point.x <= box->right() && point.y >= box->y && point.y <= box->bottom();
    bool inside = false;
    const auto& c = std::get<Quad>(shape).corners;
    for (std::size_t i = 0, j = 3; i < 4; j = i++) {
        if ((c[i].y > point.y) != (c[j].y > point.y) &&
            point.x < (c[j].x - c[i].x) * (point.y - c[i].y) / (c[j].y - c[i].y) + c[i].x)
            inside = !inside;
    }
    return inside;
}

}  // namespace inbetween
