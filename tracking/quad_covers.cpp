#include "tracking/quad_covers.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "tracking/guard.h"
#include "tracking/quad_residual.h"

namespace inbetween {
namespace {

constexpr double all_fits = 0.95;
constexpr double too_little_fits = 0.3;
constexpr double least_alike = 0.5;
constexpr double least_noise = 1.5;         // gray levels
constexpr double dense_share = 0.4;         // more than half of the object may be covered in one frame or the other
constexpr double dense_deviations = 0.524;  // of a normal distribution to either side that hold as much
constexpr double click_px = 1.5;  // patch pixels that keyframes may be off without being taken for something else

/// Where values lie most densely.
struct Dense {
    float middle = 0;
    double deviation = least_noise;  ///< if they are normal there
};

/// The shortest range that holds `dense_share` of the values inside, which covers of up to the rest leave alone.
Dense densest(const cv::Mat& values, const cv::Mat& inside) {
    std::vector<float> some;
    const int step = values.total() > 2048 ? 2 : 1;
    for (int row = 0; row < values.rows; ++row) {
        const float* v = values.ptr<float>(row);
        const float* in = inside.ptr<float>(row);
        for (int i = row % step; i < values.cols; i += step)
            if (in[i] > 0) some.push_back(v[i]);
    }
    const auto held = static_cast<std::size_t>(static_cast<double>(some.size()) * dense_share);
    if (held < 2) return {};
    std::sort(some.begin(), some.end());
    std::size_t best = 0;
    for (std::size_t i = 0; i + held < some.size(); ++i)
        if (some[i + held] - some[i] < some[best + held] - some[best]) best = i;
    const auto width = static_cast<double>(some[best + held] - some[best]);
    return {some[best + held / 2], std::max(least_noise, width / (2 * dense_deviations))};
}

/// Which samples believe each other, found in three rounds from none being known.
cv::Mat weights_of(const cv::Mat& look, const cv::Mat& seen, const cv::Mat& inside) {
    Residual residual;
    residual.rest = look - seen;
    const Dense dense = densest(residual.rest, inside);
    residual.rest -= dense.middle;
    residual.noise = dense.deviation;
    cv::Mat weight = inside.clone();
    weigh(residual, inside, 1.5, weight);
    for (int round = 0; round < 2; ++round) {
        residual = residual_of(look, seen, weight, inside);
        residual.noise = densest(residual.rest, inside).deviation;
        weigh(residual, inside, 1, weight);
    }
    return weight;
}

/// 255 where both looks show the same, up to small shifts; empty where that cannot be told.
cv::Mat alike(const QuadLook::Level& a, const QuadLook::Level& b) {
    const cv::Mat inside = a.seen.inside.mul(b.seen.inside);
    const cv::Mat weight = weights_of(a.seen.pixels, b.seen.pixels, inside);
    if (correlation(a.seen.pixels, b.seen.pixels, weight) < least_alike) return {};
    Residual residual = residual_of(a.seen.pixels, b.seen.pixels, weight, inside);
    residual.noise = densest(residual.rest, inside).deviation;
    // What a small shift explains is no cover.
    cv::Mat slope = cv::abs(a.dx) + cv::abs(a.dy) + cv::abs(b.dx) + cv::abs(b.dy);
    cv::Mat left_over = cv::abs(residual.rest) - slope * (click_px / 2 / a.grid.step_x);
    cv::Mat same = left_over < 3.5 * residual.noise;
    cv::Mat unlike = ~same;
    // Specks are noise; what is left is a little larger than it looks, since the looks are smoothed.
    cv::morphologyEx(unlike, unlike, cv::MORPH_OPEN, cv::Mat::ones(3, 3, CV_8U));
    cv::morphologyEx(unlike, unlike, cv::MORPH_CLOSE, cv::Mat::ones(5, 5, CV_8U));
    cv::dilate(unlike, unlike, cv::Mat::ones(3, 3, CV_8U));
    return ~unlike;
}

}  // namespace

Uncovered uncovered(const QuadLook& look, GrayRegion& frame, const Quad& quad) {
    return guarded_or(Uncovered{.is_alike = false}, [&]() -> Uncovered {
        const QuadLook::Level& level = look.level(LookSize::Half);
        const Rectified seen = look.see(frame, quad, level.grid, Light::AsSeen);
        const cv::Mat inside = seen.inside.mul(level.seen.inside);
        const cv::Mat weight = weights_of(level.seen.pixels, seen.pixels, inside);
        Uncovered result{.shown = weight > 0.2F};
        const double fits = cv::countNonZero(result.shown);
        if (fits < too_little_fits * cv::sum(inside)[0] ||
            correlation(level.seen.pixels, seen.pixels, weight) < least_alike)
            return {.is_alike = false};
        if (fits > all_fits * cv::sum(seen.inside)[0]) return {};
        cv::medianBlur(result.shown, result.shown, 3);
        cv::erode(result.shown, result.shown, cv::Mat::ones(3, 3, CV_8U));
        return result;
    });
}

void leave_out_covers(QuadLook& left, QuadLook& right) {
    guarded_or(0, [&] {
        const cv::Mat shown = alike(left.level(LookSize::Half), right.level(LookSize::Half));
        if (shown.empty()) return 0;
        const double share = cv::countNonZero(shown) / static_cast<double>(shown.total());
        if (share > 0.99 || share < too_little_fits) return 0;
        left.keep_only(shown);
        right.keep_only(shown);
        return 0;
    });
}

}  // namespace inbetween
