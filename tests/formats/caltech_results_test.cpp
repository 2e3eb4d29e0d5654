#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/formats/support.h"

namespace inbetween {
namespace {

namespace fs = std::filesystem;
using test::add_track;
using test::file_text;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using test::read_path;
using test::read_text;
using test::sample;
using test::TemporaryFolder;

TEST(CaltechResults, AFolderInWhichNothingWasFoundIsNoTruth) {
    const TemporaryFolder folder;
    for (const char* file : {"I00029.txt", "I00059.txt"}) test::write_text(folder / file, "");
    EXPECT_TRUE(find_format("caltech-results")->sniff(folder.path(), ""));
    EXPECT_FALSE(find_format("bbgt")->sniff(folder.path(), ""));
    const auto read = test::read_path("caltech-results", folder.path(), made_media());
    IB_ASSERT_OK(read);
    EXPECT_TRUE(read->annotations.tracks.empty());
    test::write_text(folder / "I00029.txt", "% bbGt version=3\n");
    EXPECT_TRUE(find_format("bbgt")->sniff(folder.path(), ""));
}

TEST(CaltechResults, FileI00029IsTheThirtiethFrameAndCoordinatesCountFromOne) {
    const auto read = read_path("caltech-results", sample("caltech-results"), made_media());
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 3U);
    const Track& first = *read->annotations.find_track(TrackId{1});
    EXPECT_EQ(first.keyframes[0].frame, FrameIndex{29});
    EXPECT_EQ(std::get<Box>(first.keyframes[0].shape), (Box{100.5, 49, 20, 48.25}));
    EXPECT_TRUE(first.keyframes[1].outside);
    const AttributeId score = read->annotations.find_label("person")->find_attribute("score")->id;
    EXPECT_EQ(first.attribute_at(score, FrameIndex{29}), "0.93");
    EXPECT_EQ(read->annotations.find_track(TrackId{3})->keyframes[0].frame, FrameIndex{89});
}

TEST(CaltechResults, EveryThirtiethFrameHasItsFileAlsoWhereNothingIs) {
    Annotations made = made_annotations();
    add_track(made, "pedestrian", {keyframe(20, Box{9, 19, 10, 20}), keyframe(40, Box{29, 19, 10, 20}, false, true)});
    const TemporaryFolder folder;
    const auto report = write_annotations(*find_format("caltech-results"),
                                          {made, MediaId{1}, folder / "V000", {{"label", "pedestrian"}}});
    IB_ASSERT_OK(report);
    EXPECT_EQ(report->files.size(), 3U);
    EXPECT_EQ(file_text(folder / "V000/I00029.txt"), "10,20,10,20,1\n");
    EXPECT_EQ(file_text(folder / "V000/I00059.txt"), "");
    EXPECT_EQ(file_text(folder / "V000/I00089.txt"), "");
    EXPECT_EQ(test::besides_keyframes(report->losses),
              (std::vector<Loss>{{"boxes of frames that the evaluation does not look at left out", 19}}));
}

TEST(CaltechResults, OneFileOfAVideoCountsItsFramesFromOne) {
    Annotations made = made_annotations();
    const TrackId id =
        add_track(made, "pedestrian", {keyframe(20, Box{9, 19, 10, 20}), keyframe(70, Box{9, 19, 10, 20})});
    test::add_curved_fill(made, id, 0);
    const TemporaryFolder folder;
    const auto report = write_annotations(*find_format("caltech-results"),
                                          {made, MediaId{1}, folder / "V003.txt", {{"label", "pedestrian"}}});
    IB_ASSERT_OK(report);
    const std::string text = file_text(folder / "V003.txt");
    EXPECT_TRUE(text.starts_with("30,")) << text;
    EXPECT_NE(text.find("\n60,"), std::string::npos) << text;
    EXPECT_NE(text.find(",0.9\n"), std::string::npos) << "the score of a filled frame is its confidence: " << text;
    EXPECT_TRUE(find_format("caltech-results")->sniff(folder / "V003.txt", text));
    const auto back = read_path("caltech-results", folder / "V003.txt", made_media());
    IB_ASSERT_OK(back);
    EXPECT_EQ(back->annotations.find_track(TrackId{1})->keyframes[0].frame, FrameIndex{29});
}

/// What is left of boxes once nothing tells which track they are of.
using Shown = std::multiset<std::tuple<std::int64_t, double, double, double, double>>;
Shown shown_in(const Annotations& annotations, std::int64_t skip) {
    Shown shown;
    for (const auto& [key, state] : test::in_view(annotations))
        if ((key.second + 1) % skip == 0)
            shown.emplace(key.second, state.first.x, state.first.y, state.first.w, state.first.h);
    return shown;
}

TEST(CaltechResults, EveryBoxOfTheFramesLookedAtComesBack) {
    for (std::uint32_t seed = 0; seed < 8; ++seed) {
        SCOPED_TRACE(seed);
        const Annotations made = test::random_annotations(seed, test::Coordinates::Fractional);
        const TemporaryFolder folder;
        const std::int64_t skip = 1 + seed % 4;
        const FormatOptions options{
            {"label", "all"}, {"skip", std::to_string(skip)}, {"layout", seed % 2 == 0 ? "frames" : "file"}};
        const auto report =
            write_annotations(*find_format("caltech-results"), {made, MediaId{1}, folder / "V1", options});
        IB_ASSERT_OK(report);
        const std::set<std::string> expected{"labels left out", "occluded flags left out",
                                             "boxes of frames that the evaluation does not look at left out",
                                             "tracks whose boxes are no longer linked from frame to frame"};
        for (const Loss& loss : test::besides_keyframes(report->losses))
            EXPECT_TRUE(expected.contains(loss.what)) << loss.what;
        const auto back = read_path("caltech-results", folder / "V1", made_media());
        IB_ASSERT_OK(back);
        Shown found;
        for (const auto& [id, track] : back->annotations.tracks) {
            const Box box = std::get<Box>(track->keyframes[0].shape);
            found.emplace(track->keyframes[0].frame.value, box.x, box.y, box.w, box.h);
        }
        EXPECT_EQ(found, shown_in(made, skip));
    }
}

TEST(CaltechResults, NeighbouringFramesAreLinkedWhenAsked) {
    const auto read = read_text("caltech-results", "30,1,1,20,40,.5\n60 3 1 20 40 .5\n90,200,1,20,40,.5\n",
                                made_media(), {{"link", "0.5"}}, "V000.txt");
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.size(), 2U);
    EXPECT_EQ(read->annotations.find_track(TrackId{1})->keyframes[1].frame, FrameIndex{59});
}

TEST(CaltechResults, AMalformedRowIsRefusedByFileLineAndField) {
    const std::map<std::string, std::string> cases{{"1,2,3,4", "row: has 4 numbers, not the 5 of a frame's file"},
                                                   {"1,2,3,x,1", "height: 'x' is not a number"},
                                                   {"1,2,-3,4,1", "width: is negative"},
                                                   {"1,2,3,4,nan", "score: 'nan' is not a number"}};
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("caltech-results", "1,2,3,4,0.5\n" + row + "\n", made_media(), {}, "I00029.txt");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("I00029.txt:2: " + expected), std::string::npos) << read.error().message;
    }
    const auto video = read_text("caltech-results", "0,1,2,3,4,0.5\n", made_media(), {}, "V000.txt");
    ASSERT_FALSE(video);
    EXPECT_NE(video.error().message.find("V000.txt:1: frame: 0 is not within 1"), std::string::npos);
}

}  // namespace
}  // namespace inbetween
