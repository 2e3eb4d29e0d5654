#include <gtest/gtest.h>

#include <stop_token>

#include "core/video/frame_cache.h"
#include "core/video/frame_source.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"
#include "tests/video/reference.h"

namespace inbetween::test {
namespace {

OpenOptions one_thread(std::int64_t proof_pixels = 0) {
    OpenOptions options;
    options.threads = 1;
    options.proof_pixels = proof_pixels;
    return options;
}

TEST(Stepping, ForwardNeverSeeks) {
    for (const char* name : {"h264_b.mp4", "h264_open_gop.mp4", "mpeg4.avi", "mpeg2.ts", "vp9.webm", "hevc.mp4"}) {
        auto source = open_frame_source(test_media(name), one_thread());
        IB_ASSERT_OK(source);
        const DecodeStats before = (*source)->stats();
        for (std::int64_t n = 0; n < 100; ++n) IB_ASSERT_OK((*source)->frame(FrameIndex{n}));
        const DecodeStats after = (*source)->stats();
        EXPECT_EQ(after.seeks, before.seeks) << name;
        EXPECT_EQ(after.flushes, before.flushes) << name;
        EXPECT_LE(after.packets, 100) << name;
        EXPECT_LE(after.frames, 100) << name;
    }
}

TEST(Stepping, BackInsideTheCacheDecodesNothing) {
    auto source = open_frame_source(test_media("h264_b.mp4"), one_thread());
    IB_ASSERT_OK(source);
    IB_ASSERT_OK((*source)->frame(FrameIndex{80}));
    const DecodeStats before = (*source)->stats();
    for (std::int64_t n = 79; n >= 60; --n) IB_ASSERT_OK((*source)->frame(FrameIndex{n}));
    EXPECT_EQ((*source)->stats().packets, before.packets);
    EXPECT_EQ((*source)->stats().seeks, before.seeks);
}

TEST(Stepping, AJumpStartsAtTheNearestSyncFrame) {
    auto source = open_frame_source(test_media("h264_b.mp4"), one_thread());  // sync frames at 0, 30, 60, 90
    IB_ASSERT_OK(source);
    const DecodeStats before = (*source)->stats();
    IB_ASSERT_OK((*source)->frame(FrameIndex{65}));
    const DecodeStats after = (*source)->stats();
    EXPECT_EQ(after.seeks, before.seeks + 1);
    EXPECT_LE(after.packets - before.packets, 6 + 4);
}

TEST(Stepping, OpeningATrustedFileDecodesLittle) {
    auto source = open_frame_source(test_media("h264_b.mp4"), one_thread());
    IB_ASSERT_OK(source);
    EXPECT_LE((*source)->stats().packets, 8);
    EXPECT_EQ((*source)->info().exactness, Exactness::Provisional);
    EXPECT_TRUE((*source)->info().sound);
}

TEST(Stepping, FramesSeenOnTheWayAreShownToTheWatcherWhoMayStop) {
    auto source = open_frame_source(test_media("h264_b.mp4"), one_thread());
    IB_ASSERT_OK(source);
    std::vector<std::int64_t> seen;
    (*source)->set_watch([&](FrameIndex n, const PicturePtr& picture) {
        EXPECT_EQ(stamped_index(*picture), static_cast<int>(n.value));
        seen.push_back(n.value);
        return n.value != 64;
    });
    const auto stopped = (*source)->frame(FrameIndex{75});
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(seen, (std::vector<std::int64_t>{60, 61, 62, 63, 64}));
    const DecodeStats before = (*source)->stats();
    IB_ASSERT_OK((*source)->frame(FrameIndex{75}));
    EXPECT_EQ((*source)->stats().seeks, before.seeks) << "going on needs no seek";
}

TEST(Stepping, TheCacheKeepsToItsBudget) {
    OpenOptions options = one_thread();
    auto source = open_frame_source(test_media("h264_b.mp4"), options);
    IB_ASSERT_OK(source);
    const auto cache = std::make_shared<FrameCache>(500'000);
    ASSERT_TRUE((*source)->use_cache(cache, CacheRole::Keeper));
    for (std::int64_t n = 0; n < 100; n += 3) {
        IB_ASSERT_OK((*source)->frame(FrameIndex{n}));
        EXPECT_LE(cache->size_bytes(), 500'000U);
        EXPECT_TRUE(cache->contains(FrameIndex{n}));
    }
}

TEST(Stepping, ProvingCanBeCancelledAndTakenUpAgain) {
    auto source = open_frame_source(test_media("mpeg4_b.avi"), one_thread());
    IB_ASSERT_OK(source);
    ASSERT_EQ((*source)->info().exactness, Exactness::Provisional);
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = (*source)->prove(stop.get_token(), {});
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().kind, ErrorKind::Cancelled);
    double share = 0;
    IB_ASSERT_OK((*source)->prove({}, [&](double done) { share = done; }));
    EXPECT_GT(share, 0.9);
    EXPECT_EQ((*source)->info().exactness, Exactness::Proved);
}

TEST(Stepping, OpeningCanBeCancelled) {
    OpenOptions options;
    std::stop_source stop;
    stop.request_stop();
    options.stop = stop.get_token();
    const auto source = open_frame_source(test_media("h264_b.mp4"), options);
    ASSERT_FALSE(source.has_value());
    EXPECT_EQ(source.error().kind, ErrorKind::Cancelled);
}

TEST(Stepping, AFileNotYetProvedSeeksToSyncFramesItHasCounted) {
    for (const char* name : {"mpeg1_raw.m1v", "mpeg2.mpg"}) {  // sync frames every 15 frames
        OpenOptions options = one_thread();
        options.cache_bytes = 100'000;
        auto source = open_frame_source(test_media(name), options);
        IB_ASSERT_OK(source);
        ASSERT_EQ((*source)->info().exactness, Exactness::Provisional);
        IB_ASSERT_OK((*source)->frame(FrameIndex{80}));
        for (const std::int64_t n : {50, 20, 65, 10}) {
            const DecodeStats before = (*source)->stats();
            const auto picture = (*source)->frame(FrameIndex{n});
            IB_ASSERT_OK(picture);
            EXPECT_EQ(stamped_index(**picture), static_cast<int>(n)) << name;
            EXPECT_LE((*source)->stats().packets - before.packets, 20) << name;
        }
    }
}

}  // namespace
}  // namespace inbetween::test
