#include <algorithm>
#include <array>
#include <cmath>

#include "tracking/fill.h"
#include "tracking/methods.h"

namespace inbetween {
namespace {

constexpr std::size_t most_numbers = 8;
using Numbers = std::array<double, most_numbers>;

/// What is interpolated: a box's centre and log sides, a quad's corners.
Numbers numbers_of(const Shape& shape) {
    if (const Box* box = std::get_if<Box>(&shape)) {
        const Pose pose = pose_of(*box);
        return {pose.x, pose.y, pose.log_w, pose.log_h};
    }
    const Quad& quad = std::get<Quad>(shape);
    Numbers numbers{};
    for (std::size_t i = 0; i < 4; ++i) {
        numbers[2 * i] = quad.corners[i].x;
        numbers[2 * i + 1] = quad.corners[i].y;
    }
    return numbers;
}

Shape shape_of(const Numbers& numbers, ShapeKind kind) {
    if (kind == ShapeKind::Box) return box_of({numbers[0], numbers[1], numbers[2], numbers[3]});
    Quad quad;
    for (std::size_t i = 0; i < 4; ++i) quad.corners[i] = {numbers[2 * i], numbers[2 * i + 1]};
    return quad;
}

/// The slope at a knot between two intervals that keeps the curve from overshooting.
/// source: Fritsch and Butland, "A method for constructing local monotone piecewise cubic interpolants", 1984.
double slope_between(double h0, double d0, double h1, double d1) {
    if (d0 * d1 <= 0) return 0;
    const double w0 = 2 * h1 + h0;
    const double w1 = h1 + 2 * h0;
    return (w0 + w1) / (w0 / d0 + w1 / d1);
}

/// The slope at the end of the first interval's outer side, from the first two intervals.
double slope_at_end(double h0, double d0, double h1, double d1) {
    double slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);
    if (slope * d0 <= 0) return 0;
    if (d0 * d1 <= 0 && std::abs(slope) > 3 * std::abs(d0)) slope = 3 * d0;
    return slope;
}

/// A cubic between two values with given slopes, at t of 0..1.
double hermite(double a, double slope_a, double b, double slope_b, double length, double t) {
    const double t2 = t * t;
    const double t3 = t2 * t;
    return a * (2 * t3 - 3 * t2 + 1) + slope_a * length * (t3 - 2 * t2 + t) + b * (3 * t2 - 2 * t3) +
           slope_b * length * (t3 - t2);
}

/// The neighbours in view on both sides of the span, if they are there.
struct Neighbours {
    const Keyframe* before = nullptr;
    const Keyframe* after = nullptr;
};

Neighbours neighbours_of(const SpanTask& task) {
    const auto& keyframes = task.track.keyframes;
    Neighbours found;
    if (task.left > 0 && !keyframes[task.left - 1].outside) found.before = &keyframes[task.left - 1];
    if (task.left + 2 < keyframes.size() && !keyframes[task.left + 2].outside) found.after = &keyframes[task.left + 2];
    return found;
}

double frames_between(const Keyframe& a, const Keyframe& b) { return static_cast<double>(b.frame - a.frame); }

/// One number's slopes at both ends of the span.
std::pair<double, double> slopes(const SpanTask& task, const Neighbours& beside, std::size_t k) {
    const Keyframe& from = from_of(task);
    const Keyframe& to = to_of(task);
    const double length = frames_between(from, to);
    const double a = numbers_of(from.shape)[k];
    const double b = numbers_of(to.shape)[k];
    const double here = (b - a) / length;
    const double length_before = beside.before != nullptr ? frames_between(*beside.before, from) : 0;
    const double length_after = beside.after != nullptr ? frames_between(to, *beside.after) : 0;
    const double before = beside.before != nullptr ? (a - numbers_of(beside.before->shape)[k]) / length_before : here;
    const double after = beside.after != nullptr ? (numbers_of(beside.after->shape)[k] - b) / length_after : here;
    double left = here;
    double right = here;
    if (beside.before != nullptr)
        left = slope_between(length_before, before, length, here);
    else if (beside.after != nullptr)
        left = slope_at_end(length, here, length_after, after);
    if (beside.after != nullptr)
        right = slope_between(length, here, length_after, after);
    else if (beside.before != nullptr)
        right = slope_at_end(length, here, length_before, before);
    return {left, right};
}

Result<SpanFill> solve(FrameSource&, const SpanTask& task, const SolveControl& control) {
    if (auto good = check_task(task); !good) return good.error();
    if (control.stop.stop_requested()) return cancelled();
    const Neighbours beside = neighbours_of(task);
    SpanFill fill = empty_fill(task, "spline", beside.before != nullptr ? 1 : 0, beside.after != nullptr ? 1 : 0);
    const Numbers a = numbers_of(from_of(task).shape);
    const Numbers b = numbers_of(to_of(task).shape);
    const std::size_t steps = steps_of(task);
    const auto length = static_cast<double>(steps);
    std::vector<Numbers> path(steps + 1);
    for (std::size_t k = 0; k < most_numbers; ++k) {
        const auto [left, right] = slopes(task, beside, k);
        for (std::size_t i = 0; i <= steps; ++i)
            path[i][k] = hermite(a[k], left, b[k], right, length, static_cast<double>(i) / length);
    }
    std::vector<Shape> shapes;
    for (const Numbers& numbers : path) shapes.push_back(shape_of(numbers, task.track.kind));
    set_frames(fill, task, shapes, std::vector<double>(steps + 1, 1));
    return fill;
}

}  // namespace

const Solver spline_solver{.id = "spline",
                           .name = "Spline",
                           .help =
                               "A smooth curve through the neighbouring keyframes that never overshoots them; looks "
                               "at no pixels.",
                           .boxes = true,
                           .quads = true,
                           .reads_pixels = false,
                           .solve = solve};

}  // namespace inbetween
