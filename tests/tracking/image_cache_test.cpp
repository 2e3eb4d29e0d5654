#include "tracking/image_cache.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "tests/support/support.h"
#include "tests/tracking/scene.h"

namespace inbetween {
namespace {

constexpr std::size_t frame_bytes = 320 * 240 * 4;  // BGR, and gray as such a small frame has it

TEST(ImageCache, ReadsEachFrameOnceWhileThereIsRoom) {
    test::PaintedSource source = test::sliding_square();
    ImageCache cache(source);
    for (int pass = 0; pass < 3; ++pass)
        for (std::int64_t n = 0; n < 20; ++n) IB_ASSERT_OK(cache.frame(FrameIndex{n}, {}, {}));
    EXPECT_EQ(source.stats().frames, 20);
}

TEST(ImageCache, KeepsToItsBudget) {
    test::PaintedSource source = test::sliding_square();
    ImageCache cache(source, 6 * frame_bytes);
    for (std::int64_t n = 0; n < 40; ++n) {
        IB_ASSERT_OK(cache.frame(FrameIndex{n}, {}, {}));
        EXPECT_LE(cache.cached_bytes(), 6 * frame_bytes);
    }
}

TEST(ImageCache, ReadsRunsForwardWhileGoingBackward) {
    test::PaintedSource source = test::sliding_square();
    std::int64_t jumps_back = 0;
    FrameIndex last{-1};
    source.on_frame = [&](FrameIndex n) {
        jumps_back += n < last ? 1 : 0;
        last = n;
    };
    ImageCache cache(source, 12 * frame_bytes);
    IB_ASSERT_OK(cache.frame(FrameIndex{39}, {}, {}));
    for (std::int64_t n = 38; n >= 0; --n) IB_ASSERT_OK(cache.frame(FrameIndex{n}, {}, {}));
    EXPECT_LE(jumps_back, 11);
    EXPECT_LE(source.stats().frames, 44);
}

TEST(ImageCache, TellsOfTheFrameThatWasAskedForOnly) {
    test::PaintedSource source = test::sliding_square();
    source.damaged_from = FrameIndex{30};
    ImageCache cache(source);
    EXPECT_FALSE(cache.frame(FrameIndex{35}, {}, {}).has_value());
    IB_EXPECT_OK(cache.frame(FrameIndex{29}, {}, {}));
}

TEST(ImageCache, ScalesToALimit) {
    test::PaintedSource source = test::sliding_square();
    ImageCache cache(source);
    const auto small = cache.frame(FrameIndex{0}, {160, 120}, {});
    IB_ASSERT_OK(small);
    EXPECT_EQ(small->bgr.size(), cv::Size(160, 120));
    const auto whole = cache.frame(FrameIndex{0}, {}, {});
    IB_ASSERT_OK(whole);
    EXPECT_EQ(whole->gray().size(), cv::Size(320, 240));
}

TEST(ImageCache, APartsGrayIsCutFromTheWhole) {
    const cv::Mat bgr = test::texture({900, 700}, 3, {120, 90, 60}, 40);
    const FrameImages images{bgr};
    ASSERT_TRUE(images.small_gray.empty());
    for (const cv::Rect& part : {cv::Rect(200, 300, 60, 80), cv::Rect(0, 0, 40, 40), cv::Rect(850, 660, 50, 40)}) {
        const cv::Mat cut = images.gray(part);
        ASSERT_EQ(cut.size(), part.size());
        // Filters look beyond the part, as they would in the whole.
        cv::Mat smooth;
        cv::Mat smooth_of_whole;
        cv::GaussianBlur(cut, smooth, {15, 15}, 0);
        cv::GaussianBlur(images.gray()(part), smooth_of_whole, {15, 15}, 0);
        EXPECT_EQ(cv::norm(smooth, smooth_of_whole, cv::NORM_INF), 0) << part;
    }
}

}  // namespace
}  // namespace inbetween
