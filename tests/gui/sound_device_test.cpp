#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>

#include "app/platform/sdl_audio_output.h"
#include "core/video/audio_player.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Counts how often a device asks.
struct Asked {
    void note() {
        {
            std::lock_guard lock(mutex);
            ++times;
        }
        more.notify_all();
    }
    /// Waits for so many; at most as long as a machine could be busy with other things.
    bool wait_for(int wanted) {
        std::unique_lock lock(mutex);
        return more.wait_for(lock, std::chrono::seconds(60), [&] { return times >= wanted; });
    }

    std::mutex mutex;
    std::condition_variable more;
    int times = 0;  // guarded by mutex
};

class SoundDevice : public testing::Test {
protected:
    void SetUp() override { ::setenv("SDL_AUDIODRIVER", "dummy", 1); }
};

TEST_F(SoundDevice, AsksForSamplesBetweenStartAndStop) {
    Asked asked;
    auto output = open_sdl_audio(48000, [&](std::span<float> samples, double latency_secs) {
        EXPECT_EQ(samples.size() % 2, 0U);
        EXPECT_GT(latency_secs, 0);
        EXPECT_LT(latency_secs, 0.1);
        asked.note();
    });
    IB_ASSERT_OK(output);
    EXPECT_EQ((*output)->rate(), 48000);
    EXPECT_EQ(asked.times, 0);
    (*output)->start();
    EXPECT_TRUE(asked.wait_for(5));
    (*output)->stop();
}

TEST_F(SoundDevice, LeavesSignalsAlone) {
    auto output = open_sdl_audio(48000, [](std::span<float>, double) {});
    IB_ASSERT_OK(output);
    for (const int signal : {SIGINT, SIGTERM}) {
        struct sigaction action {};
        ASSERT_EQ(::sigaction(signal, nullptr, &action), 0);
        EXPECT_EQ(action.sa_handler, SIG_DFL) << signal;
    }
}

TEST_F(SoundDevice, SaysWhenThereIsNone) {
    ::setenv("SDL_AUDIODRIVER", "none-of-them", 1);
    const auto output = open_sdl_audio(48000, [](std::span<float>, double) {});
    ASSERT_FALSE(output.has_value());
    EXPECT_TRUE(output.error().message.starts_with("no sound: ")) << output.error().message;
}

TEST_F(SoundDevice, APlayerIsHeardThroughIt) {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "SDL is not instrumented";
#endif
    Asked loud;
    AudioPlayer player({.file = build_folder() / "sound" / "pcm.mov",
                        .origin_secs = 0,
                        .open_output =
                            [&](int rate, AudioOutput::Fill fill) {
                                return open_sdl_audio(rate, [&, fill](std::span<float> samples, double latency_secs) {
                                    fill(samples, latency_secs);
                                    for (const float sample : samples) {
                                        if (sample > 0.3F) return loud.note();
                                    }
                                });
                            },
                        .clock = seconds,
                        .wake = {}});
    // The tone of frame 20 begins at 0.8 s.
    player.start(0.7);
    EXPECT_TRUE(loud.wait_for(1));
    EXPECT_TRUE(player.is_heard());
    EXPECT_GT(player.position(), 0.7);
    player.stop();
    EXPECT_FALSE(player.take_problem().has_value());
}

}  // namespace
}  // namespace inbetween::test
