#include "tracking/fill.h"
#include "tracking/methods.h"

namespace inbetween {
namespace {

Result<SpanFill> solve(FrameSource&, const SpanTask& task, const SolveControl& control) {
    if (auto good = check_task(task); !good) return good.error();
    if (control.stop.stop_requested()) return cancelled();
    return linear_fill(task, "linear");
}

}  // namespace

const Solver linear_solver{.id = "linear",
                           .name = "Linear",
                           .help = "Moves each edge or corner evenly from keyframe to keyframe; looks at no pixels.",
                           .boxes = true,
                           .quads = true,
                           .reads_pixels = false,
                           .solve = solve};

}  // namespace inbetween
