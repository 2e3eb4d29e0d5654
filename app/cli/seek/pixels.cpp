#include "app/cli/seek/pixels.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <numeric>

#include "core/base/check.h"

namespace inbetween::seek {

namespace {

// Fine enough that the digits of a clock or a hand that moves change a cell by more than rounding and a proxy do.
constexpr int grid_width = 64;
constexpr int grid_height = 36;
constexpr double steps_per_level = 32;

struct Luma {
    double red = 0, green = 0, blue = 0, offset = 0;
};

Luma luma_of(const Pixels& pixels) {
    Luma luma{0.299, 0.587, 0.114, 0};
    if (pixels.matrix == ColourMatrix::Bt709) luma = {0.2126, 0.7152, 0.0722, 0};
    if (pixels.matrix == ColourMatrix::Bt2020) luma = {0.2627, 0.6780, 0.0593, 0};
    if (pixels.range == ColourRange::Full) return luma;
    constexpr double squeezed = 219.0 / 255;
    return {luma.red * squeezed, luma.green * squeezed, luma.blue * squeezed, 16};
}

/// Where each of `cells` equal parts of `length` samples begins, and the end of the last.
std::vector<int> borders(int length, int cells) {
    std::vector<int> at(static_cast<std::size_t>(cells) + 1);
    for (int i = 0; i <= cells; ++i)
        at[static_cast<std::size_t>(i)] = static_cast<int>(std::int64_t{length} * i / cells);
    return at;
}

template <class Sample>
std::uint64_t sum(const std::uint8_t* row, int from, int to) {
    const auto* samples = reinterpret_cast<const Sample*>(row);
    std::uint64_t total = 0;
    for (int x = from; x < to; ++x) total += samples[x];
    return total;
}

double sum_bgr(const std::uint8_t* row, int from, int to, int step, const Luma& luma) {
    std::uint32_t b = 0, g = 0, r = 0;
    for (int x = from; x < to; ++x) {
        const std::uint8_t* pixel = row + std::ptrdiff_t{x} * step;
        b += pixel[0];
        g += pixel[1];
        r += pixel[2];
    }
    return luma.blue * b + luma.green * g + luma.red * r + luma.offset * (to - from);
}

/// The sum of the brightness of a part of a row, in 8-bit steps.
double sum_of(const Pixels& pixels, const Plane& plane, const std::uint8_t* row, int from, int to, const Luma& luma) {
    if (pixels.samples == Samples::Bgr) return sum_bgr(row, from, to, 3, luma);
    if (pixels.samples == Samples::Bgr0) return sum_bgr(row, from, to, 4, luma);
    const bool wide = plane.bytes_per_sample == 2 && pixels.bit_depth > 8;
    if (wide) return static_cast<double>(sum<std::uint16_t>(row, from, to)) / (1 << (pixels.bit_depth - 8));
    // Packed formats count all their bytes: nothing but the same format is compared with them.
    const int bytes = plane.bytes_per_sample;
    return static_cast<double>(sum<std::uint8_t>(row, from * bytes, to * bytes)) / bytes;
}

}  // namespace

Pixels pixels_of(const Picture& picture) {
    return {.planes = picture.planes(), .bit_depth = picture.format().bit_depth};
}

std::uint64_t hash_of(const Pixels& pixels) {
    const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
    IB_CHECK(state != nullptr);
    XXH3_64bits_reset(state.get());
    for (const Plane& plane : pixels.planes) {
        const auto bytes =
            static_cast<std::size_t>(plane.size.width) * static_cast<std::size_t>(plane.bytes_per_sample);
        for (int y = 0; y < plane.size.height; ++y) {
            XXH3_64bits_update(state.get(), plane.data + plane.stride * y, bytes);
        }
    }
    return XXH3_64bits_digest(state.get());
}

Signature signature_of(const Pixels& pixels) {
    const Plane& plane = pixels.planes.front();
    const Luma luma = luma_of(pixels);
    const int columns = std::min(grid_width, plane.size.width);
    const int rows = std::min(grid_height, plane.size.height);
    const std::vector<int> across = borders(plane.size.width, columns);
    const std::vector<int> down = borders(plane.size.height, rows);
    Signature signature;
    signature.cells.reserve(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
    std::vector<double> sums(static_cast<std::size_t>(columns));
    for (std::size_t j = 0; j + 1 < down.size(); ++j) {
        std::ranges::fill(sums, 0);
        for (int y = down[j]; y < down[j + 1]; ++y) {
            const std::uint8_t* row = plane.data + plane.stride * y;
            for (std::size_t i = 0; i < sums.size(); ++i) {
                sums[i] += sum_of(pixels, plane, row, across[i], across[i + 1], luma);
            }
        }
        for (std::size_t i = 0; i < sums.size(); ++i) {
            const double area = static_cast<double>(across[i + 1] - across[i]) * (down[j + 1] - down[j]);
            const double level = std::clamp(sums[i] / area, 0.0, 255.0);
            signature.cells.push_back(static_cast<std::uint16_t>(level * steps_per_level + 0.5));
        }
    }
    const double total = std::accumulate(signature.cells.begin(), signature.cells.end(), 0.0);
    signature.mean = total / static_cast<double>(signature.cells.size());
    return signature;
}

double difference(const Signature& a, const Signature& b, double enough) {
    if (a.cells.size() != b.cells.size() || a.cells.empty()) return std::numeric_limits<double>::max();
    constexpr std::size_t part = 64;  // whose squares fit in 32 bits
    constexpr double squared_steps = steps_per_level * steps_per_level;
    const auto count = static_cast<double>(a.cells.size());
    const double of_means = (a.mean - b.mean) * (a.mean - b.mean) * count;
    const double most = enough * count * squared_steps + of_means;
    double total = 0;
    for (std::size_t begin = 0; begin < a.cells.size() && total <= most; begin += part) {
        const std::size_t end = std::min(a.cells.size(), begin + part);
        std::uint32_t sum = 0;
        for (std::size_t i = begin; i < end; ++i) {
            const int gap = int{a.cells[i]} - int{b.cells[i]};
            sum += static_cast<std::uint32_t>(gap * gap);
        }
        total += sum;
    }
    return std::max(0.0, total - of_means) / (count * squared_steps);
}

}  // namespace inbetween::seek
