#include "tracking/pchip.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"

namespace inbetween {
namespace {

/// The slope at a knot between two intervals, of lengths h and mean slopes d.
double slope_between(double h0, double d0, double h1, double d1) {
    if (d0 * d1 <= 0) return 0;
    const double w0 = 2 * h1 + h0;
    const double w1 = h1 + 2 * h0;
    return (w0 + w1) / (w0 / d0 + w1 / d1);
}

/// The slope at the outer end of the first of two intervals.
double slope_at_end(double h0, double d0, double h1, double d1) {
    const double slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);
    if (slope * d0 <= 0) return 0;
    if (d0 * d1 <= 0 && std::abs(slope) > 3 * std::abs(d0)) return 3 * d0;
    return slope;
}

}  // namespace

Pchip::Pchip(std::vector<double> times, std::vector<double> values)
    : times_(std::move(times)), values_(std::move(values)) {
    IB_CHECK(times_.size() >= 2 && times_.size() == values_.size());
    std::vector<double> lengths;
    std::vector<double> means;
    for (std::size_t i = 0; i + 1 < times_.size(); ++i) {
        lengths.push_back(times_[i + 1] - times_[i]);
        means.push_back((values_[i + 1] - values_[i]) / lengths.back());
    }
    const std::size_t last = means.size() - 1;
    if (last == 0) {
        slopes_.assign(2, means[0]);
        return;
    }
    slopes_.push_back(slope_at_end(lengths[0], means[0], lengths[1], means[1]));
    for (std::size_t i = 0; i < last; ++i)
        slopes_.push_back(slope_between(lengths[i], means[i], lengths[i + 1], means[i + 1]));
    slopes_.push_back(slope_at_end(lengths[last], means[last], lengths[last - 1], means[last - 1]));
}

double Pchip::at(double time) const {
    const auto after = std::upper_bound(times_.begin() + 1, times_.end() - 1, time);
    const auto i = static_cast<std::size_t>(after - times_.begin()) - 1;
    const double length = times_[i + 1] - times_[i];
    const double t = (time - times_[i]) / length;
    const double t2 = t * t;
    const double t3 = t2 * t;
    return values_[i] * (2 * t3 - 3 * t2 + 1) + slopes_[i] * length * (t3 - 2 * t2 + t) +
           values_[i + 1] * (3 * t2 - 2 * t3) + slopes_[i + 1] * length * (t3 - t2);
}

}  // namespace inbetween
