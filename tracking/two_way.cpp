// Boxes by OpenCV's trackers: run from both keyframes, joined, and held against the plain linear blend.

#include <algorithm>
#include <cmath>

#include "tracking/box_solve.h"
#include "tracking/fill.h"
#include "tracking/guard.h"
#include "tracking/join.h"
#include "tracking/look_filter.h"
#include "tracking/motion_prior.h"

namespace inbetween {
namespace {

constexpr std::int64_t reads_per_frame = 3;  // two chains, scores

}  // namespace

Result<SpanFill> solve_two_ways(FrameSource& source, const SpanTask& task, const SolveControl& control,
                                const TrackerKind& kind) {
    auto open = open_box_span(source, task, control, reads_per_frame);
    if (!open) return open.error();
    OpenSpan& at = *open;
    auto forward = run_chain(at.images, at.span, kind, ChainStart::Left);
    if (!forward) return forward.error();
    auto backward = run_chain(at.images, at.span, kind, ChainStart::Right);
    if (!backward) return backward.error();
    auto even = even_path(at.images, at.span);
    if (!even) return even.error();
    const Joined joined = join(*forward, *backward, *even, {kind.finds_size});
    auto evidence = Evidence::open(at.images, at.span);
    if (!evidence) return evidence.error();
    const Path linear = linear_path(at.span.from, at.span.to, at.span.steps);
    auto chosen = evidence->choose(at.images, at.span, {{linear, 0.0}, {*even, 0.03}, {joined.path, 0.05}});
    if (!chosen) return chosen.error();
    SpanFill fill = empty_fill(task, kind.id);
    set_box_frames(fill, task, at.images, chosen->path, confidence_of(*chosen, joined.agreement));
    return fill;
}

}  // namespace inbetween
