#include <gtest/gtest.h>

#include "core/base/files.h"
#include "core/base/frame.h"
#include "core/base/mailbox.h"
#include "core/base/text.h"
#include "core/base/timebase.h"
#include "tests/support/support.h"

namespace inbetween {
namespace {

using test::TemporaryFolder;
using test::write_text;

TEST(FrameRange, HoldsItsBeginAndNotItsEnd) {
    const FrameRange range{FrameIndex{3}, FrameIndex{5}};
    EXPECT_FALSE(range.contains(FrameIndex{2}));
    EXPECT_TRUE(range.contains(FrameIndex{3}));
    EXPECT_TRUE(range.contains(FrameIndex{4}));
    EXPECT_FALSE(range.contains(FrameIndex{5}));
    EXPECT_EQ(range.size(), 2);
    EXPECT_TRUE((FrameRange{FrameIndex{5}, FrameIndex{5}}.empty()));
    EXPECT_EQ(range.intersect({FrameIndex{4}, FrameIndex{9}}).size(), 1);
    EXPECT_EQ(range.intersect({FrameIndex{7}, FrameIndex{9}}).size(), 0);
}

TEST(Timebase, GivesSecondsOfTicks) { EXPECT_DOUBLE_EQ((Timebase{1001, 30000}.seconds(30)), 1.001); }

TEST(Text, ParsesWholeNumbersOnly) {
    EXPECT_EQ(parse_int("42"), 42);
    EXPECT_EQ(parse_int("+7"), 7);
    EXPECT_EQ(parse_int("-3"), -3);
    for (const char* bad : {"", " 1", "1 ", "1.0", "x", "99999999999999999999", "--1", "+"})
        EXPECT_FALSE(parse_int(bad)) << bad;
    EXPECT_EQ(parse_double("1.5e2"), 150.0);
    for (const char* bad : {"", "nan", "inf", "1,5", "1.5x", "1e999"}) EXPECT_FALSE(parse_double(bad)) << bad;
}

TEST(Text, SplitsAndTrims) {
    EXPECT_EQ(split("a,,b", ',').size(), 3U);
    EXPECT_EQ(split("", ',').size(), 1U);
    EXPECT_EQ(split_blanks("  a \t b\r\n").size(), 2U);
    EXPECT_EQ(trim("\t a b \r\n"), "a b");
    EXPECT_EQ(trim("  "), "");
}

TEST(Text, FormatsNumbersWithoutTrailingZeros) {
    EXPECT_EQ(format_number(12.0, 3), "12");
    EXPECT_EQ(format_number(0.5, 3), "0.5");
    EXPECT_EQ(format_number(-0.0001, 2), "0");
    EXPECT_EQ(format_number(100.0, 0), "100");
}

TEST(Text, MakesUuidsOfVersionFour) {
    const std::string uuid = make_uuid();
    ASSERT_EQ(uuid.size(), 36U);
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(uuid, make_uuid());
}

TEST(Files, WritesWholeAndReadsBack) {
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_file_atomic(folder / "a.txt", "hello"));
    IB_ASSERT_OK(write_file_atomic(folder / "a.txt", "world"));
    const auto read = read_file(folder / "a.txt");
    IB_ASSERT_OK(read);
    EXPECT_EQ(*read, "world");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1) << "a temporary file was left";
}

TEST(Files, SaysWhichFileCannotBeReadAndWhy) {
    const TemporaryFolder folder;
    EXPECT_EQ(read_file(folder / "no").error().message, (folder / "no").string() + ": no such file");
    EXPECT_EQ(read_file(folder.path()).error().message, folder.path().string() + ": is a folder, not a file");
    write_text(folder / "big", "12345");
    EXPECT_FALSE(read_file(folder / "big", 4).has_value());
    EXPECT_FALSE(write_file_atomic(folder / "missing" / "a", "x").has_value());
}

TEST(Files, FingerprintFollowsTheContent) {
    const TemporaryFolder folder;
    write_text(folder / "a", std::string(100000, 'a'));
    write_text(folder / "b", std::string(100000, 'a'));
    write_text(folder / "c", std::string(99999, 'a') + "b");
    write_text(folder / "empty", "");
    EXPECT_EQ(*fingerprint(folder / "a"), *fingerprint(folder / "b"));
    EXPECT_NE(*fingerprint(folder / "a"), *fingerprint(folder / "c"));
    IB_EXPECT_OK(fingerprint(folder / "empty"));
    IB_EXPECT_OK(fingerprint(folder.path()));
    EXPECT_FALSE(fingerprint(folder / "no").has_value());
}

TEST(Mailbox, KeepsTheOrderAndWakes) {
    int wakes = 0;
    Mailbox<int> mailbox([&] { ++wakes; });
    mailbox.post(1);
    mailbox.post(2);
    EXPECT_EQ(mailbox.drain(), (std::vector{1, 2}));
    EXPECT_TRUE(mailbox.drain().empty());
    EXPECT_EQ(wakes, 2);
}

}  // namespace
}  // namespace inbetween
