#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "core/base/text.h"
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

constexpr const char* square = "0 0 9 0 9 9 0 9\n";
constexpr const char* nothing = "0 0 0 0 0 0 0 0\n";

TEST(Pot, EverySecondFrameIsAnnotatedAndTheOthersAreFilled) {
    const auto read = read_path("pot", sample("pot/V01_1_gt_points.txt"), made_media());
    IB_ASSERT_OK(read);
    const Track& track = *read->annotations.find_track(TrackId{1});
    const auto shown = quads_in_view(read->annotations);
    for (const std::int64_t frame : {0, 1, 2, 3, 4, 5, 6, 7, 11})
        EXPECT_TRUE(shown.contains({track.id, frame})) << frame;
    for (const std::int64_t frame : {8, 9, 10, 12}) EXPECT_FALSE(shown.contains({track.id, frame})) << frame;
    EXPECT_EQ(shown.at({track.id, 2}).first.corners[0], (Point{101, 51}));
    const auto strict = read_path("pot", sample("pot/V01_1_gt_points.txt"), made_media(), {{"gap", "0"}});
    IB_ASSERT_OK(strict);
    EXPECT_EQ(quads_in_view(strict->annotations).size(), 6U);
}

TEST(Pot, CommasAreReadAsBlanksAre) {
    const std::string rows = "100,50,140,50,140,140,100,140\n101.5,50,141,50,141,140,101,140\n";
    EXPECT_TRUE(find_format("pot")->sniff("a.txt", rows));
    const auto read = read_text("pot", rows);
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 1U);
    EXPECT_EQ(std::get<Quad>(read->annotations.tracks.begin()->second->keyframes[1].shape).corners[0],
              (Point{101.5, 50}));
    // Eight fields of MOT, the seventh of which is a confidence.
    EXPECT_FALSE(find_format("pot")->sniff("a.txt", "1,1,912,484,97,109,1,7\n"));
    EXPECT_TRUE(find_format("mot")->sniff("a.txt", "1,1,912,484,97,109,1,7\n"));
}

TEST(Pot, FlagsAreOccludedOrAnAttribute) {
    const auto read = read_path("pot", sample("pot/V01_1_gt_points.txt"), made_media());
    IB_ASSERT_OK(read);
    const Track& track = *read->annotations.find_track(TrackId{1});
    EXPECT_TRUE(track.find_keyframe(FrameIndex{3})->occluded);
    EXPECT_FALSE(track.find_keyframe(FrameIndex{5})->occluded);
    const AttributeId flag = read->annotations.labels.begin()->second.find_attribute("flag")->id;
    EXPECT_EQ(track.attribute_at(flag, FrameIndex{5}), "3");
    EXPECT_EQ(track.attribute_at(flag, FrameIndex{7}), "2");
    EXPECT_EQ(track.attribute_at(flag, FrameIndex{3}), "");
    const TemporaryFolder folder;
    IB_ASSERT_OK(
        write_annotations(*find_format("pot"), {read->annotations, MediaId{1}, folder / "V01_1_gt_points.txt", {}}));
    EXPECT_EQ(file_text(folder / "V01_1_flag.txt").substr(0, 16), "0\n0\n0\n1\n1\n3\n0\n2\n");
}

TEST(Pot, EveryFrameOfEveryTrackComesBackToTheCorner) {
    for (std::uint32_t seed = 0; seed < 8; ++seed) {
        SCOPED_TRACE(seed);
        const Annotations made = random_quads(seed);
        const TemporaryFolder folder;
        const auto report =
            write_annotations(*find_format("pot"), {made, MediaId{1}, folder / "x_gt_points.txt", {{"gap", "0"}}});
        IB_ASSERT_OK(report);
        ASSERT_EQ(report->files.size(), 15U);
        std::size_t n = 0;
        for (const auto& [id, track] : made.tracks) {
            const auto back = read_path("pot", report->files[3 * n++], made_media(), {{"gap", "0"}});
            IB_ASSERT_OK(back);
            std::map<std::int64_t, std::pair<Quad, bool>> found;
            std::map<std::int64_t, std::pair<Quad, bool>> expected;
            for (const auto& [key, state] : quads_in_view(back->annotations)) found[key.second] = state;
            for (const auto& [key, state] : quads_in_view(made))
                if (key.first == id) expected[key.second] = state;
            EXPECT_EQ(found, expected);
        }
    }
}

TEST(Pot, APauseOfOneFrameIsToldForAReaderFillsIt) {
    const auto read = read_text("pot", std::string(square) + nothing + nothing + square);
    IB_ASSERT_OK(read);
    Annotations made = read->annotations;
    Track track = *made.tracks.begin()->second;
    track.set_keyframe({FrameIndex{2}, track.keyframes.front().shape, false, false, Source::Manual});
    made.tracks[track.id] = std::make_shared<const Track>(track);
    const TemporaryFolder folder;
    const auto report = write_annotations(*find_format("pot"), {made, MediaId{1}, folder / "a.txt", {}});
    IB_ASSERT_OK(report);
    EXPECT_EQ(report->losses, (std::vector<Loss>{{"frames of short pauses that are read as in view", 1}}));
    EXPECT_EQ(file_text(folder / "a_flag.txt").substr(0, 8), "0\n2\n0\n0\n");
}

TEST(Pot, HomographiesTakeTheFirstCornersToEveryFrame) {
    const Annotations made = random_quads(3);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("pot"), {made, MediaId{1}, folder / "v_gt_points.txt", {}}));
    const std::string points_text = file_text(folder / "v_gt_points.txt");
    const std::string matrices_text = file_text(folder / "v_gt_homography.txt");
    const auto points = split(points_text, '\n');
    const auto matrices = split(matrices_text, '\n');
    ASSERT_EQ(points.size(), 101U);
    ASSERT_EQ(matrices.size(), 101U);
    const auto numbers = [](std::string_view line) {
        std::vector<double> values;
        for (const auto piece : split_blanks(line)) values.push_back(parse_double(piece).value_or(NAN));
        return values;
    };
    std::vector<double> first;
    // Points are written with the fewest decimals that lead to their place on the grid, at both ends of a homography.
    constexpr double tolerance = 0.004;
    std::int64_t checked = 0;
    for (std::size_t i = 0; i < 100; ++i) {
        const auto p = numbers(points[i]);
        const auto m = numbers(matrices[i]);
        ASSERT_EQ(m.size(), 9U);
        if (points[i] == "0 0 0 0 0 0 0 0") continue;
        if (first.empty()) first = p;
        for (std::size_t k = 0; k < 8; k += 2) {
            const double w = m[6] * first[k] + m[7] * first[k + 1] + m[8];
            EXPECT_NEAR((m[0] * first[k] + m[1] * first[k + 1] + m[2]) / w, p[k], tolerance);
            EXPECT_NEAR((m[3] * first[k] + m[4] * first[k + 1] + m[5]) / w, p[k + 1], tolerance);
        }
        ++checked;
    }
    EXPECT_GT(checked, 10);
}

TEST(Pot, AMalformedRowIsRefusedByFileLineAndField) {
    const std::map<std::string, std::string> cases{
        {"0 0 9 0 9 9 0", "y4: is missing: the row has 7 fields"},
        {"0 0 9 0 9 9 0 9 1", "row: has 9 fields, not 8"},
        {"0 0 9 0 9 9 0 x", "y4: 'x' is not a number"},
        {"0 0 9 0 9 9 0 1e300", "y4: '1e300' is larger than"},
    };
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("pot", square + row + "\n");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("given.txt:2: " + expected), std::string::npos) << read.error().message;
    }
    const TemporaryFolder folder;
    test::write_text(folder / "a.txt", square);
    test::write_text(folder / "a_flag.txt", "0\n7\n");
    const auto read = read_path("pot", folder / "a.txt", made_media());
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find("a_flag.txt:2: flag: 7 is not within 0 and 3"), std::string::npos);
    IB_EXPECT_OK(read_path("pot", folder / "a.txt", made_media(), {{"flags", "none"}}));
}

}  // namespace
}  // namespace inbetween
