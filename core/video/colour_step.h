#pragma once

#include <array>

#include "core/video/pixel_format.h"

namespace inbetween {

/// From samples to colours: colour = matrix * (code - offset), code being whole numbers of the format's bit depth.
struct ColourStep {
    std::array<double, 9> matrix{};  ///< row by row
    std::array<double, 3> offset{};
};

/// To red, green and blue as the transfer function left them, 0..1. For matrices that no linear step undoes (constant
/// luminance, ICtCp): to luma 0..1 and the two differences, moved from -0.5..0.5 to 0..1. Gray is read from the first
/// sample alone.
/// source: ITU-T H.273, 8.3; ITU-R BT.601-7, BT.709-6, BT.2020-2: luma coefficients and quantisation levels.
ColourStep colour_step(const PixelFormat& format);

/// Shares of red and blue in luma.
struct LumaShares {
    double red = 0;
    double blue = 0;
};
LumaShares luma_shares(ColourMatrix matrix);

/// Whether colour_step() leads to luma and differences only.
bool has_nonlinear_matrix(const PixelFormat& format);

}  // namespace inbetween
