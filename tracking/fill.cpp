#include "tracking/fill.h"

#include <algorithm>
#include <cmath>

namespace inbetween {

Result<Done> check_task(const SpanTask& task) {
    const auto& keyframes = task.track.keyframes;
    if (task.left + 1 >= keyframes.size()) return fail("track {}: no such span", number(task.track.id));
    const Keyframe& from = keyframes[task.left];
    const Keyframe& to = keyframes[task.left + 1];
    if (from.outside || to.outside)
        return fail("track {}, frame {}: the object is not in view", number(task.track.id), from.frame.value);
    if (to.frame - from.frame < 2)
        return fail("track {}, frame {}: no frames to fill", number(task.track.id), from.frame.value);
    if (kind_of(from.shape) != kind_of(to.shape) || !is_valid(from.shape) || !is_valid(to.shape))
        return fail("track {}, frame {}: impossible shape", number(task.track.id), from.frame.value);
    return Done{};
}

const Keyframe& from_of(const SpanTask& task) { return task.track.keyframes[task.left]; }
const Keyframe& to_of(const SpanTask& task) { return task.track.keyframes[task.left + 1]; }
std::size_t steps_of(const SpanTask& task) { return static_cast<std::size_t>(to_of(task).frame - from_of(task).frame); }

SpanFill empty_fill(const SpanTask& task, std::string_view method, std::size_t before, std::size_t after) {
    SpanFill fill;
    fill.track = task.track.id;
    fill.method = method;
    const auto& keyframes = task.track.keyframes;
    for (std::size_t i = task.left - before; i <= task.left + 1 + after; ++i) fill.inputs.push_back(keyframes[i]);
    fill.left = before;
    return fill;
}

namespace {

/// The linear blend i frames after the left keyframe; where corners would cross, the nearer keyframe's shape.
Shape blend_at(const SpanTask& task, std::size_t i) {
    const double t = static_cast<double>(i) / static_cast<double>(steps_of(task));
    const Shape shape = on_grid(blend(from_of(task).shape, to_of(task).shape, t));
    if (is_valid(shape)) return shape;
    return on_grid(t < 0.5 ? from_of(task).shape : to_of(task).shape);
}

}  // namespace

SpanFill linear_fill(const SpanTask& task, std::string_view method) {
    SpanFill fill = empty_fill(task, method);
    for (std::size_t i = 1; i < steps_of(task); ++i) fill.frames.push_back({blend_at(task, i), 1.0F, false});
    return fill;
}

void set_frames(SpanFill& fill, const SpanTask& task, const std::vector<Shape>& shapes,
                const std::vector<double>& confidence) {
    const std::size_t steps = steps_of(task);
    IB_CHECK(shapes.size() == steps + 1 && confidence.size() == steps + 1);
    fill.frames.clear();
    for (std::size_t i = 1; i < steps; ++i) {
        Shape shape = on_grid(shapes[i]);
        double sure = std::isfinite(confidence[i]) ? std::clamp(confidence[i], 0.0, 1.0) : 0.0;
        if (!is_valid(shape)) {
            shape = blend_at(task, i);
            sure = 0;
        }
        fill.frames.push_back({shape, static_cast<float>(sure), false});
    }
}

}  // namespace inbetween
