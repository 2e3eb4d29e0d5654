#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <regex>

#include "core/base/text.h"
#include "tests/formats/support.h"

namespace inbetween {
namespace {

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
using test::why;
using test::write_text_of;

std::vector<std::string> rows_of(const std::string& text) {
    std::vector<std::string> rows;
    for (const auto row : split(text, '\n'))
        if (!row.empty()) rows.emplace_back(row);
    return rows;
}

TEST(Vatic, ReadsTheSample) {
    const auto read = read_path("vatic", sample("vatic/walk.txt"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 2U);
    const Track& person = *a.find_track(TrackId{1});
    EXPECT_EQ(a.label_name(person.label), "Person");
    ASSERT_EQ(person.keyframes.size(), 3U);
    EXPECT_EQ(person.keyframes[0].frame, FrameIndex{10});
    EXPECT_EQ(std::get<Box>(person.keyframes[0].shape), (Box{302, 25, 210, 455}));
    EXPECT_TRUE(person.keyframes[0].occluded);
    EXPECT_FALSE(person.keyframes[0].outside);
    EXPECT_EQ(person.keyframes[1].frame, FrameIndex{13});
    EXPECT_TRUE(person.keyframes[2].outside);
    const Attribute* walking = a.find_label("Person")->find_attribute("Walking");
    ASSERT_NE(walking, nullptr);
    EXPECT_EQ(walking->type, AttributeType::Checkbox);
    EXPECT_EQ(person.attribute_at(walking->id, FrameIndex{11}), "true");
    EXPECT_EQ(person.attribute_at(walking->id, FrameIndex{12}), "");
    EXPECT_EQ(a.label_name(a.find_track(TrackId{2})->label), "Traffic light");
}

TEST(Vatic, GivesTheSampleBackByteForByte) {
    const auto read = read_path("vatic", sample("vatic/walk.txt"), made_media(15));
    IB_ASSERT_OK(read);
    const auto written = write_text_of("vatic", read->annotations, {{"spaces", "keep"}});
    IB_ASSERT_OK(written);
    // The second track ends before the video does, which its last row now says.
    EXPECT_EQ(written->text, file_text(sample("vatic/walk.txt")) + "1 8 7 28 47 3 1 0 0 \"Traffic light\"\n");
    EXPECT_TRUE(written->losses.empty());
}

TEST(Vatic, WholeNumberedKeyframesComeBackAsTheyWere) {
    for (std::uint32_t seed = 0; seed < 12; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Whole);
        made.fills.clear();
        const auto written = write_text_of("vatic", made, {{"spaces", "keep"}});
        IB_ASSERT_OK(written);
        EXPECT_TRUE(written->losses.empty());
        const auto back = read_text("vatic", written->text);
        IB_ASSERT_OK(back);
        ASSERT_EQ(back->annotations.tracks.size(), made.tracks.size());
        for (const auto& [id, track] : made.tracks) {
            Track expected = *track;
            for (Keyframe& keyframe : expected.keyframes) keyframe.source = Source::Imported;
            const Keyframe last = expected.keyframes.back();
            if (!last.outside && last.frame.value < 99)
                expected.keyframes.push_back({last.frame + 1, last.shape, false, true, Source::Imported});
            EXPECT_EQ(back->annotations.find_track(id)->keyframes, expected.keyframes);
        }
    }
}

TEST(Vatic, TheDenseResultComesBackWithinAPixelTrackedSpansIncluded) {
    for (std::uint32_t seed = 0; seed < 12; ++seed) {
        SCOPED_TRACE(seed);
        const Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        const auto written = write_text_of("vatic", made);
        IB_ASSERT_OK(written);
        const auto back = read_text("vatic", written->text);
        IB_ASSERT_OK(back);
        EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made), 2.001), "");
    }
}

TEST(Vatic, ATrackedSpanLeavesAsGeneratedRowsAndComesBackDense) {
    Annotations made = made_annotations();
    const TrackId id = add_track(made, "car", {keyframe(0, Box{10, 10, 40, 40}), keyframe(10, Box{60, 10, 40, 40})});
    test::add_curved_fill(made, id, 0);
    const auto written = write_text_of("vatic", made);
    IB_ASSERT_OK(written);
    const auto rows = rows_of(written->text);
    ASSERT_EQ(rows.size(), 11U);
    // Frame 5 of the fill lies 40 px right and 20 px below the straight line.
    EXPECT_EQ(rows[5], "0 75 30 115 70 5 0 0 1 \"car\"");
    const auto back = read_text("vatic", written->text);
    IB_ASSERT_OK(back);
    EXPECT_EQ(back->annotations.find_track(TrackId{1})->keyframes.size(), 12U);
    ASSERT_EQ(back->notes.size(), 1U);
    EXPECT_EQ(back->notes[0], "9 generated rows are not what straight lines give and became keyframes");
    const auto thin = read_text("vatic", written->text, made_media(), {{"generated", "skip"}});
    IB_ASSERT_OK(thin);
    EXPECT_EQ(thin->annotations.find_track(TrackId{1})->keyframes.size(), 3U);
}

TEST(Vatic, LinearRowsAreTruncatedAsVaticTruncatesThem) {
    Annotations made = made_annotations();
    // 12.2 becomes 12 and 120.8 becomes 120, as pyvision's LinearFill has it.
    add_track(made, "car", {keyframe(0, Box{12, 120, 20, 20}), keyframe(5, Box{13, 124, 20, 20})});
    const auto rows = rows_of(write_text_of("vatic", made)->text);
    EXPECT_EQ(rows[1], "0 12 120 32 140 1 0 0 1 \"car\"");
    EXPECT_EQ(rows[4], "0 12 123 32 143 4 0 0 1 \"car\"");
    EXPECT_EQ(rows[5], "0 13 124 33 144 5 0 0 0 \"car\"");
}

TEST(Vatic, FractionsAreCutOrRoundedAndCounted) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{10.75, 20.5, 30, 40})});
    const auto cut = write_text_of("vatic", made);
    EXPECT_EQ(cut->text, "0 10 20 40 60 0 0 0 0 \"car\"\n");
    EXPECT_EQ(cut->lost("boxes with fractions of a pixel cut off"), 1);
    EXPECT_EQ(write_text_of("vatic", made, {{"integers", "round"}})->text, "0 11 21 41 61 0 0 0 0 \"car\"\n");
}

TEST(Vatic, NoBoxLeavesThePictureAtLeftOrTopAndNoneIsFlat) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{-5, -6, 10, 10})});
    add_track(made, "car", {keyframe(0, Box{-50, -60, 10, 10})});
    add_track(made, "car", {keyframe(0, Box{760, 570, 50, 50})});
    add_track(made, "car", {keyframe(0, Box{7.25, 7.25, 0.5, 0.5})});
    const auto written = write_text_of("vatic", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->text,
              "0 0 0 5 4 0 0 0 0 \"car\"\n"
              "1 0 0 1 1 0 0 0 0 \"car\"\n"
              "2 760 570 810 620 0 0 0 0 \"car\"\n"
              "3 7 7 8 8 0 0 0 0 \"car\"\n");
    EXPECT_EQ(written->lost("boxes cut at the left or top edge of the picture"), 2);
    EXPECT_EQ(written->lost("boxes widened to a pixel"), 2);
}

TEST(Vatic, VaticsOwnLostIntervalIsOutsideThroughout) {
    // Keyframes 0 and 5 (in view) and 10 (outside): VATIC marks 5..10 as lost and moves on until 5.
    std::string text;
    for (int i = 0; i <= 10; ++i) {
        const int x = 10 + 8 * std::min(i, 5);
        text += fmt::format("0 {} 10 {} 20 {} {:d} 0 {:d} \"p\"\n", x, x + 20, i, i >= 5, i % 5 != 0);
    }
    const auto read = read_text("vatic", text);
    IB_ASSERT_OK(read);
    const Track& track = *read->annotations.find_track(TrackId{1});
    ASSERT_EQ(track.keyframes.size(), 4U);
    EXPECT_EQ(track.keyframes[1].frame, FrameIndex{4});
    EXPECT_FALSE(track.keyframes[1].outside);
    EXPECT_EQ(track.keyframes[2].frame, FrameIndex{5});
    EXPECT_TRUE(track.keyframes[2].outside);
    EXPECT_TRUE(track.keyframes[3].outside);
    EXPECT_EQ(read->annotations.shape_count(), 5);
    EXPECT_EQ(std::get<Box>(read->annotations.state_at(track, FrameIndex{3})->shape).x, 34);
}

TEST(Vatic, AHeldFrameIsAKeyframeWhenAskedFor) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{1, 2, 3, 4}), keyframe(4, Box{1, 2, 3, 4}, false, true)});
    const auto plain = rows_of(write_text_of("vatic", made)->text);
    const auto held = rows_of(write_text_of("vatic", made, {{"hold", "1"}})->text);
    ASSERT_EQ(held.size(), 5U);
    EXPECT_EQ(plain[3], "0 1 2 4 6 3 0 0 1 \"car\"");
    EXPECT_EQ(held[3], "0 1 2 4 6 3 0 0 0 \"car\"");
    EXPECT_EQ(held[4], "0 1 2 4 6 4 1 0 0 \"car\"");
}

TEST(Vatic, AFileSortedByFrameIsReadByIdentity) {
    const auto read = read_text("vatic",
                                "0 1 1 9 9 0 0 0 0 \"a\"\n1 5 5 9 9 0 0 0 0 \"b\"\n"
                                "0 2 1 9 9 1 0 0 0 \"a\"\n1 6 5 9 9 1 0 0 0 \"b\"\n");
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.size(), 2U);
    EXPECT_EQ(read->annotations.shape_count(), 4);
}

TEST(Vatic, AGapIsOutsideInADenseFileAndFilledInOneOfKeyframesOnly) {
    const std::string sparse = "0 10 10 20 20 0 0 0 0 \"p\"\n0 30 10 40 20 10 0 0 0 \"p\"\n";
    const auto filled = read_text("vatic", sparse);
    IB_ASSERT_OK(filled);
    EXPECT_EQ(filled->annotations.shape_count(), 11);
    const auto outside = read_text("vatic", sparse, made_media(), {{"gaps", "outside"}});
    IB_ASSERT_OK(outside);
    EXPECT_EQ(outside->annotations.shape_count(), 2);
    const auto dense = read_text("vatic", sparse + "0 31 10 41 20 11 0 0 1 \"p\"\n0 32 10 42 20 12 0 0 0 \"p\"\n");
    IB_ASSERT_OK(dense);
    EXPECT_EQ(dense->annotations.shape_count(), 4);
}

TEST(Vatic, BoxesOfShrunkPicturesAreScaled) {
    const auto read = read_text("vatic", "0 10 10 20 20 0 0 0 0 \"p\"\n", made_media(), {{"dimensions", "384x288"}});
    IB_ASSERT_OK(read);
    EXPECT_EQ(std::get<Box>(read->annotations.find_track(TrackId{1})->keyframes[0].shape), (Box{20, 20, 20, 20}));
    const auto back = write_text_of("vatic", read->annotations, {{"dimensions", "384x288"}});
    EXPECT_EQ(rows_of(back->text)[0], "0 10 10 20 20 0 0 0 0 \"p\"");
    const auto third = read_text("vatic", "0 10 10 20 20 0 0 0 0 \"p\"\n", made_media(), {{"dimensions", "720x480"}});
    IB_ASSERT_OK(third);
    EXPECT_EQ(
        rows_of(
            write_text_of("vatic", third->annotations, {{"dimensions", "720x480"}, {"integers", "round"}})->text)[0],
        "0 10 10 20 20 0 0 0 0 \"p\"");
    EXPECT_FALSE(read_text("vatic", "", made_media(), {{"dimensions", "big"}}));
}

TEST(Vatic, PicturesAreShrunkToFitInTheirOwnProportions) {
    // VATIC shrinks 768x576 into 720x480 as 640x480: both sides by 1.2.
    const auto read = read_text("vatic", "0 10 20 30 50 0 0 0 0 \"p\"\n", made_media(), {{"dimensions", "720x480"}});
    IB_ASSERT_OK(read);
    EXPECT_EQ(std::get<Box>(read->annotations.find_track(TrackId{1})->keyframes[0].shape), (Box{12, 24, 24, 36}));
}

TEST(Vatic, ItsOwnInterpolationIsWrittenWhenAskedFor) {
    Annotations made = made_annotations();
    const TrackId id = add_track(made, "car",
                                 {keyframe(0, Box{10, 10, 40, 40}, true), keyframe(4, Box{50, 10, 40, 40}),
                                  keyframe(6, Box{80, 10, 40, 40}, false, true), keyframe(7, Box{80, 10, 40, 40})});
    test::add_curved_fill(made, id, 0);
    const auto written = write_text_of("vatic", made, {{"interpolation", "vatic"}});
    IB_ASSERT_OK(written);
    // Lost from the keyframe before a lost one on, moving towards it all the same, and as hidden as the left one is.
    EXPECT_EQ(rows_of(written->text),
              (std::vector<std::string>{"0 10 10 50 50 0 0 1 0 \"car\"", "0 20 10 60 50 1 0 1 1 \"car\"",
                                        "0 30 10 70 50 2 0 1 1 \"car\"", "0 40 10 80 50 3 0 1 1 \"car\"",
                                        "0 50 10 90 50 4 1 0 0 \"car\"", "0 65 10 105 50 5 1 0 1 \"car\"",
                                        "0 80 10 120 50 6 1 0 0 \"car\"", "0 80 10 120 50 7 0 0 0 \"car\""}));
    EXPECT_EQ(written->lost("frames in view written as lost, as VATIC interpolates them"), 2);
    EXPECT_EQ(written->lost("frames that were filled otherwise written as even steps"), 3);
}

TEST(Vatic, ItsOwnInterpolationIsAppliedToKeyframesThatAreRead) {
    const std::string keyframes =
        "0 10 10 20 20 0 0 0 0 \"p\"\n0 30 10 40 20 5 0 0 0 \"p\"\n0 50 10 60 20 10 1 0 0 \"p\"\n";
    const auto project = read_text("vatic", keyframes);
    IB_ASSERT_OK(project);
    EXPECT_EQ(project->annotations.shape_count(), 10);
    const auto vatic = read_text("vatic", keyframes + "1 10 10 20 20 3 0 0 0 \"p\"\n1 99 10 120 20 4 0 0 1 \"p\"\n",
                                 made_media(), {{"interpolation", "vatic"}});
    IB_ASSERT_OK(vatic);
    const Track& track = *vatic->annotations.find_track(TrackId{1});
    ASSERT_EQ(track.keyframes.size(), 3U);
    EXPECT_FALSE(track.keyframes[0].outside);
    EXPECT_TRUE(track.keyframes[1].outside);
    EXPECT_EQ(vatic->annotations.state_at(track, FrameIndex{4})->outside, false);
    EXPECT_EQ(vatic->annotations.state_at(track, FrameIndex{5})->outside, true);
    // A row that VATIC itself interpolated is no keyframe.
    EXPECT_EQ(vatic->annotations.find_track(TrackId{2})->keyframes.size(), 2U);
}

TEST(Vatic, BlanksInNamesAreReplacedUnlessToldNotTo) {
    Annotations made = made_annotations();
    add_track(made, "road bicycle", {keyframe(0, Box{1, 2, 3, 4})});
    EXPECT_EQ(write_text_of("vatic", made)->text, "0 1 2 4 6 0 0 0 0 \"road_bicycle\"\n");
    EXPECT_EQ(write_text_of("vatic", made, {{"spaces", "dash"}})->text, "0 1 2 4 6 0 0 0 0 \"road-bicycle\"\n");
    EXPECT_EQ(write_text_of("vatic", made, {{"spaces", "keep"}})->text, "0 1 2 4 6 0 0 0 0 \"road bicycle\"\n");
    made.labels[LabelId{3}].name = "12\" disc, \xC3\xA9t\xC3\xA9";
    const auto written = write_text_of("vatic", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->text, "0 1 2 4 6 0 0 0 0 \"12'_disc,_\xC3\xA9t\xC3\xA9\"\n");
    EXPECT_EQ(written->lost("names with other characters in place of blanks and quotes"), 1);
}

TEST(Vatic, AnAttributeWhoseNameChangesIsToldForEveryTrack) {
    Annotations made = made_annotations();
    for (const char* name : {"car", "car", "pedestrian"}) {
        const TrackId id = add_track(made, name, {keyframe(0, Box{1, 2, 3, 4})});
        Track track = *made.find_track(id);
        const AttributeId attribute{number(track.label)};
        made.labels[track.label].attributes = {
            {.id = attribute, .name = "on the phone", .type = AttributeType::Checkbox}};
        track.attributes = {{attribute, "true"}};
        made.tracks[id] = std::make_shared<const Track>(track);
    }
    const auto written = write_text_of("vatic", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->lost("names with other characters in place of blanks and quotes"), 3);
}

TEST(Vatic, AQuoteWithinANameIsRead) {
    const auto read = read_text("vatic", "0 1 2 4 6 0 0 0 0 \"12\" disc\" \"Is \"new\"\"\n");
    IB_ASSERT_OK(read);
    ASSERT_NE(read->annotations.find_label("12\" disc"), nullptr);
    EXPECT_NE(read->annotations.find_label("12\" disc")->find_attribute("Is \"new\""), nullptr);
}

TEST(Vatic, ActionsLeaveAsAttributesAndOtherValuesAreCounted) {
    Annotations made = made_annotations();
    made.labels[LabelId{2}].attributes = {{.id = AttributeId{1}, .name = "Parked", .type = AttributeType::Checkbox},
                                          {.id = AttributeId{2}, .name = "Colour", .type = AttributeType::Text}};
    made.labels[LabelId{9}] = Label{.id = LabelId{9}, .name = "turns", .kind = LabelKind::Action, .attributes = {}};
    const TrackId id = add_track(made, "car", {keyframe(0, Box{1, 2, 3, 4}), keyframe(2, Box{1, 2, 3, 4})});
    Track track = *made.find_track(id);
    track.attributes = {{AttributeId{1}, "true"}, {AttributeId{2}, "red"}};
    made.tracks[id] = std::make_shared<const Track>(track);
    const Segment turn{SegmentId{1}, MediaId{1}, LabelId{9}, id, {FrameIndex{1}, FrameIndex{2}}};
    const Segment rain{SegmentId{2}, MediaId{1}, LabelId{9}, TrackId{}, {FrameIndex{1}, FrameIndex{2}}};
    made.segments = {{SegmentId{1}, std::make_shared<const Segment>(turn)},
                     {SegmentId{2}, std::make_shared<const Segment>(rain)}};
    const auto written = write_text_of("vatic", made);
    IB_ASSERT_OK(written);
    const auto rows = rows_of(written->text);
    EXPECT_EQ(rows[0], "0 1 2 4 6 0 0 0 0 \"car\" \"Parked\"");
    EXPECT_EQ(rows[1], "0 1 2 4 6 1 0 0 1 \"car\" \"Parked\" \"turns\"");
    EXPECT_EQ(written->lost("attribute values left out"), 1);
    EXPECT_EQ(written->lost("actions of tracks written as attributes"), 1);
    EXPECT_EQ(written->lost("segments of the video left out"), 1);
}

TEST(Vatic, EveryRowIsWhatPyvisionMatches) {
    // source: pyvision, vision/annotations.py readpaths; Box wants xbr > xtl and ybr > ytl.
    const std::regex row(R"re((\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) "(.+)"( ".+")*?)re");
    for (std::uint32_t seed = 100; seed < 110; ++seed) {
        const auto written = write_text_of("vatic", test::random_annotations(seed, Coordinates::Fractional));
        IB_ASSERT_OK(written);
        long last_id = -1;
        long last_frame = -1;
        for (const std::string& line : rows_of(written->text)) {
            std::smatch match;
            ASSERT_TRUE(std::regex_match(line, match, row)) << line;
            const auto field = [&](std::size_t i) { return std::stol(match[i]); };
            EXPECT_LT(field(2), field(4)) << line;
            EXPECT_LT(field(3), field(5)) << line;
            // A new path starts whenever the id changes, and a track's rows have no hole.
            EXPECT_TRUE(field(1) == last_id ? field(6) == last_frame + 1 : field(1) == last_id + 1) << line;
            last_id = field(1);
            last_frame = field(6);
            EXPECT_EQ(split_blanks(line).size(), 10U) << line;
        }
        EXPECT_EQ(last_id, 7);
    }
}

TEST(Vatic, AMalformedRowIsRefusedByFileLineAndField) {
    const std::map<std::string, std::string> cases{
        {"x 1 2 4 6 0 0 0 0 \"p\"", "id: 'x' is not a whole number"},
        {"0 1.5 2 4 6 0 0 0 0 \"p\"", "xmin: '1.5' is not a whole number"},
        {"0 nan 2 4 6 0 0 0 0 \"p\"", "xmin: 'nan' is not a whole number"},
        {"0 99999999999 2 4 6 0 0 0 0 \"p\"", "xmin: 99999999999 is not within"},
        {"0 4 2 4 6 0 0 0 0 \"p\"", "xmax: 4 is not right of xmin 4"},
        {"0 1 9 4 6 0 0 0 0 \"p\"", "ymax: 6 is not below ymin 9"},
        {"0 1 2 4 6 -1 0 0 0 \"p\"", "frame: -1 is not within"},
        {"0 1 2 4 6 0 2 0 0 \"p\"", "lost: '2' is neither 0 nor 1"},
        {"0 1 2 4 6 0 0 yes 0 \"p\"", "occluded: 'yes' is neither 0 nor 1"},
        {"0 1 2 4 6 0 0 0", "generated: is missing: the row has 8 fields"},
        {"0 1 2 4 6 0 0 0 0 p", "label: does not stand in double quotes"},
        {"0 1 2 4 6 0 0 0 0 \"p", "label: does not stand in double quotes"},
        {"0 1 2 4 6 0 0 0 0 \"\"", "label: does not stand in double quotes"},
        {"0 1 2 4 6 0 0 0 0 \"\xFF\"", "label: is not UTF-8 text"},
        {"7 1 2 4 6 0 0 0 0 \"p\"", "frame: 0 stands twice for track 7, first in line 1"},
        {"7 1 2 4 6 1 0 0 0 \"q\"", "label: 'q' differs from 'p'"},
    };
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("vatic", "7 1 2 4 6 0 0 0 0 \"p\"\n" + row + "\n");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("given.txt:2: " + expected), std::string::npos) << read.error().message;
    }
}

TEST(Vatic, ToleratesCrlfBlankLinesAndAByteOrderMark) {
    const auto read = read_text("vatic",
                                "\xEF\xBB\xBF"
                                "0 1 2 4 6 0 0 0 0 \"p\"\r\n\r\n  \n0 1 2 4 6 1 0 0 0 \"p\" \"A\"\r\n");
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.shape_count(), 2);
}

TEST(Vatic, RowsPastTheVideoAreLeftOutAndTheTrackEndsWhereTheVideoDoes) {
    const std::string text =
        "0 10 10 20 20 0 0 0 0 \"p\"\n0 20 10 30 20 1 0 0 1 \"p\"\n0 30 10 40 20 2 0 0 1 \"p\"\n"
        "0 40 10 50 20 3 0 0 0 \"p\"\n";
    const auto read = read_text("vatic", text, made_media(3));
    IB_ASSERT_OK(read);
    const Track& track = *read->annotations.find_track(TrackId{1});
    ASSERT_EQ(track.keyframes.size(), 2U);
    EXPECT_EQ(track.keyframes.back().frame, FrameIndex{2});
    EXPECT_EQ(std::get<Box>(track.keyframes.back().shape), (Box{30, 10, 10, 10}));
    EXPECT_EQ(read->notes.size(), 1U);
}

}  // namespace
}  // namespace inbetween
