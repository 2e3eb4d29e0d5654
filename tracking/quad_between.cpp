#include "tracking/quad_between.h"

#include <cmath>

namespace inbetween {
namespace {

constexpr int halvings = 24;  // so that a step of a long way is exact too

/// The root that lies next to the unit matrix.
/// source: Denman and Beavers, "The matrix sign function and computations in systems", 1976.
std::optional<cv::Matx33d> square_root(const cv::Matx33d& m) {
    cv::Matx33d y = m;
    cv::Matx33d z = cv::Matx33d::eye();
    for (int round = 0; round < 40; ++round) {
        bool good_y = false;
        bool good_z = false;
        const cv::Matx33d next_y = (y + z.inv(cv::DECOMP_LU, &good_z)) * 0.5;
        const cv::Matx33d next_z = (z + y.inv(cv::DECOMP_LU, &good_y)) * 0.5;
        if (!good_y || !good_z || !cv::checkRange(cv::Mat(next_y))) return std::nullopt;
        const double change = cv::norm(next_y - y);
        y = next_y;
        z = next_z;
        if (change < 1e-12 * cv::norm(y)) break;
    }
    if (cv::norm(y * y - m) > 1e-6 * cv::norm(m)) return std::nullopt;
    return y;
}

/// Both quads in coordinates in which numbers are small, and back.
struct Frame {
    cv::Matx33d to;
    cv::Matx33d from;
};

Frame frame_of(const Quad& quad) {
    const double size = std::max(1e-3, size_of(quad));
    const Point middle = bounding_box(quad).centre();
    return {{1 / size, 0, -middle.x / size, 0, 1 / size, -middle.y / size, 0, 0, 1},
            {size, 0, middle.x, 0, size, middle.y, 0, 0, 1}};
}

/// Roots of the motion: [k] takes a quad 1 / 2^k of the way; empty when there are none.
std::vector<cv::Matx33d> roots_of(const Quad& from, const Quad& to) {
    std::vector<cv::Matx33d> roots;
    auto root = homography_between(from, to);
    if (!root || !is_convex(from) || !is_convex(to)) return {};
    const double det = cv::determinant(*root);
    if (!(det > 1e-9)) return {};
    *root *= 1 / std::cbrt(det);
    for (int k = 0; k <= halvings; ++k) {
        if (!root) return {};
        roots.push_back(*root);
        root = square_root(*root);
    }
    return roots;
}

}  // namespace

std::vector<Quad> plane_motion(const Quad& from, const Quad& to, std::size_t steps) {
    const Frame frame = frame_of(from);
    const Quad start = apply(frame.to, from);
    const std::vector<cv::Matx33d> roots = roots_of(start, apply(frame.to, to));
    std::vector<Quad> quads;
    for (std::size_t i = 0; i <= steps; ++i) {
        const double t = static_cast<double>(i) / static_cast<double>(steps);
        const Quad even = mix(from, to, t);
        cv::Matx33d motion = cv::Matx33d::eye();
        double left = t;
        for (std::size_t k = 1; k < roots.size(); ++k) {
            const double part = std::ldexp(1.0, -static_cast<int>(k));
            if (left < part) continue;
            motion = motion * roots[k];
            left -= part;
        }
        const Quad quad = apply(frame.from * motion, start);
        // A half turn has two ways round and no root between; what leaves the ends' surroundings took a wrong one.
        const bool sound = !roots.empty() && is_convex(quad) && corner_gap(quad, even) < corner_gap(from, to);
        quads.push_back(sound ? quad : even);
    }
    quads.front() = from;
    quads.back() = to;
    return quads;
}

std::vector<Quad> smooth_motion(const Quad& from, const Quad& to, std::size_t steps, const std::optional<Quad>& leaving,
                                const std::optional<Quad>& arriving) {
    std::vector<Quad> quads = plane_motion(from, to, steps);
    if (steps < 2) return quads;
    const std::vector<Quad> plain = quads;
    const auto n = static_cast<double>(steps);
    for (std::size_t i = 1; i < steps; ++i) {
        const double t = static_cast<double>(i) / n;
        for (std::size_t k = 0; k < 4; ++k) {
            Point& corner = quads[i].corners[k];
            const auto bend = [&](const Quad& velocity, const Quad& a, const Quad& b, double share) {
                corner.x += n * share * (velocity.corners[k].x - (b.corners[k].x - a.corners[k].x));
                corner.y += n * share * (velocity.corners[k].y - (b.corners[k].y - a.corners[k].y));
            };
            if (leaving) bend(*leaving, plain[0], plain[1], t * (1 - t) * (1 - t));
            if (arriving) bend(*arriving, plain[steps - 1], plain[steps], -t * t * (1 - t));
        }
        if (!is_convex(quads[i])) quads[i] = plain[i];
    }
    return quads;
}

double smooth_deviation(const Quad& from, const Quad& to, std::size_t steps, const QuadPatch& patch) {
    const double size = std::sqrt(size_of(from) * size_of(to)) + 1;
    const double far = corner_gap(from, to) / size;
    return patch.size() * (0.02 + 0.13 * std::min(1.0, static_cast<double>(steps) / 50) + 0.5 * far);
}

}  // namespace inbetween
