#include "tracking/quad_path.h"

#include <algorithm>
#include <cmath>

#include "tracking/quad_between.h"
#include "tracking/quad_bridge.h"
#include "tracking/quad_rescue.h"
#include "tracking/quad_sighting.h"

namespace inbetween {
namespace {

/// Frames to the nearest confirmed one.
std::vector<double> distances_to(const std::vector<bool>& confirmed) {
    std::vector<double> far(confirmed.size(), 0);
    double since = 1e6;
    for (std::size_t t = 0; t < confirmed.size(); ++t) far[t] = since = confirmed[t] ? 0 : since + 1;
    since = 1e6;
    for (std::size_t t = confirmed.size(); t-- > 0;) {
        since = confirmed[t] ? 0 : since + 1;
        far[t] = std::min(far[t], since);
    }
    return far;
}

/// Whether either keyframe is found again where the other lies: a covered keyframe, or one of something else, is not.
Result<double> keyframes_alike(QuadFrames& frames, const QuadSpan& span, const QuadLooks& looks) {
    auto left = frames.gray(0);
    if (!left) return left.error();
    auto right = frames.gray(span.steps);
    if (!right) return right.error();
    GrayRegion from(*left, span.from);
    GrayRegion to(*right, span.to);
    return std::max(match_of(looks.sides[0], to, span.to).score(), match_of(looks.sides[1], from, span.from).score());
}

}  // namespace

double confidence_at(const QuadPath& path, std::size_t t) {
    // Logistic regression on painted scenes, see tests/bench/quad_bench.cpp: half of their textures and backgrounds.
    const auto far = [](double v) { return std::log1p(std::clamp(v, 0.0, 200.0)); };
    const double evidence = 5.8 - 0.47 * far(path.gap[t]) - 1.5 * far(path.unseen[t]) - 0.83 * far(path.agreement[t]) -
                            (path.agreement[t] < 0 ? 2.0 : 0.0) + 2.8 * path.quality[t] -
                            2.8 * (1 - path.keyframes_alike);
    const double sure = 1 / (1 + std::exp(-evidence));
    // A look alone can lock on to the wrong place, and chains alone drift: all but sure takes both.
    const bool is_clear = path.score[t] > 0.85 && path.gap[t] < 3;
    // Where neither look is found in several frames, the flow may well follow something else, and its quality is none.
    const bool is_lost = path.score[t] == 0 && path.unseen[t] >= 2;
    return is_clear ? sure : std::min(sure, is_lost ? 0.6 : 0.97);
}

Result<QuadPath> find_quad_path(QuadFrames& frames, const QuadSpan& span) {
    const QuadPatch patch = QuadPatch::of(span.from, span.to);
    auto looks = looks_of(frames, span, patch);
    if (!looks) return looks.error();
    auto forward = run_quad_chain(frames, span, looks->sides[0], ChainStart::Left);
    if (!forward) return forward.error();
    auto backward = run_quad_chain(frames, span, looks->sides[1], ChainStart::Right);
    if (!backward) return backward.error();
    const QuadBridge bridge =
        bridge_quads(span, patch, *forward, *backward, plane_motion(span.from, span.to, span.steps),
                     smooth_deviation(span.from, span.to, span.steps, patch));
    std::vector<QuadSighting> sightings(span.steps + 1);
    for (std::size_t t = 1; t < span.steps; ++t) {
        auto gray = frames.gray(t);
        if (!gray) return gray.error();
        sightings[t] = sight(*looks, *gray, bridge.quads[t], bridge.variance[t]);
    }
    QuadWay way{bridge.quads, bridge.variance, bridge.step_variance};
    std::vector<Quad> quads = bent_to(way, sightings, patch);
    std::vector<double> gap = bridge.gap;
    std::vector<bool> confirmed = confirmed_frames(quads, gap, sightings);
    if (std::find(confirmed.begin(), confirmed.end(), false) != confirmed.end()) {
        way.quads = quads;
        auto rescued = rescue(frames, *looks, {&way, &sightings, &confirmed, &gap});
        if (!rescued) return rescued.error();
        quads = bent_to(way, sightings, patch);
    }
    auto alike = keyframes_alike(frames, span, *looks);
    if (!alike) return alike.error();
    QuadPath path{.quads = quads,
                  .gap = gap,
                  .quality = bridge.quality,
                  .unseen = distances_to(confirmed),
                  .keyframes_alike = *alike};
    for (std::size_t t = 0; t <= span.steps; ++t) {
        const QuadMatch* best = sightings[t].best();
        path.score.push_back(sightings[t].score());
        path.agreement.push_back(sightings[t].agreement());
        path.visible.push_back(sightings[t].visible);
        path.inliers.push_back(sightings[t].inliers);
        path.pulled.push_back(best == nullptr ? 0 : corner_gap(best->quad, quads[t]));
    }
    return path;
}

}  // namespace inbetween
