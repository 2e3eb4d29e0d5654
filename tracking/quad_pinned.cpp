#include "tracking/quad_pinned.h"

#include <algorithm>
#include <cmath>

namespace inbetween {
namespace {

constexpr int rounds = 4;
constexpr double robust_px = 3;  // well above what a person's click is off

double farthest_corner(const Corners& by) {
    double far = 0;
    for (int i = 0; i < 4; ++i) far = std::max(far, std::hypot(by[2 * i], by[2 * i + 1]));
    return far;
}

/// Block elimination from the left, then back from the right; the couplings are multiples of the unit matrix.
std::vector<Corners> eliminate(std::vector<Matrix8> blocks, std::vector<Corners> rhs,
                               const std::vector<double>& step_variance) {
    const std::size_t steps = step_variance.size();
    std::vector<Matrix8> inverse(steps + 1);
    for (std::size_t t = 1; t < steps; ++t) {
        if (t > 1) {
            const double coupling = 1 / step_variance[t - 1];
            blocks[t] -= inverse[t - 1] * (coupling * coupling);
            rhs[t] += Corners((inverse[t - 1] * rhs[t - 1] * coupling).val);
        }
        inverse[t] = blocks[t].inv(cv::DECOMP_CHOLESKY);
    }
    std::vector<Corners> solution(steps + 1, Corners::all(0));
    for (std::size_t t = steps - 1; t >= 1; --t)
        solution[t] = Corners((inverse[t] * (rhs[t] + solution[t + 1] * (1 / step_variance[t]))).val);
    return solution;
}

}  // namespace

std::vector<Corners> solve_pinned(const std::vector<double>& step_variance, const std::vector<QuadAnchor>& anchors) {
    const std::size_t steps = step_variance.size();
    std::vector<Corners> solution(steps + 1, Corners::all(0));
    if (steps < 2) return solution;
    for (int round = 0; round < rounds; ++round) {
        std::vector<Matrix8> blocks(steps + 1, Matrix8::zeros());
        std::vector<Corners> rhs(steps + 1, Corners::all(0));
        for (std::size_t t = 0; t < steps; ++t) {
            blocks[t] += Matrix8::eye() * (1 / step_variance[t]);
            blocks[t + 1] += Matrix8::eye() * (1 / step_variance[t]);
        }
        for (const QuadAnchor& anchor : anchors) {
            const Corners off = solution[anchor.frame] - anchor.displacement;
            const double e = round > 0 ? farthest_corner(off) * anchor.px / robust_px : 0;
            const Matrix8 weighted = anchor.information * (1 / (1 + e * e));
            blocks[anchor.frame] += weighted;
            rhs[anchor.frame] += Corners((weighted * anchor.displacement).val);
        }
        solution = eliminate(blocks, rhs, step_variance);
    }
    return solution;
}

}  // namespace inbetween
