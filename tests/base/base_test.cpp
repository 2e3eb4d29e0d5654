#include <gtest/gtest.h>

#include <chrono>

#include "core/base/files.h"
#include "core/base/frame.h"
#include "core/base/mailbox.h"
#include "core/base/plural.h"
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

TEST(Plural, OneThingHasNone) {
    EXPECT_EQ(counted(0, "track"), "0 tracks");
    EXPECT_EQ(counted(1, "track"), "1 track");
    EXPECT_EQ(counted(2, "track"), "2 tracks");
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

TEST(Files, ContentHashCoversEveryByte) {
    const TemporaryFolder folder;
    std::string text(3'000'001, 'a');
    write_text(folder / "a", text);
    write_text(folder / "copy", text);
    text[1'300'000] = 'b';
    write_text(folder / "b", text);
    const auto a = content_hash(folder / "a");
    const auto b = content_hash(folder / "b");
    IB_ASSERT_OK(a);
    IB_ASSERT_OK(b);
    EXPECT_EQ(a->hash, content_hash(folder / "copy")->hash);
    EXPECT_NE(a->hash, b->hash);
    EXPECT_EQ(*fingerprint(folder / "a"), *fingerprint(folder / "b")) << "the samples lie beside the changed byte";
    EXPECT_EQ(a->stamp, *file_stamp(folder / "a"));
    EXPECT_EQ(a->stamp.size_bytes, 3'000'001);
    EXPECT_FALSE(content_hash(folder / "no").has_value());
    EXPECT_FALSE(content_hash(folder.path()).has_value());
    EXPECT_FALSE(file_stamp(folder.path()).has_value());
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(content_hash(folder / "a", stop.get_token()).error().kind, ErrorKind::Cancelled);
}

TEST(Files, StampFollowsTheTimeOfTheLastWrite) {
    const TemporaryFolder folder;
    write_text(folder / "a", "a");
    const FileStamp before = *file_stamp(folder / "a");
    const auto time = std::filesystem::last_write_time(folder / "a");
    std::filesystem::last_write_time(folder / "a", time + std::chrono::nanoseconds(1));
    EXPECT_EQ(file_stamp(folder / "a")->changed_ns, before.changed_ns + 1);
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
