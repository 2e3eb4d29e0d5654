#include <gtest/gtest.h>

#include "app/cli/seek/drag.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"

namespace inbetween::seek {
namespace {

/// Every picture that came on screen was the frame it was said to be, the last one the frame under the hand.
void expect_right(const DragReport& report, std::size_t budget_bytes, const std::string& what) {
    EXPECT_EQ(report.wrong, 0) << what;
    EXPECT_TRUE(report.ended_on_the_frame) << what;
    EXPECT_GT(report.places, 100) << what;
    EXPECT_GT(report.exact, 0) << what;
    EXPECT_LE(report.most_cached_bytes, budget_bytes) << what;
    ASSERT_FALSE(report.gaps_ms.empty()) << what;
    EXPECT_GE(report.memory.size(), 2U) << what;
}

TEST(Drag, ShowsOnlyRightPicturesAndEndsOnTheFrameUnderTheHand) {
    for (const char* name : {"h264_b.mp4", "h264_open_gop.ts", "mpeg4_b.avi", "hevc.mp4", "vp9.webm", "images_png"}) {
        const auto video = test::test_media(name);
        const bool folder = std::filesystem::is_directory(video);
        const auto reference = folder ? Result<Reference>(Reference()) : Reference::decode(video, {});
        IB_ASSERT_OK(reference);
        constexpr std::size_t budget_bytes = std::size_t{2} << 20;
        for (const unsigned seed : {1U, 2U}) {
            const test::TemporaryFolder cache;
            DragOptions options;
            options.ticks = 400;
            options.tick_secs = 0;
            options.seed = seed;
            if (folder) {
                const auto report = drag(video, cache.path(), budget_bytes, options);
                IB_ASSERT_OK(report);
                expect_right(*report, budget_bytes, name);
                continue;
            }
            auto drags = drag_twice(video, cache.path(), budget_bytes, options);
            IB_ASSERT_OK(drags);
            drags->check(*reference);
            EXPECT_EQ(drags->fresh.checked(), drags->fresh.pictures());
            expect_right(drags->fresh, budget_bytes, std::string(name) + ", new");
            expect_right(drags->surveyed, budget_bytes, std::string(name) + ", surveyed");
        }
    }
}

TEST(Drag, CountsPicturesOfAnotherVideoAsWrong) {
    const auto reference = Reference::decode(test::test_media("mpeg4.avi"), {});
    IB_ASSERT_OK(reference);
    const test::TemporaryFolder cache;
    DragOptions options;
    options.ticks = 50;
    options.tick_secs = 0;
    auto report = drag(test::test_media("h264_b.mp4"), cache.path(), std::size_t{2} << 20, options);
    IB_ASSERT_OK(report);
    EXPECT_EQ(report->checked(), 0);
    report->check(*reference);
    EXPECT_GT(report->wrong, 0);
}

TEST(Drag, ChecksWhatTheReferenceReachesAndLeavesTheRestUnchecked) {
    const auto whole = Reference::decode(test::test_media("h264_b.mp4"), {});
    const auto beginning = Reference::decode(test::test_media("h264_b.mp4"), {}, 40);
    IB_ASSERT_OK(whole);
    IB_ASSERT_OK(beginning);
    EXPECT_FALSE(whole->ends_early());
    EXPECT_TRUE(beginning->ends_early());
    EXPECT_EQ(beginning->frames(), 40);
    DragReport report;
    for (const std::int64_t n : {39, 40, 90}) {
        report.unchecked.push_back({FrameIndex{n}, ShownFrame::Kind::Exact, 1, {}});
        ++report.exact;
    }
    report.check(*beginning);
    EXPECT_EQ(report.wrong, 1);
    EXPECT_EQ(report.checked(), 1);
    report.check(*whole);
    EXPECT_EQ(report.wrong, 3);
    EXPECT_EQ(report.checked(), 3);
}

TEST(Drag, EndsWhenToldTo) {
    const test::TemporaryFolder cache;
    DragOptions options;
    options.go_on = [](double) { return false; };
    const auto report = drag(test::test_media("h264_b.mp4"), cache.path(), std::size_t{2} << 20, options);
    ASSERT_FALSE(report.has_value());
    EXPECT_EQ(report.error().kind, ErrorKind::Cancelled);
}

TEST(Drag, CountsGapsOverALimit) {
    DragReport report;
    report.gaps_ms = {5, 100, 101, 300};
    EXPECT_EQ(report.gaps_over(100), 2);
    EXPECT_GT(resident_bytes(), 1U << 20);
}

}  // namespace
}  // namespace inbetween::seek
