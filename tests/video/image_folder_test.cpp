#include <gtest/gtest.h>

#include "core/video/frame_source.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"
#include "tests/video/reference.h"

namespace inbetween::test {
namespace {

TEST(ImageFolder, CountsAsAPersonDoes) {
    for (const char* name : {"images_png", "images_jpg"}) {
        auto source = open_frame_source(test_media(name));
        IB_ASSERT_OK(source);
        EXPECT_EQ((*source)->info().frames, 40);
        EXPECT_EQ((*source)->info().decoded_size, (Size{192, 128}));
        EXPECT_EQ((*source)->info().exactness, Exactness::Proved);
        EXPECT_EQ((*source)->info().codec, "images");
        for (const std::int64_t n : {39, 0, 9, 10, 11, 2, 1}) {
            const auto picture = (*source)->frame(FrameIndex{n});
            IB_ASSERT_OK(picture);
            EXPECT_EQ(stamped_index(**picture), static_cast<int>(n)) << name;
        }
    }
}

TEST(ImageFolder, HoldsTheFramesThatFfmpegReadsFromIt) {
    for (const auto& [folder, pattern] :
         {std::pair{"images_png", "frame_%d.png"}, std::pair{"images_jpg", "%05d.jpg"}}) {
        auto source = open_frame_source(test_media(folder), small_cache());
        IB_ASSERT_OK(source);
        const auto hashes = ffmpeg_hashes(test_media(folder) / pattern);
        ASSERT_EQ(hashes.size(), 40U);
        expect_exact_frames(**source, hashes, 1);
    }
}

TEST(ImageFolder, TimeGoesOnByFramesOfATwentyFifthSecond) {
    auto source = open_frame_source(test_media("images_png"));
    IB_ASSERT_OK(source);
    EXPECT_DOUBLE_EQ(seconds_at(**source, FrameIndex{25}), 1.0);
    EXPECT_EQ(frame_at_seconds(**source, 0.5).value, 12);
    EXPECT_EQ(frame_at_seconds(**source, -1.0).value, 0);
    EXPECT_EQ(frame_at_seconds(**source, 99.0).value, 39);
}

TEST(ImageFolder, ARequestPastTheEndSaysHowManyThereAre) {
    auto source = open_frame_source(test_media("images_png"));
    IB_ASSERT_OK(source);
    const auto picture = (*source)->frame(FrameIndex{40});
    ASSERT_FALSE(picture.has_value());
    EXPECT_NE(picture.error().message.find("there is no frame 40; the folder has 40 images"), std::string::npos);
}

TEST(ImageFolder, OneImageOpensAsAVideoOfOneFrame) {
    auto source = open_frame_source(test_media("images_png/frame_7.png"));
    IB_ASSERT_OK(source);
    EXPECT_EQ((*source)->info().frames, 1);
    const auto picture = (*source)->frame(FrameIndex{0});
    IB_ASSERT_OK(picture);
    EXPECT_EQ(stamped_index(**picture), 6);
}

}  // namespace
}  // namespace inbetween::test
