#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "core/video/frame_table.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"
#include "tests/video/identity.h"
#include "tests/video/reference.h"

// Frame n is ffmpeg's frame n, for every file that tests/data/make_videos.sh makes and for the real footage beside the
// clone, however frames are asked for and whatever is proved by then. A short form runs always; the long one, with 200
// requests of each kind in each state, where INBETWEEN_IDENTITY=long. Of videos whose decode takes long the states
// share the 200.

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;

// Files are dealt to as many tests, which ctest runs side by side.
constexpr int slices = 8;

bool is_long() {
    const char* form = std::getenv("INBETWEEN_IDENTITY");
    return form != nullptr && std::string_view(form) == "long";
}

// Luma pixels of a whole video from which on its states share the requests: a sixth of a second of decoding.
constexpr std::int64_t heavy_pixels = 60'000'000;
constexpr int states = 4;

// Files of this folder and those below, of which FFmpeg's hashes exist.
std::vector<fs::path> videos_of(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file() && is_video_name(entry.path())) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

/// One file in all states: proved at open, not proved yet, proved since, and with a proof taken over.
class Identity {
public:
    explicit Identity(const fs::path& file)
        : file_(file), reference_(reference_of(file, build_folder() / "references")) {}

    void check() {
        SCOPED_TRACE(file_.filename().string());
        if (reference_.hashes.empty()) {
            check_refused();
            return;
        }
        options_.cache_bytes = 1;  // so that every request reaches the decoder
        check_proved_at_open();
        check_unproved();
        check_taken_over();
    }

    const Outcome& outcome() const { return outcome_; }
    std::size_t frames() const { return reference_.hashes.size(); }

private:
    Requests requests(unsigned seed) const {
        const int each = !is_long() ? 8 : is_heavy_ ? 200 / states : 200;
        return {.random = each, .stepping = each, .ping_pong = each, .seed = seed};
    }

    void check_refused() {
        const auto source = open_frame_source(file_);
        ASSERT_FALSE(source.has_value()) << "ffmpeg gives no frame of it";
        EXPECT_TRUE(source.error().message.starts_with(file_.string() + ": ")) << source.error().message;
    }

    void check_proved_at_open() {
        PicturePtr first;
        OpenOptions options = options_;
        options.first_picture = [&first](PicturePtr picture) { first = std::move(picture); };
        const auto source = open_frame_source(file_, options);
        IB_ASSERT_OK(source);
        if (first != nullptr) {
            EXPECT_EQ(framemd5(*first), reference_.hashes.front()) << "shown before all else";
        }
        EXPECT_EQ((*source)->info().exactness, Exactness::Proved);
        expect_count(**source);
        const Size size = (*source)->info().decoded_size;
        is_heavy_ = (*source)->info().frames * size.width * size.height > heavy_pixels;
        ask(**source, requests(1), "proved at open");
        table_ = (*source)->table();
        ASSERT_NE(table_, nullptr);
    }

    void check_unproved() {
        OpenOptions options = options_;
        options.proof_pixels = 0;
        const auto source = open_frame_source(file_, options);
        IB_ASSERT_OK(source);
        if ((*source)->info().exactness == Exactness::Provisional) {
            EXPECT_FALSE((*source)->info().reasons.empty());
        }
        ask(**source, requests(2), "not proved");
        IB_ASSERT_OK((*source)->prove({}, {}));
        EXPECT_EQ((*source)->info().exactness, Exactness::Proved);
        EXPECT_TRUE((*source)->info().reasons.empty());
        expect_count(**source);
        ask(**source, requests(3), "proved since");
        ASSERT_NE((*source)->table(), nullptr);
        EXPECT_EQ((*source)->table()->hashes, table_->hashes);
    }

    void check_taken_over() {
        OpenOptions options = options_;
        options.table = table_;
        const auto adopted = open_frame_source(file_, options);
        IB_ASSERT_OK(adopted);
        EXPECT_EQ((*adopted)->info().exactness, Exactness::Proved);
        expect_count(**adopted);
        ask(**adopted, requests(4), "proof taken over");
    }

    void expect_count(const FrameSource& source) const {
        EXPECT_EQ(source.info().frames, static_cast<std::int64_t>(reference_.hashes.size()));
    }

    void ask(FrameSource& source, const Requests& what, const char* state) {
        const Outcome came = ask_for_frames(source, reference_, what);
        EXPECT_TRUE(came.clean()) << state << ": " << came.wrong << " wrong, " << came.failed << " failed of "
                                  << came.requests << ", seed " << what.seed << "; " << came.first;
        outcome_ += came;
    }

    fs::path file_;
    Reference reference_;
    OpenOptions options_;
    bool is_heavy_ = false;
    std::shared_ptr<const FrameTable> table_;
    Outcome outcome_;
};

std::string in_words(const Outcome& outcome) {
    return fmt::format("{} requests, {} wrong, {} failed, {} undetermined", outcome.requests, outcome.wrong,
                       outcome.failed, outcome.undetermined);
}

void check_slice(const fs::path& folder, int slice) {
    Outcome all;
    int files = 0;
    const auto videos = videos_of(folder);
    for (std::size_t i = static_cast<std::size_t>(slice); i < videos.size(); i += slices) {
        const auto begin = std::chrono::steady_clock::now();
        Identity identity(videos[i]);
        identity.check();
        const Outcome& one = identity.outcome();
        all += one;
        ++files;
        if (!is_long()) continue;
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        std::cout << fmt::format("{}: {} frames, {}, {:.1f} s\n", videos[i].filename().string(), identity.frames(),
                                 in_words(one), took.count())
                  << std::flush;
    }
    ASSERT_GT(files, 0);
    std::cout << fmt::format("{} files, {}\n", files, in_words(all));
}

class FrameNIsFrameN : public testing::TestWithParam<int> {};

TEST_P(FrameNIsFrameN, InEveryFileThatIsMade) { check_slice(build_folder() / "media", GetParam()); }

TEST_P(FrameNIsFrameN, InRealFootage) {
    const auto folder = shared_data("codecs");
    if (!folder) GTEST_SKIP() << "the shared footage is not here";
    if (!is_long()) GTEST_SKIP() << "the long form alone: INBETWEEN_IDENTITY=long";
    check_slice(*folder, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Slice, FrameNIsFrameN, testing::Range(0, slices));

}  // namespace
}  // namespace inbetween::test
