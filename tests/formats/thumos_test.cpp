#include <gtest/gtest.h>

#include <map>

#include "tests/formats/actions.h"

namespace inbetween {
namespace {

using test::add_segment;
using test::file_text;
using test::made_annotations;
using test::made_media;
using test::read_path;
using test::read_text;
using test::Said;
using test::said_in;
using test::sample;
using test::TemporaryFolder;
using test::why;

TEST(Thumos, AFolderOfClassesIsReadAndWhatRunsPastTheEndIsCut) {
    const auto read = read_path("thumos", sample("thumos"), made_media());
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations),
              (Said{{"BaseballPitch", 12, 34}, {"BaseballPitch", 20, 100}, {"Ambiguous", 0, 3}}));
    EXPECT_EQ(read->notes,
              (std::vector<std::string>{"1 actions are of the class 'Ambiguous', which evaluations leave out",
                                        "1 actions reach out of the video's time and are cut"}));
}

TEST(Thumos, OneFileIsAClassByItsName) {
    const auto read = read_text("thumos", "v 1 2\r\nv 3.5 4\r\n", made_media(), {}, "CliffDiving_test.txt");
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"CliffDiving", 10, 20}, {"CliffDiving", 35, 40}}));
}

TEST(Thumos, WritesAFileAClassInTenths) {
    Annotations made = made_annotations();
    add_segment(made, "Diving", 3, 17);
    add_segment(made, "CliffDiving", 3, 17);
    add_segment(made, "run/jump", 99, 100);
    add_segment(made, "run/jump", 50, 60);
    const TemporaryFolder folder;
    const auto report =
        write_annotations(*find_format("thumos"), {made, MediaId{1}, folder / "t", {{"subset", "test"}}});
    IB_ASSERT_OK(report);
    EXPECT_EQ(report->files.size(), 4U);
    EXPECT_EQ(file_text(folder / "t/Diving_test.txt"), "walk  0.3 1.7\n");
    EXPECT_EQ(file_text(folder / "t/CliffDiving_test.txt"), "walk  0.3 1.7\n");
    EXPECT_EQ(file_text(folder / "t/run_jump_test.txt"), "walk  5.0 6.0\nwalk  9.9 10.0\n");
    EXPECT_EQ(file_text(folder / "t/Ambiguous_test.txt"), "");
    EXPECT_EQ(report->losses, (std::vector<Loss>{{"actions whose label is changed to what a file may be called", 2}}));
}

TEST(Thumos, TenthsMoveActionsOfOtherFrameRatesAndAreCounted) {
    Annotations made = made_annotations();
    Media media = made_media();
    media.timebase = {1, 30};
    made.media[MediaId{1}] = std::make_shared<const Media>(media);
    add_segment(made, "a", 1, 2);
    add_segment(made, "a", 30, 60);
    add_segment(made, "a", 99, 100);
    const TemporaryFolder folder;
    const auto report = write_annotations(*find_format("thumos"), {made, MediaId{1}, folder / "t", {}});
    IB_ASSERT_OK(report);
    EXPECT_EQ(file_text(folder / "t/a_val.txt"), "walk  0.0 0.1\nwalk  1.0 2.0\nwalk  3.3 3.4\n");
    EXPECT_EQ(report->losses, (std::vector<Loss>{{"actions moved to tenths of a second", 1}}));
}

TEST(Thumos, AFolderThatHoldsOtherClassesIsNotWrittenInto) {
    Annotations made = made_annotations();
    add_segment(made, "a", 1, 2);
    const TemporaryFolder folder;
    test::write_text(folder / "b_val.txt", "walk 1 2\n");
    const auto refused = write_annotations(*find_format("thumos"), {made, MediaId{1}, folder.path(), {}});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("b_val.txt: the folder holds annotations of another class already"),
              std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(folder / "a_val.txt"));
}

TEST(Thumos, AMalformedRowIsRefusedByFileLineAndField) {
    const std::map<std::string, std::string> cases{
        {"v 1", "end: is missing: the row has 2 fields"},
        {"v one 2", "start: 'one' is not a number"},
        {"v 5 2", "end: 2 is before start 5"},
        {"v 1 2 3", "row: has 4 fields, not 3"},
        {"v 1 1e300", "end: '1e300' is larger than"},
    };
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("thumos", "v 1 2\n" + row + "\n");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("given.txt:2: " + expected), std::string::npos) << read.error().message;
    }
    const TemporaryFolder folder;
    EXPECT_FALSE(read_path("thumos", folder.path(), made_media()));
}

}  // namespace
}  // namespace inbetween
