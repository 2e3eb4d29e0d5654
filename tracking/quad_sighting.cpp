#include "tracking/quad_sighting.h"

#include <algorithm>
#include <cmath>

#include "tracking/quad_covers.h"

namespace inbetween {
namespace {

constexpr double least_ncc = 0.6;
constexpr double least_share = 0.3;
constexpr double least_inliers = 0.3;
constexpr double floor_px = 0.12;    // a registration is never better than this   units: patch pixels
constexpr double even_step = 0.002;  // of the patch: what a step varies beside what it tells

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

Matrix8 information_of(const QuadMatch& match, double nearness, double size) {
    const double trust =
        std::clamp((match.ncc - 0.3) / 0.6, 0.05, 1.0) * std::clamp(match.share, 0.1, 1.0) * (nearness + 0.05);
    const Matrix8 light = Matrix8::eye() * (1e-4 / (size * size));
    const Matrix8 covariance =
        (match.information + light).inv(cv::DECOMP_CHOLESKY) + Matrix8::eye() * (floor_px * floor_px);
    return covariance.inv(cv::DECOMP_CHOLESKY) * trust;
}

}  // namespace

Result<QuadLooks> looks_of(QuadFrames& frames, const QuadSpan& span, const QuadPatch& patch) {
    auto left = frames.gray(0);
    if (!left) return left.error();
    auto right = frames.gray(span.steps);
    if (!right) return right.error();
    QuadLooks looks{{QuadLook(*left, span.from, patch), QuadLook(*right, span.to, patch)}};
    leave_out_covers(looks.sides[0], looks.sides[1]);
    return looks;
}

const QuadMatch* QuadSighting::best() const {
    const QuadMatch* found = nullptr;
    for (const auto& match : matches)
        if (match && (found == nullptr || match->score() > found->score())) found = &*match;
    return found;
}

double QuadSighting::score() const { return best() == nullptr ? 0 : best()->score(); }

double QuadSighting::agreement() const {
    return matches[0] && matches[1] ? corner_gap(matches[0]->quad, matches[1]->quad) : -1;
}

QuadSighting sight(const QuadLooks& looks, const cv::Mat& gray, const Quad& start, double variance) {
    const double size = looks.patch().size();
    const double px = std::max(1e-6, size_of(start) / size);
    const double reach = std::max({0.05 * size, 4 / px, std::min(0.3 * size, 3 * std::sqrt(variance / 8))});
    GrayRegion region(gray, start);
    QuadSighting sighting;
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
        auto match = register_quad(looks.sides[side], region, start);
        if (!match) continue;
        sighting.visible = match->visible;
        sighting.inliers = std::max(sighting.inliers, match->inliers);
        const auto by = displacement(start, match->quad, looks.patch());
        const bool credible = by && match->weighted_ncc >= least_ncc && match->share >= least_share &&
                              match->inliers >= least_inliers && farthest(*by) <= reach;
        if (credible) sighting.matches[side] = std::move(match);
    }
    return sighting;
}

std::vector<Quad> bent_to(const QuadWay& way, const std::vector<QuadSighting>& sightings, const QuadPatch& patch) {
    const std::size_t steps = way.quads.size() - 1;
    std::vector<QuadAnchor> anchors;
    for (std::size_t t = 1; t < steps; ++t) {
        const double along = static_cast<double>(t) / static_cast<double>(steps);
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
            const auto& match = sightings[t].matches[side];
            const auto by = match ? displacement(way.quads[t], match->quad, patch) : std::nullopt;
            if (!by) continue;
            anchors.push_back({t, *by, information_of(*match, side == 0 ? 1 - along : along, patch.size()),
                               size_of(way.quads[t]) / patch.size()});
        }
    }
    std::vector<double> step_variance;
    const double even = even_step * patch.size();
    for (const double v : way.step_variance) step_variance.push_back(v / 8 + even * even);
    const std::vector<Corners> by = solve_pinned(step_variance, anchors);
    std::vector<Quad> bent = way.quads;
    for (std::size_t t = 1; t < steps; ++t) {
        const auto image_from_patch = homography_between(patch.corners(), way.quads[t]);
        if (!image_from_patch) continue;
        const Quad quad = apply(*image_from_patch, patch.displaced(by[t]));
        if (is_convex(quad)) bent[t] = quad;
    }
    return bent;
}

}  // namespace inbetween
