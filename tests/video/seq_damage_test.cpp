#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "core/video/frame_source.h"
#include "core/video/video_engine.h"
#include "tests/support/made_seq.h"
#include "tests/support/stamp.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A sequence of so many frames that carry their numbers.
MadeSeq stamped_seq(int frames, std::uint32_t format = 201) {
    MadeSeq made{.format = format};
    for (int i = 0; i < frames; ++i)
        made.pictures.push_back(file_text(test_media(format == 201 ? fmt::format("images_jpg/{:05}.jpg", i)
                                                                   : fmt::format("images_png/frame_{}.png", i + 1))));
    return made;
}

class DamagedSeq : public testing::Test {
protected:
    std::unique_ptr<FrameSource> open(const std::string& bytes) {
        write_text(folder_ / "made.seq", bytes);
        auto source = open_frame_source(folder_ / "made.seq");
        if (source) return *std::move(source);
        ADD_FAILURE() << source.error().message;
        return nullptr;
    }
    /// The frames are these, in order; -1 for one that is to be lost.
    void expect_frames(const std::string& bytes, const std::vector<int>& numbers) {
        const auto source = open(bytes);
        ASSERT_NE(source, nullptr);
        ASSERT_EQ(source->info().frames, std::ssize(numbers));
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            const auto picture = source->frame(FrameIndex{static_cast<std::int64_t>(i)});
            ASSERT_EQ(picture.has_value(), numbers[i] >= 0) << i << ": " << why(picture);
            if (picture) {
                EXPECT_EQ(stamped_index(**picture), numbers[i]);
            }
        }
        notes_ = source->info().notes;
    }
    TemporaryFolder folder_;
    std::vector<std::string> notes_;
};

TEST_F(DamagedSeq, ThePadAfterAStampIsFoundOut) {
    for (const std::size_t pad : {0U, 8U, 4U, 20U}) {
        MadeSeq made = stamped_seq(4);
        made.pad = pad;
        expect_frames(made.bytes(), {0, 1, 2, 3});
        EXPECT_TRUE(notes_.empty()) << pad;
        made.pictures.resize(1);
        expect_frames(made.bytes(), {0});
    }
}

TEST_F(DamagedSeq, ACountThatIsNotStatedIsFoundOut) {
    MadeSeq made = stamped_seq(5);
    made.stated_frames = 0;
    expect_frames(made.bytes(), {0, 1, 2, 3, 4});
    EXPECT_TRUE(notes_.empty());
}

TEST_F(DamagedSeq, ACountThatIsWrongIsToldAndNotBelieved) {
    for (const std::uint32_t stated : {2U, 4'000'000U}) {
        MadeSeq made = stamped_seq(5);
        made.stated_frames = stated;
        expect_frames(made.bytes(), {0, 1, 2, 3, 4});
        EXPECT_THAT(notes_, ElementsAre(fmt::format("its head speaks of {} frames, and 5 are there", stated)));
    }
}

TEST_F(DamagedSeq, ALastFrameThatIsCutOffIsLeftOut) {
    const MadeSeq made = stamped_seq(5);
    const std::string whole = made.bytes();
    expect_frames(whole.substr(0, made.place_of(4) + 300), {0, 1, 2, 3});
    EXPECT_THAT(notes_, ElementsAre(HasSubstr("the file ends within frame 4, which is left out"),
                                    HasSubstr("its head speaks of 5 frames, and 4 are there")));
    expect_frames(whole.substr(0, made.place_of(4) + 4), {0, 1, 2, 3});
}

TEST_F(DamagedSeq, ALastFrameWithoutItsStampIsThere) {
    const MadeSeq made = stamped_seq(5);
    const std::string whole = made.bytes();
    const std::size_t end = made.place_of(4) + 4 + made.pictures[4].size();
    for (const std::size_t more : {0U, 3U, 6U, 8U, 11U}) expect_frames(whole.substr(0, end + more), {0, 1, 2, 3, 4});
    const auto source = open(whole.substr(0, end + 3));
    EXPECT_NEAR(seconds_at(*source, FrameIndex{4}), 0.16, 1e-9) << "as far from frame 3 as that is from frame 2";
}

TEST_F(DamagedSeq, AWrongLengthLosesNoFrame) {
    const MadeSeq made = stamped_seq(6);
    for (const std::uint64_t wrong : {0ULL, 3ULL, 100ULL, 0x7FFF'FFFFULL, 0xFFFF'FFFFULL}) {
        for (const std::size_t n : {0U, 2U, 5U}) {
            std::string bytes = made.bytes();
            put_little(bytes, made.place_of(n), wrong, 4);
            if (n == 0 && wrong == 0) continue;  // what begins with nothing is empty
            SCOPED_TRACE(fmt::format("frame {}, length {}", n, wrong));
            const auto source = open(bytes);
            ASSERT_NE(source, nullptr);
            const std::int64_t last = n == 5 ? 5 : 6;
            ASSERT_GE(source->info().frames, last);
            for (std::int64_t i = 0; i < last; ++i)
                EXPECT_EQ(stamped_index(**source->frame(FrameIndex{i})), static_cast<int>(i));
        }
    }
    std::string bytes = made.bytes();
    put_little(bytes, made.place_of(2), 77, 4);
    expect_frames(bytes, {0, 1, 2, 3, 4, 5});
    EXPECT_THAT(notes_, testing::Contains("frame 2 is damaged; the others are as they should be"));
}

TEST_F(DamagedSeq, AFrameOfNonsenseIsToldWithoutLosingTheOthers) {
    for (const std::uint32_t format : {201U, 2U}) {
        const MadeSeq made = stamped_seq(6, format);
        std::string bytes = made.bytes();
        for (std::size_t i = 4; i < made.pictures[2].size(); ++i) bytes[made.place_of(2) + i] = 'x';
        expect_frames(bytes, {0, 1, -1, 3, 4, 5});
        const auto source = open(bytes);
        const auto lost = source->frame(FrameIndex{2});
        EXPECT_THAT(lost.error().message, HasSubstr("made.seq: frame 2: is damaged: it is neither JPEG nor PNG"));
    }
}

TEST_F(DamagedSeq, FramesThatAreGoneKeepTheNumbersOfThoseAfterThem) {
    const MadeSeq made = stamped_seq(9);
    std::string bytes = made.bytes();
    for (std::size_t i = made.place_of(3); i < made.place_of(6); ++i) bytes[i] = 'x';
    expect_frames(bytes, {0, 1, 2, -1, -1, -1, 6, 7, 8});
    EXPECT_THAT(notes_, testing::Contains("frames 3, 4, 5 are damaged; the others are as they should be"));
}

TEST_F(DamagedSeq, AHeadThatWasNeverWrittenIsMadeUpFromTheFrames) {
    std::string bytes = stamped_seq(5).bytes();
    std::fill_n(bytes.begin(), 1024, '\0');
    expect_frames(bytes, {0, 1, 2, 3, 4});
    EXPECT_THAT(notes_, ElementsAre(HasSubstr("its head is empty")));
    write_text(folder_ / "empty.seq", std::string(5000, '\0'));
    const auto empty = open_frame_source(folder_ / "empty.seq");
    ASSERT_FALSE(empty);
    EXPECT_THAT(empty.error().message, HasSubstr("its head is empty, and frames are not to be found"));
}

TEST_F(DamagedSeq, RoomThatWasNeverWrittenToIsNoFrame) {
    expect_frames(stamped_seq(4).bytes() + std::string(70'000, '\0'), {0, 1, 2, 3});
    EXPECT_TRUE(notes_.empty());
}

MadeSeq gray_seq(std::uint32_t frames) {
    MadeSeq made{.width = 16, .height = 16, .bit_depth = 8, .image_bytes = 256, .format = 100};
    made.true_image_bytes = 512;
    for (std::uint32_t i = 0; i < frames; ++i) {
        made.pictures.emplace_back(256, static_cast<char>(i));
        made.times_us.push_back(5'000'000 + i * 1'000'000);
    }
    return made;
}

TEST_F(DamagedSeq, UncompressedFramesAreCountedByTheFile) {
    const auto frames_of = [this](const std::string& bytes) { return open(bytes)->info().frames; };
    MadeSeq made = gray_seq(6);
    for (const std::uint32_t stated : {0U, 3U, 6U, 99U}) {
        made.stated_frames = stated;
        EXPECT_EQ(frames_of(made.bytes()), 6) << stated;
    }
    EXPECT_EQ(frames_of(made.bytes().substr(0, made.place_of(5) + 256)), 6) << "without its stamp";
    EXPECT_EQ(frames_of(made.bytes().substr(0, made.place_of(5) + 255)), 5) << "cut off";
    made.stated_frames = 6;
    EXPECT_EQ(frames_of(made.bytes() + std::string(2048, '\0')), 6) << "room kept for more";
    made.true_image_bytes = 0;
    std::string bytes = gray_seq(6).bytes();
    put_little(bytes, 548 + 32, 0, 4);
    EXPECT_EQ(frames_of(bytes), 6) << "how far apart they lie is not stated";
}

TEST_F(DamagedSeq, TheSurveyGoesOnPastAFrameThatIsLost) {
    const MadeSeq made = stamped_seq(6);
    std::string bytes = made.bytes();
    for (std::size_t i = 4; i < made.pictures[2].size(); ++i) bytes[made.place_of(2) + i] = 'x';
    std::vector<std::int64_t> seen;
    VideoEngine::Options options;
    options.on_survey = [&seen](FrameIndex n, const PicturePtr&) {
        seen.push_back(n.value);
        return true;
    };
    auto source = open(bytes);
    ASSERT_NE(source, nullptr);
    VideoEngine engine(std::move(source), options);
    while (!engine.is_surveyed()) std::this_thread::yield();
    EXPECT_THAT(seen, ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST_F(DamagedSeq, WhateverIsWrongNothingBreaks) {
    std::mt19937 random(20241);
    const auto below = [&random](std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
    };
    const std::vector<std::string> sound{stamped_seq(5).bytes(), stamped_seq(4, 2).bytes(), gray_seq(5).bytes()};
    int opened = 0;
    for (int i = 0; i < 400; ++i) {
        std::string bytes = sound[below(sound.size())];
        const std::size_t changes = 1 + below(6);
        // Half of them where it says how to read the rest.
        for (std::size_t k = 0; k < changes; ++k) {
            const std::size_t at = below(2) == 0 ? 28 + below(564) : below(bytes.size());
            bytes[at] = static_cast<char>(below(4) == 0 ? 0xFF : below(256));
        }
        if (below(4) == 0) bytes.resize(below(bytes.size()));
        if (below(8) == 0) bytes.insert(below(bytes.size() + 1), below(3000), static_cast<char>(below(256)));
        write_text(folder_ / "made.seq", bytes);
        const auto source = open_frame_source(folder_ / "made.seq");
        if (!source) {
            EXPECT_THAT(source.error().message, HasSubstr("made.seq: "));
            continue;
        }
        ++opened;
        const std::int64_t frames = (*source)->info().frames;
        for (FrameIndex n; n.value < std::min<std::int64_t>(frames, 20); ++n) {
            const auto picture = (*source)->frame(n);
            if (n.value > 0) {
                EXPECT_GE((*source)->pts(n), (*source)->pts(n - 1));
            }
            if (!picture) {
                EXPECT_THAT(picture.error().message, HasSubstr("made.seq: frame "));
            }
        }
    }
    EXPECT_GT(opened, 200);
}

}  // namespace
}  // namespace inbetween::test
