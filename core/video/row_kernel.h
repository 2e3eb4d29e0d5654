#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/video/axis_filter.h"

namespace inbetween {

/// One row of samples that goes into a row of pixels, and its share.
struct RowShare {
    const std::uint8_t* samples = nullptr;
    float share = 1;
    std::uint16_t part = 256;  ///< the share in 256ths
};

/// What one component contributes to a row of pixels.
struct ComponentRow {
    std::span<const RowShare> rows;
    int bytes = 1;  ///< a sample
    int step = 1;   ///< bytes from sample to sample
    int samples = 0;
    bool in_parts = true;  ///< samples are bytes and blended by the rows' parts: faster
    const AxisFilter* across = nullptr;
};

/// How a row's colours are finished, step by step.
struct ColourKernel {
    /// colour = matrix * samples + offset, 0..1.
    std::array<float, 9> matrix{};
    std::array<float, 3> offset{};
    /// Entries of a ColourCube that the colours go through, and its side; null: none.
    const float* cube = nullptr;
    int cube_side = 0;
    float cube_scale = 1;
    /// What colours are multiplied by and what is added then.
    float gain = 1;
    float lift = 0;
    /// The curve that colours go through in place of that, `curve_size` entries over 0..1; null: none.
    const std::uint8_t* curve = nullptr;
};
inline constexpr int curve_size = 1 << 14;

/// Room for a row of pixels in the making.   requires: each array as long as the row or as its samples.
struct RowScratch {
    std::uint16_t* in_parts = nullptr;
    float* blended = nullptr;
    std::array<float*, 3> components{};
};

/// Makes one row of R, G, B, 255 of the samples of one or three components.
/// thread: any, with a scratch of its own.
void convert_row(std::span<const ComponentRow> components, const ColourKernel& colour, const RowScratch& scratch,
                 std::uint32_t* pixels);

}  // namespace inbetween
