#include <gtest/gtest.h>

#include <cmath>
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

std::string text_of(const Annotations& annotations, std::int64_t track, std::int64_t frame) {
    const Track& found = *annotations.find_track(TrackId{track});
    const Attribute* attribute = annotations.find_label(found.label)->find_attribute("text");
    return attribute == nullptr ? "" : std::string(found.attribute_at(attribute->id, FrameIndex{frame}));
}

TEST(Icdar, ReadsAByteOrderMarkTextsWithCommasAndWhatNobodyHasToRead) {
    const auto read = read_path("icdar", sample("icdar"), made_media());
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 5U);
    EXPECT_EQ(std::get<Quad>(read->annotations.find_track(TrackId{1})->keyframes[0].shape).corners[2],
              (Point{465, 130}));
    EXPECT_EQ(text_of(read->annotations, 1, 0), "Genaxis Theatre");
    EXPECT_EQ(text_of(read->annotations, 3, 0), "###");
    EXPECT_EQ(text_of(read->annotations, 5, 1), "\"Yes, 5,00\"");
    const auto linked = read_path("icdar", sample("icdar"), made_media(), {{"link", "0.5"}});
    IB_ASSERT_OK(linked);
    EXPECT_EQ(linked->annotations.tracks.size(), 4U);
}

// https://rrc.cvc.uab.es/?ch=8&com=tasks: the script of the multi-lingual challenges is no part of the text.
TEST(Icdar, TheScriptOfTheMultiLingualChallengesIsAnAttribute) {
    const std::string rows = "10,10,60,12,58,40,8,38,Latin,Yes, please\n10,50,60,52,58,80,8,78,None,###\n";
    const auto read = read_text("icdar", rows, made_media(), {}, "gt_img_3.txt");
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    const Attribute* script = a.find_label("text")->find_attribute("script");
    ASSERT_NE(script, nullptr);
    EXPECT_EQ(a.find_track(TrackId{1})->attribute_at(script->id, FrameIndex{2}), "Latin");
    EXPECT_EQ(text_of(a, 1, 2), "Yes, please");
    EXPECT_EQ(text_of(a, 2, 2), "###");
    const TemporaryFolder folder;
    const auto report = write_annotations(*find_format("icdar"), {a, MediaId{1}, folder / "mlt", {{"rows", "mlt"}}});
    IB_ASSERT_OK(report);
    EXPECT_TRUE(report->losses.empty());
    EXPECT_EQ(file_text(folder / "mlt/gt_img_3.txt"), rows);
    const auto plain = write_annotations(*find_format("icdar"), {a, MediaId{1}, folder / "plain", {}});
    IB_ASSERT_OK(plain);
    EXPECT_EQ(plain->losses, (std::vector<Loss>{{"attribute values left out", 2}}));

    // One row without it: they are texts that begin so.
    const auto texts = read_text("icdar", rows + "10,10,60,12,58,40,8,38,Exit\n", made_media(), {}, "gt_img_3.txt");
    IB_ASSERT_OK(texts);
    EXPECT_EQ(text_of(texts->annotations, 1, 2), "Latin,Yes, please");
    const auto stated =
        read_text("icdar", "10,10,60,12,58,40,8,38,Exit\n", made_media(), {{"rows", "mlt"}}, "gt_img_3.txt");
    ASSERT_FALSE(stated);
    EXPECT_NE(stated.error().message.find("gt_img_3.txt:1: script: is none of those"), std::string::npos)
        << stated.error().message;
}

TEST(Icdar, TheUprightBoxesOf2013AreRead) {
    const Format& format = *find_format("icdar");
    const TemporaryFolder folder;
    for (const char* row : {"38, 43, 920, 215, \"Tired, \"now\"\"\r\n", "38 43 920 215 \"Tired, \"now\"\"\n"}) {
        test::write_text(folder / "gt_100.txt", row);
        EXPECT_TRUE(format.sniff(folder / "gt_100.txt", row)) << row;
        const auto read = read_path("icdar", folder / "gt_100.txt", made_media());
        IB_ASSERT_OK(read);
        ASSERT_EQ(read->annotations.tracks.size(), 1U);
        EXPECT_EQ(std::get<Quad>(read->annotations.find_track(TrackId{1})->keyframes[0].shape),
                  quad_of(Box{38, 43, 882, 172}));
        EXPECT_EQ(text_of(read->annotations, 1, 99), "Tired, \"now\"");
    }
    EXPECT_FALSE(format.sniff(folder / "gt_01.txt", "1,1,10,20,30,40,1,1,1\n"));
}

TEST(Icdar, TheSampleIsWrittenBackAsItWas) {
    const auto read = read_path("icdar", sample("icdar"), made_media());
    IB_ASSERT_OK(read);
    const TemporaryFolder folder;
    const auto report =
        write_annotations(*find_format("icdar"), {read->annotations, MediaId{1}, folder / "out", {{"bom", "1"}}});
    IB_ASSERT_OK(report);
    EXPECT_TRUE(report->losses.empty());
    for (const char* name : {"gt_img_1.txt", "gt_img_2.txt"}) {
        std::string official = file_text(sample("icdar") / name);
        std::erase(official, '\r');
        EXPECT_EQ(file_text(folder / "out" / name), official);
    }
}

/// Frame and corners in whole pixels, clockwise, of quads that whole pixels can hold.
using Shown = std::multiset<std::pair<std::int64_t, std::vector<double>>>;

Shown shown_in(const Annotations& annotations) {
    Shown shown;
    for (const auto& [key, state] : quads_in_view(annotations)) {
        Quad quad = state.first;
        for (Point& corner : quad.corners) corner = {std::round(corner.x), std::round(corner.y)};
        if (signed_area(quad) < 0) std::swap(quad.corners[1], quad.corners[3]);
        std::vector<double> corners;
        for (const Point& corner : quad.corners) corners.insert(corners.end(), {corner.x, corner.y});
        shown.emplace(key.second, corners);
    }
    return shown;
}

TEST(Icdar, EveryQuadComesBackInWholePixels) {
    for (std::uint32_t seed = 0; seed < 8; ++seed) {
        SCOPED_TRACE(seed);
        const Annotations made = random_quads(seed);
        const TemporaryFolder folder;
        const auto report = write_annotations(*find_format("icdar"), {made, MediaId{1}, folder / "out", {}});
        IB_ASSERT_OK(report);
        const std::set<std::string> expected{
            "occluded flags left out", "quads rounded to whole pixels", "labels other than 'text' left out",
            "quads without a text, written as ###", "tracks whose quads are no longer linked from frame to frame"};
        for (const Loss& loss : test::besides_keyframes(report->losses))
            EXPECT_TRUE(expected.contains(loss.what)) << loss.what;
        const auto back = read_path("icdar", folder / "out", made_media());
        IB_ASSERT_OK(back);
        EXPECT_EQ(shown_in(back->annotations), shown_in(made));
    }
}

TEST(Icdar, CornersRunClockwiseForReadersThatInsist) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(4, Quad{{Point{0, 0}, {0, 9}, {9, 9}, {9, 0}}})});
    const TemporaryFolder folder;
    const auto report = write_annotations(*find_format("icdar"),
                                          {made, MediaId{1}, folder / "out", {{"label", "car"}, {"prefix", "img_"}}});
    IB_ASSERT_OK(report);
    EXPECT_EQ(file_text(folder / "out/img_5.txt"), "0,0,9,0,9,9,0,9,###\n");
    EXPECT_EQ(report->losses, (std::vector<Loss>{{"quads whose corners were put in clockwise order", 1},
                                                 {"quads without a text, written as ###", 1}}));
}

TEST(Icdar, AMalformedRowIsRefusedByFileLineAndField) {
    const std::map<std::string, std::string> cases{
        {"0,0,9,0,9,9,0", "y4: is missing: the row has 7 fields"},
        {"0,0,9,0,9,9,0,x,a", "y4: 'x' is not a number"},
        {"0,0,9,0,9,9,0,9,\xFF", "text: is not UTF-8 text"},
    };
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("icdar", "0,0,9,0,9,9,0,9,a\n" + row + "\n", made_media(), {}, "gt_img_7.txt");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("gt_img_7.txt:2: " + expected), std::string::npos) << read.error().message;
    }
}

TEST(Icdar, DetectionsWithoutATextAreRead) {
    const auto read = read_text("icdar", "0,0,9,0,9,9,0,9\n", made_media(), {}, "res_img_7.txt");
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.find_track(TrackId{1})->keyframes[0].frame, FrameIndex{6});
}

}  // namespace
}  // namespace inbetween
