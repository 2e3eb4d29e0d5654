#include <gtest/gtest.h>

#include <random>
#include <semaphore>

#include "core/video/proxy.h"
#include "core/video/video_engine.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

VideoEngine::Options quiet(std::size_t cache_bytes = 8 << 20) {
    VideoEngine::Options options;
    options.cache_bytes = cache_bytes;
    options.fill = false;
    options.survey = false;
    return options;
}

VideoEngine::Options with_fill(std::size_t cache_bytes = 8 << 20) {
    VideoEngine::Options options = quiet(cache_bytes);
    options.fill = true;
    return options;
}

VideoEngine::Options with_survey(std::size_t cache_bytes = 8 << 20) {
    VideoEngine::Options options = with_fill(cache_bytes);
    options.survey = true;
    return options;
}

struct Viewer {
    explicit Viewer(const std::string& name, VideoEngine::Options engine_options = quiet()) {
        OpenOptions options;
        options.threads = 1;
        options.proof_pixels = 0;
        auto source = open_frame_source(test_media(name), options);
        EXPECT_TRUE(source.has_value()) << why(source);
        engine_options.wake = [this] { woken.release(); };
        thread = std::make_unique<VideoEngine>(std::move(*source), std::move(engine_options));
    }

    PicturePtr show(std::int64_t n) {
        thread->request(FrameIndex{n});
        for (;;) {
            woken.acquire();
            for (DecodedFrame& frame : thread->drain()) {
                if (frame.frame.value != n) continue;
                EXPECT_TRUE(frame.picture.has_value()) << why(frame.picture);
                return frame.picture ? *frame.picture : nullptr;
            }
        }
    }

    void wait_for_survey() {
        while (!thread->is_surveyed() || thread->info().exactness != Exactness::Proved) woken.acquire();
    }

    std::counting_semaphore<> woken{0};
    std::unique_ptr<VideoEngine> thread;
};

TEST(VideoEngineOnVideo, ShowsTheFrameWithTheNumber) {
    for (const char* name : {"h264_b.mp4", "mpeg4_b.avi", "h264_open_gop.ts", "images_png"}) {
        Viewer viewer(name);
        std::mt19937 random(1);
        const auto frames = static_cast<unsigned>(viewer.thread->info().frames);
        for (int i = 0; i < 40; ++i) {
            const auto n = static_cast<std::int64_t>(random() % frames);
            const PicturePtr picture = viewer.show(n);
            ASSERT_TRUE(picture);
            EXPECT_EQ(stamped_index(*picture), static_cast<int>(n)) << name;
        }
    }
}

TEST(VideoEngineOnVideo, ADragEndsOnItsLastFrameAndEveryCachedFrameIsRight) {
    Viewer viewer("h264_b.mp4", with_survey(2 << 20));
    const int full_width = viewer.thread->info().decoded_size.width;
    for (std::int64_t n = 0; n < 100; ++n) {
        viewer.thread->request(FrameIndex{(n * 37) % 100});
        const ShownFrame nearest = viewer.thread->best(FrameIndex{n});
        if (nearest.picture && nearest.kind != ShownFrame::Kind::Proxy &&
            nearest.picture->decoded_size().width == full_width) {
            EXPECT_EQ(stamped_index(*nearest.picture), static_cast<int>(nearest.frame.value));
        }
    }
    const PicturePtr last = viewer.show(71);
    ASSERT_TRUE(last);
    EXPECT_EQ(stamped_index(*last), 71);
    EXPECT_LE(viewer.thread->cached_bytes(), std::size_t{2} << 20);
}

TEST(VideoEngineOnVideo, SteppingForwardDoesNotSeek) {
    Viewer viewer("h264_b.mp4");
    const DecodeStats before = viewer.thread->stats();
    for (std::int64_t n = 0; n < 100; ++n) ASSERT_TRUE(viewer.show(n));
    const DecodeStats after = viewer.thread->stats();
    EXPECT_EQ(after.seeks, before.seeks);
    EXPECT_EQ(after.flushes, before.flushes);
    EXPECT_LE(after.packets, 100);
}

TEST(VideoEngineOnVideo, LearnsWhereTheVideoReallyEnds) {
    Viewer viewer("truncated.mp4");
    const std::int64_t stated = viewer.thread->info().frames;
    EXPECT_EQ(viewer.thread->info().exactness, Exactness::Provisional);
    viewer.thread->request(FrameIndex{stated - 1});
    for (bool answered = false; !answered;) {
        viewer.woken.acquire();
        for (const DecodedFrame& frame : viewer.thread->drain()) answered = !frame.picture.has_value();
    }
    EXPECT_EQ(viewer.thread->info().frames, stated - 1);
    EXPECT_EQ(viewer.thread->info().exactness, Exactness::Proved);
    EXPECT_EQ(viewer.thread->pts(FrameIndex{stated - 1}), viewer.thread->pts(FrameIndex{stated - 2}));
}

TEST(VideoEngineOnVideo, SteppingForwardWithTheFillAheadSeeksNoMoreThanOnceAGroup) {
    Viewer viewer("h264_b.mp4", with_fill());
    const DecodeStats cursor = viewer.thread->stats();
    for (std::int64_t n = 0; n < 100; ++n) ASSERT_TRUE(viewer.show(n));
    constexpr std::int64_t groups = 4;  // of 30 frames
    EXPECT_LE(viewer.thread->stats().seeks - cursor.seeks, groups);
    EXPECT_LE(viewer.thread->fill_stats().seeks, groups);
}

TEST(VideoEngineOnVideo, TheSurveyProvesTheNumbers) {
    for (const char* name : {"h264_b.mp4", "mpeg4_b.avi", "h264_open_gop.ts", "truncated.mp4", "mpeg1_raw.m1v"}) {
        Viewer viewer(name, with_survey());
        EXPECT_EQ(viewer.thread->info().exactness, Exactness::Provisional) << name;
        viewer.wait_for_survey();
        EXPECT_EQ(viewer.thread->survey_share(), 1) << name;
        EXPECT_EQ(viewer.thread->proved_frames(), viewer.thread->info().frames) << name;
        auto plain = open_frame_source(test_media(name));
        IB_ASSERT_OK(plain);
        EXPECT_EQ(viewer.thread->info().frames, (*plain)->info().frames) << name;
        for (const std::int64_t n : {33, 7, 50}) {
            const PicturePtr picture = viewer.show(n);
            ASSERT_TRUE(picture);
            EXPECT_EQ(framemd5(*picture), framemd5(**(*plain)->frame(FrameIndex{n}))) << name;
        }
    }
}

TEST(VideoEngineOnVideo, WhatASurveyFoundIsThereTheNextTime) {
    const TemporaryFolder folder;
    const auto cache = DiskCache::open(folder.path(), 1 << 30);
    IB_ASSERT_OK(cache);
    const auto entry = [&] { return *cache->entry_for(test_media("mpeg4_b.avi"), 0); };
    std::shared_ptr<const FrameTable> first;
    {
        VideoEngine::Options options = with_survey();
        options.entry = entry();
        Viewer viewer("mpeg4_b.avi", std::move(options));
        viewer.wait_for_survey();
        first = viewer.thread->table();
        ASSERT_NE(first, nullptr);
    }
    const auto kept = entry();
    IB_ASSERT_OK(kept->check({}));
    const auto stored = kept->load_table();
    ASSERT_TRUE(stored.has_value());
    EXPECT_EQ(*stored, *first);
    const auto proxy = Proxy::open(kept->proxy_path());
    IB_ASSERT_OK(proxy);
    EXPECT_EQ((*proxy)->frames(), first->frames());
    EXPECT_TRUE(kept->load(ThumbnailStrip::kind).has_value());
    VideoEngine::Options options = with_survey();
    options.entry = kept;
    Viewer viewer("mpeg4_b.avi", std::move(options));
    viewer.wait_for_survey();
    EXPECT_EQ(*viewer.thread->table(), *first);
}

TEST(VideoEngineOnVideo, ADragOverASurveyedVideoShowsTheProxyAndRestsOnTheFrameItself) {
    Viewer viewer("h264_b.mp4", with_survey(2 << 20));
    viewer.wait_for_survey();
    ASSERT_TRUE(viewer.show(0));
    const DecodeStats before = viewer.thread->stats();
    int proxies = 0;
    for (std::int64_t n = 10; n < 100; n += 10) {
        viewer.thread->request(FrameIndex{n});
        for (;;) {
            const ShownFrame shown = viewer.thread->best(FrameIndex{n});
            if (shown.kind == ShownFrame::Kind::Exact) break;
            if (shown.kind == ShownFrame::Kind::Proxy && ++proxies > 0) break;
            viewer.woken.acquire();
        }
    }
    EXPECT_GE(proxies, 3);
    EXPECT_LE(viewer.thread->stats().frames - before.frames, 90);
    const PicturePtr last = viewer.show(90);
    ASSERT_TRUE(last);
    EXPECT_EQ(stamped_index(*last), 90);
}

}  // namespace
}  // namespace inbetween::test
