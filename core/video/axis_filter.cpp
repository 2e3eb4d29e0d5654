#include "core/video/axis_filter.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/check.h"

namespace inbetween {
namespace {

/// Shares by sample.
using Shares = std::map<int, double>;

constexpr double nothing = 1e-9;

void add_luma(const AxisFilter::Axis& axis, int luma, double share, Shares& shares) {
    const double at = (luma - axis.offset) / (1 << axis.shift);
    const double below = std::floor(at);
    const double beyond = at - below;
    const auto sample = [&axis](double i) { return std::clamp(static_cast<int>(i), 0, axis.samples - 1); };
    if (beyond < 1 - nothing) shares[sample(below)] += share * (1 - beyond);
    if (beyond > nothing) shares[sample(below + 1)] += share * beyond;
}

Shares shares_of_pixel(const AxisFilter::Axis& axis, int pixel, int pixels) {
    const double length = static_cast<double>(axis.luma) / pixels;
    const double begin = pixel * length;
    const double end = begin + length;
    Shares shares;
    for (int luma = static_cast<int>(std::floor(begin + nothing)); luma < std::min<double>(end - nothing, axis.luma);
         ++luma) {
        const double covered = std::min<double>(end, luma + 1) - std::max<double>(begin, luma);
        add_luma(axis, luma, covered / length, shares);
    }
    return shares;
}

}  // namespace

AxisFilter::AxisFilter(const Axis& axis, int pixels) {
    IB_CHECK(pixels > 0 && pixels <= axis.luma && axis.samples > 0);
    std::vector<Shares> all;
    all.reserve(static_cast<std::size_t>(pixels));
    for (int pixel = 0; pixel < pixels; ++pixel) {
        all.push_back(shares_of_pixel(axis, pixel, pixels));
        taps_ = std::max(taps_, all.back().rbegin()->first - all.back().begin()->first + 1);
    }
    for (const Shares& shares : all) {
        // Near the end the window is moved back, so that it never reaches beyond the samples.
        const int first = std::min(shares.begin()->first, axis.samples - taps_);
        first_.push_back(first);
        for (int tap = 0; tap < taps_; ++tap) {
            const auto found = shares.find(first + tap);
            shares_.push_back(found == shares.end() ? 0.0F : static_cast<float>(found->second));
        }
    }
    for (const float share : shares_) {
        parts_.push_back(static_cast<std::uint16_t>(std::lround(share * 256)));
        parts_are_exact_ &= parts_.back() == share * 256;
    }
    for (const int period : {1, 2, 4}) {
        find_middle(period);
        if (middle_.end > middle_.begin) break;
    }
}

void AxisFilter::find_middle(int period) {
    const int count = pixels();
    const int seed = count / 2 / period * period;
    if (seed + 2 * period > count) return;
    Middle middle;
    middle.period = period;
    middle.advance = first(seed + period) - first(seed);
    int begin = first(seed);
    for (int i = 0; i < period; ++i) begin = std::min(begin, first(seed + i));
    int reach = 0;
    for (int i = 0; i < period; ++i) reach = std::max(reach, first(seed + i) + taps_ - begin);
    middle.taps = reach;
    middle.shares.assign(static_cast<std::size_t>(period * reach), 0);
    for (int i = 0; i < period; ++i) {
        std::ranges::copy(shares(seed + i), middle.shares.begin() + i * reach + first(seed + i) - begin);
    }
    const auto repeats = [&](int group) {
        const int moved = (group - seed) / period * middle.advance;
        for (int i = 0; i < period; ++i) {
            const bool same = std::ranges::equal(shares(group + i), shares(seed + i),
                                                 [](float a, float b) { return std::abs(a - b) < 1e-6F; });
            if (!same || first(group + i) != first(seed + i) + moved) return false;
        }
        return true;
    };
    middle.begin = seed;
    middle.end = seed + period;
    middle.first = begin;
    while (middle.begin - period >= 0 && repeats(middle.begin - period)) {
        middle.begin -= period;
        middle.first -= middle.advance;
    }
    while (middle.end + period <= count && repeats(middle.end)) middle.end += period;
    // A repetition by chance, or none to speak of.
    if (2 * (middle.end - middle.begin) >= count) middle_ = std::move(middle);
}

}  // namespace inbetween
