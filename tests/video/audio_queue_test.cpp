#include "core/video/audio_queue.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace inbetween::test {
namespace {

constexpr int rate = 48000;
constexpr std::size_t block = 480;
constexpr double block_secs = 0.01;
constexpr double latency = 0.03;

/// A queue with a reader whose samples say which pair of the line they are, and a device.
class Listening : public testing::Test {
protected:
    /// What a reader brings while its device plays.
    void read(std::size_t most = rate) {
        while (most > 0) {
            const auto want = next_want();
            if (!want) return;
            std::vector<float> samples;
            for (std::size_t i = 0; i < std::min({want->pairs, std::size_t{1000}, most}); ++i) {
                const auto value = static_cast<float>(want->first + static_cast<std::int64_t>(i));
                samples.insert(samples.end(), {value, -value});
            }
            most -= samples.size() / 2;
            queue.push(*want, samples);
        }
    }

    /// What is wanted; nullopt when it is full.
    std::optional<AudioQueue::Want> next_want() {
        std::stop_source stop;
        stop.request_stop();  // looks, and does not wait
        return queue.wait_for_want(stop.get_token());
    }

    std::vector<float> fill(double at, std::size_t pairs = block) {
        std::vector<float> out(pairs * 2, 0.5F);
        queue.fill(out, at, latency);
        return out;
    }

    /// The pair of the line that a block begins with; 0 for silence.
    static float pair_of(const std::vector<float>& samples) { return samples.front(); }

    AudioQueue queue;
    double now = 100;
};

TEST_F(Listening, SoundJoinsInWhereTheLineIs) {
    queue.start(10, now);
    queue.set_rate(rate);
    read();
    now += 0.2;
    const auto first = fill(now);
    EXPECT_TRUE(queue.is_heard());
    EXPECT_NEAR(queue.position(now), 10.2, 1e-9);
    now += block_secs;
    const auto second = fill(now);
    EXPECT_EQ(pair_of(second), std::round((10.2 + latency) * rate) + block) << "what is heard at its time";
    EXPECT_EQ(second[1], -second[0]);
    EXPECT_LT(first[0], first[2 * block - 2] / 2) << "it begins softly";
}

TEST_F(Listening, NothingIsHeardBeforeTheDeviceIsThere) {
    queue.start(5, now);
    EXPECT_EQ(pair_of(fill(now)), 0);
    EXPECT_NEAR(queue.position(now + 3), 8, 1e-9) << "the picture goes on";
    EXPECT_FALSE(next_want().has_value());
    queue.set_rate(rate);
    ASSERT_TRUE(next_want().has_value());
    EXPECT_EQ(next_want()->first, 5 * rate);
    EXPECT_EQ(pair_of(fill(now + 3)), 0);
    ASSERT_TRUE(next_want().has_value());
    EXPECT_EQ(next_want()->first, std::llround((8 + latency) * rate)) << "a reader so late jumps";
}

/// A device whose clock runs at another pace than the system's, by so much.
class OffPace : public Listening, public testing::WithParamInterface<double> {};

TEST_P(OffPace, ThePositionFollowsWhatIsHeard) {
    queue.start(0, now);
    queue.set_rate(rate);
    read();
    const double pace = GetParam();
    const double begun = now;
    float expected = 0;
    double worst = 0;
    for (int i = 0; i < 6000; ++i) {
        now = begun + i * block_secs / pace;
        const auto samples = fill(now);
        read();
        ASSERT_TRUE(queue.is_heard()) << "it never runs dry, " << i;
        if (i > 0) {
            ASSERT_EQ(pair_of(samples), expected) << "without a gap, " << i;
        }
        expected = static_cast<float>(std::llround((latency + i * block_secs) * rate) + static_cast<int>(block));
        for (const double part : {0.0, 0.5, 0.99}) {
            // Pairs are heard at the device's own pace, the block's first after its latency.
            const double heard = i * block_secs + part * block_secs;
            worst = std::max(worst, std::abs(queue.position(now + part * block_secs / pace) - heard));
        }
    }
    EXPECT_LT(worst, 0.005);
}

INSTANTIATE_TEST_SUITE_P(AudioQueue, OffPace, testing::Values(1.0, 1.02, 0.98, 1.001));

TEST_F(Listening, ADeviceThatFillsItsOwnStoreFirstMovesThePictureGently) {
    queue.start(0, now);
    queue.set_rate(rate);
    read();
    double before = queue.position(now);
    // Three blocks at once, then one each 10 ms.
    for (int i = 0; i < 3; ++i) fill(now);
    for (int i = 0; i < 100; ++i) {
        now += block_secs;
        fill(now);
        read();
        const double position = queue.position(now);
        EXPECT_GT(position, before);
        EXPECT_LT(position - before, 1.4 * block_secs);
        before = position;
    }
    EXPECT_NEAR(before, 1.02, 0.002) << "it has come to where the device is";
}

TEST_F(Listening, WhereItRunsDryTheLineGoesOnAndSoundJoinsInAgain) {
    queue.start(0, now);
    queue.set_rate(rate);
    read(rate / 10);
    for (int i = 0; i < 30; ++i) {
        fill(now);
        now += block_secs;
    }
    EXPECT_FALSE(queue.is_heard());
    EXPECT_NEAR(queue.position(now), 0.3, 1e-6);
    EXPECT_EQ(pair_of(fill(now)), 0);
    read();
    fill(now);
    EXPECT_TRUE(queue.is_heard());
    EXPECT_EQ(pair_of(fill(now + block_secs)), std::llround((0.3 + latency) * rate) + static_cast<int>(block));
    EXPECT_NEAR(queue.position(now), 0.3, 1e-3);
}

TEST_F(Listening, ADeviceThatStallsDoesNotHoldThePicture) {
    queue.start(0, now);
    queue.set_rate(rate);
    read();
    fill(now);
    EXPECT_NEAR(queue.position(now + 2), 2, 1e-6);
    now += 0.3;
    fill(now);
    read();
    EXPECT_TRUE(queue.is_heard());
    EXPECT_NEAR(queue.position(now), 0.3, 1e-6) << "it joins where the picture is";
}

TEST_F(Listening, StoppingFadesOut) {
    queue.start(1, now);
    queue.set_rate(rate);
    read();
    for (int i = 0; i < 5; ++i, now += block_secs) fill(now);
    queue.stop();
    const auto last = fill(now);
    EXPECT_GT(last[0], 1.0F * rate);
    EXPECT_EQ(last[2 * block - 2], 0.0F);
    for (std::size_t i = 2; i < last.size(); i += 2) EXPECT_LE(last[i], last[i - 2]);
    EXPECT_EQ(pair_of(fill(now + block_secs)), 0);
    EXPECT_FALSE(queue.is_heard());
    EXPECT_FALSE(next_want().has_value());
}

TEST_F(Listening, SamplesOfAnEarlierPlaceAreDropped) {
    queue.start(0, now);
    queue.set_rate(rate);
    const auto old = next_want();
    ASSERT_TRUE(old.has_value());
    queue.start(50, now);
    queue.push(*old, std::vector<float>(2000, 0.25F));
    const auto want = next_want();
    ASSERT_TRUE(want.has_value());
    EXPECT_EQ(want->first, 50 * rate);
    EXPECT_GT(want->turn, old->turn);
}

TEST_F(Listening, TheGainIsReachedWithoutAStep) {
    queue.start(0, now);
    queue.set_rate(rate);
    read();
    for (int i = 0; i < 5; ++i, now += block_secs) fill(now);
    queue.set_gain(0.5);
    const auto samples = fill(now);
    const auto pair = static_cast<float>(std::llround((latency + 5 * block_secs) * rate));
    EXPECT_GT(samples[0] / pair, 0.99F);
    EXPECT_NEAR(samples[2 * block - 2] / (pair + block - 1), 0.5F, 1e-4);
    queue.set_gain(7);
    now += block_secs;
    fill(now);
    const auto louder = fill(now + block_secs);
    EXPECT_NEAR(louder[0] / (pair + 2 * block), 1.0F, 1e-4) << "no louder than recorded";
}

}  // namespace
}  // namespace inbetween::test
