#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace inbetween {

/// How samples along one axis become the pixels of an image as long or shorter: each pixel is the mean of the luma
/// samples it covers, or of what chroma samples say where those stand, blended between the nearest two.
class AxisFilter {
public:
    /// The axis of a plane.
    struct Axis {
        int samples = 0;
        int luma = 0;       ///< samples of luma that they go with
        int shift = 0;      ///< log2 of luma samples a sample
        double offset = 0;  ///< where the first one stands; see ChromaOffset
        friend bool operator==(const Axis&, const Axis&) = default;
    };
    AxisFilter() = default;
    /// How many samples go with so many of luma.
    static int samples_for(int luma, int shift) { return (luma + (1 << shift) - 1) >> shift; }
    /// requires: 0 < pixels <= axis.luma.
    AxisFilter(const Axis& axis, int pixels);

    int pixels() const { return static_cast<int>(first_.size()); }
    /// Samples a pixel is made of, at most.
    int taps() const { return taps_; }
    /// The first of a pixel's samples, and the shares of them all, which add up to 1.
    int first(int pixel) const { return first_[static_cast<std::size_t>(pixel)]; }
    std::span<const float> shares(int pixel) const { return of(shares_, pixel); }
    /// The same shares in 256ths, where those say them exactly.
    std::span<const std::uint16_t> parts(int pixel) const { return of(parts_, pixel); }
    bool parts_are_exact() const { return parts_are_exact_; }

    /// The middle of the axis, where shares repeat: `period` pixels are made of `taps` samples each, the next ones of
    /// those `advance` samples on. No pixels where there is no such repetition.
    struct Middle {
        int period = 1;
        int advance = 1;
        int taps = 1;
        int begin = 0;  ///< pixels
        int end = 0;
        int first = 0;              ///< sample of the first pixel
        std::vector<float> shares;  ///< period * taps
    };
    const Middle& middle() const { return middle_; }

private:
    template <class T>
    std::span<const T> of(const std::vector<T>& all, int pixel) const {
        const auto taps = static_cast<std::size_t>(taps_);
        return {all.data() + static_cast<std::size_t>(pixel) * taps, taps};
    }
    void find_middle(int period);

    int taps_ = 0;
    std::vector<int> first_;
    std::vector<float> shares_;
    std::vector<std::uint16_t> parts_;
    bool parts_are_exact_ = true;
    Middle middle_;
};

}  // namespace inbetween
