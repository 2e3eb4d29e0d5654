#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>

#include "core/video/frame_table.h"
#include "tests/support/support.h"
#include "tests/video/identity.h"
#include "tests/video/mutation.h"

// However a video is damaged: as many frames as ffmpeg gives, each the one it is said to be, or a sentence. A short
// form runs always; INBETWEEN_MUTATIONS=N hunts through N damaged videos, the first of them made with
// INBETWEEN_SEED (1), the next with the number after it; of the real footage where INBETWEEN_FOOTAGE is set.
// INBETWEEN_KEEP=FOLDER keeps the damaged files there.

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;

constexpr Requests few_requests{.random = 12, .stepping = 8, .ping_pong = 8, .seed = 1};

unsigned stated(const char* name, unsigned otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

std::vector<fs::path> videos() {
    constexpr std::uintmax_t largest = 700'000;
    std::vector<fs::path> files;
    const auto add = [&](const fs::path& folder) {
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            if (entry.is_regular_file() && is_video_name(entry.path()) && entry.file_size() > 0 &&
                entry.file_size() < largest) {
                files.push_back(entry.path());
            }
        }
    };
    const auto footage = std::getenv("INBETWEEN_FOOTAGE") == nullptr ? std::nullopt : shared_data("codecs");
    add(footage ? *footage : build_folder() / "media");
    std::ranges::sort(files);
    return files;
}

/// What the program makes of a damaged file, held against ffmpeg.
class Damaged {
public:
    explicit Damaged(const fs::path& file) : file_(file), reference_(reference_of(file, {})) {}

    void check() {
        OpenOptions options;
        options.cache_bytes = 1;  // so that every request reaches the decoder
        const auto proved = open_frame_source(file_, options);
        if (!proved) {
            EXPECT_TRUE(reference_.hashes.empty())
                << "refused, though ffmpeg gives " << reference_.hashes.size() << " frames: " << proved.error().message;
            EXPECT_TRUE(proved.error().message.starts_with(file_.string() + ": ")) << proved.error().message;
            return;
        }
        expect_right(**proved, "proved at open");
        options.proof_pixels = 0;
        const auto later = open_frame_source(file_, options);
        IB_ASSERT_OK(later);
        if (reference_.hashes.empty()) return;
        look_before_the_proof(**later);
        IB_ASSERT_OK((*later)->prove({}, {}));
        expect_right(**later, "proved since");
    }

    /// Numbers that were called sound, or not, and not proved: of them, those that the proof puts right.
    const Outcome& unproved() const { return unproved_; }
    bool was_sound() const { return was_sound_; }
    std::size_t frames() const { return reference_.hashes.size(); }

private:
    void expect_right(FrameSource& source, const char* state) {
        SCOPED_TRACE(state);
        EXPECT_EQ(source.info().exactness, Exactness::Proved);
        ASSERT_EQ(source.info().frames, static_cast<std::int64_t>(reference_.hashes.size()));
        const Outcome came = ask_for_frames(source, reference_, few_requests);
        EXPECT_TRUE(came.clean()) << came.wrong << " wrong, " << came.failed << " failed of " << came.requests << "; "
                                  << came.first;
    }

    // Nothing is promised of a number not proved, but that it is not called proved.
    void look_before_the_proof(FrameSource& source) {
        was_sound_ = source.info().sound;
        std::mt19937 random(2);
        for (int i = 0; i < 12 && source.info().exactness == Exactness::Provisional; ++i) {
            const auto n = static_cast<std::int64_t>(random() % static_cast<unsigned>(source.info().frames));
            const auto picture = source.frame(FrameIndex{n});
            EXPECT_TRUE(picture.has_value() || !picture.error().message.empty());
            if (source.info().exactness == Exactness::Proved) break;
            ++unproved_.requests;
            const bool right = picture && n < std::ssize(reference_.hashes) &&
                               framemd5(**picture) == reference_.hashes[static_cast<std::size_t>(n)];
            if (!right) ++unproved_.wrong;
        }
    }

    fs::path file_;
    Reference reference_;
    Outcome unproved_;
    bool was_sound_ = false;
};

TEST(DamagedVideo, IsWhatFfmpegMakesOfItOrRefused) {
    const unsigned count = stated("INBETWEEN_MUTATIONS", 24);
    const unsigned first = stated("INBETWEEN_SEED", 1);
    const auto files = videos();
    ASSERT_FALSE(files.empty());
    const TemporaryFolder folder;
    const bool tells = std::getenv("INBETWEEN_MUTATIONS") != nullptr;
    unsigned sound_and_wrong = 0;
    for (unsigned seed = first; seed < first + count; ++seed) {
        std::mt19937 random(seed);
        const fs::path& video = files[random() % files.size()];
        const fs::path copy = folder / ("damaged" + video.extension().string());
        const std::string words = write_damaged(video, copy, random);
        const std::string what = fmt::format("seed {}: {}: {}", seed, video.filename().string(), words);
        SCOPED_TRACE(what);
        if (tells) std::cout << what << std::flush;
        Damaged damaged(copy);
        damaged.check();
        if (const char* kept = std::getenv("INBETWEEN_KEEP")) {
            fs::copy_file(copy, fs::path(kept) / fmt::format("{}{}", seed, video.extension().string()),
                          fs::copy_options::overwrite_existing);
        }
        const bool surprises = damaged.was_sound() && damaged.unproved().wrong > 0;
        sound_and_wrong += surprises ? 1 : 0;
        if (tells) std::cout << fmt::format(": {} frames{}\n", damaged.frames(), surprises ? ", sound and wrong" : "");
    }
    std::cout << fmt::format("{} damaged videos, of {} the numbers seemed sound and were not, before the proof\n",
                             count, sound_and_wrong);
}

}  // namespace
}  // namespace inbetween::test
