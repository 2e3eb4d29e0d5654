#include "core/video/picture_shrinker.h"

#include <gtest/gtest.h>

#include "tests/support/support.h"
#include "tests/video/looks.h"
#include "tests/video/synthetic.h"

namespace inbetween::test {
namespace {

TEST(PictureShrinker, RoundsHalvesUp) {
    EXPECT_EQ(halved_size({1920, 1080}, 1), (Size{960, 540}));
    EXPECT_EQ(halved_size({321, 241}, 1), (Size{161, 121}));
    EXPECT_EQ(halved_size({321, 241}, 3), (Size{41, 31}));
    EXPECT_EQ(halved_size({1, 1}, 5), (Size{1, 1}));
    EXPECT_EQ(halved_size({7, 5}, 0), (Size{7, 5}));
}

// What 5 or 6 bits a colour stand for is rounded one way or another; dots of black and white differ from cell to cell.
double tolerance(AVPixelFormat format) {
    const int depth = av_pix_fmt_desc_get(format)->comp[0].depth;
    return depth == 1 ? 9 : depth < 8 ? 5 : 2;
}

TEST(PictureShrinker, LooksTheSameInEveryFormat) {
    PictureShrinker shrinker;
    for (const AVPixelFormat format : many_formats()) {
        for (const Size size : {Size{160, 120}, Size{323, 241}}) {
            const PicturePtr picture = colourful_picture(size, format);
            for (const int times : {0, 1}) {
                SCOPED_TRACE(testing::Message() << picture->format().name << " " << size.width << " halved " << times);
                const auto small = shrinker.halved(*picture, times);
                IB_ASSERT_OK(small);
                EXPECT_EQ((*small)->decoded_size(), halved_size(size, times));
                EXPECT_EQ((*small)->format().name, "yuv420p");
                EXPECT_LT(difference_on_screen(*picture, **small), tolerance(format));
            }
        }
    }
}

TEST(PictureShrinker, HalvesAgainAndAgain) {
    PictureShrinker shrinker;
    const PicturePtr picture = colourful_picture({640, 480}, AV_PIX_FMT_YUV422P10LE);
    for (int times = 0; times < 4; ++times) {
        const auto small = shrinker.halved(*picture, times);
        IB_ASSERT_OK(small);
        EXPECT_EQ((*small)->decoded_size(), (Size{640 >> times, 480 >> times}));
        EXPECT_LT(difference_on_screen(*picture, **small), 2.0) << times;
    }
}

TEST(PictureShrinker, KeepsMatrixAndRange) {
    PictureShrinker shrinker;
    for (const AVColorSpace matrix :
         {AVCOL_SPC_UNSPECIFIED, AVCOL_SPC_BT709, AVCOL_SPC_SMPTE170M, AVCOL_SPC_BT2020_NCL}) {
        for (const AVColorRange range : {AVCOL_RANGE_UNSPECIFIED, AVCOL_RANGE_JPEG}) {
            for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12}) {
                // Large enough that BT.709 is meant where nothing is stated, and would not be by the half.
                const Size size = matrix == AVCOL_SPC_UNSPECIFIED ? Size{740, 720} : Size{128, 96};
                const PicturePtr picture = colourful_picture(size, format, matrix, range);
                const auto small = shrinker.halved(*picture, 1);
                IB_ASSERT_OK(small);
                EXPECT_EQ((*small)->format().matrix, picture->format().matrix);
                EXPECT_EQ((*small)->format().range, picture->format().range);
                EXPECT_LT(difference_on_screen(*picture, **small), 2.0) << picture->format().name << " " << matrix;
            }
        }
    }
}

TEST(PictureShrinker, KeepsHowThePictureIsTurned) {
    PictureShrinker shrinker;
    for (int turns = 0; turns < 4; ++turns) {
        for (const bool mirrored : {false, true}) {
            const PicturePtr picture = colourful_picture({640, 360}, AV_PIX_FMT_YUV420P, AVCOL_SPC_UNSPECIFIED,
                                                         AVCOL_RANGE_UNSPECIFIED, {turns, mirrored}, 1.25);
            for (const auto& small : {shrinker.halved(*picture, 1), shrinker.scaled(*picture, {128, 90})}) {
                IB_ASSERT_OK(small);
                EXPECT_EQ((*small)->orientation(), picture->orientation());
                EXPECT_DOUBLE_EQ((*small)->pixel_aspect(), picture->pixel_aspect());
                EXPECT_LT(difference_on_screen(*picture, **small), 2.5) << turns << mirrored;
            }
        }
    }
}

TEST(PictureShrinker, ScalesToAnySize) {
    PictureShrinker shrinker;
    const PicturePtr picture = colourful_picture({1920, 1080}, AV_PIX_FMT_YUV420P);
    for (const Size size : {Size{96, 54}, {97, 53}, {1000, 900}, {40, 1080}}) {
        const auto small = shrinker.scaled(*picture, size);
        IB_ASSERT_OK(small);
        EXPECT_EQ((*small)->decoded_size(), size);
        EXPECT_LT(difference_on_screen(*picture, **small), 3.5) << size.width << "x" << size.height;
    }
}

TEST(PictureShrinker, PicturesOutliveItAndOneAnother) {
    PicturePtr first;
    PicturePtr second;
    {
        PictureShrinker shrinker;
        first = *shrinker.halved(*flat_picture(64, 64, AV_PIX_FMT_YUV420P, 10), 1);
        second = *shrinker.halved(*flat_picture(64, 64, AV_PIX_FMT_YUV420P, 200), 1);
    }
    EXPECT_EQ(first->planes()[0].data[0], 10);
    EXPECT_EQ(second->planes()[0].data[0], 200);
}

}  // namespace
}  // namespace inbetween::test
