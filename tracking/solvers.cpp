#include <algorithm>
#include <array>

#include "tracking/methods.h"

namespace inbetween {
namespace {

// Best first for each kind of shape.
constexpr std::array<const Solver*, 9> table{&anchored_solver,   &csrt_solver,   &medianflow_solver,
                                             &kcf_solver,        &mosse_solver,  &camshift_solver,
                                             &homography_solver, &spline_solver, &linear_solver};

bool takes(const Solver& solver, ShapeKind kind) { return kind == ShapeKind::Box ? solver.boxes : solver.quads; }

}  // namespace

std::span<const Solver* const> all_solvers() { return table; }

const Solver* find_solver(std::string_view id) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const Solver* solver) { return solver->id == id; });
    return found == table.end() ? nullptr : *found;
}

const Solver& default_solver(ShapeKind kind) {
    return **std::find_if(table.begin(), table.end(), [&](const Solver* solver) { return takes(*solver, kind); });
}

const Solver* solver_for(std::string_view id, ShapeKind kind) {
    if (id.empty()) return &default_solver(kind);
    const Solver* asked = find_solver(id);
    if (asked == nullptr || takes(*asked, kind)) return asked;
    return &default_solver(kind);
}

std::vector<SpanTask> spans_to_solve(const Track& track, const FrameRange& range,
                                     std::shared_ptr<const Annotations> scene) {
    std::vector<SpanTask> spans;
    for (std::size_t i = 0; i + 1 < track.keyframes.size(); ++i) {
        const Keyframe& from = track.keyframes[i];
        const Keyframe& to = track.keyframes[i + 1];
        if (from.outside || to.outside || to.frame - from.frame < 2) continue;
        const FrameRange between{from.frame + 1, to.frame};
        if (range.intersect(between) != between) continue;
        spans.push_back({track, i, scene});
    }
    return spans;
}

}  // namespace inbetween
