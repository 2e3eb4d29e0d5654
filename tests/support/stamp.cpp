#include "tests/support/stamp.h"

#include <cstdint>
#include <cstring>

#include "tests/support/support.h"

namespace inbetween::test {

namespace {

constexpr int columns = 12;
constexpr int rows = 4;  // of cells; the upper two carry the number

// Brightness of one sample, 0..255.
double sample(const Plane& plane, int bit_depth, int x, int y) {
    const std::uint8_t* row = plane.data + plane.stride * y;
    if (plane.bytes_per_sample == 1) return row[x];
    std::uint16_t wide = 0;
    std::memcpy(&wide, row + 2 * std::ptrdiff_t{x}, sizeof wide);
    return static_cast<double>(wide) / static_cast<double>(1 << (bit_depth - 8));
}

// The mean brightness of the middle of a cell.
double cell(const Plane& plane, int bit_depth, int column, int row) {
    const int left = (plane.size.width * (4 * column + 1)) / (4 * columns);
    const int right = (plane.size.width * (4 * column + 3)) / (4 * columns);
    const int top = (plane.size.height * (4 * row + 1)) / (4 * rows);
    const int bottom = (plane.size.height * (4 * row + 3)) / (4 * rows);
    double sum = 0;
    for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) sum += sample(plane, bit_depth, x, y);
    }
    return sum / ((right - left) * (bottom - top));
}

std::optional<int> read_number(const Plane& plane, int bit_depth) {
    int number = 0;
    for (int bit = 0; bit < columns; ++bit) {
        const bool one = cell(plane, bit_depth, bit, 0) > 128;
        const bool inverse = cell(plane, bit_depth, bit, 1) > 128;
        if (one == inverse) return std::nullopt;
        if (one) number |= 1 << bit;
    }
    return number;
}

}  // namespace

std::optional<int> stamped_index(const Picture& picture) {
    if (picture.format().planar) return read_number(picture.planes()[0], picture.format().bit_depth);
    if (picture.orientation() != Orientation{}) return std::nullopt;
    const auto gray = upright_image(picture, ImageChannels::Gray);
    if (!gray) return std::nullopt;
    return read_number({gray->pixels.data(), gray->size.width, gray->size, 1}, 8);
}

std::filesystem::path test_media(const std::string& name) { return build_folder() / "media" / name; }

}  // namespace inbetween::test
