#include "core/video/seq_header.h"

#include <gtest/gtest.h>

#include "core/video/seq_times.h"
#include "tests/support/made_seq.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

/// A made head, with a value of its own in each field.
std::string made_head() {
    MadeSeq made{.width = 641, .height = 479, .bit_depth = 24, .bit_depth_real = 8, .image_bytes = 921'117};
    made.format = 201;
    made.true_image_bytes = 921'600;
    made.stated_frames = 1234;
    made.fps = 29.97;
    return made.bytes();
}

TEST(SeqHeader, EachFieldStandsWhereTheFormatHasIt) {
    const auto header = parse_seq_header(made_head());
    IB_ASSERT_OK(header);
    EXPECT_EQ(header->version, 3);
    EXPECT_EQ(header->header_bytes, 1024);
    EXPECT_EQ(header->size, (Size{641, 479}));
    EXPECT_EQ(header->bit_depth, 24);
    EXPECT_EQ(header->bit_depth_real, 8);
    EXPECT_EQ(header->image_bytes, 921'117);
    EXPECT_EQ(header->format, SeqFormat::ColourJpeg);
    EXPECT_EQ(header->frames, 1234);
    EXPECT_EQ(header->true_image_bytes, 921'600);
    EXPECT_DOUBLE_EQ(header->fps, 29.97);
}

TEST(SeqHeader, IsWrittenAsItIsDescribed) {
    auto header = parse_seq_header(made_head());
    IB_ASSERT_OK(header);
    EXPECT_EQ(bytes_of(*header), made_head());
    header->description = "set00";
    const std::string bytes = bytes_of(*header);
    EXPECT_EQ(bytes.substr(36, 12), std::string("s\0e\0t\0000\0000\0\0\0", 12));
    EXPECT_EQ(parse_seq_header(bytes)->description, "set00");
}

TEST(SeqHeader, IsKnownByItsFirstBytesAlone) {
    EXPECT_TRUE(is_seq_head(made_head()));
    std::string other = made_head();
    other[0] = 'X';
    EXPECT_FALSE(is_seq_head(other));
    other = made_head();
    other[4] = 'M';
    EXPECT_FALSE(is_seq_head(other));
    EXPECT_FALSE(is_seq_head(made_head().substr(0, 20)));
}

TEST(SeqHeader, ARateIsTheMeanOfTheUsualIntervals) {
    EXPECT_DOUBLE_EQ(seq_rate({0, 0.04, 0.08, 0.12}), 25);
    EXPECT_DOUBLE_EQ(seq_rate({0, 0.04, 0.08, 1.08, 1.12}), 25) << "a break is no interval";
    EXPECT_EQ(seq_rate({5}), 0);
    EXPECT_EQ(seq_rate({5, 5, 5}), 0);
}

std::vector<std::optional<SeqStamp>> stamps_of(const std::vector<double>& milliseconds) {
    std::vector<std::optional<SeqStamp>> stamps;
    for (const double each : milliseconds) {
        const auto us = static_cast<std::int64_t>(each * 1000);
        stamps.push_back(SeqStamp{static_cast<std::uint32_t>(us / 1'000'000),
                                  static_cast<std::uint16_t>(us / 1000 % 1000), static_cast<std::uint16_t>(us % 1000)});
    }
    return stamps;
}

TEST(SeqTimes, AreSecondsAndMilliseconds) {
    const SeqTimes times = times_of(stamps_of({1'200'000'000'033.0, 1'200'000'000'066.0, 1'200'000'000'200.0}), 25);
    EXPECT_EQ(times.timebase, (Timebase{1, 1000}));
    EXPECT_EQ(times.times, (std::vector<Pts>{1'200'000'000'033, 1'200'000'000'066, 1'200'000'000'200}));
    EXPECT_EQ(times.note, "");
}

TEST(SeqTimes, AThousandMillisecondsAreASecond) {
    const std::vector<std::optional<SeqStamp>> stamps{SeqStamp{0, 960, 0}, SeqStamp{0, 1000, 0}, SeqStamp{1, 40, 0}};
    EXPECT_EQ(times_of(stamps, 25).times, (std::vector<Pts>{960, 1000, 1040}));
}

TEST(SeqTimes, MicrosecondsCountWhereTheyAreThere) {
    EXPECT_EQ(times_of(stamps_of({0, 33.366, 66.733}), 25).times, (std::vector<Pts>{0, 33'366, 66'733}));
    auto other = stamps_of({0, 33.366, 66.733});
    other[1]->microseconds = 40'000;
    EXPECT_EQ(times_of(other, 25).times, (std::vector<Pts>{0, 33, 66})) << "they are something else in this file";
}

TEST(SeqTimes, AStampThatLeapsIsPutBetweenItsNeighbours) {
    const SeqTimes times = times_of(stamps_of({100, 140, 9'000'000, 220, 3, 300}), 25);
    EXPECT_EQ(times.times, (std::vector<Pts>{100, 140, 180, 220, 260, 300}));
    EXPECT_NE(times.note.find("2 of its 6 time stamps are missing or damaged"), std::string::npos) << times.note;
}

TEST(SeqTimes, WithoutStampsTheRateOfTheHeadCounts) {
    const SeqTimes times = times_of(stamps_of({0, 0, 0, 0}), 29.97);
    EXPECT_EQ(times.timebase, (Timebase{1000, 29'970}));
    EXPECT_EQ(times.times, (std::vector<Pts>{0, 1, 2, 3}));
    EXPECT_NE(times.note.find("no time stamps; they follow each other at 29.97 a second"), std::string::npos);
    EXPECT_EQ(times_of(stamps_of({0, 0}), -1).timebase, (Timebase{1000, 25'000}));
}

}  // namespace
}  // namespace inbetween::test
