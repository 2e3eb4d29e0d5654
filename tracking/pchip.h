#pragma once

#include <vector>

namespace inbetween {

/// A smooth curve through knots that never swings beyond them: monotone where they are.
/// source: Fritsch and Butland, "A method for constructing local monotone piecewise cubic interpolants", 1984.
class Pchip {
public:
    /// requires: at least two knots, `times` ascending.
    Pchip(std::vector<double> times, std::vector<double> values);
    /// The value at a time, by the knots on both its sides; beyond the ends by the last two.
    double at(double time) const;

private:
    std::vector<double> times_;
    std::vector<double> values_;
    std::vector<double> slopes_;
};

}  // namespace inbetween
