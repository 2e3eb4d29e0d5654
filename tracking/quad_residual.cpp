#include "tracking/quad_residual.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace inbetween {
namespace {

constexpr double least_noise = 1.5;  // gray levels
constexpr double tukey = 4.685;

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

}  // namespace

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

double correlation(const cv::Mat& x, const cv::Mat& y, const cv::Mat& weight) {
    const Sums s = sums_of(x, y, weight);
    const double cov = s.xy - s.x * s.y / s.weight;
    const double vx = std::max(0.0, s.xx - s.x * s.x / s.weight);
    const double vy = std::max(0.0, s.yy - s.y * s.y / s.weight);
    return cov / std::sqrt(vx * vy + 1e-3);
}

}  // namespace inbetween
