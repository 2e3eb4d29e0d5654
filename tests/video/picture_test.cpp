#include "core/video/picture.h"

#include <gtest/gtest.h>

#include "tests/support/support.h"
#include "tests/video/synthetic.h"

namespace inbetween::test {
namespace {

ff::FramePtr small_yuv(AVColorSpace matrix, AVColorRange range, int width = 16, int height = 16) {
    ff::FramePtr frame = ff::make_frame();
    frame->width = width;
    frame->height = height;
    frame->format = AV_PIX_FMT_YUV420P;
    frame->colorspace = matrix;
    frame->color_range = range;
    IB_CHECK(av_frame_get_buffer(frame.get(), 0) >= 0);
    return frame;
}

void fill(AVFrame& frame, int y, int u, int v) {
    const int values[] = {y, u, v};
    for (int i = 0; i < 3; ++i) {
        const int rows = i == 0 ? frame.height : (frame.height + 1) / 2;
        std::fill_n(frame.data[i], std::ptrdiff_t{frame.linesize[i]} * rows, static_cast<std::uint8_t>(values[i]));
    }
}

TEST(Picture, HashIsThatOfThePackedPlanes) {
    // MD5 of 6 bytes of value 7: a 2x2 picture of yuv420p.
    EXPECT_EQ(framemd5(*flat_picture(2, 2, AV_PIX_FMT_YUV420P, 7)), framemd5(*flat_picture(6, 1, AV_PIX_FMT_GRAY8, 7)));
    // MD5 of the single byte 'a'.
    EXPECT_EQ(framemd5(*flat_picture(1, 1, AV_PIX_FMT_GRAY8, 'a')), "0cc175b9c0f1b6a831c399e269772661");
}

TEST(Picture, ColoursFollowMatrixAndRange) {
    struct Case {
        AVColorSpace matrix;
        AVColorRange range;
        int y, u, v;
        int b, g, r;
    };
    // Pure red and blue, by the equations of ITU-R BT.601 and BT.709.
    for (const Case& c : {Case{AVCOL_SPC_SMPTE170M, AVCOL_RANGE_MPEG, 81, 90, 240, 0, 0, 255},
                          Case{AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, 63, 102, 240, 0, 0, 255},
                          Case{AVCOL_SPC_SMPTE170M, AVCOL_RANGE_JPEG, 76, 85, 255, 0, 0, 254},
                          Case{AVCOL_SPC_BT709, AVCOL_RANGE_JPEG, 18, 255, 116, 255, 0, 0},
                          Case{AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, 235, 128, 128, 255, 255, 255},
                          Case{AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, 16, 128, 128, 0, 0, 0}}) {
        const ff::FramePtr frame = small_yuv(c.matrix, c.range);
        fill(*frame, c.y, c.u, c.v);
        const Picture picture(*frame, {}, 1);
        const auto bgr = upright_image(picture, ImageChannels::Bgr);
        IB_ASSERT_OK(bgr);
        const std::uint8_t* pixel = &bgr->pixels[(16 * 8 + 8) * 3];
        EXPECT_NEAR(pixel[0], c.b, 4);
        EXPECT_NEAR(pixel[1], c.g, 4);
        EXPECT_NEAR(pixel[2], c.r, 4);
        const auto rgba = upright_image(picture, ImageChannels::Rgba);
        IB_ASSERT_OK(rgba);
        EXPECT_NEAR(rgba->pixels[(16 * 8 + 8) * 4], c.r, 4);
        EXPECT_EQ(rgba->pixels[(16 * 8 + 8) * 4 + 3], 255);
        const auto gray = upright_image(picture, ImageChannels::Gray);
        IB_ASSERT_OK(gray);
        const double luma = c.range == AVCOL_RANGE_MPEG ? (c.y - 16) * 255.0 / 219 : c.y;
        EXPECT_NEAR(gray->pixels[16 * 8 + 8], luma, 2) << "gray covers the full range";
    }
}

TEST(Picture, TurnsAndMirrors) {
    // A 3x2 picture of gray with values 1 2 3 / 4 5 6.
    ff::FramePtr frame = ff::make_frame();
    frame->width = 3;
    frame->height = 2;
    frame->format = AV_PIX_FMT_GRAY8;
    ASSERT_GE(av_frame_get_buffer(frame.get(), 0), 0);
    for (int i = 0; i < 6; ++i) frame->data[0][frame->linesize[0] * (i / 3) + i % 3] = static_cast<std::uint8_t>(i + 1);
    const auto upright = [&](int turns, bool mirrored) {
        const auto image = upright_image(Picture(*frame, {turns, mirrored}, 2), ImageChannels::Gray);
        EXPECT_TRUE(image.has_value());
        return image->pixels;
    };
    using Pixels = std::vector<std::uint8_t>;
    EXPECT_EQ(upright(0, false), (Pixels{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(upright(1, false), (Pixels{4, 1, 5, 2, 6, 3}));
    EXPECT_EQ(upright(2, false), (Pixels{6, 5, 4, 3, 2, 1}));
    EXPECT_EQ(upright(3, false), (Pixels{3, 6, 2, 5, 1, 4}));
    EXPECT_EQ(upright(0, true), (Pixels{3, 2, 1, 6, 5, 4}));
    EXPECT_EQ(upright(1, true), (Pixels{6, 3, 5, 2, 4, 1}));
    EXPECT_EQ(upright(2, true), (Pixels{4, 5, 6, 1, 2, 3}));
    EXPECT_EQ(upright(3, true), (Pixels{1, 4, 2, 5, 3, 6}));
    EXPECT_EQ(Picture(*frame, {1, false}, 2).upright_size(), (Size{2, 3}));
    EXPECT_EQ(Picture(*frame, {1, false}, 2).pixel_aspect(), 0.5);
    EXPECT_EQ(Picture(*frame, {2, false}, 2).pixel_aspect(), 2);
}

TEST(Picture, OnlySamplesThatLieInPlanesAreCalledPlanar) {
    const auto planar = [](AVPixelFormat format) { return flat_picture(16, 16, format, 0)->format().planar; };
    EXPECT_TRUE(planar(AV_PIX_FMT_YUV420P));
    EXPECT_TRUE(planar(AV_PIX_FMT_YUV444P12LE));
    EXPECT_TRUE(planar(AV_PIX_FMT_YUVA420P));
    EXPECT_TRUE(planar(AV_PIX_FMT_GRAY8));
    EXPECT_TRUE(planar(AV_PIX_FMT_GRAY16LE));
    EXPECT_FALSE(planar(AV_PIX_FMT_NV12));
    EXPECT_FALSE(planar(AV_PIX_FMT_P010LE));
    EXPECT_FALSE(planar(AV_PIX_FMT_YUYV422));
    EXPECT_FALSE(planar(AV_PIX_FMT_YUV420P10BE));
    EXPECT_FALSE(planar(AV_PIX_FMT_BGRA));
    EXPECT_FALSE(planar(AV_PIX_FMT_GBRP));
    EXPECT_FALSE(planar(AV_PIX_FMT_PAL8));
    EXPECT_FALSE(planar(AV_PIX_FMT_MONOBLACK));
    EXPECT_EQ(flat_picture(16, 16, AV_PIX_FMT_GRAY8, 0)->planes().size(), 1U);
    EXPECT_EQ(flat_picture(16, 16, AV_PIX_FMT_YUVA420P, 0)->planes().size(), 3U);
}

TEST(Picture, CountsTheBytesOfItsBuffers) {
    EXPECT_GE(flat_picture(640, 480, AV_PIX_FMT_YUV420P, 0)->size_bytes(), 640U * 480 * 3 / 2);
}

}  // namespace
}  // namespace inbetween::test
