#pragma once

#include <cstddef>
#include <vector>

namespace inbetween {

/// What is said of the steps between neighbouring values: step[t] should be value[t + 1] - value[t].
struct StepTerm {
    std::vector<double> step;
    std::vector<double> weight;
};

/// The values that stand in the smallest weighted squared contradiction to anchors (what each value should be) and to
/// steps, the first and the last value given.
/// requires: anchors and weights of one length n + 1; steps and their weights of length n; all weights >= 0 and, of the
/// steps', some > 0 at every step.
std::vector<double> solve_pinned(const std::vector<double>& anchor, const std::vector<double>& anchor_weight,
                                 const std::vector<StepTerm>& steps, double first, double last);

}  // namespace inbetween
