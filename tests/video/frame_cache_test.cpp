#include "core/video/frame_cache.h"

#include <gtest/gtest.h>

#include "tests/video/synthetic.h"

namespace inbetween::test {
namespace {

PicturePtr any_picture() { return flat_picture(32, 32, AV_PIX_FMT_YUV420P, 0); }

TEST(FrameCache, KeepsWhatIsNearTheFocusWithinItsBudget) {
    const std::size_t one = any_picture()->size_bytes();
    FrameCache cache(one * 5);
    cache.set_focus(FrameIndex{50});
    for (std::int64_t n = 0; n < 100; ++n) {
        cache.put(FrameIndex{n}, any_picture());
        EXPECT_LE(cache.size_bytes(), one * 5);
    }
    for (std::int64_t n = 0; n < 100; ++n) EXPECT_EQ(cache.contains(FrameIndex{n}), n >= 48 && n <= 52) << n;
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

TEST(FrameCache, ReplacesAFrameWithoutCountingItTwice) {
    FrameCache cache(1 << 20);
    cache.put(FrameIndex{1}, any_picture());
    const std::size_t once = cache.size_bytes();
    const PicturePtr second = any_picture();
    cache.put(FrameIndex{1}, second);
    EXPECT_EQ(cache.size_bytes(), once);
    EXPECT_EQ(cache.find(FrameIndex{1}), second);
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
