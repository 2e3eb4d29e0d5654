#include <epoxy/gl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "app/gl/frame_view.h"
#include "app/gl/program.h"
#include "app/gl/yuv_matrix.h"
#include "app/platform/headless_platform.h"
#include "tests/support/support.h"

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
}

namespace inbetween {
namespace {

class Gl : public testing::Test {
protected:
    void SetUp() override {
        auto opened = HeadlessPlatform::open({.size = {64, 64}});
        if (!opened) GTEST_SKIP() << opened.error().message;
        platform_ = std::move(*opened);
    }
    std::unique_ptr<HeadlessPlatform> platform_;
};

struct Kind {
    AVPixelFormat format;
    AVColorRange range;
    AVColorSpace matrix;
};

struct FrameDeleter {
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};

/// A picture of smooth waves: each component another direction, so that a swapped plane or turn shows.
PicturePtr waves(Size size, const Kind& kind, Orientation orientation = {}) {
    std::unique_ptr<AVFrame, FrameDeleter> frame(av_frame_alloc());
    frame->format = kind.format;
    frame->width = size.width;
    frame->height = size.height;
    frame->color_range = kind.range;
    frame->colorspace = kind.matrix;
    IB_CHECK(av_frame_get_buffer(frame.get(), 0) == 0);
    const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(kind.format);
    const int depth = format->comp[0].depth;
    for (int i = 0; i < format->nb_components; ++i) {
        const bool chroma = i > 0;
        const int width = chroma ? AV_CEIL_RSHIFT(size.width, format->log2_chroma_w) : size.width;
        const int height = chroma ? AV_CEIL_RSHIFT(size.height, format->log2_chroma_h) : size.height;
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                const double across = (x + 0.5) / width;
                const double down = (y + 0.5) / height;
                const double wave = i == 0   ? 0.3 + 0.4 * across + 0.1 * down
                                    : i == 1 ? 0.35 + 0.3 * down
                                             : 0.65 - 0.3 * across;
                const int value = static_cast<int>(std::lround(wave * ((1 << depth) - 1)));
                std::uint8_t* row = frame->data[i] + y * frame->linesize[i];
                if (depth > 8) {
                    reinterpret_cast<std::uint16_t*>(row)[x] = static_cast<std::uint16_t>(value);
                } else {
                    row[x] = static_cast<std::uint8_t>(value);
                }
            }
        }
    }
    return std::make_shared<const Picture>(*frame, orientation, 1.0);
}

Image read_texture(const Texture& texture) {
    Image image;
    image.size = texture.size();
    image.channels = 4;
    image.pixels.resize(static_cast<std::size_t>(image.size.width) * static_cast<std::size_t>(image.size.height) * 4);
    glBindTexture(GL_TEXTURE_2D, texture.id());
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glGetTexImage(GL_TEXTURE_2D, 0, GL_RGBA, GL_UNSIGNED_BYTE, image.pixels.data());
    return image;
}

int largest_difference(const Image& a, const Image& b) {
    IB_CHECK(a.pixels.size() == b.pixels.size());
    int largest = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
    return largest;
}

double mean_difference(const Image& a, const Image& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
    return sum / static_cast<double>(a.pixels.size());
}

/// The picture by both paths.
void expect_same_by_both_paths(const PicturePtr& picture, const std::string& what) {
    auto shader = FrameView::create(DisplayPath::Shader);
    auto cpu = FrameView::create(DisplayPath::Cpu);
    IB_ASSERT_OK(shader);
    IB_ASSERT_OK(cpu);
    IB_ASSERT_OK((*shader)->show(picture, {}));
    IB_ASSERT_OK((*cpu)->show(picture, {}));
    const Image by_shader = read_texture((*shader)->texture());
    const Image by_cpu = read_texture((*cpu)->texture());
    ASSERT_EQ(by_shader.size, picture->upright_size()) << what;
    ASSERT_EQ(by_cpu.size, picture->upright_size()) << what;
    // swscale's own arithmetic is of 8 to 14 bits; limited range stretches its error.
    EXPECT_LE(largest_difference(by_shader, by_cpu), 4) << what;
    EXPECT_LE(mean_difference(by_shader, by_cpu), 1.5) << what;
}

TEST_F(Gl, ShaderShowsWhatTheCpuShows) {
    for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P,
                                       AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_YUV422P10LE, AV_PIX_FMT_YUV444P10LE}) {
        for (const AVColorRange range : {AVCOL_RANGE_MPEG, AVCOL_RANGE_JPEG}) {
            for (const AVColorSpace matrix : {AVCOL_SPC_SMPTE170M, AVCOL_SPC_BT709}) {
                expect_same_by_both_paths(waves({160, 120}, {format, range, matrix}),
                                          std::string(av_get_pix_fmt_name(format)) + " range " +
                                              av_color_range_name(range) + " " + av_color_space_name(matrix));
            }
        }
    }
}

TEST_F(Gl, ShaderShowsGrayAndOddSizes) {
    expect_same_by_both_paths(waves({160, 120}, {AV_PIX_FMT_GRAY8, AVCOL_RANGE_JPEG, AVCOL_SPC_UNSPECIFIED}), "gray");
    expect_same_by_both_paths(waves({161, 121}, {AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG, AVCOL_SPC_SMPTE170M}), "odd");
    expect_same_by_both_paths(waves({160, 120}, {AV_PIX_FMT_YUV410P, AVCOL_RANGE_MPEG, AVCOL_SPC_SMPTE170M}), "410");
}

TEST_F(Gl, ShaderTurnsAndMirrorsAsTheCpuDoes) {
    for (int turns = 0; turns < 4; ++turns) {
        for (const bool mirrored : {false, true}) {
            const Orientation orientation{turns, mirrored};
            expect_same_by_both_paths(
                waves({160, 120}, {AV_PIX_FMT_YUV444P, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709}, orientation),
                "turns " + std::to_string(turns) + (mirrored ? " mirrored" : ""));
        }
    }
}

TEST_F(Gl, ShowingTheSamePictureAgainCostsNothing) {
    auto view = FrameView::create(DisplayPath::Cpu);
    IB_ASSERT_OK(view);
    const PicturePtr picture = waves({160, 120}, {AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709});
    EXPECT_TRUE((*view)->empty());
    IB_ASSERT_OK((*view)->show(picture, {160, 120}));
    IB_ASSERT_OK((*view)->show(picture, {80, 60}));
    EXPECT_EQ((*view)->generation(), 1U);
    EXPECT_FALSE((*view)->empty());
}

TEST_F(Gl, CpuPathMakesNoMoreThanStandsOnScreen) {
    auto view = FrameView::create(DisplayPath::Cpu);
    IB_ASSERT_OK(view);
    const PicturePtr picture = waves({2048, 1024}, {AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709});
    IB_ASSERT_OK((*view)->show(picture, {600, 300}));
    EXPECT_LT((*view)->texture().size().width, 1024);
    EXPECT_GE((*view)->texture().size().width, 600);
    IB_ASSERT_OK((*view)->show(picture, {4000, 2000}));
    EXPECT_EQ((*view)->texture().size(), (Size{2048, 1024}));
}

TEST_F(Gl, ReadsBackWhatWasDrawnTopRowFirst) {
    glBindFramebuffer(GL_FRAMEBUFFER, platform_->framebuffer());
    glDisable(GL_SCISSOR_TEST);
    glClearColor(0, 0, 1, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    glEnable(GL_SCISSOR_TEST);
    glScissor(0, 63, 64, 1);  // the top row, GL's last
    glClearColor(1, 0, 0, 1);
    glClear(GL_COLOR_BUFFER_BIT);
    glDisable(GL_SCISSOR_TEST);
    const Image image = platform_->read_pixels();
    EXPECT_EQ(image.pixels[0], 255);
    EXPECT_EQ(image.pixels[2], 0);
    EXPECT_EQ(image.pixels[image.pixels.size() - 2], 255);
    IB_ASSERT_OK(platform_->resize({100, 50}));
    EXPECT_EQ(platform_->read_pixels().pixels.size(), 100U * 50 * 4);
    EXPECT_FALSE(platform_->resize({1000000, 50}).has_value());
    EXPECT_EQ(platform_->size(), (Size{100, 50}));
}

using Shaders = Gl;

TEST_F(Shaders, AllCompile) {
    EXPECT_GE(all_shaders().size(), 2U);
    for (const ShaderSource& shader : all_shaders()) {
        EXPECT_TRUE(try_compile(shader).has_value()) << test::why(try_compile(shader));
    }
    EXPECT_FALSE(try_compile({"broken.frag", "#version 330 core\nvoid main() { nonsense }"}).has_value());
    EXPECT_FALSE(Program::link("missing.vert", "yuv.frag").has_value());
}

TEST(YuvMatrix, MapsBlackAndWhite) {
    PixelFormat format;
    for (const int depth : {8, 10, 12}) {
        for (const ColourRange range : {ColourRange::Limited, ColourRange::Full}) {
            format.bit_depth = depth;
            format.range = range;
            const YuvToRgb conversion = yuv_to_rgb(format);
            const double stored = depth > 8 ? 65535 : 255;
            const int step = 1 << (depth - 8);
            const double black = range == ColourRange::Full ? 0 : 16 * step / stored;
            const double white = (range == ColourRange::Full ? (1 << depth) - 1 : 235 * step) / stored;
            EXPECT_NEAR(conversion.matrix[0] * (black - conversion.offset[0]), 0, 1e-5);
            EXPECT_NEAR(conversion.matrix[0] * (white - conversion.offset[0]), 1, 1e-5);
        }
    }
}

}  // namespace
}  // namespace inbetween
