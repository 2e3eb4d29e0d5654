#include "core/video/screen_converter.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/made_picture.h"
#include "tests/support/reference_colour.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

/// What the pixel of an image that stands for columns and rows of the picture should be.
struct Area {
    double left, right, top, bottom;
};

Colour reference_mean(const Picture& picture, const Area& area) {
    Colour sum;
    double weight = 0;
    for (int y = static_cast<int>(area.top); y < area.bottom - 1e-9; ++y) {
        for (int x = static_cast<int>(area.left); x < area.right - 1e-9; ++x) {
            const double share = (std::min<double>(area.right, x + 1) - std::max<double>(area.left, x)) *
                                 (std::min<double>(area.bottom, y + 1) - std::max<double>(area.top, y));
            const Colour one = reference_signal(picture, x, y);
            sum.red += share * one.red;
            sum.green += share * one.green;
            sum.blue += share * one.blue;
            weight += share;
        }
    }
    return {sum.red / weight, sum.green / weight, sum.blue / weight};
}

double level(double signal) { return std::clamp(signal, 0.0, 1.0) * 255; }

/// The largest difference of an image from the reference.   units: levels of 255.
double largest_error(const Picture& picture, const Image& image) {
    const Size whole = picture.upright_size();
    double largest = 0;
    for (int y = 0; y < image.size.height; ++y) {
        for (int x = 0; x < image.size.width; ++x) {
            const double across = static_cast<double>(whole.width) / image.size.width;
            const double down = static_cast<double>(whole.height) / image.size.height;
            const Colour right = reference_mean(picture, {x * across, (x + 1) * across, y * down, (y + 1) * down});
            const std::uint8_t* pixel = &image.pixels[static_cast<std::size_t>(y * image.size.width + x) * 4];
            largest = std::max({largest, std::abs(pixel[0] - level(right.red)), std::abs(pixel[1] - level(right.green)),
                                std::abs(pixel[2] - level(right.blue))});
            EXPECT_EQ(pixel[3], 255);
        }
    }
    return largest;
}

/// Half a level is rounding, the rest single precision.
constexpr double tolerance = 0.51;

void expect_reference(const Made& made, Size size = {}) {
    const PicturePtr picture = make_picture(made);
    ScreenConverter converter;
    Image image;
    IB_ASSERT_OK(converter.convert(*picture, size, {}, image));
    ASSERT_EQ(image.size, size == Size{} ? picture->upright_size() : size);
    EXPECT_LE(largest_error(*picture, image), tolerance) << text_of(made);
}

TEST(ScreenConverter, FollowsTheEquationsOfEveryMatrixRangeAndDepth) {
    for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV420P10LE,
                                       AV_PIX_FMT_YUV422P12LE, AV_PIX_FMT_YUV444P16LE}) {
        for (const AVColorSpace matrix : {AVCOL_SPC_SMPTE170M, AVCOL_SPC_BT709, AVCOL_SPC_BT2020_NCL,
                                          AVCOL_SPC_SMPTE240M, AVCOL_SPC_FCC, AVCOL_SPC_YCGCO}) {
            for (const AVColorRange range : {AVCOL_RANGE_MPEG, AVCOL_RANGE_JPEG}) {
                // BT.2020's matrix alone, without its colours.
                expect_reference({.format = format, .range = range, .matrix = matrix, .primaries = AVCOL_PRI_BT709});
            }
        }
    }
}

TEST(ScreenConverter, BlendsChromaFromWhereItStands) {
    for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV440P, AV_PIX_FMT_YUV411P,
                                       AV_PIX_FMT_YUV410P, AV_PIX_FMT_YUV420P10LE}) {
        for (const AVChromaLocation chroma :
             {AVCHROMA_LOC_UNSPECIFIED, AVCHROMA_LOC_LEFT, AVCHROMA_LOC_CENTER, AVCHROMA_LOC_TOPLEFT, AVCHROMA_LOC_TOP,
              AVCHROMA_LOC_BOTTOMLEFT, AVCHROMA_LOC_BOTTOM}) {
            expect_reference({.format = format, .chroma = chroma});
        }
    }
}

TEST(ScreenConverter, ReadsSamplesWhereverTheyLie) {
    for (const AVPixelFormat format :
         {AV_PIX_FMT_NV12,     AV_PIX_FMT_NV21,       AV_PIX_FMT_NV16,     AV_PIX_FMT_NV24,     AV_PIX_FMT_P010LE,
          AV_PIX_FMT_P016LE,   AV_PIX_FMT_P210LE,     AV_PIX_FMT_YUYV422,  AV_PIX_FMT_UYVY422,  AV_PIX_FMT_Y210LE,
          AV_PIX_FMT_YUVA420P, AV_PIX_FMT_YUV420P9LE, AV_PIX_FMT_GRAY8,    AV_PIX_FMT_GRAY10LE, AV_PIX_FMT_GRAY16LE,
          AV_PIX_FMT_YA8,      AV_PIX_FMT_GBRP,       AV_PIX_FMT_GBRP10LE, AV_PIX_FMT_GBRP12LE, AV_PIX_FMT_GBRAP,
          AV_PIX_FMT_RGB24,    AV_PIX_FMT_BGR24,      AV_PIX_FMT_BGRA,     AV_PIX_FMT_ARGB,     AV_PIX_FMT_RGB48LE,
          AV_PIX_FMT_RGBA64LE}) {
        const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(format);
        const bool rgb = (descriptor->flags & AV_PIX_FMT_FLAG_RGB) != 0;
        expect_reference({.format = format, .matrix = rgb ? AVCOL_SPC_RGB : AVCOL_SPC_BT709});
        EXPECT_EQ(make_picture({.format = format})->format().components, descriptor->nb_components < 3 ? 1 : 3);
    }
    expect_reference({.format = AV_PIX_FMT_YUV444P, .range = AVCOL_RANGE_JPEG, .matrix = AVCOL_SPC_RGB});
}

TEST(ScreenConverter, ShowsFormatsThatPackTheirSamples) {
    // libav rearranges or rounds these; what comes out is near what went in.
    const Made twin{.format = AV_PIX_FMT_YUV420P10LE};
    Image wanted;
    ScreenConverter converter;
    IB_ASSERT_OK(converter.convert(*make_picture(twin), {}, {}, wanted));
    Image image;
    IB_ASSERT_OK(converter.convert(*make_picture({.format = AV_PIX_FMT_YUV420P10BE}), {}, {}, image));
    EXPECT_EQ(image.pixels, wanted.pixels) << "bytes the other way round";
    for (const AVPixelFormat format :
         {AV_PIX_FMT_RGB565LE, AV_PIX_FMT_RGB48BE, AV_PIX_FMT_X2RGB10LE, AV_PIX_FMT_GBRP16BE, AV_PIX_FMT_GRAY16BE}) {
        const PicturePtr picture = make_flat({.format = format}, {7, 7, 7});
        EXPECT_EQ(picture->format().components, 0);
        IB_ASSERT_OK(converter.convert(*picture, {}, {}, image));
        EXPECT_EQ(image.pixels[0], image.pixels[2]) << av_get_pix_fmt_name(format);
    }
    // Half of red, none of green, all of blue, of 5, 6 and 5 bits.
    IB_ASSERT_OK(converter.convert(*make_flat({.format = AV_PIX_FMT_RGB565LE}, {16, 0, 31}), {}, {}, image));
    EXPECT_NEAR(image.pixels[0], 16 * 255.0 / 31, 4);
    EXPECT_EQ(image.pixels[1], 0);
    EXPECT_EQ(image.pixels[2], 255);
}

TEST(ScreenConverter, TurnsAndMirrors) {
    for (int turns = 0; turns < 4; ++turns) {
        for (const bool mirrored : {false, true}) {
            expect_reference({.size = {50, 39}, .orientation = {turns, mirrored}});
            const Size half = turns % 2 == 0 ? Size{25, 20} : Size{20, 25};
            expect_reference({.size = {50, 40}, .orientation = {turns, mirrored}}, half);
        }
    }
}

TEST(ScreenConverter, AveragesWhatAPixelCovers) {
    for (const AVPixelFormat format :
         {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV411P, AV_PIX_FMT_YUV420P10LE,
          AV_PIX_FMT_NV12, AV_PIX_FMT_P010LE, AV_PIX_FMT_BGRA, AV_PIX_FMT_GRAY8}) {
        for (const AVChromaLocation chroma : {AVCHROMA_LOC_LEFT, AVCHROMA_LOC_CENTER, AVCHROMA_LOC_TOPLEFT}) {
            const Made made{.format = format, .size = {96, 72}, .chroma = chroma};
            for (const Size size : {Size{48, 36}, Size{32, 24}, Size{24, 18}, Size{12, 9}, Size{41, 31}, Size{95, 71},
                                    Size{1, 1}, Size{96, 1}}) {
                expect_reference(made, size);
            }
        }
    }
}

TEST(ScreenConverter, KeepsOddSizesAndSmallOnes) {
    for (const Size size : {Size{1, 1}, Size{2, 1}, Size{1, 3}, Size{3, 3}, Size{5, 7}, Size{33, 17}, Size{161, 121}}) {
        for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV411P, AV_PIX_FMT_YUV420P10LE}) {
            expect_reference({.format = format, .size = size});
            expect_reference({.format = format, .size = size}, {(size.width + 1) / 2, (size.height + 1) / 2});
        }
    }
}

TEST(ScreenConverter, CutsOffWhatNoScreenShows) {
    ScreenConverter converter;
    Image image;
    IB_ASSERT_OK(converter.convert(*make_flat({}, {255, 128, 128}), {}, {}, image));
    EXPECT_EQ(image.pixels[0], 255) << "brighter than white";
    IB_ASSERT_OK(converter.convert(*make_flat({}, {0, 128, 128}), {}, {}, image));
    EXPECT_EQ(image.pixels[1], 0) << "darker than black";
    IB_ASSERT_OK(converter.convert(*make_flat({}, {200, 255, 255}), {}, {}, image));
    EXPECT_EQ(image.pixels[0], 255);
    EXPECT_EQ(image.pixels[2], 255);
}

TEST(ScreenConverter, AdjustsWhatIsShown) {
    const PicturePtr picture = make_picture({.format = AV_PIX_FMT_YUV444P, .swing = 0.2});
    ScreenConverter converter;
    for (const Adjustment& adjustment :
         {Adjustment{.brightness = 0.2}, Adjustment{.brightness = -0.3}, Adjustment{.contrast = 1.6},
          Adjustment{.contrast = 0.5}, Adjustment{.gamma = 1.8}, Adjustment{.gamma = 0.6},
          Adjustment{.brightness = 0.1, .contrast = 1.4, .gamma = 1.3}}) {
        Image image;
        IB_ASSERT_OK(converter.convert(*picture, {}, adjustment, image));
        const auto adjusted = [&adjustment](double signal) {
            const double line =
                (std::clamp(signal, 0.0, 1.0) - 0.5) * adjustment.contrast + 0.5 + adjustment.brightness;
            return 255 * std::pow(std::clamp(line, 0.0, 1.0), 1 / adjustment.gamma);
        };
        double largest = 0;
        for (int i = 0; i < image.size.width * image.size.height; ++i) {
            const Colour right = reference_signal(*picture, i % image.size.width, i / image.size.width);
            const std::uint8_t* pixel = &image.pixels[static_cast<std::size_t>(i) * 4];
            largest = std::max({largest, std::abs(pixel[0] - adjusted(right.red)),
                                std::abs(pixel[1] - adjusted(right.green)), std::abs(pixel[2] - adjusted(right.blue))});
        }
        // Gamma goes through a table of 2^14 entries.
        EXPECT_LE(largest, adjustment.gamma == 1 ? tolerance : 0.6)
            << adjustment.brightness << " " << adjustment.contrast << " " << adjustment.gamma;
    }
}

TEST(ScreenConverter, ShowsLinearLightAsTheScreenCodesIt) {
    ScreenConverter converter;
    Image image;
    for (const int code : {0, 20, 655, 6554, 32768, 65535}) {
        const PicturePtr picture = make_flat({.format = AV_PIX_FMT_GBRP16LE,
                                              .range = AVCOL_RANGE_JPEG,
                                              .matrix = AVCOL_SPC_RGB,
                                              .transfer = AVCOL_TRC_LINEAR},
                                             {code, code, code});
        IB_ASSERT_OK(converter.convert(*picture, {}, {}, image));
        const double light = code / 65535.0;
        const double right = light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
        EXPECT_NEAR(image.pixels[0], 255 * right, 0.7) << code;
    }
}

TEST(ScreenConverter, GoesFromOneVideoToAnother) {
    ScreenConverter converter;
    Image image;
    for (const Made& made : {Made{}, Made{.size = {32, 20}}, Made{.format = AV_PIX_FMT_YUV420P10LE, .size = {32, 20}},
                             Made{.chroma = AVCHROMA_LOC_TOPLEFT}, Made{.range = AVCOL_RANGE_JPEG},
                             Made{.orientation = {1, false}}, Made{.format = AV_PIX_FMT_RGB24}, Made{}}) {
        const PicturePtr picture = make_picture(made);
        IB_ASSERT_OK(converter.convert(*picture, {}, {}, image));
        const auto fresh = screen_image(*picture);
        IB_ASSERT_OK(fresh);
        EXPECT_EQ(image.size, fresh->size);
        EXPECT_EQ(image.pixels, fresh->pixels) << text_of(made);
    }
}

}  // namespace
}  // namespace inbetween::test
