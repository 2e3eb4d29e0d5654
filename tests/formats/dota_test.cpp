#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/formats/quads.h"

namespace inbetween {
namespace {

using test::add_track;
using test::file_text;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using test::quads_in_view;
using test::random_quads;
using test::read_path;
using test::read_text;
using test::sample;
using test::TemporaryFolder;
using test::why;

/// What is left of quads once nothing tells which track they are of: frame, corners and label.
using Shown = std::multiset<std::tuple<std::int64_t, std::vector<double>, std::string>>;

Shown shown_in(const Annotations& annotations) {
    Shown shown;
    for (const auto& [key, state] : quads_in_view(annotations)) {
        std::vector<double> corners;
        for (const Point& corner : state.first.corners) corners.insert(corners.end(), {corner.x, corner.y});
        std::string label = annotations.label_name(annotations.find_track(key.first)->label);
        std::replace(label.begin(), label.end(), ' ', '_');
        shown.emplace(key.second, corners, label);
    }
    return shown;
}

TEST(Dota, ReadsTheSampleItsHeadersAndWhatIsDifficult) {
    const auto read = read_path("dota", sample("dota"), made_media());
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 3U);
    const Track& vehicle = *read->annotations.find_track(TrackId{2});
    EXPECT_EQ(read->annotations.label_name(vehicle.label), "small-vehicle");
    EXPECT_EQ(std::get<Quad>(vehicle.keyframes[0].shape).corners[3], (Point{-5.5, 39}));
    const AttributeId difficult = read->annotations.find_label(vehicle.label)->find_attribute("difficult")->id;
    EXPECT_EQ(vehicle.attribute_at(difficult, FrameIndex{0}), "1");
    EXPECT_EQ(vehicle.attribute_at(difficult, FrameIndex{1}), "");
}

TEST(Dota, NeighbouringImagesAreLinkedWhenAsked) {
    const auto read = read_path("dota", sample("dota"), made_media(), {{"link", "0.5"}});
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 2U);
    const Track& plane = *read->annotations.find_track(TrackId{1});
    EXPECT_EQ(plane.keyframes.size(), 3U);
    EXPECT_TRUE(plane.keyframes[2].outside);
}

TEST(Dota, EveryQuadComesBackToTheCorner) {
    for (std::uint32_t seed = 0; seed < 8; ++seed) {
        SCOPED_TRACE(seed);
        const Annotations made = random_quads(seed);
        const TemporaryFolder folder;
        const FormatOptions options{{"first-frame", seed % 2 == 0 ? "1" : "0"}};
        const auto report = write_annotations(*find_format("dota"), {made, MediaId{1}, folder / "d", options});
        IB_ASSERT_OK(report);
        const auto back = read_path("dota", folder / "d", made_media(), options);
        IB_ASSERT_OK(back);
        EXPECT_EQ(shown_in(back->annotations), shown_in(made));
        EXPECT_TRUE(back->notes.empty());
        const std::set<std::string> expected{"occluded flags left out", "labels with underscores in place of blanks",
                                             "tracks whose quads are no longer linked from frame to frame"};
        for (const Loss& loss : test::besides_keyframes(report->losses))
            EXPECT_TRUE(expected.contains(loss.what)) << loss.what;
    }
}

TEST(Dota, DifficultComesBackAndBoxesAreCounted) {
    const auto read = read_path("dota", sample("dota"), made_media());
    IB_ASSERT_OK(read);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("dota"), {read->annotations, MediaId{1}, folder / "d", {}}));
    EXPECT_EQ(file_text(folder / "d/000001.txt"),
              "20.5 30 80 32 78 70.25 19 68 plane 0\n-4 5 30 6 29 40 -5.5 39 small-vehicle 1\n");
    EXPECT_EQ(file_text(folder / "d/000002.txt"), "21.5 31 81 33 79 71.25 20 69 plane 0\n");
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(4, Box{1, 2, 3, 4})});
    const auto refused = write_annotations(*find_format("dota"), {made, MediaId{1}, folder / "d", {}});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("is of another export; write into an empty folder"), std::string::npos);
    const auto boxes = write_annotations(*find_format("dota"), {made, MediaId{1}, folder / "e", {}});
    IB_ASSERT_OK(boxes);
    EXPECT_EQ(boxes->losses, (std::vector<Loss>{{"boxes written as quads", 1}}));
    EXPECT_EQ(file_text(folder / "e/000005.txt"), "1 2 4 2 4 6 1 6 car 0\n");
}

TEST(Dota, AMalformedRowOrNameIsRefusedByFileLineAndField) {
    const std::map<std::string, std::string> cases{
        {"0 0 9 0 9 9 0 9", "category: is missing: the row has 8 fields"},
        {"0 0 9 0 9 9 0 x plane 0", "y4: 'x' is not a number"},
        {"0 0 9 0 9 9 0 9 plane 3", "difficult: 3 is not within 0 and 2"},
        {"0 0 9 0 9 9 0 9 plane 0 1", "row: has 11 fields, not 10"},
        {"0 0 9 0 1e300 9 0 9 plane 0", "x3: '1e300' is larger than"},
    };
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("dota", "gsd:null\n" + row + "\n", made_media(), {}, "P0007.txt");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("P0007.txt:2: " + expected), std::string::npos) << read.error().message;
    }
    const auto unnamed = read_text("dota", "0 0 9 0 9 9 0 9 plane 0\n", made_media(), {}, "plane.txt");
    ASSERT_FALSE(unnamed);
    EXPECT_NE(unnamed.error().message.find("plane.txt: the name does not end in the number of a frame"),
              std::string::npos);
    const auto early = read_text("dota", "0 0 9 0 9 9 0 9 plane 0\n", made_media(), {}, "P0000.txt");
    ASSERT_FALSE(early);
    EXPECT_NE(early.error().message.find("frame 0 is before the first, which is 1"), std::string::npos);
    const TemporaryFolder folder;
    test::write_text(folder / "a01.txt", "");
    test::write_text(folder / "b1.txt", "");
    const auto twice = read_path("dota", folder.path(), made_media());
    ASSERT_FALSE(twice);
    EXPECT_NE(twice.error().message.find("b1.txt: states frame 1, as"), std::string::npos);
}

}  // namespace
}  // namespace inbetween
