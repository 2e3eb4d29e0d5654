#include "core/video/frame_cache.h"

#include <gtest/gtest.h>

#include "tests/video/synthetic.h"

namespace inbetween::test {
namespace {

PicturePtr any_picture() { return flat_picture(32, 32, AV_PIX_FMT_YUV420P, 0); }

std::size_t bytes_of_one() { return FrameCache(1 << 20).put(FrameIndex{0}, any_picture())->size_bytes(); }

TEST(FrameCache, KeepsWhatIsNearTheFocusWithinItsBudget) {
    const std::size_t one = bytes_of_one();
    FrameCache cache(one * 5);
    cache.set_focus(FrameIndex{50});
    for (std::int64_t n = 0; n < 100; ++n) {
        cache.put(FrameIndex{n}, any_picture());
        EXPECT_LE(cache.size_bytes(), one * 5);
    }
    for (std::int64_t n = 0; n < 100; ++n) EXPECT_EQ(cache.contains(FrameIndex{n}), n >= 49 && n <= 53) << n;
}

TEST(FrameCache, KeepsMoreOfWhatLiesAheadThanOfWhatIsLeftBehind) {
    const std::size_t one = bytes_of_one();
    FrameCache cache(one * 8);
    EXPECT_EQ(cache.frames_ahead(one, Travel::Forward), 6);
    EXPECT_EQ(cache.frames_behind(one, Travel::Forward), 2);
    EXPECT_EQ(cache.frames_ahead(one, Travel::Backward), 7);
    EXPECT_EQ(cache.frames_behind(one, Travel::Backward), 0);
    cache.set_focus(FrameIndex{50}, Travel::Backward);
    for (std::int64_t n = 0; n < 100; ++n) cache.put(FrameIndex{n}, any_picture());
    for (std::int64_t n = 0; n < 100; ++n) EXPECT_EQ(cache.contains(FrameIndex{n}), n >= 43 && n <= 50) << n;
    cache.set_focus(FrameIndex{50}, Travel::Forward);
    for (std::int64_t n = 0; n < 100; ++n) cache.put(FrameIndex{n}, any_picture());
    for (std::int64_t n = 0; n < 100; ++n) EXPECT_EQ(cache.contains(FrameIndex{n}), n >= 48 && n <= 55) << n;
}

TEST(FrameCache, KeepsACopyThatDoesNotHoldTheDecodersMemory) {
    FrameCache cache(1 << 20);
    const PicturePtr picture = any_picture();
    const PicturePtr kept = cache.put(FrameIndex{1}, picture);
    ASSERT_NE(kept->planes()[0].data, picture->planes()[0].data);
    EXPECT_EQ(framemd5(*kept), framemd5(*picture));
    EXPECT_EQ(cache.find(FrameIndex{1}), kept);
}

TEST(FrameCache, TakesNothingOfAnEarlierGeneration) {
    FrameCache cache(1 << 20);
    const std::uint64_t before = cache.generation();
    const std::uint64_t after = cache.clear();
    ASSERT_NE(before, after);
    cache.put(FrameIndex{1}, any_picture(), before);
    EXPECT_FALSE(cache.contains(FrameIndex{1}));
    cache.put(FrameIndex{1}, any_picture(), after);
    EXPECT_TRUE(cache.contains(FrameIndex{1}));
}

TEST(FrameCache, FindsTheNearestAndTheEarlierOfTwo) {
    FrameCache cache(1 << 20);
    EXPECT_EQ(cache.find_nearest(FrameIndex{3}).picture, nullptr);
    for (const std::int64_t n : {10, 20, 40}) cache.put(FrameIndex{n}, any_picture());
    const auto nearest = [&](std::int64_t n) { return cache.find_nearest(FrameIndex{n}).frame.value; };
    EXPECT_EQ(nearest(0), 10);
    EXPECT_EQ(nearest(14), 10);
    EXPECT_EQ(nearest(15), 10);
    EXPECT_EQ(nearest(16), 20);
    EXPECT_EQ(nearest(20), 20);
    EXPECT_EQ(nearest(31), 40);
    EXPECT_EQ(nearest(99), 40);
}

TEST(FrameCache, AFrameThatIsThereStaysAndIsCountedOnce) {
    FrameCache cache(1 << 20);
    const PicturePtr first = cache.put(FrameIndex{1}, any_picture());
    const std::size_t once = cache.size_bytes();
    EXPECT_EQ(cache.put(FrameIndex{1}, any_picture()), first);
    EXPECT_EQ(cache.size_bytes(), once);
    cache.clear();
    EXPECT_EQ(cache.size_bytes(), 0U);
    EXPECT_EQ(cache.find(FrameIndex{1}), nullptr);
}

TEST(FrameCache, APictureOverTheBudgetIsNotKept) {
    FrameCache cache(10);
    cache.put(FrameIndex{0}, any_picture());
    EXPECT_EQ(cache.size_bytes(), 0U);
}

}  // namespace
}  // namespace inbetween::test
