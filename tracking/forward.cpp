#include "tracking/forward.h"

#include <algorithm>
#include <array>

#include "tracking/box_solve.h"

namespace inbetween {
namespace {

constexpr std::int64_t reads_per_frame = 1;

Result<SpanFill> solve_forward(FrameSource& source, const SpanTask& task, const SolveControl& control,
                               std::string_view tracker, std::string_view id) {
    if (auto good = check_task(task); !good) return good.error();
    // What comes later is not known to a tracker that runs ahead: neither the images' scale nor the box's size may
    // depend on the right keyframe.
    SpanTask ahead = task;
    ahead.track.keyframes[task.left + 1].shape = from_of(task).shape;
    auto open = open_box_span(source, ahead, control, reads_per_frame);
    if (!open) return open.error();
    auto chain = run_chain(open->images, open->span, *find_tracker(tracker), ChainStart::Left);
    if (!chain) return chain.error();
    SpanFill fill = empty_fill(task, id);
    set_box_frames(fill, task, open->images, chain->poses, chain->quality);
    return fill;
}

Result<SpanFill> solve_mosse(FrameSource& source, const SpanTask& task, const SolveControl& control) {
    return solve_forward(source, task, control, "mosse", "mosse-forward");
}
Result<SpanFill> solve_kcf(FrameSource& source, const SpanTask& task, const SolveControl& control) {
    return solve_forward(source, task, control, "kcf", "kcf-forward");
}
Result<SpanFill> solve_medianflow(FrameSource& source, const SpanTask& task, const SolveControl& control) {
    return solve_forward(source, task, control, "medianflow", "medianflow-forward");
}
Result<SpanFill> solve_camshift(FrameSource& source, const SpanTask& task, const SolveControl& control) {
    return solve_forward(source, task, control, "camshift", "camshift-forward");
}
Result<SpanFill> solve_csrt(FrameSource& source, const SpanTask& task, const SolveControl& control) {
    return solve_forward(source, task, control, "csrt", "csrt-forward");
}

constexpr Solver mosse{.id = "mosse-forward",
                       .name = "MOSSE, forward",
                       .help = "MOSSE from the left keyframe alone.",
                       .solve = solve_mosse};
constexpr Solver kcf{
    .id = "kcf-forward", .name = "KCF, forward", .help = "KCF from the left keyframe alone.", .solve = solve_kcf};
constexpr Solver medianflow{.id = "medianflow-forward",
                            .name = "MedianFlow, forward",
                            .help = "MedianFlow from the left keyframe alone.",
                            .solve = solve_medianflow};
constexpr Solver camshift{.id = "camshift-forward",
                          .name = "CamShift, forward",
                          .help = "CamShift from the left keyframe alone.",
                          .solve = solve_camshift};
constexpr Solver csrt{
    .id = "csrt-forward", .name = "CSRT, forward", .help = "CSRT from the left keyframe alone.", .solve = solve_csrt};

constexpr std::array<const Solver*, 5> table{&mosse, &kcf, &medianflow, &camshift, &csrt};

}  // namespace

std::span<const Solver* const> forward_solvers() { return table; }

bool is_forward(const Solver& solver) { return std::ranges::find(table, &solver) != table.end(); }

}  // namespace inbetween
