#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/video/picture.h"

namespace inbetween {

/// How many samples across and down become one.   requires: 1, 2 or 4 each.
struct BoxSize {
    int across = 1;
    int down = 1;
};

/// Shrinks planes of samples to 8 bits by the mean of each box; the last column and row count for what lies beyond.
/// thread: one at a time.
class BoxFilter {
public:
    /// Writes ceil(width / across) x ceil(height / down) samples of 8 bits, the upper ones of `bit_depth`.
    void shrink(const Plane& from, int bit_depth, BoxSize box, std::uint8_t* to, std::ptrdiff_t stride);

private:
    template <class Sample, class Sum>
    void sum_and_fold(const Plane& from, int shift, BoxSize box, std::uint8_t* to, std::ptrdiff_t stride,
                      std::vector<Sum>& sums);

    std::vector<std::uint16_t> narrow_;  // sums of a row of boxes, for samples of up to 12 bits
    std::vector<std::uint32_t> wide_;
};

}  // namespace inbetween
