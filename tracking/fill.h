#pragma once

#include <string_view>
#include <vector>

#include "tracking/box_tracker.h"
#include "tracking/solver.h"

namespace inbetween {

/// Checks that a task names two neighbouring keyframes, both in view, with frames between.
/// errors: in words.
Result<Done> check_task(const SpanTask& task);

/// The two keyframes of a task.   requires: check_task.
const Keyframe& from_of(const SpanTask& task);
const Keyframe& to_of(const SpanTask& task);
/// Frames from the left keyframe to the right one.
std::size_t steps_of(const SpanTask& task);

/// A fill without frames, computed from `before` keyframes in front of the span, the span's two, and `after` behind.
SpanFill empty_fill(const SpanTask& task, std::string_view method, std::size_t before = 0, std::size_t after = 0);

/// The fill that says what the model shows anyway.
SpanFill linear_fill(const SpanTask& task, std::string_view method);

/// A box path in the pictures' coordinates, with its confidence, as a fill; its two ends are left out.
/// Values that are not finite or absurdly large fall back to the linear blend.
void set_frames(SpanFill& fill, const SpanTask& task, const std::vector<Shape>& shapes,
                const std::vector<double>& confidence);

}  // namespace inbetween
