#include "tracking/quad_bridge.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace inbetween {
namespace {

constexpr double meet_px = 3;  // chains that come as near as this to each other, or this share of the size, have met
constexpr double meet_share = 0.05;

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

/// A chain bent onto the far keyframe.
struct Pinned {
    std::vector<Quad> quads;
    std::vector<double> variance;
    double doubt = 1;  ///< how much farther off the chain came out than it says
};

Pinned pinned(const QuadChain& chain, const Quad& end, const QuadPatch& patch) {
    Pinned result{{}, running_sum(chain.variance)};
    const std::vector<double>& unsure = result.variance;
    const auto error = seen_from(chain.quads.back(), end, patch);
    for (std::size_t i = 0; i < chain.quads.size(); ++i) {
        const double share = unsure[i] / std::max(unsure.back(), 1e-12);
        Quad straight = chain.quads[i];
        for (std::size_t k = 0; k < 4; ++k) {
            straight.corners[k].x += share * (end.corners[k].x - chain.quads.back().corners[k].x);
            straight.corners[k].y += share * (end.corners[k].y - chain.quads.back().corners[k].y);
        }
        result.quads.push_back(error ? displaced_by(chain.quads[i], patch, *error, share, straight) : straight);
    }
    result.quads.back() = end;
    const double off = error ? cv::norm(*error) : 2 * patch.size();
    result.doubt = std::max(1.0, off * off / (4 * std::max(unsure.back(), 1e-9)));
    for (double& v : result.variance) v *= result.doubt * result.doubt;
    return result;
}

/// The chains as they are up to where they meet, so that what leads one astray beyond that does not matter: the left
/// one before, the right one after, what they differ by spread over both. Empty where they do not meet.
/// requires: `backward` in the order of the frames.
Pinned switched(const QuadChain& forward, const std::vector<Quad>& backward, const std::vector<double>& backward_unsure,
                const QuadPatch& patch) {
    const std::vector<double> forward_unsure = running_sum(forward.variance);
    std::size_t meet = 0;
    double nearest = 1;
    for (std::size_t i = 1; i + 1 < backward.size(); ++i) {
        const double near = std::max(meet_px, meet_share * size_of(forward.quads[i]));
        const double gap = corner_gap(forward.quads[i], backward[i]) / near;
        if (gap < nearest) {
            nearest = gap;
            meet = i;
        }
    }
    if (meet == 0) return {};
    const double all = std::max(forward_unsure[meet] + backward_unsure[meet], 1e-12);
    const auto error = seen_from(forward.quads[meet], backward[meet], patch);
    if (!error) return {};
    Pinned result;
    result.doubt = std::max(1.0, error->dot(*error) / (4 * all));
    for (std::size_t i = 0; i < backward.size(); ++i) {
        const bool before = i <= meet;
        const double unsure = before ? forward_unsure[i] : backward_unsure[i];
        const Quad& quad = before ? forward.quads[i] : backward[i];
        result.quads.push_back(displaced_by(quad, patch, *error, (before ? 1 : -1) * unsure / all, quad));
        result.variance.push_back(unsure * (1 - unsure / all) * result.doubt * result.doubt);
    }
    return result;
}

/// One witness of where a frame's quad lies.
struct Witness {
    Quad quad;
    double variance = 0;
};

/// The mean by how sure they are, in the patch of the surest; what lies beyond three deviations of it is left out.
Witness blended(const std::vector<Witness>& witnesses, const QuadPatch& patch) {
    const Witness& surest = *std::min_element(
        witnesses.begin(), witnesses.end(), [](const Witness& a, const Witness& b) { return a.variance < b.variance; });
    double weight = 1 / surest.variance;
    Corners sum = Corners::all(0);
    for (const Witness& w : witnesses) {
        if (&w == &surest) continue;
        const auto by = seen_from(surest.quad, w.quad, patch);
        if (!by || cv::norm(*by) > 3 * std::sqrt(surest.variance + w.variance)) continue;
        sum += *by * (1 / w.variance);
        weight += 1 / w.variance;
    }
    return {displaced_by(surest.quad, patch, sum, 1 / weight, surest.quad), 1 / weight};
}

}  // namespace

QuadBridge bridge_quads(const QuadSpan& span, const QuadPatch& patch, const QuadChain& forward,
                        const QuadChain& backward, const std::vector<Quad>& smooth, double smooth_deviation) {
    const Pinned f = pinned(forward, span.to, patch);
    Pinned b = pinned(backward, span.from, patch);
    std::reverse(b.quads.begin(), b.quads.end());
    std::reverse(b.variance.begin(), b.variance.end());
    std::vector<double> backward_unsure = running_sum(backward.variance);
    std::reverse(backward_unsure.begin(), backward_unsure.end());
    Pinned s;
    if (f.doubt > 1 && b.doubt > 1)
        s = switched(forward, {backward.quads.rbegin(), backward.quads.rend()}, backward_unsure, patch);
    QuadBridge bridge;
    for (std::size_t i = 0; i <= span.steps; ++i) {
        const double along = static_cast<double>(i) / static_cast<double>(span.steps);
        const double unsure = 8 * smooth_deviation * smooth_deviation * 4 * along * (1 - along);
        std::vector<Witness> witnesses{
            {f.quads[i], f.variance[i] + 1e-6}, {b.quads[i], b.variance[i] + 1e-6}, {smooth[i], unsure + 1e-6}};
        if (!s.quads.empty()) witnesses.push_back({s.quads[i], s.variance[i] + 1e-6});
        const Witness best = blended(witnesses, patch);
        bridge.quads.push_back(is_convex(best.quad) ? best.quad : smooth[i]);
        bridge.gap.push_back(corner_gap(f.quads[i], b.quads[i]));
        bridge.quality.push_back(std::max(forward.quality[i], backward.quality[span.steps - i]));
        bridge.variance.push_back(best.variance);
        if (i > 0) bridge.step_variance.push_back(std::min(forward.variance[i], backward.variance[span.steps - i + 1]));
    }
    bridge.quads.front() = span.from;
    bridge.quads.back() = span.to;
    return bridge;
}

}  // namespace inbetween
