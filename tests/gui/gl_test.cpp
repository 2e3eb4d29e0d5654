#include <epoxy/gl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "app/gl/frame_view.h"
#include "app/gl/program.h"
#include "app/platform/headless_platform.h"
#include "tests/support/made_picture.h"
#include "tests/support/reference_colour.h"
#include "tests/support/support.h"

namespace inbetween {
namespace {

using test::Colour;
using test::Made;
using test::make_picture;
using test::reference_signal;
using test::text_of;

class Gl : public testing::Test {
protected:
    void SetUp() override {
        auto opened = HeadlessPlatform::open({.size = {64, 64}});
        if (!opened) GTEST_SKIP() << opened.error().message;
        platform_ = std::move(*opened);
    }
    void TearDown() override {
        // The context goes last.
        views_ = {};
        platform_.reset();
    }
    /// The same view for a whole test, so that tables and programs are made once.
    FrameView& view(DisplayPath path) {
        auto& view = views_[path == DisplayPath::Cpu ? 0 : 1];
        if (view == nullptr) {
            auto created = FrameView::create(path);
            IB_CHECK(created.has_value());
            view = std::move(*created);
        }
        return *view;
    }
    struct Shown {
        Image by_shader;
        Image by_cpu;
    };
    Shown shown_by_both(const PicturePtr& picture, const Adjustment& adjustment = {});
    void expect_same_by_both_paths(const Made& made, const Adjustment& adjustment = {});

    std::unique_ptr<HeadlessPlatform> platform_;

private:
    std::array<std::unique_ptr<FrameView>, 2> views_;
};

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

Gl::Shown Gl::shown_by_both(const PicturePtr& picture, const Adjustment& adjustment) {
    Shown shown;
    for (const DisplayPath path : {DisplayPath::Cpu, DisplayPath::Shader}) {
        IB_EXPECT_OK(view(path).show(picture, {}, adjustment));
        Image& image = path == DisplayPath::Cpu ? shown.by_cpu : shown.by_shader;
        image = read_texture(view(path).texture());
        EXPECT_EQ(image.size, picture->upright_size());
    }
    return shown;
}

/// Both round the same number: where they differ it lay between two levels.
constexpr int tolerance = 1;

void Gl::expect_same_by_both_paths(const Made& made, const Adjustment& adjustment) {
    const Shown shown = shown_by_both(make_picture(made), adjustment);
    EXPECT_LE(largest_difference(shown.by_shader, shown.by_cpu), tolerance) << text_of(made);
    EXPECT_LE(mean_difference(shown.by_shader, shown.by_cpu), 0.15) << text_of(made);
}

/// The largest difference of an image from the equations.   units: levels.
double largest_error(const Picture& picture, const Image& image) {
    double largest = 0;
    for (int i = 0; i < image.size.width * image.size.height; ++i) {
        const Colour right = reference_signal(picture, i % image.size.width, i / image.size.width);
        const std::uint8_t* pixel = &image.pixels[static_cast<std::size_t>(i) * 4];
        const auto error = [](int level, double signal) {
            return std::abs(level - std::clamp(signal, 0.0, 1.0) * 255);
        };
        largest =
            std::max({largest, error(pixel[0], right.red), error(pixel[1], right.green), error(pixel[2], right.blue)});
    }
    return largest;
}

constexpr AVPixelFormat all_layouts[] = {
    AV_PIX_FMT_YUV420P,     AV_PIX_FMT_YUV422P,     AV_PIX_FMT_YUV444P,     AV_PIX_FMT_YUV440P,
    AV_PIX_FMT_YUV411P,     AV_PIX_FMT_YUV410P,     AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_YUV422P10LE,
    AV_PIX_FMT_YUV444P10LE, AV_PIX_FMT_YUV420P12LE, AV_PIX_FMT_YUV444P16LE, AV_PIX_FMT_NV12,
    AV_PIX_FMT_NV21,        AV_PIX_FMT_P010LE,      AV_PIX_FMT_GBRP,        AV_PIX_FMT_GBRP10LE,
    AV_PIX_FMT_GRAY8,       AV_PIX_FMT_GRAY12LE,    AV_PIX_FMT_BGRA,        AV_PIX_FMT_YUYV422,
};

bool is_rgb(AVPixelFormat format) { return (av_pix_fmt_desc_get(format)->flags & AV_PIX_FMT_FLAG_RGB) != 0; }

TEST_F(Gl, ShaderShowsWhatTheCpuShowsAndTheEquationsSay) {
    for (const AVPixelFormat format : all_layouts) {
        for (const AVColorRange range : {AVCOL_RANGE_MPEG, AVCOL_RANGE_JPEG}) {
            for (const AVColorSpace matrix : {AVCOL_SPC_SMPTE170M, AVCOL_SPC_BT709, AVCOL_SPC_YCGCO}) {
                if (is_rgb(format) && matrix != AVCOL_SPC_BT709) continue;
                const Made made{.format = format, .range = range, .matrix = is_rgb(format) ? AVCOL_SPC_RGB : matrix};
                expect_same_by_both_paths(made);
                const PicturePtr picture = make_picture(made);
                EXPECT_LE(largest_error(*picture, shown_by_both(picture).by_shader), 0.75) << text_of(made);
            }
        }
    }
}

TEST_F(Gl, ShaderBlendsChromaAsTheCpuDoes) {
    for (const AVPixelFormat format :
         {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV440P, AV_PIX_FMT_YUV411P, AV_PIX_FMT_YUV410P,
          AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_NV12, AV_PIX_FMT_P010LE}) {
        for (const AVChromaLocation chroma : {AVCHROMA_LOC_LEFT, AVCHROMA_LOC_CENTER, AVCHROMA_LOC_TOPLEFT,
                                              AVCHROMA_LOC_TOP, AVCHROMA_LOC_BOTTOMLEFT, AVCHROMA_LOC_BOTTOM}) {
            for (const Size size : {Size{64, 48}, Size{51, 37}}) {
                expect_same_by_both_paths({.format = format, .size = size, .chroma = chroma});
            }
        }
    }
}

TEST_F(Gl, ShaderShowsHdrAndWideColoursAsTheCpuDoes) {
    for (const AVColorTransferCharacteristic transfer :
         {AVCOL_TRC_SMPTE2084, AVCOL_TRC_ARIB_STD_B67, AVCOL_TRC_BT2020_10, AVCOL_TRC_LINEAR}) {
        for (const AVColorSpace matrix : {AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL, AVCOL_SPC_ICTCP}) {
            for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_P010LE, AV_PIX_FMT_YUV444P12LE}) {
                expect_same_by_both_paths({.format = format,
                                           .matrix = matrix,
                                           .transfer = transfer,
                                           .primaries = AVCOL_PRI_BT2020,
                                           .swing = 0.3});
            }
        }
    }
    expect_same_by_both_paths({.primaries = AVCOL_PRI_SMPTE432, .swing = 0.3});
}

TEST_F(Gl, ShaderTurnsAndMirrorsAsTheCpuDoes) {
    for (int turns = 0; turns < 4; ++turns) {
        for (const bool mirrored : {false, true}) {
            for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P10LE, AV_PIX_FMT_BGRA}) {
                expect_same_by_both_paths({.format = format, .size = {51, 38}, .orientation = {turns, mirrored}});
            }
        }
    }
}

TEST_F(Gl, ShaderAdjustsAsTheCpuDoes) {
    for (const Adjustment& adjustment :
         {Adjustment{.brightness = 0.2}, Adjustment{.brightness = -0.3}, Adjustment{.contrast = 1.6},
          Adjustment{.gamma = 1.8}, Adjustment{.brightness = 0.1, .contrast = 1.4, .gamma = 0.7}}) {
        expect_same_by_both_paths({.swing = 0.3}, adjustment);
        expect_same_by_both_paths(
            {.format = AV_PIX_FMT_YUV420P10LE, .matrix = AVCOL_SPC_BT2020_NCL, .transfer = AVCOL_TRC_SMPTE2084},
            adjustment);
    }
}

TEST_F(Gl, OneViewShowsVideosOfAllKindsInTurn) {
    auto view = FrameView::create(DisplayPath::Shader);
    IB_ASSERT_OK(view);
    for (int round = 0; round < 2; ++round) {
        for (const AVPixelFormat format : all_layouts) {
            const Made made{.format = format, .matrix = is_rgb(format) ? AVCOL_SPC_RGB : AVCOL_SPC_BT709};
            const PicturePtr picture = make_picture(made);
            IB_ASSERT_OK((*view)->show(picture, {}));
            const auto right = screen_image(*picture);
            IB_ASSERT_OK(right);
            EXPECT_LE(largest_difference(read_texture((*view)->texture()), *right), tolerance) << text_of(made);
        }
    }
}

TEST_F(Gl, ShowingTheSamePictureAgainCostsNothing) {
    for (const DisplayPath path : {DisplayPath::Cpu, DisplayPath::Shader}) {
        auto view = FrameView::create(path);
        IB_ASSERT_OK(view);
        const PicturePtr picture = make_picture({.size = {160, 120}});
        EXPECT_TRUE((*view)->empty());
        IB_ASSERT_OK((*view)->show(picture, {160, 120}));
        IB_ASSERT_OK((*view)->show(picture, {80, 60}));
        EXPECT_EQ((*view)->generation(), 1U);
        EXPECT_FALSE((*view)->empty());
        const Image before = read_texture((*view)->texture());
        IB_ASSERT_OK((*view)->show(picture, {80, 60}, {.brightness = 0.2}));
        EXPECT_EQ((*view)->generation(), 2U);
        EXPECT_GT(mean_difference(before, read_texture((*view)->texture())), 20);
    }
}

TEST_F(Gl, CpuPathMakesNoMoreThanStandsOnScreen) {
    auto view = FrameView::create(DisplayPath::Cpu);
    IB_ASSERT_OK(view);
    const PicturePtr picture = make_picture({.size = {2048, 1024}});
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
    EXPECT_FALSE(Program::link("missing.vert", "picture.frag").has_value());
}

}  // namespace
}  // namespace inbetween
