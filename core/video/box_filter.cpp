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

// The mean of two pairs of neighbours, each pair read as one number of twice the width: compilers make vectors of that.
template <int Shift>
std::uint8_t mean_of_pairs(std::uint16_t a, std::uint16_t b) {
    constexpr std::uint16_t half = 1U << (Shift - 1);
    const auto low = static_cast<std::uint16_t>((a & 0xff) + (b & 0xff));
    const auto high = static_cast<std::uint16_t>((a >> 8) + (b >> 8));
    const auto sum = static_cast<std::uint16_t>(low + high + half);
    return static_cast<std::uint8_t>(sum >> Shift);
}

template <int Shift>
std::uint8_t mean_of_pairs(std::uint32_t a, std::uint32_t b) {
    constexpr std::uint32_t half = 1U << (Shift - 1);
    const std::uint32_t sum = (a & 0xffff) + (b & 0xffff) + (a >> 16) + (b >> 16) + half;
    return static_cast<std::uint8_t>(std::min(sum >> Shift, most));
}

// Boxes of two by two.
template <class Sample, class Pair, int Shift>
void halve(const Plane& from, std::uint8_t* to, std::ptrdiff_t stride) {
    const int pairs = from.size.width / 2;
    for (int y = 0; y < from.size.height; y += 2, to += stride) {
        const Sample* __restrict upper = row_of<Sample>(from, y);
        const Sample* __restrict lower = row_of<Sample>(from, y + 1);
        std::uint8_t* __restrict out = to;
        for (int x = 0; x < pairs; ++x) {
            Pair a;
            Pair b;
            std::memcpy(&a, upper + 2 * x, sizeof a);
            std::memcpy(&b, lower + 2 * x, sizeof b);
            out[x] = mean_of_pairs<Shift>(a, b);
        }
        if (from.size.width % 2 != 0) {
            const int x = from.size.width - 1;
            out[pairs] = scaled(2U * upper[x] + 2U * lower[x], Shift);
        }
    }
}

// For the depths there are; false for another.
bool halve_wide(const Plane& from, int bit_depth, std::uint8_t* to, std::ptrdiff_t stride) {
    switch (bit_depth) {
        case 9:
            halve<std::uint16_t, std::uint32_t, 3>(from, to, stride);
            return true;
        case 10:
            halve<std::uint16_t, std::uint32_t, 4>(from, to, stride);
            return true;
        case 12:
            halve<std::uint16_t, std::uint32_t, 6>(from, to, stride);
            return true;
        case 16:
            halve<std::uint16_t, std::uint32_t, 10>(from, to, stride);
            return true;
        default:
            return false;
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
        if (bytes) return halve<std::uint8_t, std::uint16_t, 2>(from, to, stride);
        if (halve_wide(from, bit_depth, to, stride)) return;
    }
    if (bytes && samples == 1) return copy(from, to, stride);
    if (bytes) return sum_and_fold<std::uint8_t>(from, shift, box, to, stride, narrow_);
    if (bit_depth <= most_narrow_bits) return sum_and_fold<std::uint16_t>(from, shift, box, to, stride, narrow_);
    sum_and_fold<std::uint16_t>(from, shift, box, to, stride, wide_);
}

}  // namespace inbetween
