#include "core/video/audio_player.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>

#include "tests/support/fake_audio_output.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

constexpr int rate = 48000;

std::filesystem::path sound(const std::string& name) { return build_folder() / "sound" / name; }

/// A player on a device and a clock that a test moves.
struct Listener {
    explicit Listener(const std::string& file, OpenAudioOutput open = {}) {
        player = std::make_unique<AudioPlayer>(AudioPlayer::Options{.file = sound(file),
                                                                    .origin_secs = 0,
                                                                    .open_output = open ? open : device.opener(),
                                                                    .clock = [this] { return now.load(); },
                                                                    .wake = {}});
    }

    /// Lets a time pass, and hears it.   returns: what came out of the device, which is heard after its latency.
    std::vector<float> listen(double secs) {
        std::vector<float> heard;
        const std::size_t block = 480;
        for (int i = 0; i < std::lround(secs * 100); ++i) {
            player->wait_until_ready();
            const auto samples = device.pull(block);
            heard.insert(heard.end(), samples.begin(), samples.end());
            now = now + 0.01;
        }
        return heard;
    }

    FakeAudioDevice device{rate, 0.02};
    std::atomic<double> now = 1000;
    std::unique_ptr<AudioPlayer> player;
};

/// Seconds from the beginning to the first loud sample; -1 where there is none.
double first_loud(const std::vector<float>& samples) {
    const auto found = std::ranges::find_if(samples, [](float s) { return std::abs(s) > 0.1F; });
    return found == samples.end() ? -1 : static_cast<double>(found - samples.begin()) / 2 / rate;
}

TEST(AudioPlayer, SoundsFromThePlaceAskedFor) {
    Listener listener("pcm.mov");
    for (const double at : {0.0, 0.7, 1.95, 0.3}) {
        listener.player->start(at);
        const double tone = at <= 0.8 ? 0.8 : 2.0;
        const auto heard = listener.listen(1);
        EXPECT_TRUE(listener.player->is_heard());
        EXPECT_NEAR(first_loud(heard) + listener.device.latency_secs(), tone - at, 0.001) << at;
        EXPECT_NEAR(listener.player->position(), at + 1, 0.001);
        listener.player->stop();
        listener.listen(0.02);
    }
    EXPECT_EQ(listener.device.opened(), 1);
    EXPECT_EQ(listener.player->info()->codec, "pcm_s16le");
    EXPECT_FALSE(listener.player->take_problem().has_value());
}

TEST(AudioPlayer, OpensNoDeviceBeforeSoundIsWanted) {
    Listener listener("pcm.mov");
    EXPECT_EQ(listener.device.opened(), 0);
    listener.player->start(0);
    listener.player->wait_until_ready();
    EXPECT_EQ(listener.device.opened(), 1);
}

TEST(AudioPlayer, WithoutADeviceGoesByTheClockAndSaysSoOnce) {
    Listener listener("pcm.mov", no_audio_device());
    EXPECT_FALSE(listener.player->take_problem().has_value()) << "nobody has asked for sound";
    listener.player->start(1);
    listener.player->wait_until_ready();
    EXPECT_EQ(listener.player->take_problem(), "no sound: there is no device");
    EXPECT_FALSE(listener.player->take_problem().has_value());
    listener.now = listener.now + 2;
    EXPECT_NEAR(listener.player->position(), 3, 1e-9);
    EXPECT_FALSE(listener.player->is_heard());
}

TEST(AudioPlayer, OfAFileWithoutSoundIsSilentAndSaysNothing) {
    Listener listener("silent.mkv");
    listener.player->start(0);
    listener.player->wait_until_ready();
    EXPECT_FALSE(listener.player->take_problem().has_value());
    EXPECT_FALSE(listener.player->info().has_value());
    EXPECT_EQ(listener.device.opened(), 0);
    listener.now = listener.now + 1;
    EXPECT_NEAR(listener.player->position(), 1, 1e-9);
}

TEST(AudioPlayer, OfAFileThatIsGoneSaysWhy) {
    Listener listener("nothing.mkv");
    listener.player->start(0);
    listener.player->wait_until_ready();
    const auto problem = listener.player->take_problem();
    ASSERT_TRUE(problem.has_value());
    EXPECT_NE(problem->find("nothing.mkv"), std::string::npos);
}

TEST(AudioPlayer, MayEndAtAnyMoment) {
    for (int i = 0; i < 20; ++i) {
        Listener listener("aac.mp4");
        listener.player->start(i * 0.1);
        if (i % 2 == 0) listener.listen(0.02);
        if (i % 3 == 0) listener.player->stop();
    }
}

}  // namespace
}  // namespace inbetween::test
