#include <gtest/gtest.h>

#include <cstdlib>

#include "core/video/frame_source.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

struct Opened {
    std::unique_ptr<FrameSource> source;
    PicturePtr picture;
};

Opened open_first(const std::string& name) {
    auto source = open_frame_source(test_media(name));
    EXPECT_TRUE(source.has_value()) << why(source);
    if (!source) return {};
    auto picture = (*source)->frame(FrameIndex{0});
    EXPECT_TRUE(picture.has_value()) << why(picture);
    return {std::move(*source), picture ? *picture : nullptr};
}

// What the ffmpeg program makes of the first frame, turned by its own reading of the metadata.
std::string ffmpeg_gray(const std::string& name) {
    TemporaryFolder folder;
    const auto out = folder / "frame.gray";
    const auto run = run_command("ffmpeg -nostdin -v error -i '" + test_media(name).string() +
                                 "' -frames:v 1 -vf format=gray -f rawvideo '" + out.string() + "'");
    EXPECT_EQ(run.status, 0) << run.output;
    return file_text(out);
}

TEST(Upright, TurnsAsFfmpegDoes) {
    for (const auto& [name, turns] : {std::pair{"rotated_90.mp4", 1}, std::pair{"rotated_180.mp4", 2},
                                      std::pair{"anamorphic_turned.mp4", 3}, std::pair{"h264_b.mp4", 0}}) {
        const Opened opened = open_first(name);
        ASSERT_TRUE(opened.picture);
        EXPECT_EQ(opened.source->info().orientation, (Orientation{turns, false})) << name;
        EXPECT_EQ(opened.source->info().rotation_degrees, 90 * turns);
        const auto image = upright_image(*opened.picture, ImageChannels::Gray);
        IB_ASSERT_OK(image);
        EXPECT_EQ(image->size, opened.source->info().upright_size());
        EXPECT_EQ(image->size, turns % 2 == 1 ? (Size{128, 192}) : (Size{192, 128}));
        const std::string expected = ffmpeg_gray(name);
        ASSERT_EQ(expected.size(), image->pixels.size());
        int differing = 0;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            if (std::abs(image->pixels[i] - static_cast<std::uint8_t>(expected[i])) > 3) ++differing;
        }
        EXPECT_EQ(differing, 0) << name;
    }
}

TEST(Upright, PixelAspectTurnsWithThePicture) {
    EXPECT_NEAR(open_first("anamorphic.mp4").source->info().pixel_aspect, 4.0 / 3, 1e-9);
    EXPECT_NEAR(open_first("anamorphic_turned.mp4").source->info().pixel_aspect, 3.0 / 4, 1e-9);
    EXPECT_NEAR(open_first("anamorphic_turned.mp4").picture->pixel_aspect(), 3.0 / 4, 1e-9);
    EXPECT_EQ(open_first("h264_b.mp4").source->info().pixel_aspect, 1);
}

TEST(Upright, StatedRangeAndMatrixAreKept) {
    const PixelFormat full = open_first("full_range.mp4").picture->format();
    EXPECT_EQ(full.range, ColourRange::Full);
    EXPECT_EQ(full.matrix, ColourMatrix::Bt709);
    const PixelFormat usual = open_first("h264_b.mp4").picture->format();
    EXPECT_EQ(usual.range, ColourRange::Limited);
    EXPECT_EQ(usual.matrix, ColourMatrix::Bt601);
    EXPECT_TRUE(usual.planar);
    EXPECT_EQ(usual.name, "yuv420p");
}

TEST(Upright, PlanesSayWhatTheyHold) {
    const auto ten = open_first("h264_10bit.mp4").picture;
    EXPECT_EQ(ten->format().bit_depth, 10);
    ASSERT_EQ(ten->planes().size(), 3U);
    EXPECT_EQ(ten->planes()[1].bytes_per_sample, 2);
    EXPECT_EQ(ten->planes()[1].size, (Size{96, 64}));
    const auto odd = open_first("h264_odd.mp4").picture;
    EXPECT_EQ(odd->planes()[2].size, (Size{191, 127}));
    const auto gif = open_first("animated.gif").picture;
    EXPECT_FALSE(gif->format().planar);
    EXPECT_EQ(gif->format().model, ColourModel::Rgb);
    EXPECT_EQ(gif->planes().size(), 1U);
    const auto flipped = open_first("bottom_up.avi").picture;
    EXPECT_GT(flipped->planes()[0].stride, 0) << "rows run downward";
}

TEST(Upright, EveryFormatBecomesColour) {
    for (const char* name : {"h264_10bit.mp4", "h264_444.mp4", "h264_odd.mp4", "animated.gif", "bottom_up.avi",
                             "huffyuv.avi", "full_range.mp4", "mjpeg.avi"}) {
        const Opened opened = open_first(name);
        ASSERT_TRUE(opened.picture);
        for (const ImageChannels channels : {ImageChannels::Gray, ImageChannels::Bgr, ImageChannels::Rgba}) {
            const auto image = upright_image(*opened.picture, channels);
            IB_ASSERT_OK(image);
            const auto at = [&](int x, int y, int c) {
                return image->pixels[static_cast<std::size_t>((y * image->size.width + x) * image->channels + c)];
            };
            // The stamp of frame 0: zeros in the upper row, black; their inverse below, white. Nothing has a colour.
            const int colours = channels == ImageChannels::Gray ? 1 : 3;
            for (int c = 0; c < colours; ++c) {
                EXPECT_LT(at(40, 16, c), 60) << name;
                EXPECT_GT(at(40, 48, c), 160) << name;  // a GIF has few shades
            }
            if (channels == ImageChannels::Rgba) {
                EXPECT_EQ(at(40, 16, 3), 255) << name;
            }
        }
    }
}

TEST(Upright, FitsInsideALimit) {
    const Opened opened = open_first("rotated_90.mp4");
    const auto image = upright_image(*opened.picture, ImageChannels::Bgr, {64, 64});
    IB_ASSERT_OK(image);
    EXPECT_EQ(image->size, (Size{43, 64}));
    const auto larger = upright_image(*opened.picture, ImageChannels::Bgr, {4000, 4000});
    IB_ASSERT_OK(larger);
    EXPECT_EQ(larger->size, (Size{128, 192}));
}

TEST(Upright, PngKeepsEveryPixel) {
    const Opened opened = open_first("h264_b.mp4");
    for (const ImageChannels channels : {ImageChannels::Gray, ImageChannels::Bgr, ImageChannels::Rgba}) {
        const auto image = upright_image(*opened.picture, channels);
        IB_ASSERT_OK(image);
        const auto png = encode_png(*image);
        IB_ASSERT_OK(png);
        TemporaryFolder folder;
        write_text(folder / "frame.png", *png);
        auto back = open_frame_source(folder / "frame.png");
        IB_ASSERT_OK(back);
        const auto picture = (*back)->frame(FrameIndex{0});
        IB_ASSERT_OK(picture);
        const auto again = upright_image(**picture, channels);
        IB_ASSERT_OK(again);
        EXPECT_EQ(again->pixels, image->pixels);
    }
}

}  // namespace
}  // namespace inbetween::test
