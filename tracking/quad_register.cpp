#include "tracking/quad_register.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "tracking/guard.h"
#include "tracking/quad_moments.h"
#include "tracking/quad_residual.h"

namespace inbetween {
namespace {

/// How far a registration is expected to go from its start along each direction.   units: patch sizes.
constexpr std::array<double, 8> reach_prior{.06, .06, .05, .05, .03, .03, .03, .03};
constexpr double neighbours_alike = 1.0 / 12;  // noise of near samples is one, so they say the same several times
constexpr double least_visible = 0.15;
constexpr double clear_score = 0.9;  // nothing disturbs what looks that much alike
constexpr double better_by = 0.1;    // evening the light makes any two things look a little more alike

QuadMoments::Equations equations_of(const QuadLook::Level& level, const QuadPatch& patch, const cv::Mat& seen,
                                    const Residual& residual, const cv::Mat& weight) {
    cv::Mat dx;
    cv::Mat dy;
    slopes(seen, dx, dy);
    // The mean of both images' slopes makes a step of second order.
    const auto px = static_cast<float>(0.5 / level.grid.step_x);
    const auto py = static_cast<float>(0.5 / level.grid.step_y);
    cv::addWeighted(dx, static_cast<double>(px), level.dx, static_cast<double>(px * residual.gain), 0, dx);
    cv::addWeighted(dy, static_cast<double>(py), level.dy, static_cast<double>(py * residual.gain), 0, dy);
    QuadMoments moments(level.grid.width, level.grid.height, patch.height() / patch.width());
    for (int row = 0; row < level.grid.height; ++row)
        moments.add_row(row, dx.ptr<float>(row), dy.ptr<float>(row), residual.level.ptr<float>(row),
                        residual.rest.ptr<float>(row), weight.ptr<float>(row));
    return moments.solve_for(patch);
}

/// Block by block: the share of the textured blocks that look alike.
double share_alike(const cv::Mat& look, const cv::Mat& seen, const cv::Mat& inside) {
    const int block = std::max(4, static_cast<int>(std::lround(std::max(look.cols, look.rows) / 8.0)));
    const cv::Size blocks(std::max(2, look.cols / block), std::max(2, look.rows / block));
    const auto mean = [&](const cv::Mat& m) {
        cv::Mat small;
        cv::resize(m, small, blocks, 0, 0, cv::INTER_AREA);
        return small;
    };
    const cv::Mat a = mean(look);
    const cv::Mat b = mean(seen);
    const cv::Mat aa = mean(look.mul(look)) - a.mul(a);
    const cv::Mat bb = mean(seen.mul(seen)) - b.mul(b);
    const cv::Mat ab = mean(look.mul(seen)) - a.mul(b);
    const cv::Mat in = mean(inside);
    int textured = 0;
    int alike = 0;
    int shown = 0;
    int roughly = 0;
    for (int i = 0; i < static_cast<int>(in.total()); ++i) {
        if (in.at<float>(i / in.cols, i % in.cols) <= 0.9F) continue;
        const auto at = [&](const cv::Mat& m) { return m.at<float>(i / in.cols, i % in.cols); };
        const float ncc = at(ab) / std::sqrt(std::max(at(aa), 4.0F) * std::max(at(bb), 4.0F));
        ++shown;
        roughly += ncc > 0.3F ? 1 : 0;
        if (at(aa) <= 9) continue;
        ++textured;
        alike += ncc > 0.5F ? 1 : 0;
    }
    if (textured >= 3) return static_cast<double>(alike) / textured;
    return shown > 0 ? static_cast<double>(roughly) / shown : 0;
}

/// Fills in how well `seen` fits the look, given which samples are believed.
void judge(QuadMatch& match, const QuadLook::Level& level, const Rectified& seen, const cv::Mat& weight) {
    const cv::Mat inside = seen.inside.mul(level.seen.inside);
    const cv::Mat fits = weight > 0.2F;
    match.share = share_alike(level.seen.pixels, seen.pixels, inside);
    match.weighted_ncc = correlation(level.seen.pixels, seen.pixels, weight);
    match.ncc = correlation(level.seen.pixels, seen.pixels, inside);
    match.inliers = cv::countNonZero(fits) / std::max(1.0, cv::sum(inside)[0]);
    match.visible = cv::mean(seen.inside)[0];
    match.fits = fits;
}

class Registration {
public:
    Registration(const QuadLook& look, GrayRegion& frame, const Quad& start, RegistrationEffort effort, Light light)
        : look_(look), frame_(frame), start_(start), quad_(start), first_(effort.first), light_(light) {
        for (int k = 0; k < 8; ++k) {
            const double deviation = 2 * reach_prior[static_cast<std::size_t>(k)] * look.patch().size() * effort.reach;
            prior_(k, k) = 1 / (deviation * deviation);
        }
    }

    std::optional<QuadMatch> run() {
        const auto image_from_patch = homography_between(look_.patch().corners(), start_);
        if (!image_from_patch || !is_convex(start_)) return std::nullopt;
        patch_from_start_ = image_from_patch->inv();
        for (const LookSize size : {LookSize::Quarter, LookSize::Half, LookSize::Full})
            if (size >= first_ && !run_at(size)) return std::nullopt;
        const QuadLook::Level& level = look_.level(LookSize::Full, light_);
        QuadMatch match;
        match.quad = quad_;
        const Matrix8& directions = look_.patch().directions();
        match.information = directions * information_ * directions.t();
        judge(match, level, look_.see(frame_, quad_, level.grid, light_), weight_);
        return match;
    }

private:
    bool run_at(LookSize size) {
        const QuadLook::Level& level = look_.level(size, light_);
        weight_.release();
        const int rounds = size == LookSize::Quarter ? 8 : 6;
        for (int round = 0; round < rounds; ++round) {
            const Rectified seen = look_.see(frame_, quad_, level.grid, light_);
            const cv::Mat inside = seen.inside.mul(level.seen.inside);
            if (cv::mean(inside)[0] < least_visible * look_.kept()) return false;
            if (weight_.empty()) {
                weight_ = inside.clone();
                weigh(first_residual(level.seen.pixels, seen.pixels, inside), inside, 1.5, weight_);
            }
            const Residual residual = residual_of(level.seen.pixels, seen.pixels, weight_, inside);
            weigh(residual, inside, round == 0 && size == first_ ? 1.5 : 1, weight_);
            const auto moved = step(level, seen.pixels, residual);
            if (!moved) return false;
            if (*moved < (size == LookSize::Full ? 0.01 : 0.02)) break;
        }
        return true;
    }

    /// returns: the largest change along a direction; nullopt when the quad went astray.
    std::optional<double> step(const QuadLook::Level& level, const cv::Mat& seen, const Residual& residual) {
        const QuadPatch& patch = look_.patch();
        auto [a, b] = equations_of(level, patch, seen, residual, weight_);
        const double scale =
            neighbours_alike / (residual.noise * residual.noise) * level.grid.step_x * level.grid.step_y;
        information_ = a * scale;
        const auto image_from_patch = homography_between(patch.corners(), quad_);
        if (!image_from_patch) return std::nullopt;
        const Corners so_far = patch.directions().t() *
                               patch.displacement_of(apply(patch_from_start_ * *image_from_patch, patch.corners()));
        Corners change;
        if (!cv::solve(information_ + prior_, Corners((b * scale - prior_ * so_far).val), change, cv::DECOMP_CHOLESKY))
            return std::nullopt;
        quad_ = apply(*image_from_patch, patch.displaced(patch.directions() * change));
        const double growth = size_of(quad_) / std::max(1e-6, size_of(start_));
        if (!is_convex(quad_) || growth * growth <= 0.3 || growth * growth >= 3) return std::nullopt;
        return cv::norm(change, cv::NORM_INF);
    }

    const QuadLook& look_;
    GrayRegion& frame_;
    Quad start_;
    Quad quad_;
    LookSize first_;
    Light light_;
    Matrix8 prior_ = Matrix8::zeros();
    Matrix8 information_;
    cv::Matx33d patch_from_start_;
    cv::Mat weight_;
};

}  // namespace

double QuadMatch::score() const {
    return std::max(0.0, weighted_ncc) * (0.3 + 0.7 * share) * (0.5 + 0.5 * std::max(0.0, ncc));
}

std::optional<QuadMatch> register_quad(const QuadLook& look, GrayRegion& frame, const Quad& start,
                                       RegistrationEffort effort) {
    return guarded_or(std::optional<QuadMatch>(), [&] {
        auto match = Registration(look, frame, start, effort, Light::AsSeen).run();
        if (!look.can_even_light() || (match && match->score() >= clear_score)) return match;
        auto evened = Registration(look, frame, start, effort, Light::Evened).run();
        return evened && (!match || evened->score() > match->score() + better_by) ? evened : match;
    });
}

namespace {

QuadMatch match_in(const QuadLook& look, GrayRegion& frame, const Quad& quad, Light light) {
    const QuadLook::Level& level = look.level(LookSize::Full, light);
    const Rectified seen = look.see(frame, quad, level.grid, light);
    const cv::Mat inside = seen.inside.mul(level.seen.inside);
    cv::Mat weight = inside.clone();
    weigh(first_residual(level.seen.pixels, seen.pixels, inside), inside, 1.5, weight);
    for (int round = 0; round < 2; ++round)
        weigh(residual_of(level.seen.pixels, seen.pixels, weight, inside), inside, 1, weight);
    QuadMatch match;
    match.quad = quad;
    match.information = Matrix8::zeros();
    judge(match, level, seen, weight);
    return match;
}

}  // namespace

QuadMatch match_of(const QuadLook& look, GrayRegion& frame, const Quad& quad) {
    QuadMatch match = match_in(look, frame, quad, Light::AsSeen);
    if (!look.can_even_light() || match.score() >= clear_score) return match;
    QuadMatch evened = match_in(look, frame, quad, Light::Evened);
    return evened.score() > match.score() ? evened : match;
}

}  // namespace inbetween
