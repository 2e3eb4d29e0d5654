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
using test::sample;
using test::TemporaryFolder;

Result<ReadResult> read_texts(const std::string& boxes, const std::string& labels, const FormatOptions& options = {}) {
    const TemporaryFolder folder;
    test::write_text(folder / "f_3.png.bboxes.tsv", boxes);
    test::write_text(folder / "f_3.png.bboxes.labels.tsv", labels);
    return read_path("cntk", folder.path(), made_media(), options);
}

TEST(Cntk, VottsRowsAreXminXmaxYminYmax) {
    const auto read = read_path("cntk", sample("cntk"), made_media());
    IB_ASSERT_OK(read);
    const auto boxes = boxes_in_images(read->annotations);
    EXPECT_EQ(boxes.size(), 3U);
    EXPECT_EQ(boxes.count({4, "person", {10, 20, 32.5, 60.25}}), 1U);
    EXPECT_EQ(boxes.count({4, "road bicycle", {100, 100, 150, 160}}), 1U);
    EXPECT_EQ(boxes.count({5, "person", {11, 20, 33.5, 60.25}}), 1U);
    const auto own = read_texts("10\t20\t32.5\t60.25\n", "a\n", {{"as", "cntk"}});
    IB_ASSERT_OK(own);
    EXPECT_EQ(boxes_in_images(own->annotations).count({3, "a", {10, 20, 32.5, 60.25}}), 1U);
}

TEST(Cntk, VottEndsNoLastLine) {
    const auto read = read_texts("10\t32.5\t20\t60.25\n1\t2\t3\t4", "a\nroad bicycle");
    IB_ASSERT_OK(read);
    EXPECT_EQ(boxes_in_images(read->annotations).count({3, "road bicycle", {1, 3, 2, 4}}), 1U);
}

TEST(Cntk, AnOrderThatCannotBeIsSaid) {
    const auto read = read_texts("100\t20\t150\t60\n", "a\n");
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find(
                  "f_3.png.bboxes.tsv:1: xmax: 20 is left of xmin 100; option as=cntk states another order"),
              std::string::npos)
        << read.error().message;
}

TEST(Cntk, ReadOfWriteIsWhatWasInView) {
    for (std::uint32_t seed = 0; seed < 4; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        add_track(made, "car", {keyframe(3, Box{-20.5, -3.25, 40, 50})});
        const TemporaryFolder folder;
        const FormatOptions options{{"as", seed % 2 == 0 ? "vott" : "cntk"}, {"clip", "0"}, {"test", "0.25"}};
        IB_ASSERT_OK(write_annotations(*find_format("cntk"), {made, MediaId{1}, folder / "c", options}));
        const auto back = read_path("cntk", folder / "c", made_media(), options);
        IB_ASSERT_OK(back);
        EXPECT_EQ(boxes_in_images(back->annotations), boxes_in_images(made));
    }
}

TEST(Cntk, EachLayoutHasItsNamesAndItsOrder) {
    Annotations made = made_annotations();
    add_track(made, "road bicycle", {keyframe(3, Box{10, 20, 22.5, 40.25})});
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("cntk"), {made, MediaId{1}, folder / "v", {}}));
    EXPECT_EQ(file_text(folder / "v/positive/frame_000003.png.bboxes.tsv"), "10\t32.5\t20\t60.25\n");
    EXPECT_EQ(file_text(folder / "v/positive/frame_000003.png.bboxes.labels.tsv"), "road bicycle\n");
    IB_ASSERT_OK(write_annotations(*find_format("cntk"), {made, MediaId{1}, folder / "c", {{"as", "cntk"}}}));
    const auto said = test::run_python(
        "import sys, numpy\n"
        "rects = numpy.loadtxt(sys.argv[1] + '/positive/frame_000003.bboxes.tsv', numpy.float32, ndmin=2)\n"
        "print(rects.tolist())\n",
        {(folder / "c").string()}, "numpy");
    if (!said) GTEST_SKIP() << "no python3-numpy on this machine";
    EXPECT_EQ(said->output, "[[10.0, 20.0, 32.5, 60.25]]\n");
}

TEST(Cntk, WhatIsWrongIsSaidByFileAndField) {
    const std::map<std::pair<std::string, std::string>, std::string> cases{
        {{"1\t2\t3\t4\n1\t2\t3\t4\n", "a\n"}, "f_3.png.bboxes.labels.tsv: label: is missing: there are fewer"},
        {{"1\t2\t3\t4\n", "a\nb\n"}, "f_3.png.bboxes.labels.tsv:2: label: is of no box"},
        {{"1\t2\t3\n", "a\n"}, "f_3.png.bboxes.tsv:1: ymax: is missing: the row has 3 fields"},
        {{"1\t2\t3\tx\n", "a\n"}, "f_3.png.bboxes.tsv:1: ymax: 'x' is not a number"},
        {{"1\t2\t3\t4\t5\n", "a\n"}, "f_3.png.bboxes.tsv:1: row: has 5 fields, not 4"},
    };
    for (const auto& [texts, expected] : cases) {
        const auto read = read_texts(texts.first, texts.second);
        ASSERT_FALSE(read) << texts.first;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
    }
    const TemporaryFolder folder;
    test::write_text(folder / "f_3.png.bboxes.tsv", "1\t2\t3\t4\n");
    const auto alone = read_path("cntk", folder.path(), made_media());
    ASSERT_FALSE(alone);
    EXPECT_NE(alone.error().message.find("has no labels beside it"), std::string::npos);
}

}  // namespace
}  // namespace inbetween
