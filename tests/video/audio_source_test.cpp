#include "core/video/audio_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "core/video/frame_source.h"
#include "core/video/picture.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;

constexpr int rate = 48000;

fs::path sound(const std::string& name) { return build_folder() / "sound" / name; }

/// Reads so many pairs, however often it has to be asked.
std::vector<float> read_pairs(AudioSource& source, std::size_t pairs) {
    std::vector<float> samples(pairs * 2);
    std::size_t done = 0;
    for (int turns = 0; done < pairs && turns < 100'000; ++turns) {
        done += source.read(std::span(samples).subspan(done * 2));
    }
    EXPECT_EQ(done, pairs);
    return samples;
}

/// The loudest sample between two times, in seconds from the first pair.
float loudest(const std::vector<float>& samples, double from, double to) {
    const auto place = [&](double secs) {
        return std::clamp<std::ptrdiff_t>(std::llround(secs * rate) * 2, 0, std::ssize(samples));
    };
    float most = 0;
    for (auto i = place(from); i < place(to); ++i)
        most = std::max(most, std::abs(samples[static_cast<std::size_t>(i)]));
    return most;
}

/// Whether the frame is white.
bool is_white(FrameSource& video, FrameIndex n) {
    const auto picture = video.frame(n);
    IB_EXPECT_OK(picture);
    if (!picture) return false;
    const auto image = upright_image(**picture, ImageChannels::Gray);
    IB_EXPECT_OK(image);
    return image && image->pixels[image->pixels.size() / 2] > 128;
}

struct Opened {
    std::unique_ptr<FrameSource> video;
    std::unique_ptr<AudioSource> audio;
};

/// Opens both, the sound's origin at the time of the first picture.
Opened open_both(const fs::path& file) {
    Opened both;
    auto video = open_frame_source(file);
    IB_EXPECT_OK(video);
    auto audio = AudioSource::open(file);
    IB_EXPECT_OK(audio);
    if (!video || !audio) return both;
    both.video = *std::move(video);
    both.audio = *std::move(audio);
    EXPECT_NE(both.audio, nullptr) << file;
    if (both.audio) both.audio->set_output(rate, both.video->info().timebase.seconds(both.video->pts(FrameIndex{0})));
    return both;
}

/// The largest difference of a stretch from the same stretch of the whole, where it may lie up to `shift` pairs off.
float difference(const std::vector<float>& part, const std::vector<float>& whole, std::int64_t at, std::int64_t shift) {
    float least = 10;
    for (std::int64_t by = -shift; by <= shift; ++by) {
        if (at + by < 0 || (at + by) * 2 + std::ssize(part) > std::ssize(whole)) continue;
        float off = 0;
        for (std::size_t k = 0; k < part.size() && off < least; ++k) {
            off = std::max(off, std::abs(part[k] - whole[static_cast<std::size_t>(at + by) * 2 + k]));
        }
        least = std::min(least, off);
    }
    return least;
}

std::string test_name(const testing::TestParamInfo<const char*>& each) {
    std::string name = each.param;
    std::ranges::replace(name, '.', '_');
    return name;
}

class SoundWithFlash : public testing::TestWithParam<const char*> {};

TEST_P(SoundWithFlash, IsHeardExactlyWhileItsFrameIsSeen) {
    const auto [video, audio] = open_both(sound(GetParam()));
    ASSERT_TRUE(video && audio);
    const double frame_secs = 0.04;
    const std::vector<float> samples = read_pairs(*audio, std::size_t{5} * rate);
    // What codecs smear a sharp beginning by.
    const double smear_secs = std::string_view(GetParam()).starts_with("pcm") ? 0.0005 : 0.012;
    int flashes = 0;
    for (FrameIndex n; n.value < video->info().frames; ++n) {
        const double at = seconds_at(*video, n);
        const float heard = loudest(samples, at + frame_secs / 4, at + frame_secs * 3 / 4);
        if (!is_white(*video, n)) {
            EXPECT_LT(heard, 0.05F) << "frame " << n.value << " is black and sounds";
            continue;
        }
        ++flashes;
        EXPECT_GT(heard, 0.3F) << "frame " << n.value << " is white and silent";
        EXPECT_LT(loudest(samples, at - frame_secs, at - smear_secs), 0.05F) << "it begins too early, " << n.value;
        EXPECT_GT(loudest(samples, at + 0.0005, at + 0.003), 0.15F) << "it begins too late, " << n.value;
        EXPECT_LT(loudest(samples, at + frame_secs + smear_secs, at + frame_secs * 2), 0.05F)
            << "it ends too late, " << n.value;
    }
    EXPECT_GE(flashes, 2);
}

INSTANTIATE_TEST_SUITE_P(AudioSource, SoundWithFlash,
                         testing::Values("pcm.mkv", "pcm.mov", "pcm.avi", "flac.mkv", "aac.mp4", "ac3.ts", "mp2.mpg",
                                         "opus.webm", "vorbis.webm", "aac_fragmented.mp4", "mono_44100.mov",
                                         "six_channels.mkv", "slow_8000.mov", "sound_late.mp4", "sound_late.mkv",
                                         "picture_late.mp4", "picture_late.mkv", "start_10s.mp4", "start_10s.ts",
                                         "edit_list.mp4"),
                         test_name);

class SoundAfterSeek : public testing::TestWithParam<const char*> {};

TEST_P(SoundAfterSeek, IsTheSameFromWhereverOneBegins) {
    const auto [video, audio] = open_both(sound(GetParam()));
    ASSERT_TRUE(video && audio);
    const std::size_t length = std::size_t{7} * rate / 2;
    const std::vector<float> whole = read_pairs(*audio, length);
    ASSERT_GT(loudest(whole, 0, 3), 0.3F);
    const std::string name = GetParam();
    const bool is_lossless = name.ends_with(".mov") || name.starts_with("pcm") || name == "flac.mkv";
    const bool is_resampled = name == "mono_44100.mov" || name == "slow_8000.mov";
    // Matroska counts in milliseconds: half of one is what a place in it can be off by.
    const bool in_milliseconds = name.ends_with(".mkv") || name.ends_with(".webm");
    std::mt19937 random(7);
    for (int i = 0; i < 60; ++i) {
        const auto at =
            std::uniform_int_distribution<std::int64_t>(0, static_cast<std::int64_t>(length) - 2000)(random);
        audio->seek(at);
        EXPECT_EQ(audio->position(), at);
        const std::vector<float> part = read_pairs(*audio, 2000);
        EXPECT_LE(difference(part, whole, at, in_milliseconds ? 25 : 0), is_resampled  ? 0.04F
                                                                         : is_lossless ? 0.0F
                                                                                       : 0.02F)
            << "from pair " << at;
    }
}

INSTANTIATE_TEST_SUITE_P(AudioSource, SoundAfterSeek,
                         testing::Values("pcm.mkv", "pcm.mov", "pcm.avi", "flac.mkv", "aac.mp4", "ac3.ts", "mp2.mpg",
                                         "mp3.avi", "opus.webm", "vorbis.webm", "aac_fragmented.mp4", "mono_44100.mov",
                                         "six_channels.mkv", "slow_8000.mov", "sound_late.mp4", "picture_late.mp4",
                                         "start_10s.mp4", "start_10s.ts", "edit_list.mp4"),
                         test_name);

TEST(AudioSource, IsSilentBeforeAfterAndInHoles) {
    const auto [video, audio] = open_both(sound("hole.mkv"));
    ASSERT_TRUE(video && audio);
    // The tones lie at 0.8, 2.0 and 3.2 s; from 1 to 1.8 and from 3 s on there is no sound.
    audio->seek(-2 * rate);
    const std::vector<float> samples = read_pairs(*audio, std::size_t{8} * rate);
    EXPECT_EQ(loudest(samples, 0, 2), 0.0F);
    EXPECT_GT(loudest(samples, 2.8, 2.84), 0.3F);
    EXPECT_EQ(loudest(samples, 3, 3.8), 0.0F);
    EXPECT_GT(loudest(samples, 4.0005, 4.04), 0.3F) << "what comes after a hole keeps its time";
    EXPECT_EQ(loudest(samples, 3.81, 3.999), 0.0F);
    EXPECT_EQ(loudest(samples, 5, 8), 0.0F);
    audio->seek(100 * rate);
    EXPECT_EQ(loudest(read_pairs(*audio, rate), 0, 1), 0.0F);
    audio->seek(rate * 8 / 10);
    EXPECT_GT(loudest(read_pairs(*audio, rate / 10), 0, 0.04), 0.3F) << "it comes back from past the end";
}

TEST(AudioSource, TellsWhatSoundThereIs) {
    const auto expect = [](const char* file, const char* codec, int samples, int channels) {
        const auto info = audio_info(sound(file));
        IB_ASSERT_OK(info);
        ASSERT_TRUE(info->has_value()) << file;
        EXPECT_EQ(**info, (AudioInfo{codec, samples, channels})) << file;
    };
    expect("aac.mp4", "aac", 48000, 1);
    expect("mono_44100.mov", "pcm_s16le", 44100, 1);
    expect("six_channels.mkv", "flac", 48000, 6);
    const auto none = audio_info(sound("silent.mkv"));
    IB_ASSERT_OK(none);
    EXPECT_FALSE(none->has_value());
    const auto folder = audio_info(build_folder() / "sound");
    IB_ASSERT_OK(folder);
    EXPECT_FALSE(folder->has_value());
    EXPECT_FALSE(audio_info(sound("nothing.mkv")).has_value());
}

TEST(AudioSource, GoesOnToWhatIsNearAhead) {
    const auto [video, audio] = open_both(sound("pcm.mov"));
    ASSERT_TRUE(video && audio);
    const std::vector<float> whole = read_pairs(*audio, std::size_t{3} * rate);
    audio->seek(0);
    read_pairs(*audio, 100);
    audio->seek(rate * 8 / 10);
    EXPECT_EQ(difference(read_pairs(*audio, 4000), whole, rate * 8 / 10, 0), 0.0F);
}

TEST(AudioSource, ReadsDamagedFilesToTheEndOrSaysWhy) {
    std::vector<fs::path> files{sound("truncated.ts")};
    if (const auto folder = shared_data("codecs/broken")) {
        for (const auto& entry : fs::directory_iterator(*folder)) files.push_back(entry.path());
    }
    for (const fs::path& file : files) {
        auto opened = AudioSource::open(file);
        if (!opened) {
            EXPECT_NE(opened.error().message.find(file.string()), std::string::npos);
            continue;
        }
        if (*opened == nullptr) continue;
        (*opened)->set_output(rate, 0);
        for (const int secs : {0, 1, 60, 2, -1}) {
            (*opened)->seek(std::int64_t{secs} * rate);
            read_pairs(**opened, rate);
        }
    }
}

TEST(AudioSource, HearsRealFootageFromAnywhere) {
    const auto file = shared_data("scrub/sintel_trailer-720p.mp4");
    if (!file) GTEST_SKIP() << "the footage is not beside the clone";
    const auto [video, audio] = open_both(*file);
    ASSERT_TRUE(video && audio);
    const std::vector<float> whole = read_pairs(*audio, std::size_t{30} * rate);
    std::mt19937 random(11);
    for (int i = 0; i < 40; ++i) {
        const auto at = std::uniform_int_distribution<std::int64_t>(0, std::int64_t{29} * rate)(random);
        audio->seek(at);
        EXPECT_LE(difference(read_pairs(*audio, 2000), whole, at, 0), 0.002F) << "from pair " << at;
    }
}

}  // namespace
}  // namespace inbetween::test
