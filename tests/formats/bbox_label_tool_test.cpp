#include <gtest/gtest.h>

#include <map>

#include "tests/formats/images.h"

namespace inbetween {
namespace {

using test::add_track;
using test::boxes_in_images;
using test::Coordinates;
using test::file_text;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using test::read_path;
using test::read_text;
using test::sample;
using test::TemporaryFolder;

constexpr auto id = "bbox-label-tool";

TEST(BboxLabelTool, AFolderIsAClass) {
    const auto read = read_path(id, sample(id), made_media());
    IB_ASSERT_OK(read);
    const auto boxes = boxes_in_images(read->annotations);
    EXPECT_EQ(boxes.size(), 4U);
    EXPECT_EQ(boxes.count({4, "person", {100, 100, 150, 160}}), 1U);
    EXPECT_EQ(boxes.count({4, "road bicycle", {200, 200, 300, 260}}), 1U);
    EXPECT_EQ(boxes.count({5, "person", {11, 20, 33, 60}}), 1U);
    const auto alone = read_path(id, sample(std::string(id) + "/Labels/002"), made_media());
    IB_ASSERT_OK(alone);
    EXPECT_EQ(boxes_in_images(alone->annotations).count({4, "road bicycle", {200, 200, 300, 260}}), 1U);
}

TEST(BboxLabelTool, ForksStateTheClassBehindTheRow) {
    const auto read = read_text(id, "2\n1 2 30 40 traffic light\n5 6 7 8\n", made_media(), {}, "f_3.txt");
    IB_ASSERT_OK(read);
    EXPECT_EQ(boxes_in_images(read->annotations).count({3, "traffic light", {1, 2, 30, 40}}), 1U);
    EXPECT_EQ(read->annotations.labels.size(), 2U);
}

TEST(BboxLabelTool, ReadOfWriteIsWhatWasInView) {
    for (std::uint32_t seed = 0; seed < 3; ++seed) {
        SCOPED_TRACE(seed);
        const Annotations made = test::random_annotations(seed, Coordinates::Whole);
        const TemporaryFolder folder;
        const FormatOptions options{{"classes", seed % 2 == 0 ? "folders" : "names"}};
        const auto report = write_annotations(*find_format(id), {made, MediaId{1}, folder / "b", options});
        IB_ASSERT_OK(report);
        const auto back = read_path(id, folder / "b", made_media());
        IB_ASSERT_OK(back);
        const auto found = boxes_in_images(back->annotations);
        const auto expected = boxes_in_images(made);
        ASSERT_EQ(found.size(), expected.size());
        // What lies between keyframes has fractions, and is rounded.
        for (auto a = found.begin(), b = expected.begin(); a != found.end(); ++a, ++b) {
            EXPECT_EQ(std::get<0>(*a), std::get<0>(*b));
            EXPECT_EQ(std::get<1>(*a), std::get<1>(*b));
        }
    }
}

TEST(BboxLabelTool, TheToolsOwnWayOfReadingTakesWhatIsWritten) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(3, Box{-4, 2.4, 30, 40})});
    add_track(made, "pedestrian", {keyframe(3, Box{10, 20, 30, 40}), keyframe(4, Box{10, 20, 30, 40}, true)});
    const TemporaryFolder folder;
    const auto report = write_annotations(*find_format(id), {made, MediaId{1}, folder / "b", {}});
    IB_ASSERT_OK(report);
    EXPECT_EQ(file_text(folder / "b/Labels/001/frame_000003.txt"), "1\n0 2 26 42\n");
    EXPECT_EQ(file_text(folder / "b/Labels/002/frame_000004.txt"), "1\n10 20 40 60\n");
    EXPECT_EQ(file_text(folder / "b/class.txt"), "car\npedestrian\n");
    const auto said = test::run_python(
        "import sys, glob\n"
        "n = 0\n"
        "for path in glob.glob(sys.argv[1] + '/Labels/*/*.txt'):\n"
        "    with open(path) as f:\n"
        "        for (i, line) in enumerate(f):\n"
        "            if i == 0:\n"
        "                n += int(line.strip())\n"
        "                continue\n"
        "            box = [int(t.strip()) for t in line.split()]\n"
        "            assert len(box) == 4 and box[0] < box[2] and box[1] < box[3]\n"
        "print(n)\n",
        {(folder / "b").string()});
    if (!said) GTEST_SKIP() << "no python3 on this machine";
    EXPECT_EQ(said->output, "3\n");
}

TEST(BboxLabelTool, NamesAreNotCutAtADot) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(3, Box{1, 2, 3, 4})});
    const TemporaryFolder folder;
    const auto refused =
        write_annotations(*find_format(id), {made, MediaId{1}, folder / "b", {{"prefix", "walk.avi_"}}});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("holds a dot, at which the tool cuts an image's name off"),
              std::string::npos);
}

TEST(BboxLabelTool, AMalformedFileIsRefusedByLineAndField) {
    const std::map<std::string, std::string> cases{
        {"x\n1 2 3 4\n", "f_3.txt:1: count: 'x' is not a whole number"},
        {"3\n1 2 3 4\n", "f_3.txt:1: count: is 3, but 1 boxes follow"},
        {"1\n1 2 3\n", "f_3.txt:2: y2: is missing: the row has 3 fields"},
        {"1\n1 2 3 y\n", "f_3.txt:2: y2: 'y' is not a number"},
        {"1\n9 2 3 4\n", "f_3.txt:2: x2: 3 is left of x1 9"},
        {"1 2 3 4\n", "f_3.txt:1: count: is not alone on its line"},
    };
    for (const auto& [text, expected] : cases) {
        const auto read = read_text(id, text, made_media(), {}, "f_3.txt");
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
    }
}

}  // namespace
}  // namespace inbetween
