#pragma once

#include <array>

#include "core/video/picture.h"

namespace inbetween {

/// rgb = matrix * (yuv - offset), where yuv are texture samples in 0..1 of their storage.
struct YuvToRgb {
    std::array<float, 9> matrix{};  ///< row by row
    std::array<float, 3> offset{};
};

/// source: ITU-R BT.601-7, BT.709-6, BT.2020-2: luma coefficients and quantisation levels.
YuvToRgb yuv_to_rgb(const PixelFormat& format);

/// Where a place of the upright picture lies in the decoded one, both as shares 0..1:
/// x' = t[0] x + t[1] y + t[2], y' = t[3] x + t[4] y + t[5].
std::array<float, 6> decoded_from_upright(const Orientation& orientation);

}  // namespace inbetween
