#include "app/gl/yuv_matrix.h"

namespace inbetween {
namespace {

/// Shares of red and blue in luma.
struct Luma {
    double red;
    double blue;
};

Luma luma_of(ColourMatrix matrix) {
    switch (matrix) {
        case ColourMatrix::Bt709:
            return {0.2126, 0.0722};
        case ColourMatrix::Bt2020:
            return {0.2627, 0.0593};
        case ColourMatrix::Bt601:
            break;
    }
    return {0.299, 0.114};
}

}  // namespace

YuvToRgb yuv_to_rgb(const PixelFormat& format) {
    const int depth = format.bit_depth;
    // Samples of more than eight bits are stored in sixteen, low bits first.
    const double stored_max = depth > 8 ? 65535.0 : 255.0;
    const double top = static_cast<double>((1 << depth) - 1);
    const double step = static_cast<double>(1 << (depth - 8));
    const bool full = format.range == ColourRange::Full;
    const double y_offset = full ? 0 : 16 * step;
    const double y_scale = full ? top : 219 * step;
    const double c_scale = full ? top : 224 * step;
    const double c_offset = 128 * step;
    const Luma luma = luma_of(format.matrix);
    const double green = 1 - luma.red - luma.blue;
    const double red_v = 2 * (1 - luma.red);
    const double blue_u = 2 * (1 - luma.blue);
    const double y = stored_max / y_scale;
    const double c = stored_max / c_scale;
    YuvToRgb conversion;
    const std::array<double, 9> rows{y,
                                     0,
                                     c * red_v,  //
                                     y,
                                     -c * blue_u * luma.blue / green,
                                     -c * red_v * luma.red / green,  //
                                     y,
                                     c * blue_u,
                                     0};
    for (std::size_t i = 0; i < rows.size(); ++i) conversion.matrix[i] = static_cast<float>(rows[i]);
    conversion.offset = {static_cast<float>(y_offset / stored_max), static_cast<float>(c_offset / stored_max),
                         static_cast<float>(c_offset / stored_max)};
    return conversion;
}

std::array<float, 6> decoded_from_upright(const Orientation& orientation) {
    // Upright is mirrored first, then turned clockwise; here the way back: turn back, then mirror.
    std::array<float, 6> back{};
    switch (orientation.quarter_turns & 3) {
        case 0:
            back = {1, 0, 0, 0, 1, 0};
            break;
        case 1:
            back = {0, 1, 0, -1, 0, 1};
            break;
        case 2:
            back = {-1, 0, 1, 0, -1, 1};
            break;
        case 3:
            back = {0, -1, 1, 1, 0, 0};
            break;
        default:
            break;
    }
    if (orientation.mirrored) {
        back[0] = -back[0];
        back[1] = -back[1];
        back[2] = 1 - back[2];
    }
    return back;
}

}  // namespace inbetween
