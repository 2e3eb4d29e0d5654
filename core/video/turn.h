#pragma once

#include <cstddef>
#include <cstdint>

#include "core/video/picture.h"

namespace inbetween {

/// Where the pixels of a decoded row go in the upright image: the first one's place, and the steps along a row and from
/// row to row.   units: pixels of the upright image.
struct Walk {
    std::ptrdiff_t first = 0;
    std::ptrdiff_t along = 1;
    std::ptrdiff_t across = 0;
};
Walk walk_of(Size decoded, const Orientation& orientation);

/// Rows of a picture as decoded, one below the other.
struct Band {
    const std::uint8_t* pixels = nullptr;
    std::ptrdiff_t stride = 0;  ///< bytes from row to row
    int width = 0;              ///< pixels
    int first_row = 0;          ///< which row of the picture the first one is
    int rows = 0;
};
/// Bands of so many rows are turned fastest: they fill whole cache lines of the upright image.
inline constexpr int rows_a_band = 16;

/// Copies rows to where they stand in the upright image; pixels of 1, 3 or 4 bytes.
void copy_turned(const Band& band, int bytes_a_pixel, const Walk& walk, std::uint8_t* upright);

}  // namespace inbetween
