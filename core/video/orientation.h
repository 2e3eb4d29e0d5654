#pragma once

#include <array>
#include <cstdint>

#include "core/video/picture.h"

namespace inbetween {

/// What a display matrix of the file's metadata says: the turn to the nearest quarter, and the exact angle.
struct MatrixTurn {
    Orientation orientation;
    int clockwise_degrees = 0;  ///< 0..359, after mirroring
};

/// Reads a display matrix of nine fixed-point numbers; no turn for null or for one that squashes the picture.
/// source: ISO/IEC 14496-12, 8.3.2 (track header), as libavutil/display.h lays it out.
MatrixTurn turn_of_matrix(const std::int32_t* matrix);

/// Where a pixel of the upright picture lies in the decoded one: x' = t[0] x + t[1] y + t[2], y' = t[3] x + t[4] y +
/// t[5].
std::array<int, 6> decoded_from_upright(Size decoded, const Orientation& orientation);

}  // namespace inbetween
