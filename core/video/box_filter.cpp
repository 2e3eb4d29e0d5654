#include "core/video/box_filter.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace inbetween {

namespace {

// Sums of up to 16 samples of so many bits fit in 16.
constexpr int most_narrow_bits = 12;

constexpr std::uint32_t most = 255;

template <class Sample>
const Sample* row_of(const Plane& plane, int y) {
    const int row = std::min(y, plane.size.height - 1);
    return reinterpret_cast<const Sample*>(plane.data + plane.stride * row);
}

std::uint8_t scaled(std::uint32_t sum, int shift) {
    const std::uint32_t half = shift > 0 ? 1U << (shift - 1) : 0;
    return static_cast<std::uint8_t>(std::min((sum + half) >> shift, most));
}

// Boxes of two by two. Two neighbours are read as one number of twice the width, which compilers make vectors of.
template <class Sample, class Pair>
void halve(const Plane& from, int shift, std::uint8_t* to, std::ptrdiff_t stride) {
    constexpr int bits = 8 * sizeof(Sample);
    constexpr Pair low = (Pair{1} << bits) - 1;
    const int pairs = from.size.width / 2;
    const auto half = static_cast<Pair>(1U << (shift - 1));
    for (int y = 0; y < from.size.height; y += 2, to += stride) {
        const Sample* upper = row_of<Sample>(from, y);
        const Sample* lower = row_of<Sample>(from, y + 1);
        for (int x = 0; x < pairs; ++x) {
            Pair a;
            Pair b;
            std::memcpy(&a, upper + 2 * x, sizeof a);
            std::memcpy(&b, lower + 2 * x, sizeof b);
            const auto sum = static_cast<Pair>((a & low) + (a >> bits) + (b & low) + (b >> bits) + half);
            const auto mean = static_cast<Pair>(sum >> shift);
            to[x] = static_cast<std::uint8_t>(sizeof(Sample) == 1 ? mean : std::min<Pair>(mean, most));
        }
        if (from.size.width % 2 != 0) {
            const int x = from.size.width - 1;
            to[pairs] = scaled(2U * upper[x] + 2U * lower[x], shift);
        }
    }
}

void copy(const Plane& from, std::uint8_t* to, std::ptrdiff_t stride) {
    for (int y = 0; y < from.size.height; ++y, to += stride) {
        std::memcpy(to, row_of<std::uint8_t>(from, y), static_cast<std::size_t>(from.size.width));
    }
}

}  // namespace

template <class Sample, class Sum>
void BoxFilter::sum_and_fold(const Plane& from, int shift, BoxSize box, std::uint8_t* to, std::ptrdiff_t stride,
                             std::vector<Sum>& sums) {
    const int width = from.size.width;
    const int boxes = (width + box.across - 1) / box.across;
    sums.resize(static_cast<std::size_t>(boxes * box.across));
    Sum* const sum = sums.data();
    for (int y = 0; y < from.size.height; y += box.down, to += stride) {
        std::fill(sums.begin(), sums.end(), Sum{0});
        for (int k = 0; k < box.down; ++k) {
            const Sample* row = row_of<Sample>(from, y + k);
            for (int x = 0; x < width; ++x) sum[x] = static_cast<Sum>(sum[x] + row[x]);
        }
        std::fill(sums.begin() + width, sums.end(), sum[width - 1]);
        for (int x = 0; x < boxes; ++x) {
            std::uint32_t all = 0;
            for (int k = 0; k < box.across; ++k) all += sum[x * box.across + k];
            to[x] = scaled(all, shift);
        }
    }
}

void BoxFilter::shrink(const Plane& from, int bit_depth, BoxSize box, std::uint8_t* to, std::ptrdiff_t stride) {
    const auto samples = static_cast<unsigned>(box.across * box.down);
    const int shift = std::countr_zero(samples) + std::max(bit_depth - 8, 0);
    const bool bytes = from.bytes_per_sample == 1;
    if (box.across == 2 && box.down == 2) {
        if (bytes) return halve<std::uint8_t, std::uint16_t>(from, shift, to, stride);
        return halve<std::uint16_t, std::uint32_t>(from, shift, to, stride);
    }
    if (bytes && samples == 1) return copy(from, to, stride);
    if (bytes) return sum_and_fold<std::uint8_t>(from, shift, box, to, stride, narrow_);
    if (bit_depth <= most_narrow_bits) return sum_and_fold<std::uint16_t>(from, shift, box, to, stride, narrow_);
    sum_and_fold<std::uint16_t>(from, shift, box, to, stride, wide_);
}

}  // namespace inbetween
