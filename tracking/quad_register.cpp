#include "tracking/quad_register.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "tracking/guard.h"
#include "tracking/quad_moments.h"

namespace inbetween {
namespace {

/// How far a registration is expected to go from its start along each direction.   units: patch sizes.
constexpr std::array<double, 8> reach_prior{.06, .06, .05, .05, .03, .03, .03, .03};
constexpr double neighbours_alike = 1.0 / 12;  // noise of near samples is one, so they say the same several times
constexpr double least_visible = 0.15;
constexpr double least_noise = 1.5;  // gray levels
constexpr double tukey = 4.685;
constexpr double clear_score = 0.9;  // nothing disturbs what looks that much alike
constexpr double better_by = 0.1;    // evening the light makes any two things look a little more alike

/// What is left to explain between the keyframe's look and the frame, gain and bias fitted.
struct Residual {
    cv::Mat rest;
    cv::Mat level;  ///< the keyframe's levels less their weighted mean
    float gain = 1;
    double noise = least_noise;
};

struct Sums {
    double weight = 1e-6;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    double yy = 0;
};

Sums sums_of(const cv::Mat& x, const cv::Mat& y, const cv::Mat& weight) {
    Sums sums;
    for (int row = 0; row < x.rows; ++row) {
        const float* a = x.ptr<float>(row);
        const float* b = y.ptr<float>(row);
        const float* w = weight.ptr<float>(row);
        std::array<std::array<float, 4>, 6> lanes{};
        const auto add = [&](int i, std::size_t lane) {
            const float wa = w[i] * a[i];
            const float wb = w[i] * b[i];
            lanes[0][lane] += w[i];
            lanes[1][lane] += wa;
            lanes[2][lane] += wb;
            lanes[3][lane] += wa * a[i];
            lanes[4][lane] += wa * b[i];
            lanes[5][lane] += wb * b[i];
        };
        int i = 0;
        for (; i + 4 <= x.cols; i += 4)
            for (std::size_t lane = 0; lane < 4; ++lane) add(i + static_cast<int>(lane), lane);
        for (; i < x.cols; ++i) add(i, 0);
        const auto sum = [&](std::size_t k) {
            return static_cast<double>(lanes[k][0] + lanes[k][1] + lanes[k][2] + lanes[k][3]);
        };
        sums.weight += sum(0);
        sums.x += sum(1);
        sums.y += sum(2);
        sums.xx += sum(3);
        sums.xy += sum(4);
        sums.yy += sum(5);
    }
    return sums;
}

double correlation(const cv::Mat& x, const cv::Mat& y, const cv::Mat& weight) {
    const Sums s = sums_of(x, y, weight);
    const double cov = s.xy - s.x * s.y / s.weight;
    const double vx = std::max(0.0, s.xx - s.x * s.x / s.weight);
    const double vy = std::max(0.0, s.yy - s.y * s.y / s.weight);
    return cov / std::sqrt(vx * vy + 1e-3);
}

/// Samples spread evenly, of those inside.
std::vector<float> some_of(const cv::Mat& values, const cv::Mat& inside) {
    std::vector<float> some;
    const int step = values.total() > 4096 ? 3 : 1;
    some.reserve(values.total() / static_cast<std::size_t>(step) + 1);
    for (int row = 0; row < values.rows; ++row) {
        const float* v = values.ptr<float>(row);
        const float* in = inside.ptr<float>(row);
        for (int i = row % step; i < values.cols; i += step)
            if (in[i] > 0) some.push_back(v[i]);
    }
    return some;
}

double median(std::vector<float>& values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return static_cast<double>(*middle);
}

double noise_of(const cv::Mat& rest, const cv::Mat& inside) {
    std::vector<float> some = some_of(rest, inside);
    for (float& v : some) v = std::abs(v);
    return std::max(least_noise, 1.4826 * median(some));
}

/// The residual for equal contrast, offset by the median, so that what covers less than half of the object does not
/// decide what its light is.
Residual first_residual(const cv::Mat& look, const cv::Mat& seen, const cv::Mat& inside) {
    Residual residual;
    residual.rest = look - seen;
    std::vector<float> some = some_of(residual.rest, inside);
    residual.rest -= median(some);
    residual.noise = noise_of(residual.rest, inside);
    return residual;
}

Residual residual_of(const cv::Mat& look, const cv::Mat& seen, const cv::Mat& weight, const cv::Mat& inside) {
    const Sums s = sums_of(look, seen, weight);
    const double look_mean = s.x / s.weight;
    const double seen_mean = s.y / s.weight;
    const double variance = s.xx / s.weight - look_mean * look_mean;
    const double covariance = s.xy / s.weight - look_mean * seen_mean;
    Residual residual;
    residual.gain = static_cast<float>(std::clamp(covariance / (std::max(0.0, variance) + 1e-3), 0.3, 3.0));
    residual.level = look - look_mean;
    residual.rest = residual.level * residual.gain + seen_mean - seen;
    residual.noise = noise_of(residual.rest, inside);
    return residual;
}

void weigh(const Residual& residual, const cv::Mat& inside, double widen, cv::Mat& weight) {
    const auto cut = static_cast<float>(tukey * residual.noise * widen);
    for (int row = 0; row < inside.rows; ++row) {
        const float* rest = residual.rest.ptr<float>(row);
        const float* in = inside.ptr<float>(row);
        float* w = weight.ptr<float>(row);
        for (int i = 0; i < inside.cols; ++i) {
            const float e = std::min(1.0F, std::abs(rest[i]) / cut);
            const float open = 1 - e * e;
            w[i] = in[i] * open * open;
        }
    }
}

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
    match.visible = cv::mean(inside)[0];
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
            if (cv::mean(inside)[0] < least_visible) return false;
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
