#include <gtest/gtest.h>

#include <ostream>
#include <random>

#include "core/video/frame_source.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"
#include "tests/video/reference.h"

namespace inbetween::test {
namespace {

/// Whether the time stamps of a file suffice to number its frames without decoding all of it.
enum class Stamps { Trusted, Doubtful };

struct Media {
    const char* name;
    Stamps stamps;
};

void PrintTo(const Media& media, std::ostream* out) { *out << media.name; }

std::string test_name(const testing::TestParamInfo<Media>& info) {
    std::string name = info.param.name;
    for (char& c : name) {
        if (c == '.') c = '_';
    }
    return name;
}

class ExactFrames : public testing::TestWithParam<Media> {
protected:
    std::filesystem::path path() const { return test_media(GetParam().name); }
};

TEST_P(ExactFrames, AreThoseOfFfmpegHoweverTheyAreReached) {
    auto source = open_frame_source(path(), small_cache());
    IB_ASSERT_OK(source);
    const auto hashes = ffmpeg_hashes(path());
    ASSERT_FALSE(hashes.empty());
    EXPECT_EQ((*source)->info().exactness, Exactness::Proved);
    EXPECT_TRUE((*source)->info().reasons.empty());
    ASSERT_EQ((*source)->info().frames, static_cast<std::int64_t>(hashes.size()));
    expect_exact_frames(**source, hashes, 1);
}

TEST_P(ExactFrames, CodecIsNamedAsFfprobeNamesIt) {
    const auto source = open_frame_source(path(), small_cache());
    IB_ASSERT_OK(source);
    const CommandResult probed = run_command(
        "ffprobe -v quiet -select_streams v:0 -show_entries stream=codec_name -of csv=p=0 '" + path().string() + "'");
    ASSERT_EQ(probed.status, 0) << probed.output;
    // A name may come with fields of side data behind it, and once for each program of the file.
    EXPECT_EQ((*source)->info().codec, probed.output.substr(0, probed.output.find_first_of(",\n")));
}

TEST_P(ExactFrames, NeedNoProofAtOpen) {
    OpenOptions options = small_cache();
    options.proof_pixels = 0;
    auto source = open_frame_source(path(), options);
    IB_ASSERT_OK(source);
    const bool trusted = GetParam().stamps == Stamps::Trusted;
    EXPECT_EQ((*source)->info().exactness, Exactness::Provisional);
    EXPECT_EQ((*source)->info().sound, trusted);
    EXPECT_FALSE((*source)->info().reasons.empty());
    const auto hashes = ffmpeg_hashes(path());
    if (trusted) {
        ASSERT_EQ((*source)->info().frames, static_cast<std::int64_t>(hashes.size()));
    }
    expect_exact_frames(**source, hashes, 2);
    IB_ASSERT_OK((*source)->prove({}, {}));
    EXPECT_EQ((*source)->info().exactness, Exactness::Proved);
    EXPECT_TRUE((*source)->info().reasons.empty());
    EXPECT_EQ((*source)->info().frames, static_cast<std::int64_t>(hashes.size()));
    expect_exact_frames(**source, hashes, 3);
}

TEST_P(ExactFrames, AreTheSameToASourceThatTakesTheProofOver) {
    auto proved = open_frame_source(path(), small_cache());
    IB_ASSERT_OK(proved);
    IB_ASSERT_OK((*proved)->prove({}, {}));
    const auto table = (*proved)->table();
    ASSERT_NE(table, nullptr);
    const auto hashes = ffmpeg_hashes(path());
    ASSERT_EQ(table->frames(), static_cast<std::int64_t>(hashes.size()));

    OpenOptions options = small_cache();
    options.table = table;
    auto reopened = open_frame_source(path(), options);
    IB_ASSERT_OK(reopened);
    EXPECT_EQ((*reopened)->info().exactness, Exactness::Proved);
    ASSERT_EQ((*reopened)->info().frames, table->frames());
    EXPECT_EQ(*(*reopened)->table(), *table);
    expect_exact_frames(**reopened, hashes, 5);

    auto further = (*proved)->opener()(small_cache());
    IB_ASSERT_OK(further);
    EXPECT_EQ((*further)->info().exactness, Exactness::Proved);
    expect_exact_frames(**further, hashes, 6);
}

TEST_P(ExactFrames, AreReachedWithoutThoseBeforeThem) {
    auto source = open_frame_source(path(), small_cache());
    IB_ASSERT_OK(source);
    IB_ASSERT_OK((*source)->prove({}, {}));
    const auto hashes = ffmpeg_hashes(path());
    std::mt19937 random(7);
    for (int i = 0; i < 60; ++i) {
        const FrameIndex n{static_cast<std::int64_t>(random() % hashes.size())};
        const FrameIndex keep_from{std::max<std::int64_t>(0, n.value - static_cast<std::int64_t>(random() % 4))};
        auto picture = (*source)->frame(n, keep_from);
        IB_ASSERT_OK(picture);
        EXPECT_EQ(framemd5(**picture), hashes[static_cast<std::size_t>(n.value)]) << "frame " << n.value;
        auto next = (*source)->frame(std::min(n + 1, FrameIndex{std::ssize(hashes) - 1}));
        IB_ASSERT_OK(next);
    }
}

TEST(ProvedFrames, OfTheFirstGroupAreReachedWithoutWhatNobodyWants) {
    const auto path = test_media("h264_b.mp4");
    OpenOptions options;
    options.cache_bytes = 1;
    auto source = open_frame_source(path, options);
    IB_ASSERT_OK(source);
    ASSERT_EQ((*source)->info().exactness, Exactness::Proved);
    auto fresh = (*source)->opener()(options);
    IB_ASSERT_OK(fresh);
    IB_ASSERT_OK((*fresh)->frame(FrameIndex{0}));
    const auto before = (*fresh)->stats();
    const FrameIndex n{24};  // of a first group of 30
    const auto picture = (*fresh)->frame(n, n);
    IB_ASSERT_OK(picture);
    EXPECT_EQ(framemd5(**picture), ffmpeg_hashes(path)[24]);
    EXPECT_LT((*fresh)->stats().frames - before.frames, 18);
}

TEST_P(ExactFrames, TheFirstIsThereBeforeTheRestIsIndexed) {
    const auto hashes = ffmpeg_hashes(path());
    OpenOptions options = small_cache();
    std::vector<std::string> seen;
    bool indexed = false;
    options.progress = [&](double) { indexed = true; };
    options.first_picture = [&](const PicturePtr& picture) {
        EXPECT_FALSE(indexed);
        seen.push_back(framemd5(*picture));
    };
    auto source = open_frame_source(path(), options);
    IB_ASSERT_OK(source);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0], hashes[0]);
    expect_exact_frames(**source, hashes, 8);
}

TEST_P(ExactFrames, CarryTheirNumber) {
    auto source = open_frame_source(path(), small_cache());
    IB_ASSERT_OK(source);
    const std::int64_t count = (*source)->info().frames;
    auto first = (*source)->frame(FrameIndex{0});
    IB_ASSERT_OK(first);
    const auto offset = stamped_index(**first);
    ASSERT_TRUE(offset.has_value());
    const bool from_the_master = std::string(GetParam().name) != "h264_edit_list.mp4";
    EXPECT_EQ(*offset, from_the_master ? 0 : 38);
    std::mt19937 random(4);
    for (int i = 0; i < 40; ++i) {
        const auto n = static_cast<std::int64_t>(random() % static_cast<unsigned>(count));
        auto picture = (*source)->frame(FrameIndex{n});
        IB_ASSERT_OK(picture);
        EXPECT_EQ(stamped_index(**picture), static_cast<int>(n) + *offset) << "frame " << n;
    }
}

TEST_P(ExactFrames, HaveRisingTimeStamps) {
    auto source = open_frame_source(path());
    IB_ASSERT_OK(source);
    const std::int64_t count = (*source)->info().frames;
    for (std::int64_t n = 1; n < count; ++n) {
        ASSERT_LT((*source)->pts(FrameIndex{n - 1}), (*source)->pts(FrameIndex{n})) << "frame " << n;
        EXPECT_EQ(frame_at_seconds(**source, seconds_at(**source, FrameIndex{n})).value, n);
    }
}

constexpr Stamps trusted = Stamps::Trusted;
constexpr Stamps doubtful = Stamps::Doubtful;

INSTANTIATE_TEST_SUITE_P(
    Media, ExactFrames,
    testing::Values(Media{"master.mkv", trusted}, Media{"h264_b.mp4", trusted}, Media{"h264_no_b.mp4", trusted},
                    Media{"h264_open_gop.mp4", trusted}, Media{"h264_open_gop.ts", trusted},
                    Media{"h264_intra_refresh.mp4", trusted}, Media{"h264_vfr.mp4", trusted},
                    Media{"h264_start_10s.mp4", trusted}, Media{"h264_edit_list.mp4", trusted},
                    Media{"h264_b.mkv", trusted}, Media{"h264_fragmented.mp4", trusted},
                    Media{"h264_raw.h264", doubtful}, Media{"rotated_90.mp4", trusted},
                    Media{"rotated_180.mp4", trusted}, Media{"h264_10bit.mp4", trusted}, Media{"h264_444.mp4", trusted},
                    Media{"h264_odd.mp4", trusted}, Media{"anamorphic.mp4", trusted},
                    Media{"anamorphic_turned.mp4", trusted}, Media{"full_range.mp4", trusted},
                    Media{"mpeg4_b.avi", doubtful}, Media{"mpeg4.avi", trusted}, Media{"msmpeg4.avi", trusted},
                    Media{"mpeg2.ts", trusted}, Media{"mpeg2.mpg", doubtful}, Media{"mpeg1_raw.m1v", doubtful},
                    Media{"mjpeg.avi", trusted}, Media{"flv.flv", trusted}, Media{"wmv.wmv", trusted},
                    Media{"huffyuv.avi", trusted}, Media{"bottom_up.avi", trusted}, Media{"theora.ogv", trusted},
                    Media{"animated.gif", trusted}, Media{"hevc.mp4", trusted}, Media{"hevc.ts", trusted},
                    Media{"vp9.webm", trusted}, Media{"vp8.webm", trusted}),
    test_name);

/// Files whose frames do not carry consecutive numbers, or are not all there: ffmpeg's hashes alone decide.
class DamagedFrames : public testing::TestWithParam<Media> {};

TEST_P(DamagedFrames, AreThoseOfFfmpeg) {
    const auto path = test_media(GetParam().name);
    auto source = open_frame_source(path, small_cache());
    IB_ASSERT_OK(source);
    const auto hashes = ffmpeg_hashes(path);
    ASSERT_EQ((*source)->info().frames, static_cast<std::int64_t>(hashes.size()));
    expect_exact_frames(**source, hashes, 5);
}

TEST_P(DamagedFrames, AreCountedFromTheStartUntilProved) {
    const auto path = test_media(GetParam().name);
    OpenOptions options = small_cache();
    options.proof_pixels = 0;
    auto source = open_frame_source(path, options);
    IB_ASSERT_OK(source);
    EXPECT_EQ((*source)->info().exactness, Exactness::Provisional);
    EXPECT_FALSE((*source)->info().reasons.empty());
    expect_exact_frames(**source, ffmpeg_hashes(path), 6);
}

INSTANTIATE_TEST_SUITE_P(Media, DamagedFrames,
                         testing::Values(Media{"truncated.mp4", doubtful}, Media{"cut_start.ts", doubtful},
                                         Media{"size_change.ts", doubtful}, Media{"h264_no_order.mp4", doubtful}),
                         test_name);

TEST(ExactFrames, PastTheEndAreRefusedWithTheCount) {
    auto source = open_frame_source(test_media("h264_b.mp4"));
    IB_ASSERT_OK(source);
    for (const std::int64_t n : {std::int64_t{-1}, std::int64_t{100}, std::int64_t{1} << 40}) {
        const auto picture = (*source)->frame(FrameIndex{n});
        ASSERT_FALSE(picture.has_value()) << n;
        EXPECT_NE(picture.error().message.find("h264_b.mp4: there is no frame " + std::to_string(n)),
                  std::string::npos);
    }
}

TEST(ExactFrames, DoNotDependOnTheNumberOfThreads) {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "libav is not instrumented: the sanitizer cannot see how its threads hand over";
#endif
    const auto hashes = ffmpeg_hashes(test_media("h264_b.mp4"));
    for (const int threads : {1, 2, 4}) {
        OpenOptions options = small_cache();
        options.threads = threads;
        auto source = open_frame_source(test_media("h264_b.mp4"), options);
        IB_ASSERT_OK(source);
        expect_exact_frames(**source, hashes, 7);
    }
}

}  // namespace
}  // namespace inbetween::test
