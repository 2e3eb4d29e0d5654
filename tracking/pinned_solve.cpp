#include "tracking/pinned_solve.h"

#include "core/base/check.h"

namespace inbetween {
namespace {

/// A symmetric tridiagonal system over the inner values 1 .. n - 1.
struct System {
    std::vector<double> diagonal;
    std::vector<double> beside;  ///< [i]: between i - 1 and i, negative
};

System system_of(const std::vector<double>& anchor_weight, const std::vector<StepTerm>& steps) {
    const std::size_t n = anchor_weight.size() - 1;
    System system{anchor_weight, std::vector<double>(n + 1, 0)};
    for (const StepTerm& term : steps) {
        for (std::size_t t = 0; t < n; ++t) {
            system.diagonal[t] += term.weight[t];
            system.diagonal[t + 1] += term.weight[t];
            system.beside[t + 1] -= term.weight[t];
        }
    }
    return system;
}

}  // namespace

std::vector<double> solve_pinned(const std::vector<double>& anchor, const std::vector<double>& anchor_weight,
                                 const std::vector<StepTerm>& steps, double first, double last) {
    IB_CHECK(anchor.size() == anchor_weight.size() && anchor.size() >= 2);
    const std::size_t n = anchor.size() - 1;
    const System system = system_of(anchor_weight, steps);
    std::vector<double> right(n + 1);
    for (std::size_t i = 0; i <= n; ++i) right[i] = anchor_weight[i] * anchor[i];
    for (const StepTerm& term : steps) {
        for (std::size_t t = 0; t < n; ++t) {
            right[t] -= term.weight[t] * term.step[t];
            right[t + 1] += term.weight[t] * term.step[t];
        }
    }
    std::vector<double> values(n + 1, first);
    values[n] = last;
    if (n < 2) return values;
    right[1] -= system.beside[1] * first;
    right[n - 1] -= system.beside[n] * last;
    std::vector<double> pivot = system.diagonal;
    for (std::size_t i = 2; i < n; ++i) {
        const double factor = system.beside[i] / pivot[i - 1];
        pivot[i] -= factor * system.beside[i];
        right[i] -= factor * right[i - 1];
    }
    values[n - 1] = right[n - 1] / pivot[n - 1];
    for (std::size_t i = n - 1; i-- > 1;) values[i] = (right[i] - system.beside[i + 1] * values[i + 1]) / pivot[i];
    return values;
}

}  // namespace inbetween
