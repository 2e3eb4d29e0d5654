#include <array>
#include <vector>

#include "tracking/fill.h"
#include "tracking/methods.h"
#include "tracking/pchip.h"

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

Result<SpanFill> solve(FrameSource&, const SpanTask& task, const SolveControl& control) {
    if (auto good = check_task(task); !good) return good.error();
    if (control.stop.stop_requested()) return cancelled();
    const auto& keyframes = task.track.keyframes;
    const std::size_t before = task.left > 0 && !keyframes[task.left - 1].outside ? 1 : 0;
    const std::size_t after = task.left + 2 < keyframes.size() && !keyframes[task.left + 2].outside ? 1 : 0;
    SpanFill fill = empty_fill(task, "spline", before, after);
    std::vector<double> times;
    std::vector<Numbers> stated;
    for (const Keyframe& keyframe : fill.inputs) {
        times.push_back(static_cast<double>(keyframe.frame - from_of(task).frame));
        stated.push_back(numbers_of(keyframe.shape));
    }
    const std::size_t steps = steps_of(task);
    std::vector<Numbers> path(steps + 1);
    for (std::size_t k = 0; k < most_numbers; ++k) {
        std::vector<double> values;
        for (const Numbers& numbers : stated) values.push_back(numbers[k]);
        const Pchip curve(times, values);
        for (std::size_t i = 0; i <= steps; ++i) path[i][k] = curve.at(static_cast<double>(i));
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
