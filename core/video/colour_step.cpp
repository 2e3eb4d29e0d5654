#include "core/video/colour_step.h"

namespace inbetween {
namespace {

using Rows = std::array<double, 9>;

// R, G, B of luma 0..1 and differences -0.5..0.5.
Rows rgb_from_differences(LumaShares luma) {
    const double green = 1 - luma.red - luma.blue;
    const double red_v = 2 * (1 - luma.red);
    const double blue_u = 2 * (1 - luma.blue);
    return {1,
            0,
            red_v,  //
            1,
            -blue_u * luma.blue / green,
            -red_v * luma.red / green,  //
            1,
            blue_u,
            0};
}

Rows rows_of(const PixelFormat& format) {
    if (format.model == ColourModel::Gray) return {1, 0, 0, 1, 0, 0, 1, 0, 0};
    if (format.model == ColourModel::Rgb || has_nonlinear_matrix(format)) return {1, 0, 0, 0, 1, 0, 0, 0, 1};
    switch (format.matrix) {
        case ColourMatrix::YCgCo:
            return {1, -1, 1, 1, 1, 0, 1, -1, -1};
        case ColourMatrix::GreenBlueRed:
            return {0, 0, 1, 1, 0, 0, 0, 1, 0};
        default:
            return rgb_from_differences(luma_shares(format.matrix));
    }
}

// What one component's codes stand for.
struct Levels {
    double zero;  // the code of 0
    double span;  // codes from 0 to 1
};

Levels luma_levels(const PixelFormat& format) {
    const double step = static_cast<double>(1 << (format.bit_depth - 8));
    if (format.range == ColourRange::Limited) return {16 * step, 219 * step};
    return {0, static_cast<double>((1 << format.bit_depth) - 1)};
}

Levels difference_levels(const PixelFormat& format) {
    const double step = static_cast<double>(1 << (format.bit_depth - 8));
    const double span = format.range == ColourRange::Limited ? 224 * step : (1 << format.bit_depth) - 1;
    return {128 * step, span};
}

}  // namespace

LumaShares luma_shares(ColourMatrix matrix) {
    switch (matrix) {
        case ColourMatrix::Bt709:
            return {0.2126, 0.0722};
        case ColourMatrix::Bt2020:
        case ColourMatrix::Bt2020Cl:
            return {0.2627, 0.0593};
        case ColourMatrix::Smpte240m:
            return {0.212, 0.087};
        case ColourMatrix::Fcc:
            return {0.30, 0.11};
        case ColourMatrix::DisplayP3:
            return {0.228975, 0.079287};
        default:
            return {0.299, 0.114};
    }
}

bool has_nonlinear_matrix(const PixelFormat& format) {
    return format.model == ColourModel::Yuv &&
           (format.matrix == ColourMatrix::Bt2020Cl || format.matrix == ColourMatrix::ICtCp);
}

ColourStep colour_step(const PixelFormat& format) {
    const bool differences = format.model == ColourModel::Yuv && format.matrix != ColourMatrix::GreenBlueRed;
    const Levels first = luma_levels(format);
    Levels others = differences ? difference_levels(format) : first;
    if (has_nonlinear_matrix(format)) others.zero -= others.span / 2;
    ColourStep step;
    step.offset = {first.zero, others.zero, others.zero};
    const Rows rows = rows_of(format);
    for (std::size_t i = 0; i < rows.size(); ++i) step.matrix[i] = rows[i] / (i % 3 == 0 ? first.span : others.span);
    return step;
}

}  // namespace inbetween
