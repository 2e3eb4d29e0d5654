#include "tracking/quad_anchoring.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace inbetween {
namespace {

constexpr double least_ncc = 0.6;
constexpr double least_share = 0.3;
constexpr double least_inliers = 0.3;
constexpr double floor_px = 0.12;    // a registration is never better than this   units: patch pixels
constexpr double even_step = 0.002;  // of the patch, what a step varies beside what it tells

double px_of(const Quad& quad, const QuadPatch& patch) { return size_of(quad) / patch.size(); }

/// Where `quad` lies from a frame's path; nullopt behind its horizon.
std::optional<Corners> displacement(const Quad& path, const Quad& quad, const QuadPatch& patch) {
    const auto patch_from_image = homography_between(path, patch.corners());
    if (!patch_from_image) return std::nullopt;
    const Corners by = patch.displacement_of(apply(*patch_from_image, quad));
    if (!cv::checkRange(cv::Mat(by))) return std::nullopt;
    return by;
}

double farthest(const Corners& by) {
    double far = 0;
    for (int i = 0; i < 4; ++i) far = std::max(far, std::hypot(by[2 * i], by[2 * i + 1]));
    return far;
}

/// Whether what was found may pull the path: it looks like the keyframe, and lies where the bridge may be wrong to.
bool is_credible(const QuadMatch& match, double off, double variance, double px, double size) {
    const double reach =
        std::max({0.05 * size, 4 / std::max(px, 1e-6), std::min(0.3 * size, 3 * std::sqrt(variance / 8))});
    return match.weighted_ncc >= least_ncc && match.share >= least_share && match.inliers >= least_inliers &&
           off <= reach;
}

Matrix8 information_of(const QuadMatch& match, double nearness, double size) {
    const double trust =
        std::clamp((match.ncc - 0.3) / 0.6, 0.05, 1.0) * std::clamp(match.share, 0.1, 1.0) * (nearness + 0.05);
    const Matrix8 light = Matrix8::eye() * (1e-4 / (size * size));
    const Matrix8 covariance =
        (match.information + light).inv(cv::DECOMP_CHOLESKY) + Matrix8::eye() * (floor_px * floor_px);
    return covariance.inv(cv::DECOMP_CHOLESKY) * trust;
}

/// What both looks say about one frame.
struct Sighting {
    std::array<std::optional<QuadMatch>, 2> matches;
    std::array<bool, 2> credible{};
};

class Anchoring {
public:
    Anchoring(const QuadSpan& span, const QuadLooks& looks, const QuadBridge& bridge)
        : span_(span), looks_(looks), bridge_(bridge), patch_(looks.left.patch()) {
        const std::size_t count = span.steps + 1;
        path_.quads = bridge.quads;
        path_.gap = bridge.gap;
        path_.quality = bridge.quality;
        path_.score.assign(count, 0);
        path_.agreement.assign(count, -1);
        path_.pulled.assign(count, 0);
        path_.visible.assign(count, 1);
        path_.inliers.assign(count, 0);
    }

    void look_at(std::size_t t, const cv::Mat& gray) {
        GrayRegion region(gray, bridge_.quads[t]);
        const double px = px_of(bridge_.quads[t], patch_);
        const double along = static_cast<double>(t) / static_cast<double>(span_.steps);
        Sighting sighting;
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
            const QuadLook& look = side == 0 ? looks_.left : looks_.right;
            auto match = register_quad(look, region, bridge_.quads[t]);
            if (!match) continue;
            const auto by = displacement(bridge_.quads[t], match->quad, patch_);
            path_.visible[t] = match->visible;
            if (!by || !is_credible(*match, farthest(*by), bridge_.variance[t], px, patch_.size())) continue;
            const double nearness = side == 0 ? 1 - along : along;
            anchors_.push_back({t, *by, information_of(*match, nearness, patch_.size()), px});
            sighting.credible[side] = true;
            path_.score[t] = std::max(path_.score[t], match->score());
            path_.inliers[t] = std::max(path_.inliers[t], match->inliers);
            sighting.matches[side] = std::move(match);
        }
        if (sighting.credible[0] && sighting.credible[1])
            path_.agreement[t] = corner_gap(sighting.matches[0]->quad, sighting.matches[1]->quad);
    }

    QuadPath solve() {
        std::vector<double> step_variance;
        const double even = even_step * patch_.size();
        for (const double v : bridge_.step_variance) step_variance.push_back(v / 8 + even * even);
        const std::vector<Corners> by = solve_pinned(step_variance, anchors_);
        for (std::size_t t = 1; t < span_.steps; ++t) {
            const auto image_from_patch = homography_between(patch_.corners(), bridge_.quads[t]);
            if (!image_from_patch) continue;
            const Quad quad = apply(*image_from_patch, patch_.displaced(by[t]));
            if (!is_convex(quad)) continue;
            path_.pulled[t] = corner_gap(quad, bridge_.quads[t]);
            path_.quads[t] = quad;
        }
        return path_;
    }

private:
    const QuadSpan& span_;
    const QuadLooks& looks_;
    const QuadBridge& bridge_;
    const QuadPatch& patch_;
    std::vector<QuadAnchor> anchors_;
    QuadPath path_;
};

}  // namespace

Result<QuadLooks> looks_of(QuadFrames& frames, const QuadSpan& span, const QuadPatch& patch) {
    auto left = frames.gray(0);
    if (!left) return left.error();
    auto right = frames.gray(span.steps);
    if (!right) return right.error();
    return QuadLooks{QuadLook(*left, span.from, patch), QuadLook(*right, span.to, patch)};
}

Result<QuadPath> anchor_to_keyframes(QuadFrames& frames, const QuadSpan& span, const QuadLooks& looks,
                                     const QuadBridge& bridge) {
    Anchoring anchoring(span, looks, bridge);
    for (std::size_t t = 1; t < span.steps; ++t) {
        auto gray = frames.gray(t);
        if (!gray) return gray.error();
        anchoring.look_at(t, *gray);
    }
    return anchoring.solve();
}

}  // namespace inbetween
