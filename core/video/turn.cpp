#include "core/video/turn.h"

#include <algorithm>
#include <cstring>

#include "core/base/check.h"

namespace inbetween {
namespace {

template <int Bytes>
void copy_row(const std::uint8_t* source, int width, std::ptrdiff_t along, std::uint8_t* target) {
    if (along == 1) {
        std::memcpy(target, source, static_cast<std::size_t>(width) * Bytes);
        return;
    }
    for (int x = 0; x < width; ++x) {
        std::memcpy(target, source, Bytes);
        source += Bytes;
        target += along * Bytes;
    }
}

// Rows become columns: goes along the target's rows, a few rows of the source at a time.
template <int Bytes>
void copy_columns(const Band& band, const Walk& walk, std::uint8_t* upright) {
    for (int begin = 0; begin < band.rows; begin += rows_a_band) {
        const int rows = std::min(rows_a_band, band.rows - begin);
        const std::uint8_t* source = band.pixels + band.stride * begin;
        std::uint8_t* target = upright + (walk.first + walk.across * (band.first_row + begin)) * Bytes;
        for (int x = 0; x < band.width; ++x) {
            const std::uint8_t* from = source + std::ptrdiff_t{Bytes} * x;
            std::uint8_t* to = target + walk.along * Bytes * x;
            for (int y = 0; y < rows; ++y) {
                std::memcpy(to, from, Bytes);
                from += band.stride;
                to += walk.across * Bytes;
            }
        }
    }
}

template <int Bytes>
void copy(const Band& band, const Walk& walk, std::uint8_t* upright) {
    if (walk.along != 1 && walk.along != -1) return copy_columns<Bytes>(band, walk, upright);
    for (int y = 0; y < band.rows; ++y) {
        copy_row<Bytes>(band.pixels + band.stride * y, band.width, walk.along,
                        upright + (walk.first + walk.across * (band.first_row + y)) * Bytes);
    }
}

}  // namespace

Walk walk_of(Size decoded, const Orientation& orientation) {
    const std::ptrdiff_t w = decoded.width;
    const std::ptrdiff_t h = decoded.height;
    Walk walk{0, 1, w};
    switch (((orientation.quarter_turns % 4) + 4) % 4) {
        case 1:  // (x, y) goes to (h-1-y, x) of an image h wide
            walk = {h - 1, h, -1};
            break;
        case 2:
            walk = {w * h - 1, -1, -w};
            break;
        case 3:  // (x, y) goes to (y, w-1-x)
            walk = {(w - 1) * h, -h, 1};
            break;
        default:
            break;
    }
    if (orientation.mirrored) {
        walk.first += walk.along * (w - 1);
        walk.along = -walk.along;
    }
    return walk;
}

void copy_turned(const Band& band, int bytes_a_pixel, const Walk& walk, std::uint8_t* upright) {
    switch (bytes_a_pixel) {
        case 1:
            return copy<1>(band, walk, upright);
        case 3:
            return copy<3>(band, walk, upright);
        default:
            IB_CHECK(bytes_a_pixel == 4);
            return copy<4>(band, walk, upright);
    }
}

}  // namespace inbetween
