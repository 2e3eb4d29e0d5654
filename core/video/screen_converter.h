#pragma once

#include <array>
#include <memory>
#include <vector>

#include "core/video/adjustment.h"
#include "core/video/axis_filter.h"
#include "core/video/colour_cube.h"
#include "core/video/picture.h"
#include "core/video/row_kernel.h"

namespace inbetween {

/// Makes pictures as a person is to see them on a screen that shows sRGB: by the picture's matrix, range and chroma
/// siting, upright, smaller where wanted; HDR and wide colours by ScreenColour. Interlaced pictures are treated as
/// progressive ones. Keeps what it worked out for a format and size, so that one for all pictures of a video is best.
/// What programs look at comes from upright_image().
/// thread: one at a time.
class ScreenConverter {
public:
    /// Writes the picture as RGBA into `image`, whose memory is used again.
    /// requires: `upright` is no larger than the picture's upright size; {0, 0} is that size.
    /// errors: a pixel format that cannot be converted.
    Result<Done> convert(const Picture& picture, Size upright, const Adjustment& adjustment, Image& image);

private:
    /// What pictures of one format and size need to become images of one size.
    struct Plan {
        PixelFormat format;
        Size decoded;
        Size target;
        std::array<AxisFilter, 2> across;  // of luma, of chroma
        std::array<AxisFilter, 2> down;
        std::array<std::vector<RowShare>, 3> rows;
        std::array<ComponentRow, 3> components;
        std::vector<std::uint16_t> in_parts;
        std::vector<float> blended;
        std::array<std::vector<float>, 3> made;
        std::vector<std::uint32_t> band;
    };
    void plan_for(const Picture& picture, Size target);
    void set_colours(const PixelFormat& format, const Adjustment& adjustment);
    void set_curve(Transfer transfer, const Adjustment& adjustment);
    void make_row(const Picture& picture, int row, std::uint32_t* pixels);
    void make_turned(const Picture& picture, std::uint8_t* pixels);

    Plan plan_;
    ColourKernel colour_;
    std::shared_ptr<const ColourCube> cube_;
    std::vector<std::uint8_t> curve_;
    Adjustment curve_adjustment_;
    Transfer curve_transfer_ = Transfer::Sdr;
};

/// The picture as ScreenConverter shows it without an adjustment, once.
Result<Image> screen_image(const Picture& picture);

}  // namespace inbetween
