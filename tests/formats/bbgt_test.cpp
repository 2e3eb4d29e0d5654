#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "core/base/text.h"
#include "tests/formats/support.h"

namespace inbetween {
namespace {

namespace fs = std::filesystem;
using test::add_track;
using test::Coordinates;
using test::file_text;
using test::in_view;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using test::read_path;
using test::read_text;
using test::sample;
using test::TemporaryFolder;
using test::why;
using test::write_text;

TEST(BbGt, ReadsTheSampleFolder) {
    const auto read = read_path("bbgt", sample("bbgt"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    EXPECT_EQ(a.tracks.size(), 4U);
    EXPECT_EQ(a.shape_count(), 4);
    const Track& first = *a.find_track(TrackId{1});
    // I00029.txt is frame 30 counted from 1, which is our 29.
    EXPECT_EQ(first.keyframes[0].frame, FrameIndex{29});
    EXPECT_EQ(std::get<Box>(first.keyframes[0].shape), (Box{208, 216, 24, 65}));
    EXPECT_TRUE(first.keyframes[0].occluded);
    EXPECT_TRUE(first.keyframes[1].outside);
    const Attribute* visible = a.find_label("person")->find_attribute("visible");
    ASSERT_NE(visible, nullptr);
    EXPECT_EQ(a.find_track(TrackId{2})->attribute_at(visible->id, FrameIndex{29}), "377 223 33 40");
    const Attribute* ignore = a.find_label("people")->find_attribute("ignore");
    ASSERT_NE(ignore, nullptr);
    EXPECT_EQ(a.find_track(TrackId{3})->attribute_at(ignore->id, FrameIndex{29}), "true");
}

TEST(BbGt, GivesTheSampleBack) {
    const auto read = read_path("bbgt", sample("bbgt"), made_media(32));
    IB_ASSERT_OK(read);
    const TemporaryFolder folder;
    const auto report = write_annotations(*find_format("bbgt"), {read->annotations, MediaId{1}, folder / "a", {}});
    IB_ASSERT_OK(report);
    EXPECT_TRUE(report->losses.empty());
    EXPECT_EQ(report->files.size(), 32U);
    EXPECT_EQ(file_text(folder / "a/I00000.txt"), "% bbGt version=3\n");
    EXPECT_EQ(file_text(folder / "a/I00030.txt"), file_text(sample("bbgt/I00030.txt")));
    // KAIST's second degree of occlusion is occlusion like the first.
    std::string expected = file_text(sample("bbgt/I00029.txt"));
    expected.replace(expected.find(" 65 2 "), 6, " 65 1 ");
    EXPECT_EQ(file_text(folder / "a/I00029.txt"), expected);
}

TEST(BbGt, ReadOfWriteIsWhatWasInViewFrameByFrame) {
    for (std::uint32_t seed = 0; seed < 2; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Whole);
        made.fills.clear();
        const TemporaryFolder folder;
        const auto report = write_annotations(*find_format("bbgt"), {made, MediaId{1}, folder / "a", {}});
        IB_ASSERT_OK(report);
        EXPECT_EQ(report->files.size(), 100U);
        const auto back = read_path("bbgt", folder / "a", made_media());
        IB_ASSERT_OK(back);
        std::multimap<std::int64_t, bool> expected;
        std::multimap<std::int64_t, bool> found;
        for (const auto& [key, state] : in_view(made)) expected.emplace(key.second, state.second);
        for (const auto& [key, state] : in_view(back->annotations)) found.emplace(key.second, state.second);
        EXPECT_TRUE(std::is_permutation(expected.begin(), expected.end(), found.begin(), found.end()));
    }
}

TEST(BbGt, OverlapLinksBoxesOfNeighbouringFiles) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{10, 10, 50, 50}), keyframe(20, Box{70, 10, 50, 50})});
    add_track(made, "pedestrian", {keyframe(5, Box{300, 10, 30, 90}), keyframe(20, Box{270, 10, 30, 90})});
    const TemporaryFolder folder;
    const auto report = write_annotations(*find_format("bbgt"), {made, MediaId{1}, folder / "a", {}});
    IB_ASSERT_OK(report);
    const auto loose = read_path("bbgt", folder / "a", made_media());
    IB_ASSERT_OK(loose);
    EXPECT_EQ(loose->annotations.tracks.size(), 37U);
    const auto linked = read_path("bbgt", folder / "a", made_media(), {{"link", "0.5"}});
    IB_ASSERT_OK(linked);
    EXPECT_EQ(test::first_difference(in_view(linked->annotations), in_view(made), 0.51), "");
}

TEST(BbGt, SkippedFramesAreNotWrittenAndCounted) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{10.25, 10, 50, 50}), keyframe(40, Box{10.25, 10, 50, 50})});
    const TemporaryFolder folder;
    const auto report = write_annotations(*find_format("bbgt"), {made, MediaId{1}, folder / "a", {{"skip", "30"}}});
    IB_ASSERT_OK(report);
    ASSERT_EQ(report->files.size(), 3U);
    EXPECT_EQ(report->files[0].filename(), "I00029.txt");
    EXPECT_EQ(report->files[2].filename(), "I00089.txt");
    EXPECT_EQ(file_text(report->files[0]), "% bbGt version=3\ncar 11 11 50 50 0 0 0 0 0 0 0\n");
    ASSERT_EQ(test::besides_keyframes(report->losses).size(), 2U);
    EXPECT_EQ(report->losses[0], (Loss{"boxes in frames that are skipped", 40}));
    EXPECT_EQ(report->losses[1], (Loss{"boxes rounded to whole pixels", 1}));
}

TEST(BbGt, FilesOfAnotherExportAreNotMixedWithOurs) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{10, 10, 50, 50})});
    const TemporaryFolder folder;
    write_text(folder / "I00002.txt", "% bbGt version=3\n");
    const auto refused = write_annotations(*find_format("bbgt"), {made, MediaId{1}, folder.path(), {{"skip", "30"}}});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("I00002.txt: is of another export"), std::string::npos);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
    IB_EXPECT_OK(write_annotations(*find_format("bbgt"), {made, MediaId{1}, folder.path(), {}}));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 100);
}

TEST(BbGt, EveryRowIsWhatBbLoadScans) {
    // source: bbGt.m bbLoad: '%s' and eleven '%d', twelve fields a row.
    const std::regex row(R"re(\S+( -?\d+){4} [01]( -?\d+){4} [01] 0)re");
    const Annotations made = test::random_annotations(11, Coordinates::Fractional);
    const TemporaryFolder folder;
    const auto report = write_annotations(*find_format("bbgt"), {made, MediaId{1}, folder / "a", {}});
    IB_ASSERT_OK(report);
    std::int64_t rows = 0;
    for (const fs::path& file : report->files) {
        const std::string text = file_text(file);
        const auto lines = split(text, '\n');
        EXPECT_EQ(lines.front(), "% bbGt version=3");
        for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
            EXPECT_TRUE(std::regex_match(std::string(lines[i]), row)) << lines[i];
            ++rows;
        }
    }
    EXPECT_EQ(rows, static_cast<std::int64_t>(in_view(made).size()));
}

TEST(BbGt, OlderVersionsHaveFewerFields) {
    for (const char* text : {"person 10 20 30 40 0 0 0 0 0\n", "% bbGt version=1\nperson 10 20 30 40 0 0 0 0 0\n",
                             "% bbGt version=2\r\nperson 10 20 30 40 0 0 0 0 0 1\r\n"}) {
        const auto read = read_text("bbgt", text, made_media(), {}, "I00003.txt");
        IB_ASSERT_OK(read);
        EXPECT_EQ(read->annotations.shape_count(), 1);
    }
}

TEST(BbGt, AMalformedFileIsRefusedByFileLineAndField) {
    const std::string head = "% bbGt version=3\n";
    const std::map<std::string, std::string> cases{
        {"% bbGt version=9\n", "I00003.txt:1: version: is none of 0 to 3"},
        {head + "person 10 20 30 40 0 0 0 0 0\n", "I00003.txt:2: row: has 10 fields, not the 12"},
        {head + "two words 10 20 30 40 0 0 0 0 0 0 0\n", "I00003.txt:2: row: has 13 fields, not the 12"},
        {head + "person 10.5 20 30 40 0 0 0 0 0 0 0\n", "I00003.txt:2: l: '10.5' is not a whole number"},
        {head + "person 10 20 -30 40 0 0 0 0 0 0 0\n", "I00003.txt:2: w: -30 is not within"},
        {head + "person 10 20 30 99999999 0 0 0 0 0 0 0\n", "I00003.txt:2: h: 99999999 is not within"},
        {head + "person 10 20 30 40 x 0 0 0 0 0 0\n", "I00003.txt:2: occ: 'x' is not a whole number"},
        {head + "person 10 20 30 40 0 0 0 0 0 7 0\n", "I00003.txt:2: ign: '7' is neither 0 nor 1"},
        {head + "person 10 20 30 40 0 0 0 0 0 0 900\n", "I00003.txt:2: ang: 900 is not within"},
    };
    for (const auto& [text, expected] : cases) {
        const auto read = read_text("bbgt", text, made_media(), {}, "I00003.txt");
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
    }
    const auto unnamed = read_text("bbgt", head, made_media(), {}, "frame.txt");
    ASSERT_FALSE(unnamed);
    EXPECT_NE(unnamed.error().message.find("does not end in the number of a frame"), std::string::npos);
    const TemporaryFolder empty;
    EXPECT_FALSE(read_path("bbgt", empty.path(), made_media()));
}

TEST(BbGt, AnAngleIsNotedAndTheUprightBoxKept) {
    const auto read =
        read_text("bbgt", "% bbGt version=3\np 10 20 30 40 0 0 0 0 0 0 45\n", made_media(), {}, "I00003.txt");
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->notes.size(), 1U);
    EXPECT_EQ(read->notes[0], "1 boxes state an angle, which is not kept");
}

TEST(BbGt, ReadsTheRealFiles) {
    const auto one = test::shared_data("annotations/caltech/kaist_set08_V001_I02499.txt");
    const auto two = test::shared_data("annotations/caltech/kaist_set08_V001_I02539.txt");
    if (!one || !two) GTEST_SKIP() << "the real annotations are not on this machine";
    const auto read = read_annotations(*find_format("bbgt"), {{*one, *two}, made_media(2600), {}});
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.shape_count(), 39);
    EXPECT_EQ(read->annotations.tracks.begin()->second->keyframes[0].frame, FrameIndex{2499});
}

}  // namespace
}  // namespace inbetween
