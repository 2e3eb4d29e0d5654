#include "core/video/video_engine.h"
#include "core/video/frame_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <random>
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
    FrameIndex decode_start(FrameIndex n) const override { return FrameIndex{n.value / 10 * 10}; }
    Opener opener() const override {
        return [shared = shared_](const OpenOptions&) -> Result<std::unique_ptr<FrameSource>> {
            return std::unique_ptr<FrameSource>(std::make_unique<GatedSource>(shared));
        };
    }

    using FrameSource::frame;
    Result<PicturePtr> frame(FrameIndex n) override {
        if (n.value >= info_.frames) return fail("there is no frame {}", n.value);
        // Goes on where it stands, if that is in the group of ten.
        const FrameIndex begin = decode_start(n);
        for (FrameIndex i = begin <= next_ && next_ <= n ? next_ : begin;; ++i) {
            next_ = i + 1;
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
    FrameIndex next_;
    VideoInfo info_;
    DecodeStats stats_;
    FrameWatch watch_;
};

VideoEngine::Options plain(std::size_t cache_bytes, std::function<void()> wake) {
    VideoEngine::Options options;
    options.cache_bytes = cache_bytes;
    options.fill = false;
    options.survey = false;
    options.wake = std::move(wake);
    return options;
}

struct Rig {
    explicit Rig(std::size_t cache_bytes = 1 << 20)
        : engine(std::make_unique<GatedSource>(shared), plain(cache_bytes, [this] { woken.release(); })) {}
    explicit Rig(VideoEngine::Options options)
        : engine(std::make_unique<GatedSource>(shared), [&] {
              options.wake = [this] { woken.release(); };
              return std::move(options);
          }()) {}

    // What has come, once at least one frame has.
    std::vector<DecodedFrame> wait_for_frames() {
        for (;;) {
            woken.acquire();
            auto frames = engine.drain();
            if (!frames.empty()) return frames;
        }
    }

    std::shared_ptr<GatedSource::Shared> shared = std::make_shared<GatedSource::Shared>();
    std::counting_semaphore<> woken{0};
    VideoEngine engine;
};

TEST(VideoEngine, BringsTheFrameAskedFor) {
    Rig rig;
    rig.engine.request(FrameIndex{42});
    const auto frames = rig.wait_for_frames();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].frame, FrameIndex{42});
    IB_ASSERT_OK(frames[0].picture);
    EXPECT_EQ((*frames[0].picture)->planes()[0].data[0], 42);
    EXPECT_EQ(rig.engine.find(FrameIndex{42}), *frames[0].picture);
    EXPECT_EQ(rig.engine.best(FrameIndex{42}).kind, ShownFrame::Kind::Exact);
    EXPECT_EQ(rig.engine.info().frames, 100);
    EXPECT_EQ(rig.engine.pts(FrameIndex{42}), 84);
    EXPECT_EQ(rig.engine.stats().frames, 3);
}

TEST(VideoEngine, AnswersOnlyTheNewestOfManyWishes) {
    Rig rig;
    rig.shared->shut = true;
    rig.engine.request(FrameIndex{9});
    rig.shared->arrived.acquire();  // the thread is at work on 9
    for (const std::int64_t n : {20, 30, 40, 55}) rig.engine.request(FrameIndex{n});
    rig.shared->shut = false;
    rig.shared->opened.release();
    const auto frames = rig.wait_for_frames();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].frame, FrameIndex{55});
}

TEST(VideoEngine, WhatIsPassedOnTheWayIsShownUntilTheFrameComes) {
    Rig rig;
    EXPECT_EQ(rig.engine.best(FrameIndex{5}).picture, nullptr);
    rig.shared->shut = true;
    rig.engine.request(FrameIndex{9});
    rig.shared->arrived.acquire();  // at work on 0, the first on the way
    rig.shared->opened.release();
    rig.shared->arrived.acquire();  // at work on 1
    rig.woken.acquire();
    const ShownFrame shown = rig.engine.best(FrameIndex{9});
    EXPECT_EQ(shown.frame, FrameIndex{0});
    EXPECT_EQ(shown.kind, ShownFrame::Kind::Nearest);
    ASSERT_NE(shown.picture, nullptr);
    EXPECT_EQ(shown.picture->planes()[0].data[0], 0);
    rig.shared->shut = false;
    rig.shared->opened.release();
    rig.wait_for_frames();
    EXPECT_EQ(rig.engine.best(FrameIndex{9}).kind, ShownFrame::Kind::Exact);
    EXPECT_EQ(rig.engine.best(FrameIndex{90}).frame, FrameIndex{9});
}

TEST(VideoEngine, AnErrorIsAnAnswer) {
    Rig rig;
    rig.engine.request(FrameIndex{100});
    const auto frames = rig.wait_for_frames();
    ASSERT_EQ(frames.size(), 1U);
    ASSERT_FALSE(frames[0].picture.has_value());
    EXPECT_EQ(frames[0].picture.error().message, "there is no frame 100");
}

// The fill tells nobody: what is asked for is asked again until it is so.
void wait_until_idle(const VideoEngine& engine) {
    while (!engine.is_idle()) std::this_thread::yield();
}

TEST(VideoEngine, FillsAheadInTheDirectionOfTravelAndTheGroupOneIsIn) {
    VideoEngine::Options options = plain(1 << 20, {});
    options.fill = true;
    Rig rig(options);
    rig.engine.request(FrameIndex{35});
    rig.wait_for_frames();
    wait_until_idle(rig.engine);
    for (std::int64_t n = 30; n < 80; ++n) EXPECT_EQ(rig.engine.find(FrameIndex{n}) != nullptr, n < 83) << n;
    EXPECT_EQ(rig.engine.find(FrameIndex{29}), nullptr);
    EXPECT_EQ(rig.engine.find(FrameIndex{95}), nullptr);
}

TEST(VideoEngine, SteppingBackFindsWhatTheFillHasMadeReady) {
    VideoEngine::Options options = plain(1 << 20, {});
    options.fill = true;
    Rig rig(options);
    rig.engine.request(FrameIndex{90});
    rig.wait_for_frames();
    rig.engine.request(FrameIndex{89});
    rig.wait_for_frames();
    wait_until_idle(rig.engine);
    const DecodeStats before = rig.engine.stats();
    for (std::int64_t n = 88; n >= 0; --n) {
        rig.engine.request(FrameIndex{n});
        rig.wait_for_frames();
        wait_until_idle(rig.engine);
    }
    EXPECT_EQ(rig.engine.stats().frames, before.frames) << "the cursor had nothing left to decode";
    EXPECT_LE(rig.engine.fill_stats().frames, 150);
}

TEST(VideoEngine, AStepToWhatTheFillIsAboutToReachWaitsForIt) {
    VideoEngine::Options options = plain(1 << 20, {});
    options.fill = true;
    Rig rig(options);
    rig.shared->shut = true;
    rig.engine.request(FrameIndex{35});
    for (int n = 30; n <= 35; ++n) {
        rig.shared->arrived.acquire();
        rig.shared->opened.release();
    }
    rig.wait_for_frames();
    const DecodeStats cursor = rig.engine.stats();
    rig.shared->arrived.acquire();  // the fill is at work on 30
    rig.engine.request(FrameIndex{34});
    rig.shared->shut = false;
    rig.shared->opened.release();
    const auto frames = rig.wait_for_frames();
    EXPECT_EQ(frames.back().frame, FrameIndex{34});
    EXPECT_EQ(rig.engine.stats().frames, cursor.frames);
    wait_until_idle(rig.engine);
    EXPECT_EQ(rig.engine.find(FrameIndex{36}), nullptr) << "the hand goes the other way";
}

TEST(VideoEngine, EveryStepIsAnsweredWhateverTheFillIsAt) {
    std::mt19937 random(3);
    for (int round = 0; round < 60; ++round) {
        VideoEngine::Options options = plain(24 * 256, {});  // 24 frames
        options.fill = true;
        Rig rig(options);
        std::int64_t n = 50;
        for (int step = 0; step < 60; ++step) {
            n = std::clamp<std::int64_t>(n + static_cast<std::int64_t>(random() % 5) - 2, 0, 99);
            rig.engine.request(FrameIndex{n});
            while (rig.wait_for_frames().back().frame != FrameIndex{n}) {
            }
        }
    }
}

TEST(VideoEngine, StopsAtOnceInTheMiddleOfWork) {
    auto shared = std::make_shared<GatedSource::Shared>();
    {
        VideoEngine engine(std::make_unique<GatedSource>(shared), plain(1 << 20, {}));
        shared->shut = true;
        engine.request(FrameIndex{99});
        shared->arrived.acquire();
        shared->shut = false;
        shared->opened.release();
    }
    EXPECT_LE(shared->decoded, 10);
}

TEST(VideoEngine, CachesWithinItsBudget) {
    const std::size_t one =
        FrameCache(1 << 20).put(FrameIndex{0}, flat_picture(16, 16, AV_PIX_FMT_GRAY8, 0))->size_bytes();
    VideoEngine::Options options = plain(one * 4, {});
    options.fill = true;
    Rig rig(options);
    for (std::int64_t n = 0; n < 30; ++n) {
        rig.engine.request(FrameIndex{n});
        rig.wait_for_frames();
        EXPECT_LE(rig.engine.cached_bytes(), one * 4);
    }
}

}  // namespace
}  // namespace inbetween::test
