#include "tracking/quad_moments.h"

#include <array>
#include <opencv2/core/hal/intrin.hpp>

namespace inbetween {
namespace {

double dot(const float* a, const float* b, int count) {
    int i = 0;
    float sum = 0;
#if CV_SIMD128
    cv::v_float32x4 lanes = cv::v_setzero_f32();
    for (; i + 4 <= count; i += 4) lanes = cv::v_muladd(cv::v_load(a + i), cv::v_load(b + i), lanes);
    sum = cv::v_reduce_sum(lanes);
#endif
    for (; i < count; ++i) sum += a[i] * b[i];
    return static_cast<double>(sum);
}

/// Adds a row's moments in x, times the powers of y, to a table of order N.
template <int N>
void add_moments(cv::Matx<double, N, N>& table, const float* values, const std::vector<std::vector<float>>& powers,
                 double y, int count) {
    for (int k = 0; k < N; ++k) {
        double moment = dot(values, powers[static_cast<std::size_t>(k)].data(), count);
        for (int q = 0; k + q < N; ++q, moment *= y) table(k, q) += moment;
    }
}

/// A motion's steepest descent image: one or two terms of slope * x^px * y^py.
struct Term {
    int slope;
    int px;
    int py;
};
struct Motion {
    std::array<Term, 2> terms;
    int count;
};
constexpr std::array<Motion, 8> motions{{{{{{0, 0, 0}}}, 1},
                                         {{{{0, 1, 0}}}, 1},
                                         {{{{0, 0, 1}}}, 1},
                                         {{{{1, 0, 0}}}, 1},
                                         {{{{1, 1, 0}}}, 1},
                                         {{{{1, 0, 1}}}, 1},
                                         {{{{0, 2, 0}, {1, 1, 1}}}, 2},
                                         {{{{0, 1, 1}, {1, 0, 2}}}, 2}}};

double along(const std::array<cv::Matx<double, 3, 3>, 2>& tables, const Motion& motion) {
    double sum = 0;
    for (int i = 0; i < motion.count; ++i) {
        const Term& t = motion.terms[static_cast<std::size_t>(i)];
        sum += tables[static_cast<std::size_t>(t.slope)](t.px, t.py);
    }
    return sum;
}

double between(const std::array<cv::Matx<double, 5, 5>, 3>& tables, const Motion& a, const Motion& b) {
    double sum = 0;
    for (int i = 0; i < a.count; ++i) {
        for (int k = 0; k < b.count; ++k) {
            const Term& s = a.terms[static_cast<std::size_t>(i)];
            const Term& t = b.terms[static_cast<std::size_t>(k)];
            sum += tables[static_cast<std::size_t>(s.slope + t.slope)](s.px + t.px, s.py + t.py);
        }
    }
    return sum;
}

}  // namespace

QuadMoments::QuadMoments(int width, int height, double aspect) : width_(width) {
    const auto count = static_cast<std::size_t>(width);
    powers_.assign(5, std::vector<float>(count, 1.0F));
    for (std::size_t i = 0; i < count; ++i) {
        const float x = (static_cast<float>(i) + 0.5F) / static_cast<float>(width) - 0.5F;
        for (std::size_t k = 1; k < powers_.size(); ++k) powers_[k][i] = powers_[k - 1][i] * x;
    }
    for (int i = 0; i < height; ++i) y_.push_back(((i + 0.5) / height - 0.5) * aspect);
    products_.assign(11, std::vector<float>(count));
}

void QuadMoments::add_row(int row, const float* dx, const float* dy, const float* level, const float* rest,
                          const float* weight) {
    const auto p = [&](std::size_t i) { return products_[i].data(); };
    float* const xx = p(0);
    float* const xy = p(1);
    float* const yy = p(2);
    float* const x_level = p(3);
    float* const y_level = p(4);
    float* const wx = p(5);
    float* const wy = p(6);
    float* const x_rest = p(7);
    float* const y_rest = p(8);
    float* const w_level = p(9);
    for (int i = 0; i < width_; ++i) {
        wx[i] = weight[i] * dx[i];
        wy[i] = weight[i] * dy[i];
        w_level[i] = weight[i] * level[i];
        xx[i] = wx[i] * dx[i];
        xy[i] = wx[i] * dy[i];
        yy[i] = wy[i] * dy[i];
        x_level[i] = wx[i] * level[i];
        y_level[i] = wy[i] * level[i];
        x_rest[i] = wx[i] * rest[i];
        y_rest[i] = wy[i] * rest[i];
    }
    const double y = y_[static_cast<std::size_t>(row)];
    for (std::size_t k = 0; k < 3; ++k) add_moments<5>(slopes_[k], p(k), powers_, y, width_);
    for (std::size_t k = 0; k < 2; ++k) {
        add_moments<3>(of_level_[k], p(3 + k), powers_, y, width_);
        add_moments<3>(of_bias_[k], p(5 + k), powers_, y, width_);
        add_moments<3>(of_rest_[k], p(7 + k), powers_, y, width_);
    }
    level_level_ += dot(w_level, level, width_);
    level_bias_ += dot(w_level, powers_[0].data(), width_);
    bias_bias_ += dot(weight, powers_[0].data(), width_);
    level_rest_ += dot(w_level, rest, width_);
    bias_rest_ += dot(weight, rest, width_);
}

QuadMoments::Equations QuadMoments::solve_for(const QuadPatch& patch) const {
    Matrix8 a;
    Corners b;
    cv::Matx<double, 8, 2> mixed;
    for (int i = 0; i < 8; ++i) {
        const Motion& motion = motions[static_cast<std::size_t>(i)];
        for (int k = 0; k < 8; ++k) a(i, k) = between(slopes_, motion, motions[static_cast<std::size_t>(k)]);
        b[i] = along(of_rest_, motion);
        mixed(i, 0) = along(of_level_, motion);
        mixed(i, 1) = along(of_bias_, motion);
    }
    // Gain is held lightly, so that a flat patch has equations too.
    const cv::Matx22d light(level_level_ * 1.001 + 1e-6, level_bias_, level_bias_, bias_bias_ + 1e-6);
    const cv::Matx<double, 8, 2> out = mixed * light.inv();
    a -= out * mixed.t();
    b -= Corners((out * cv::Vec2d(level_rest_, bias_rest_)).val);
    const Matrix8& directions = patch.plain_from_directions();
    return {directions.t() * a * directions, Corners((directions.t() * b).val)};
}

}  // namespace inbetween
