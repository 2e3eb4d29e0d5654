#include <algorithm>
#include <cmath>

#include "tracking/fill.h"
#include "tracking/methods.h"
#include "tracking/quad_path.h"

namespace inbetween {
namespace {

constexpr std::int64_t reads_per_frame = 3;
constexpr double finer = 0.5;  // as if half as large: a corner is to lie finer than the edge of a box

Quad shifted_by(Quad quad, double shift) {
    for (Point& corner : quad.corners) corner = {corner.x + shift, corner.y + shift};
    return quad;
}

Result<SpanFill> solve(FrameSource& source, const SpanTask& task, const SolveControl& control) {
    if (auto good = check_task(task); !good) return good.error();
    const Quad* a = std::get_if<Quad>(&from_of(task).shape);
    const Quad* b = std::get_if<Quad>(&to_of(task).shape);
    if (a == nullptr || b == nullptr)
        return fail("track {}: this method fills quadrilaterals only", number(task.track.id));
    const std::size_t steps = steps_of(task);
    auto images = SpanImages::open(source, control, from_of(task).frame, std::min(size_of(*a), size_of(*b)) * finer,
                                   reads_per_frame * (static_cast<std::int64_t>(steps) + 1));
    if (!images) return images.error();
    QuadFrames frames(*images, from_of(task).frame, steps);
    const QuadSpan span{0, steps, shifted_by(images->image_from_picture(*a), -0.5),
                        shifted_by(images->image_from_picture(*b), -0.5)};
    auto path = find_quad_path(frames, span);
    if (!path) return path.error();
    std::vector<Shape> shapes;
    std::vector<double> sure;
    for (std::size_t i = 0; i <= steps; ++i) {
        shapes.emplace_back(images->picture_from_image(shifted_by(path->quads[i], 0.5)));
        sure.push_back(confidence_at(*path, i));
    }
    SpanFill fill = empty_fill(task, "homography");
    set_frames(fill, task, shapes, sure);
    return fill;
}

}  // namespace

const Solver homography_solver{.id = "homography",
                               .name = "Homography from both ends",
                               .help = "For flat things seen in perspective: screens, signs, number plates, pages.",
                               .boxes = false,
                               .quads = true,
                               .solve = solve};

}  // namespace inbetween
