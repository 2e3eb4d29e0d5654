#include "core/video/decode_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <semaphore>
#include <vector>

#include "tests/support/support.h"
#include "tests/video/synthetic.h"

namespace inbetween::test {
namespace {

// A source that decodes from the last multiple of ten to the frame asked for, showing each frame to its watcher, and
// that waits at a gate before its first frame while the gate is shut.
class GatedSource : public FrameSource {
public:
    struct Shared {
        std::atomic<bool> shut = false;
        std::counting_semaphore<> arrived{0};
        std::counting_semaphore<> opened{0};
        std::atomic<int> decoded = 0;
    };

    explicit GatedSource(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {
        info_.frames = 100;
        info_.decoded_size = {16, 16};
        info_.exactness = Exactness::Proved;
    }
    const VideoInfo& info() const override { return info_; }
    Pts pts(FrameIndex n) const override { return n.value * 2; }
    DecodeStats stats() const override { return stats_; }
    void set_watch(FrameWatch watch) override { watch_ = std::move(watch); }

    Result<PicturePtr> frame(FrameIndex n) override {
        if (n.value >= info_.frames) return fail("there is no frame {}", n.value);
        for (FrameIndex i{n.value / 10 * 10};; ++i) {
            if (shared_->shut) {
                shared_->arrived.release();
                shared_->opened.acquire();
            }
            ++stats_.frames;
            ++shared_->decoded;
            auto picture = flat_picture(16, 16, AV_PIX_FMT_GRAY8, static_cast<std::uint8_t>(i.value));
            if (i == n) return PicturePtr(picture);
            if (watch_ && !watch_(i, picture)) return cancelled();
        }
    }

private:
    std::shared_ptr<Shared> shared_;
    VideoInfo info_;
    DecodeStats stats_;
    FrameWatch watch_;
};

struct Rig {
    explicit Rig(std::size_t cache_bytes = 1 << 20)
        : thread(std::make_unique<GatedSource>(shared), cache_bytes, [this] { woken.release(); }) {}

    // What has come, once at least one frame has.
    std::vector<DecodedFrame> wait_for_frames() {
        for (;;) {
            woken.acquire();
            auto frames = thread.drain();
            if (!frames.empty()) return frames;
        }
    }

    std::shared_ptr<GatedSource::Shared> shared = std::make_shared<GatedSource::Shared>();
    std::counting_semaphore<> woken{0};
    DecodeThread thread;
};

TEST(DecodeThread, BringsTheFrameAskedFor) {
    Rig rig;
    rig.thread.request(FrameIndex{42});
    const auto frames = rig.wait_for_frames();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].frame, FrameIndex{42});
    IB_ASSERT_OK(frames[0].picture);
    EXPECT_EQ((*frames[0].picture)->planes()[0].data[0], 42);
    EXPECT_EQ(rig.thread.find(FrameIndex{42}), *frames[0].picture);
    EXPECT_EQ(rig.thread.info().frames, 100);
    EXPECT_EQ(rig.thread.pts(FrameIndex{42}), 84);
    EXPECT_GE(rig.thread.stats().frames, 3);
}

TEST(DecodeThread, AnswersOnlyTheNewestOfManyWishes) {
    Rig rig;
    rig.shared->shut = true;
    rig.thread.request(FrameIndex{9});
    rig.shared->arrived.acquire();  // the thread is at work on 9
    for (const std::int64_t n : {20, 30, 40, 55}) rig.thread.request(FrameIndex{n});
    rig.shared->shut = false;
    rig.shared->opened.release();
    const auto frames = rig.wait_for_frames();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].frame, FrameIndex{55});
}

TEST(DecodeThread, AnErrorIsAnAnswer) {
    Rig rig;
    rig.thread.request(FrameIndex{100});
    const auto frames = rig.wait_for_frames();
    ASSERT_EQ(frames.size(), 1U);
    ASSERT_FALSE(frames[0].picture.has_value());
    EXPECT_EQ(frames[0].picture.error().message, "there is no frame 100");
}

TEST(DecodeThread, FetchesFramesAheadInTheDirectionOfTravel) {
    Rig rig;
    rig.thread.request(FrameIndex{50});
    rig.wait_for_frames();
    rig.thread.request(FrameIndex{49});
    rig.wait_for_frames();
    rig.thread.request(FrameIndex{48});
    rig.wait_for_frames();
    // A request for the frame before is answered from the cache or by decoding it; ahead of it frames keep coming
    // until the depth is reached, without anybody asking.
    while (rig.thread.find(FrameIndex{47 - 20}) == nullptr) std::this_thread::yield();
    EXPECT_EQ(rig.thread.find_nearest(FrameIndex{0}).frame.value < 48, true);
}

TEST(DecodeThread, NearestIsThereUntilTheFrameArrives) {
    Rig rig;
    EXPECT_EQ(rig.thread.find_nearest(FrameIndex{5}).picture, nullptr);
    rig.thread.request(FrameIndex{10});
    rig.wait_for_frames();
    EXPECT_NE(rig.thread.find_nearest(FrameIndex{90}).picture, nullptr);
}

TEST(DecodeThread, StopsAtOnceInTheMiddleOfWork) {
    auto shared = std::make_shared<GatedSource::Shared>();
    {
        DecodeThread thread(std::make_unique<GatedSource>(shared), 1 << 20, {});
        shared->shut = true;
        thread.request(FrameIndex{99});
        shared->arrived.acquire();
        shared->shut = false;
        shared->opened.release();
    }
    EXPECT_LE(shared->decoded, 10);
}

TEST(DecodeThread, CachesWithinItsBudget) {
    const std::size_t one = flat_picture(16, 16, AV_PIX_FMT_GRAY8, 0)->size_bytes();
    Rig rig(one * 4);
    for (std::int64_t n = 0; n < 30; ++n) {
        rig.thread.request(FrameIndex{n});
        rig.wait_for_frames();
        EXPECT_LE(rig.thread.cached_bytes(), one * 4);
    }
}

}  // namespace
}  // namespace inbetween::test
