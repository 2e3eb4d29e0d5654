#include <gtest/gtest.h>

#include <random>
#include <semaphore>

#include "core/video/decode_thread.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

struct Viewer {
    explicit Viewer(const std::string& name, std::size_t cache_bytes = 8 << 20) {
        OpenOptions options;
        options.threads = 1;
        options.proof_pixels = 0;
        auto source = open_frame_source(test_media(name), options);
        EXPECT_TRUE(source.has_value()) << why(source);
        thread = std::make_unique<DecodeThread>(std::move(*source), cache_bytes, [this] { woken.release(); });
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

    std::counting_semaphore<> woken{0};
    std::unique_ptr<DecodeThread> thread;
};

TEST(DecodeThreadOnVideo, ShowsTheFrameWithTheNumber) {
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

TEST(DecodeThreadOnVideo, ADragEndsOnItsLastFrameAndEveryCachedFrameIsRight) {
    Viewer viewer("h264_b.mp4", 2 << 20);
    for (std::int64_t n = 0; n < 100; ++n) {
        viewer.thread->request(FrameIndex{(n * 37) % 100});
        const auto nearest = viewer.thread->find_nearest(FrameIndex{n});
        if (nearest.picture) {
            EXPECT_EQ(stamped_index(*nearest.picture), static_cast<int>(nearest.frame.value));
        }
    }
    const PicturePtr last = viewer.show(71);
    ASSERT_TRUE(last);
    EXPECT_EQ(stamped_index(*last), 71);
    EXPECT_LE(viewer.thread->cached_bytes(), std::size_t{2} << 20);
}

TEST(DecodeThreadOnVideo, SteppingForwardDoesNotSeek) {
    Viewer viewer("h264_b.mp4");
    const DecodeStats before = viewer.thread->stats();
    for (std::int64_t n = 0; n < 100; ++n) ASSERT_TRUE(viewer.show(n));
    const DecodeStats after = viewer.thread->stats();
    EXPECT_EQ(after.seeks, before.seeks);
    EXPECT_EQ(after.flushes, before.flushes);
    EXPECT_LE(after.packets, 100);
}

TEST(DecodeThreadOnVideo, LearnsWhereTheVideoReallyEnds) {
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

}  // namespace
}  // namespace inbetween::test
