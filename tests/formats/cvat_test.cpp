#include <gtest/gtest.h>

#include "tests/formats/support.h"

namespace inbetween {
namespace {

using test::add_track;
using test::Coordinates;
using test::in_view;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using test::read_path;
using test::read_text;
using test::sample;
using test::TemporaryFolder;
using test::write_text_of;

constexpr const char* head = "<annotations><version>1.1</version><meta><task></task></meta>\n";

/// A file of one track of class a with these rows.
std::string file_of(const std::string& rows) {
    return head + ("<track id=\"1\" label=\"a\">\n" + rows + "</track></annotations>\n");
}

std::string row(int frame, int left, bool is_keyframe, bool outside = false) {
    return "<box frame=\"" + std::to_string(frame) + "\" keyframe=\"" + (is_keyframe ? "1" : "0") + "\" outside=\"" +
           (outside ? "1" : "0") + "\" occluded=\"0\" xtl=\"" + std::to_string(left) + "\" ytl=\"5\" xbr=\"" +
           std::to_string(left + 10) + "\" ybr=\"15\"></box>\n";
}

double left_at(const Annotations& a, std::int64_t frame) {
    const auto state = a.state_at(*a.tracks.begin()->second, FrameIndex{frame});
    return !state || state->outside ? -1 : bounding_box(state->shape).x;
}

TEST(Cvat, ReadsTheSample) {
    const auto read = read_path("cvat", sample("cvat/walk.xml"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 2U);
    const Label* person = a.find_label("person");
    ASSERT_NE(person, nullptr);
    EXPECT_EQ(hex_of(person->colour), "#33ddff");
    const Attribute* pose = person->find_attribute("pose");
    ASSERT_NE(pose, nullptr);
    EXPECT_EQ(pose->values, (std::vector<std::string>{"walking", "standing"}));
    const Track& sign = *a.find_track(TrackId{3});
    EXPECT_EQ(sign.kind, ShapeKind::Quad);
    EXPECT_EQ(std::get<Quad>(sign.keyframes.front().shape).corners[1], (Point{140, 52.25}));
    const Track& walker = *a.find_track(TrackId{4});
    EXPECT_TRUE(walker.find_keyframe(FrameIndex{10})->occluded);
    EXPECT_EQ(walker.find_keyframe(FrameIndex{11}), nullptr);
    EXPECT_EQ(walker.attribute_at(person->find_attribute("name")->id, FrameIndex{12}), "Zo\xC3\xAB & \"Al\"");
    EXPECT_EQ(walker.attribute_at(pose->id, FrameIndex{11}), "walking");
    EXPECT_EQ(walker.attribute_at(pose->id, FrameIndex{12}), "standing");
}

TEST(Cvat, OfAProjectTheTaskOfThisVideoIsRead) {
    const auto project = [](const std::string& source) {
        return "<annotations><version>1.1</version><meta><project><tasks>"
               "<task><id>5</id><name>morning</name><original_size><width>768</width><height>576</height>"
               "</original_size><source>" +
               source +
               "</source></task>"
               "<task><id>6</id><name>noon</name><original_size><width>64</width><height>48</height></original_size>"
               "<source>other.mp4</source></task></tasks></project></meta>\n<track id=\"1\" label=\"a\" "
               "task_id=\"5\">" +
               row(0, 10, true) + "</track><track id=\"2\" label=\"a\" task_id=\"6\">" + row(0, 20, true) +
               "</track></annotations>\n";
    };
    const auto read = read_text("cvat", project("walk.avi"));
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.size(), 1U);
    EXPECT_EQ(left_at(read->annotations, 0), 10);
    EXPECT_EQ(read->notes.front(), "1 tracks are of the project's other tasks and are left out");
    const auto none = read_text("cvat", project("film.avi"));
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().message.find("task: none of the project's 2 tasks are 'walk.avi'; the first is 5, "
                                        "'morning'; option task=ID chooses one"),
              std::string::npos)
        << none.error().message;
    const auto stated = read_text("cvat", project("film.avi"), made_media(), {{"task", "6"}});
    IB_ASSERT_OK(stated);
    EXPECT_EQ(left_at(stated->annotations, 0), 20);
}

TEST(Cvat, RowsWithoutAWordOfKeyframesAreWhatAnotherProgramSawOfATrack) {
    const std::string tracks = R"(<track id="0" label="pig"><box frame="3" xtl="1" ytl="2" xbr="11" ybr="22">
        <attribute name="hidden">yes</attribute></box><box frame="4" xtl="2" ytl="2" xbr="12" ybr="22" occluded="1"/>
        </track><tag label="shot" frame="5"/></annotations>)";
    for (const char* root : {"<annotations>\n", "<annotations count=\"1\">\n"}) {
        SCOPED_TRACE(root);
        EXPECT_TRUE(find_format("cvat")->sniff("a.xml", root + tracks));
        const auto read = read_text("cvat", root + tracks);
        IB_ASSERT_OK(read);
        ASSERT_EQ(read->annotations.tracks.size(), 1U);
        const Track& pig = *read->annotations.tracks.begin()->second;
        ASSERT_EQ(pig.keyframes.size(), 3U);
        EXPECT_TRUE(pig.keyframes[1].occluded);
        EXPECT_EQ(pig.keyframes[2].frame, FrameIndex{5});
        EXPECT_TRUE(pig.keyframes[2].outside);
        EXPECT_EQ(read->notes,
                  (std::vector<std::string>{
                      "1 shapes of kind 'tag' have no place here and are left out",
                      "2 rows do not say whether they are keyframes, and are; their tracks end with them"}));
    }
    EXPECT_FALSE(find_format("cvat")->sniff("a.xml",
                                            "<annotations count=\"1\">\n<track id=\"0\" label=\"a\">"
                                            "<box frame=\"0\"><attribute id=\"7\">Walking</attribute>"));
}

TEST(Cvat, AMissingAttributeGoesOnAsItWas) {
    const auto read = read_path("cvat", sample("cvat/walk.xml"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    const Attribute* pose = a.find_label("person")->find_attribute("pose");
    EXPECT_EQ(a.find_track(TrackId{4})->attribute_at(pose->id, FrameIndex{16}), "standing");
}

TEST(Cvat, ATrackMovesTowardsThePlaceWhereItIsGoneUntilTheFrameBefore) {
    const auto read = read_path("cvat", sample("cvat/walk.xml"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    const Track& walker = *a.find_track(TrackId{4});
    EXPECT_EQ(bounding_box(a.state_at(walker, FrameIndex{14})->shape).x, 30);
    EXPECT_EQ(bounding_box(a.state_at(walker, FrameIndex{15})->shape).x, 35);
    EXPECT_TRUE(a.state_at(walker, FrameIndex{16})->outside);
    // Where the rows say that it stays, it stays.
    const auto stays =
        read_text("cvat", file_of(row(0, 10, true) + row(1, 10, false) + row(2, 10, false) + row(3, 40, true, true)));
    IB_ASSERT_OK(stays);
    EXPECT_EQ(left_at(stays->annotations, 2), 10);
}

TEST(Cvat, ATrackOfWhichEachFrameIsStatedEndsWithTheLast) {
    const std::string text = file_of(row(3, 10, true) + row(4, 11, true) + row(5, 12, true));
    const auto read = read_text("cvat", text);
    IB_ASSERT_OK(read);
    EXPECT_EQ(left_at(read->annotations, 5), 12);
    EXPECT_EQ(left_at(read->annotations, 6), -1);
    EXPECT_EQ(read->notes,
              (std::vector<std::string>{"1 tracks state each of their frames and end with the last; option last=hold "
                                        "keeps them in view, as CVAT does"}));
    const auto held = read_text("cvat", text, made_media(), {{"last", "hold"}});
    IB_ASSERT_OK(held);
    EXPECT_EQ(left_at(held->annotations, 99), 12);
}

TEST(Cvat, ATrackThatNeverGoesOutsideStaysToTheEndUnlessToldNot) {
    const std::string text = file_of(row(3, 10, true) + row(5, 20, true));
    const auto held = read_text("cvat", text);
    IB_ASSERT_OK(held);
    EXPECT_EQ(left_at(held->annotations, 99), 20);
    ASSERT_EQ(held->notes.size(), 1U);
    EXPECT_NE(held->notes[0].find("1 tracks never go outside and stay in view to the end"), std::string::npos);
    const auto ended = read_text("cvat", text, made_media(), {{"last", "end"}});
    IB_ASSERT_OK(ended);
    EXPECT_EQ(left_at(ended->annotations, 5), 20);
    EXPECT_EQ(left_at(ended->annotations, 6), -1);
    const auto rows = read_text("cvat", file_of(row(3, 10, true) + row(4, 10, false) + row(5, 10, false)));
    IB_ASSERT_OK(rows);
    EXPECT_EQ(left_at(rows->annotations, 5), 10);
    EXPECT_EQ(left_at(rows->annotations, 6), -1);
}

TEST(Cvat, RowsBetweenKeyframesCountOnlyWhereTheyShowSomethingElse) {
    const std::string text = file_of(row(0, 10, true) + row(1, 30, false) + row(2, 20, true) + row(3, 25, false) +
                                     row(4, 30, true) + row(5, 30, true, true));
    const auto kept = read_text("cvat", text);
    IB_ASSERT_OK(kept);
    EXPECT_EQ(left_at(kept->annotations, 1), 30);
    EXPECT_EQ(kept->annotations.keyframe_count(), 5);
    const auto skipped = read_text("cvat", text, made_media(), {{"generated", "skip"}});
    IB_ASSERT_OK(skipped);
    EXPECT_EQ(left_at(skipped->annotations, 1), 15);
    const auto all = read_text("cvat", text, made_media(), {{"generated", "keep"}});
    IB_ASSERT_OK(all);
    EXPECT_EQ(all->annotations.keyframe_count(), 6);
}

TEST(Cvat, EveryTrackThatEndsInTheVideoIsWrittenWithAnOutsideKeyframeAfterIt) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(3, Box{1, 2, 3, 4}), keyframe(5, Box{5, 2, 3, 4})});
    add_track(made, "car", {keyframe(3, Box{1, 2, 3, 4}), keyframe(99, Box{5, 2, 3, 4})});
    const auto written = write_text_of("cvat", made);
    IB_ASSERT_OK(written);
    EXPECT_NE(written->text.find("<box frame=\"6\" keyframe=\"1\" outside=\"1\" occluded=\"0\" xtl=\"5\" ytl=\"2\" "
                                 "xbr=\"8\" ybr=\"6\""),
              std::string::npos);
    EXPECT_EQ(written->text.find("frame=\"100\""), std::string::npos);
    EXPECT_NE(written->text.find("<box frame=\"4\" keyframe=\"0\""), std::string::npos);
    const auto keyframes = write_text_of("cvat", made, {{"rows", "keyframes"}, {"decimals", "2"}});
    IB_ASSERT_OK(keyframes);
    EXPECT_EQ(keyframes->text.find("keyframe=\"0\""), std::string::npos);
    EXPECT_NE(keyframes->text.find("xtl=\"5.00\""), std::string::npos);
}

TEST(Cvat, TheLastPlaceIsRepeatedWhereATrackGoesOutside) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{10, 2, 3, 4}), keyframe(5, Box{50, 2, 3, 4}, false, true)});
    const auto written = write_text_of("cvat", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->text.find("xtl=\"50\""), std::string::npos);
    EXPECT_EQ(written->lost("places of tracks that are out of view"), 1);
    const auto back = read_text("cvat", written->text, made_media(), {{"generated", "skip"}});
    IB_ASSERT_OK(back);
    EXPECT_EQ(left_at(back->annotations, 4), 10);
    EXPECT_EQ(left_at(back->annotations, 5), -1);
}

TEST(Cvat, ReadOfWriteIsWhatWasInView) {
    for (std::uint32_t seed = 0; seed < 10; ++seed) {
        for (const char* rows : {"all", "keyframes"}) {
            SCOPED_TRACE(testing::Message() << seed << rows);
            Annotations made = test::random_annotations(seed, Coordinates::Fractional);
            made.labels[LabelId{2}].name = "caf\xC3\xA9 <&> \"\xE8\xA1\x8C\"";
            const Quad quad{{Point{-10.5, 10}, Point{30, 12.25}, Point{28, 40}, Point{8, 30}}};
            const Quad other{{Point{0, 10}, Point{40, 12.25}, Point{38, 60}, Point{8, 50}}};
            add_track(made, "pedestrian",
                      {keyframe(seed, quad, true), keyframe(40, other), keyframe(60, other, false, true)});
            const auto written = write_text_of("cvat", made, {{"rows", rows}});
            IB_ASSERT_OK(written);
            // With only the keyframes, as CVAT itself reads them, all is the same.
            const auto back = read_text("cvat", written->text, made_media(), {{"generated", "skip"}});
            IB_ASSERT_OK(back);
            EXPECT_TRUE(back->notes.empty());
            EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made), 1.5 / 1024), "");
            const auto with_rows = read_text("cvat", written->text);
            IB_ASSERT_OK(with_rows);
            EXPECT_TRUE(same_statements(with_rows->annotations, back->annotations));
            for (const auto& [id, track] : back->annotations.tracks)
                EXPECT_EQ(back->annotations.label_name(track->label), made.label_name(made.find_track(id)->label));
        }
    }
}

TEST(Cvat, AttributesComeBackOverTheSameFrames) {
    Annotations made = made_annotations();
    Label& label = made.labels[LabelId{2}];
    label.attributes = {{AttributeId{1}, "plate", AttributeType::Text, false, {}, ""},
                        {AttributeId{2}, "parked", AttributeType::Checkbox, true, {}, "false"},
                        {AttributeId{3}, "side", AttributeType::Select, true, {"left", "right"}, ""}};
    const TrackId id = add_track(made, "car", {keyframe(2, Box{1, 2, 3, 4}), keyframe(30, Box{5, 6, 7, 8})});
    Track track = *made.find_track(id);
    track.attributes[AttributeId{1}] = "B<1>";
    track.set_attribute_range({AttributeId{2}, {FrameIndex{5}, FrameIndex{9}}, "true"});
    track.set_attribute_range({AttributeId{3}, {FrameIndex{2}, FrameIndex{7}}, "left"});
    track.set_attribute_range({AttributeId{3}, {FrameIndex{7}, FrameIndex{31}}, "right"});
    made.tracks[id] = std::make_shared<const Track>(track);
    const auto written = write_text_of("cvat", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->lost("frames written as keyframes since an attribute changes there"), 3);
    const auto back = read_text("cvat", written->text);
    IB_ASSERT_OK(back);
    const Label* read = back->annotations.find_label("car");
    ASSERT_EQ(read->attributes.size(), 3U);
    const Track& found = *back->annotations.find_track(id);
    for (std::int64_t frame = 2; frame <= 30; ++frame)
        for (std::size_t i = 0; i < 3; ++i)
            EXPECT_EQ(found.attribute_at(read->attributes[i].id, FrameIndex{frame}),
                      track.attribute_at(label.attributes[i].id, FrameIndex{frame}))
                << frame << " " << i;
}

TEST(Cvat, BlanksAtTheEndsOfNamesAndValuesAreTheirOwn) {
    Annotations made = made_annotations();
    made.labels[LabelId{2}].name = "car ";
    made.labels[LabelId{2}].attributes = {{AttributeId{1}, "very ", AttributeType::Checkbox, false, {}, "false"},
                                          {AttributeId{2}, "colour", AttributeType::Text, false, {}, ""}};
    const TrackId id = add_track(made, "car ", {keyframe(2, Box{1, 2, 3, 4}), keyframe(30, Box{5, 6, 7, 8})});
    Track track = *made.find_track(id);
    track.attributes = {{AttributeId{1}, "true"}, {AttributeId{2}, " a  b \n"}};
    made.tracks[id] = std::make_shared<const Track>(track);
    for (const char* format : {"cvat", "cvat-images"}) {
        const auto written = write_text_of(format, made);
        IB_ASSERT_OK(written);
        const auto back = read_text(format, written->text);
        IB_ASSERT_OK(back);
        const Label* label = back->annotations.find_label("car ");
        ASSERT_NE(label, nullptr) << format;
        ASSERT_NE(label->find_attribute("very "), nullptr) << format;
        ASSERT_NE(label->find_attribute("colour"), nullptr) << format;
        const Track& found = *back->annotations.tracks.begin()->second;
        EXPECT_EQ(found.attribute_at(label->find_attribute("colour")->id, FrameIndex{2}), " a  b \n") << format;
    }
}

TEST(Cvat, ActionsOfATrackAreCheckboxesOfItsLabel) {
    Annotations made = made_annotations();
    const TrackId id = add_track(made, "car", {keyframe(2, Box{1, 2, 3, 4}), keyframe(30, Box{5, 6, 7, 8})});
    made.labels[LabelId{9}] = Label{.id = LabelId{9}, .name = "turns", .kind = LabelKind::Action, .attributes = {}};
    const auto add = [&](std::int64_t n, TrackId track) {
        made.segments[SegmentId{n}] = std::make_shared<const Segment>(
            Segment{SegmentId{n}, MediaId{1}, LabelId{9}, track, {FrameIndex{5}, FrameIndex{8}}});
    };
    add(1, id);
    add(2, TrackId{});
    const auto written = write_text_of("cvat", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->lost("actions of tracks written as attributes"), 1);
    EXPECT_EQ(written->lost("segments of the video left out"), 1);
    const auto back = read_text("cvat", written->text);
    IB_ASSERT_OK(back);
    const Attribute* turns = back->annotations.find_label("car")->find_attribute("turns");
    ASSERT_NE(turns, nullptr);
    EXPECT_EQ(back->annotations.find_track(id)->attribute_at(turns->id, FrameIndex{7}), "true");
    EXPECT_EQ(back->annotations.find_track(id)->attribute_at(turns->id, FrameIndex{8}), "");
    const auto dropped = write_text_of("cvat", made, {{"actions", "drop"}});
    IB_ASSERT_OK(dropped);
    EXPECT_EQ(dropped->text.find("turns"), std::string::npos);
    EXPECT_EQ(dropped->lost("actions of tracks left out"), 1);
}

TEST(Cvat, ATurnedBoxIsAQuadAndAPolygonOfOtherCornersItsBox) {
    const auto read = read_text(
        "cvat", head + std::string("<track id=\"1\" label=\"a\"><box frame=\"0\" keyframe=\"1\" rotation=\"90\" "
                                   "xtl=\"0\" ytl=\"0\" xbr=\"20\" ybr=\"10\"/></track>"
                                   "<track id=\"2\" label=\"a\"><polygon frame=\"0\" keyframe=\"1\" "
                                   "points=\"1,2;9,2;5,8\"/></track></annotations>"));
    IB_ASSERT_OK(read);
    const Track& turned = *read->annotations.find_track(TrackId{1});
    ASSERT_EQ(turned.kind, ShapeKind::Quad);
    // Its own top-left corner stands top right after a quarter turn to the right.
    EXPECT_EQ(std::get<Quad>(turned.keyframes.front().shape).corners[0], (Point{15, -5}));
    EXPECT_EQ(std::get<Box>(read->annotations.find_track(TrackId{2})->keyframes.front().shape), (Box{1, 2, 8, 6}));
}

TEST(Cvat, FramesAreThoseOfTheVideoWhateverTheStepOfTheTask) {
    const auto read = read_text("cvat", file_of(row(10, 10, true) + row(20, 30, true) + row(25, 30, true, true)));
    IB_ASSERT_OK(read);
    EXPECT_EQ(left_at(read->annotations, 10), 10);
    EXPECT_EQ(left_at(read->annotations, 15), 20);
}

TEST(Cvat, WhatIsMissingOrWrongIsSaidByLineElementAndField) {
    const std::string good = row(0, 10, true);
    const std::map<std::string, std::string> cases{
        {"<box frame=\"1\" keyframe=\"2\" xtl=\"1\" ytl=\"1\" xbr=\"2\" ybr=\"2\"/>", "box: keyframe: '2' is"},
        {"<box frame=\"x\" keyframe=\"1\"/>", "box: frame: 'x' is not a whole number"},
        {"<box frame=\"-1\" keyframe=\"1\"/>", "box: frame: -1 is not within 0 and"},
        {"<box frame=\"1\" keyframe=\"1\" xtl=\"1\" ytl=\"1\" xbr=\"2\"/>", "box: ybr: is missing"},
        {"<box frame=\"1\" keyframe=\"1\" xtl=\"nan\" ytl=\"1\" xbr=\"2\" ybr=\"2\"/>",
         "box: xtl: 'nan' is not a number"},
        {"<box frame=\"1\" keyframe=\"1\" xtl=\"5\" ytl=\"1\" xbr=\"2\" ybr=\"2\"/>", "box: xbr: 2 is left of xtl 5"},
        {"<box frame=\"1\" keyframe=\"2\" xtl=\"1\" ytl=\"1\" xbr=\"2\" ybr=\"2\"/>",
         "box: keyframe: '2' is neither 0 nor 1"},
        {"<polygon frame=\"1\" keyframe=\"1\" points=\"1,2;3\"/>", "polygon: points: '3' is no point like 1.5,2"},
    };
    for (const auto& [bad, expected] : cases) {
        const auto read = read_text("cvat", file_of(good + bad));
        ASSERT_FALSE(read) << bad;
        EXPECT_NE(read.error().message.find("given.txt:4: " + expected), std::string::npos) << read.error().message;
    }
    const auto no_label = read_text("cvat", head + std::string("<track id=\"0\"></track></annotations>"));
    ASSERT_FALSE(no_label);
    EXPECT_NE(no_label.error().message.find("track: label: is missing"), std::string::npos);
}

TEST(Cvat, WhatIsWrittenIsValidByTheSchemaOfItsDescription) {
    if (std::system("xmllint --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "xmllint is not on this machine";
    const TemporaryFolder folder;
    Annotations made = test::random_annotations(3, Coordinates::Fractional);
    made.labels[LabelId{2}].attributes = {{AttributeId{1}, "side", AttributeType::Select, true, {"l", "r"}, "l"}};
    const Quad quad{{Point{-10.5, 10}, Point{30, 12.25}, Point{28, 40}, Point{8, 30}}};
    add_track(made, "pedestrian", {keyframe(3, quad, true), keyframe(40, quad)});
    IB_ASSERT_OK(write_annotations(*find_format("cvat"), {made, MediaId{1}, folder / "a.xml", {}}));
    const std::string command =
        "xmllint --noout --schema '" + sample("cvat.xsd").string() + "' '" + (folder / "a.xml").string() + "' 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(Cvat, ReadsTheRealFile) {
    const auto path = test::shared_data("annotations/cvat/for_video_annotations.xml");
    if (!path) GTEST_SKIP() << "the real annotations are not on this machine";
    const auto read = read_path("cvat", *path, made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 1U);
    EXPECT_EQ(std::get<Box>(a.tracks.begin()->second->keyframes.front().shape), (Box{3, 4, 7, 1}));
    EXPECT_EQ(a.tracks.begin()->second->keyframes.front().frame, FrameIndex{10});
    const auto written = write_text_of("cvat", a);
    IB_ASSERT_OK(written);
    const auto back = read_text("cvat", written->text);
    IB_ASSERT_OK(back);
    EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(a)), "");
}

}  // namespace
}  // namespace inbetween
