#include "tracking/quad_patch.h"

#include <algorithm>
#include <cmath>

namespace inbetween {
namespace {

constexpr double longest_px = 128;
constexpr double shortest_px = 24;  // smaller patches are enlarged, up to twice
constexpr double least_px = 12;

double side(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

/// Columns made orthonormal in their order, each pointing the way it did.
Matrix8 orthonormal(Matrix8 columns) {
    for (int k = 0; k < 8; ++k) {
        Corners v(columns.col(k).val);
        for (int j = 0; j < k; ++j) {
            const Corners u(columns.col(j).val);
            v -= u * v.dot(u);
        }
        v *= 1 / cv::norm(v);
        for (int i = 0; i < 8; ++i) columns(i, k) = v[i];
    }
    return columns;
}

}  // namespace

std::optional<cv::Matx33d> homography_between(const Quad& from, const Quad& to) {
    Matrix8 a = Matrix8::zeros();
    Corners rhs;
    for (int i = 0; i < 4; ++i) {
        const auto [x, y] = from.corners[static_cast<std::size_t>(i)];
        const auto [u, v] = to.corners[static_cast<std::size_t>(i)];
        const double rows[2][8] = {{x, y, 1, 0, 0, 0, -x * u, -y * u}, {0, 0, 0, x, y, 1, -x * v, -y * v}};
        for (int k = 0; k < 8; ++k) {
            a(2 * i, k) = rows[0][k];
            a(2 * i + 1, k) = rows[1][k];
        }
        rhs[2 * i] = u;
        rhs[2 * i + 1] = v;
    }
    Corners h;
    if (!cv::solve(a, rhs, h, cv::DECOMP_LU)) return std::nullopt;
    for (int k = 0; k < 8; ++k)
        if (!std::isfinite(h[k])) return std::nullopt;
    return cv::Matx33d(h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], 1);
}

Point apply(const cv::Matx33d& homography, Point point) {
    const cv::Vec3d v = homography * cv::Vec3d(point.x, point.y, 1);
    return {v[0] / v[2], v[1] / v[2]};
}

Quad apply(const cv::Matx33d& homography, const Quad& quad) {
    Quad moved;
    for (std::size_t i = 0; i < 4; ++i) moved.corners[i] = apply(homography, quad.corners[i]);
    return moved;
}

bool is_convex(const Quad& quad) {
    int clockwise = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const Point a = quad.corners[i];
        const Point b = quad.corners[(i + 1) % 4];
        const Point c = quad.corners[(i + 2) % 4];
        const double turn = (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
        if (!std::isfinite(turn) || turn == 0) return false;
        clockwise += turn > 0 ? 1 : -1;
    }
    return std::abs(clockwise) == 4;
}

double size_of(const Quad& quad) { return std::sqrt(std::abs(signed_area(quad))); }

double corner_gap(const Quad& a, const Quad& b) {
    double gap = 0;
    for (std::size_t i = 0; i < 4; ++i) gap = std::max(gap, side(a.corners[i], b.corners[i]));
    return gap;
}

Quad mix(const Quad& a, const Quad& b, double t) { return std::get<Quad>(blend(a, b, t)); }

QuadPatch QuadPatch::of(const Quad& a, const Quad& b) {
    double w = 0;
    double h = 0;
    for (const Quad& q : {a, b}) {
        w += (side(q.corners[0], q.corners[1]) + side(q.corners[3], q.corners[2])) / 4;
        h += (side(q.corners[1], q.corners[2]) + side(q.corners[0], q.corners[3])) / 4;
    }
    const double enlarge = std::min(2.0, shortest_px / std::max(1.0, std::min(w, h)));
    const double scale = std::max(enlarge, std::min(1.0, longest_px / std::max({w, h, 1.0})));
    const auto rounded = [&](double length) {
        return std::clamp(std::round(length * scale), least_px, 2 * longest_px);
    };
    return {rounded(w), rounded(h)};
}

QuadPatch::QuadPatch(double w, double h) : w_(w), h_(h), corners_{{Point{0, 0}, {w, 0}, {w, h}, {0, h}}} {
    Matrix8 raw;
    Matrix8 plain;
    for (int i = 0; i < 4; ++i) {
        const double sx = i == 1 || i == 2 ? 1 : -1;
        const double sy = i >= 2 ? 1 : -1;
        const double x = sx * w / 2;
        const double y = sy * h / 2;
        const double in_x[8] = {1, 0, x, -y, x, y, sx * sy, 0};
        const double in_y[8] = {0, 1, y, x, -y, x, 0, sx * sy};
        const cv::Matx<double, 2, 8> jacobian = plain_jacobian(corners_.corners[static_cast<std::size_t>(i)], w, h);
        for (int k = 0; k < 8; ++k) {
            raw(2 * i, k) = in_x[k];
            raw(2 * i + 1, k) = in_y[k];
            plain(2 * i, k) = jacobian(0, k);
            plain(2 * i + 1, k) = jacobian(1, k);
        }
    }
    directions_ = orthonormal(raw);
    plain_from_directions_ = plain.inv() * directions_;
}

double QuadPatch::size() const { return std::sqrt(w_ * h_); }

cv::Matx<double, 2, 8> QuadPatch::plain_jacobian(Point p, double w, double h) {
    const double x = (p.x - w / 2) / w;
    const double y = (p.y - h / 2) / w;
    return {1, x, y, 0, 0, 0, x * x, x * y, 0, 0, 0, 1, x, y, x * y, y * y};
}

cv::Matx<double, 2, 8> QuadPatch::jacobian(Point p) const { return plain_jacobian(p, w_, h_) * plain_from_directions_; }

Quad QuadPatch::displaced(const Corners& by) const {
    Quad quad = corners_;
    for (int i = 0; i < 4; ++i) {
        quad.corners[static_cast<std::size_t>(i)].x += by[2 * i];
        quad.corners[static_cast<std::size_t>(i)].y += by[2 * i + 1];
    }
    return quad;
}

Corners QuadPatch::displacement_of(const Quad& quad) const {
    Corners by;
    for (int i = 0; i < 4; ++i) {
        const auto at = static_cast<std::size_t>(i);
        by[2 * i] = quad.corners[at].x - corners_.corners[at].x;
        by[2 * i + 1] = quad.corners[at].y - corners_.corners[at].y;
    }
    return by;
}

}  // namespace inbetween
