#include "tracking/quad_bridge.h"

#include <algorithm>

namespace inbetween {
namespace {

std::vector<double> running_sum(const std::vector<double>& values) {
    std::vector<double> sums;
    double sum = 0;
    for (const double v : values) sums.push_back(sum += v);
    return sums;
}

/// `quad` moved by `share` of a displacement told in the patch.
Quad displaced_by(const Quad& quad, const QuadPatch& patch, const Corners& by, double share, const Quad& otherwise) {
    const auto from_patch = homography_between(patch.corners(), quad);
    if (!from_patch) return otherwise;
    const Quad result = apply(*from_patch, patch.displaced(by * share));
    return is_convex(result) ? result : otherwise;
}

/// Where `target` lies when `quad` is seen as the patch.
std::optional<Corners> seen_from(const Quad& quad, const Quad& target, const QuadPatch& patch) {
    const auto to_patch = homography_between(quad, patch.corners());
    if (!to_patch) return std::nullopt;
    const Corners by = patch.displacement_of(apply(*to_patch, target));
    // A quad behind the horizon of another comes out anywhere.
    if (!cv::checkRange(cv::Mat(by)) || cv::norm(by, cv::NORM_INF) > 4 * patch.size()) return std::nullopt;
    return by;
}

/// The chain with its end bent onto the far keyframe.
std::vector<Quad> pinned(const QuadChain& chain, const std::vector<double>& unsure, const Quad& end,
                         const QuadPatch& patch) {
    const auto error = seen_from(chain.quads.back(), end, patch);
    std::vector<Quad> quads;
    for (std::size_t i = 0; i < chain.quads.size(); ++i) {
        const double share = unsure[i] / std::max(unsure.back(), 1e-12);
        Quad straight = chain.quads[i];
        for (std::size_t k = 0; k < 4; ++k) {
            straight.corners[k].x += share * (end.corners[k].x - chain.quads.back().corners[k].x);
            straight.corners[k].y += share * (end.corners[k].y - chain.quads.back().corners[k].y);
        }
        quads.push_back(error ? displaced_by(chain.quads[i], patch, *error, share, straight) : straight);
    }
    quads.back() = end;
    return quads;
}

}  // namespace

QuadBridge bridge_quads(const QuadSpan& span, const QuadPatch& patch, const QuadChain& forward,
                        const QuadChain& backward) {
    const std::vector<double> unsure_forward = running_sum(forward.variance);
    std::vector<double> unsure_backward = running_sum(backward.variance);
    const std::vector<Quad> f = pinned(forward, unsure_forward, span.to, patch);
    std::vector<Quad> b = pinned(backward, unsure_backward, span.from, patch);
    std::reverse(b.begin(), b.end());
    std::reverse(unsure_backward.begin(), unsure_backward.end());
    QuadBridge bridge;
    for (std::size_t i = 0; i <= span.steps; ++i) {
        const double total = unsure_forward[i] + unsure_backward[i] + 1e-12;
        const double share = unsure_forward[i] / total;
        const auto between = seen_from(f[i], b[i], patch);
        Quad quad = mix(f[i], b[i], share);
        if (between) quad = displaced_by(f[i], patch, *between, share, quad);
        if (!is_convex(quad)) quad = mix(span.from, span.to, static_cast<double>(i) / static_cast<double>(span.steps));
        bridge.quads.push_back(quad);
        bridge.gap.push_back(corner_gap(f[i], b[i]));
        bridge.quality.push_back(std::max(forward.quality[i], backward.quality[span.steps - i]));
        bridge.variance.push_back(unsure_forward[i] * unsure_backward[i] / total);
        if (i > 0) bridge.step_variance.push_back(std::min(forward.variance[i], backward.variance[span.steps - i + 1]));
    }
    bridge.quads.front() = span.from;
    bridge.quads.back() = span.to;
    return bridge;
}

}  // namespace inbetween
