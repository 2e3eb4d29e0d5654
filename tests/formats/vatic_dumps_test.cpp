#include <fmt/format.h>
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

/// The dumps of VATIC that are one file each besides the text.
class VaticDumps : public testing::TestWithParam<const char*> {
protected:
    static std::string sample_name() {
        const std::string id = GetParam();
        return id + (id == "vatic-json" ? "/walk.json" : "/walk.xml");
    }
    static bool has_attributes() { return std::string(GetParam()) != "vatic-labelme"; }
};

INSTANTIATE_TEST_SUITE_P(Each, VaticDumps, testing::Values("vatic-xml", "vatic-json", "vatic-labelme"),
                         [](const auto& one) { return std::string(one.param).substr(6); });

TEST_P(VaticDumps, SaysWhatTheTextSays) {
    const auto text = read_path("vatic", sample("vatic/walk.txt"), made_media(), {{"generated", "keep"}});
    const auto dump = read_path(GetParam(), sample(sample_name()), made_media());
    IB_ASSERT_OK(text);
    IB_ASSERT_OK(dump);
    EXPECT_EQ(test::first_difference(in_view(dump->annotations), in_view(text->annotations), 1), "");
    const Annotations& a = dump->annotations;
    EXPECT_EQ(a.label_name(a.find_track(TrackId{2})->label), "Traffic light");
    const Track& person = *a.find_track(TrackId{1});
    EXPECT_TRUE(person.keyframes.back().outside);
    EXPECT_EQ(person.keyframes.back().frame, FrameIndex{14});
    if (!has_attributes()) return;
    const Attribute* walking = a.find_label("Person")->find_attribute("Walking");
    ASSERT_NE(walking, nullptr);
    EXPECT_EQ(person.attribute_at(walking->id, FrameIndex{11}), "true");
    EXPECT_EQ(person.attribute_at(walking->id, FrameIndex{12}), "");
}

TEST_P(VaticDumps, WholeNumberedBoxesComeBackAsTheyWere) {
    for (std::uint32_t seed = 0; seed < 6; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Whole);
        const auto written = write_text_of(GetParam(), made);
        IB_ASSERT_OK(written);
        const auto plain = read_text(GetParam(), written->text);
        IB_ASSERT_OK(plain);
        // Between keyframes VATIC's boxes are whole too.
        EXPECT_EQ(test::first_difference(in_view(plain->annotations), in_view(made), 2.001), "");
        for (const auto& [id, track] : made.tracks)
            for (const Keyframe& stated : track->keyframes) {
                if (stated.outside) continue;
                const Track& same = *plain->annotations.find_track(id);
                EXPECT_EQ(plain->annotations.state_at(same, stated.frame)->shape, stated.shape);
            }
    }
}

TEST_P(VaticDumps, NamesKeepBlanksQuotesAndLettersOfAnyScript) {
    Annotations made = made_annotations();
    made.labels[LabelId{1}].name = "12\" <disc> & \xC3\xA9t\xC3\xA9";
    add_track(made, made.labels[LabelId{1}].name, {keyframe(3, Box{1, 2, 3, 4})});
    const auto written = write_text_of(GetParam(), made);
    IB_ASSERT_OK(written);
    EXPECT_TRUE(written->losses.empty());
    const auto back = read_text(GetParam(), written->text);
    IB_ASSERT_OK(back);
    EXPECT_NE(back->annotations.find_label(made.labels[LabelId{1}].name), nullptr);
}

TEST_P(VaticDumps, WhatTheyCannotSayIsCounted) {
    Annotations made = made_annotations();
    made.labels[LabelId{2}].attributes = {{.id = AttributeId{1}, .name = "Parked", .type = AttributeType::Checkbox},
                                          {.id = AttributeId{2}, .name = "Colour", .type = AttributeType::Text}};
    const TrackId id = add_track(made, "car", {keyframe(0, quad_of(Box{1.5, -2, 30, 40}))});
    Track track = *made.find_track(id);
    track.attributes = {{AttributeId{1}, "true"}, {AttributeId{2}, "red"}};
    made.tracks[id] = std::make_shared<const Track>(track);
    const auto written = write_text_of(GetParam(), made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->lost("quads written as boxes"), 1);
    EXPECT_EQ(written->lost("attribute values left out"), 1);
    EXPECT_EQ(written->lost("attributes of boxes left out"), has_attributes() ? 0 : 1);
    EXPECT_EQ(written->lost("boxes with fractions of a pixel cut off"), 1);
    EXPECT_EQ(written->lost("boxes cut at the left or top edge of the picture"), 1);
}

TEST(VaticXml, IsWrittenWithTheElementsOfVatic) {
    Annotations made = made_annotations();
    made.labels[LabelId{2}].attributes = {{.id = AttributeId{5}, .name = "Parked", .type = AttributeType::Checkbox}};
    const TrackId id = add_track(made, "car", {keyframe(0, Box{1, 2, 3, 4}, true), keyframe(1, Box{1, 2, 3, 4})});
    Track track = *made.find_track(id);
    track.attribute_ranges = {{AttributeId{5}, {FrameIndex{0}, FrameIndex{1}}, "true"}};
    made.tracks[id] = std::make_shared<const Track>(track);
    const auto written = write_text_of("vatic-xml", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->text,
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<annotations count=\"1\">\n"
              "  <track id=\"0\" label=\"car\">\n"
              "    <box frame=\"0\" xtl=\"1\" ytl=\"2\" xbr=\"4\" ybr=\"6\" outside=\"0\" occluded=\"1\">\n"
              "      <attribute id=\"1\">Parked</attribute>\n"
              "    </box>\n"
              "    <box frame=\"1\" xtl=\"1\" ytl=\"2\" xbr=\"4\" ybr=\"6\" outside=\"0\" occluded=\"0\"/>\n"
              "  </track>\n"
              "</annotations>\n");
}

TEST(VaticJson, IsOneLineOfTracksAndFramesByNumber) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(7, Box{1, 2, 3, 4}, true)});
    const auto written = write_text_of("vatic-json", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->text,
              "{\"0\":{\"label\":\"car\",\"boxes\":{\"7\":{\"xtl\":1,\"ytl\":2,\"xbr\":4,\"ybr\":6,\"outside\":0,"
              "\"occluded\":1,\"attributes\":[]}}}}\n");
}

TEST(VaticLabelme, SaysWhichPolygonsAPersonStatedAndWhatIsHidden) {
    Annotations made = made_annotations();
    add_track(made, "car",
              {keyframe(0, Box{10, 10, 20, 20}, true), keyframe(10, Box{60, 10, 20, 20}),
               keyframe(20, Box{60, 10, 20, 20}, false, true), keyframe(30, Box{9, 9, 20, 20}, true),
               keyframe(32, Box{9, 9, 20, 20}, true)});
    const auto written = write_text_of("vatic-labelme", made);
    IB_ASSERT_OK(written);
    const auto back = read_text("vatic-labelme", written->text);
    IB_ASSERT_OK(back);
    const Track& track = *back->annotations.find_track(TrackId{1});
    // The last frame in view before the gap says where it begins, and one after the end that it ended.
    std::vector<std::int64_t> frames;
    for (const Keyframe& stated : track.keyframes) frames.push_back(stated.frame.value);
    EXPECT_EQ(frames, (std::vector<std::int64_t>{0, 10, 19, 20, 30, 32, 33}));
    EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made), 1.001), "");
    EXPECT_NE(written->text.find("<endFrame>9</endFrame>"), std::string::npos);
    EXPECT_NE(written->text.find("<l>0</l>"), std::string::npos);
}

TEST(VaticLabelme, APolygonThatIsNoBoxAndADeletedObjectAreTold) {
    const auto polygon = [](int x) {
        return fmt::format(
            "<polygon><t>1</t><pt><x>{}</x><y>0</y><l>1</l></pt><pt><x>0</x><y>9</y></pt><pt><x>9</x><y>9</y></pt>"
            "<pt><x>9</x><y>0</y></pt></polygon>",
            x);
    };
    const auto read =
        read_text("vatic-labelme", "<annotation><source><type>video</type></source><object><name>a</name><id>3</id>" +
                                       polygon(2) + "</object><object><name>a</name><deleted>1</deleted><id>4</id>" +
                                       polygon(0) + "</object></annotation>");
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 1U);
    EXPECT_EQ(read->annotations.shape_count(), 1);
    ASSERT_EQ(read->notes.size(), 2U);
    EXPECT_EQ(read->notes[0], "1 polygons are no boxes and are read as the boxes around them");
    EXPECT_EQ(read->notes[1], "1 objects are deleted and left out");
}

TEST(VaticDumpsText, DamageIsSaidByElementAndField) {
    const auto xml = [](const std::string& box) {
        return "<annotations count=\"1\">\n<track id=\"0\" label=\"a\">\n<box " + box + "/></track></annotations>";
    };
    const auto json = [](const std::string& box) { return R"({"0":{"label":"a","boxes":{"0":{)" + box + "}}}}"; };
    const auto labelme = [](const std::string& object) {
        return "<annotation><source><type>video</type></source>\n<object>" + object + "</object></annotation>";
    };
    const std::string rest = R"( outside="0" occluded="0")";
    const std::vector<std::tuple<const char*, std::string, std::string>> cases{
        {"vatic-xml", xml(R"(xtl="1" ytl="1" xbr="2" ybr="2")" + rest), ":3: box: frame: is missing"},
        {"vatic-xml", xml(R"(frame="0" xtl="2" ytl="1" xbr="2" ybr="2")" + rest), "box: xbr: 2 is not right of xtl 2"},
        {"vatic-xml", xml(R"(frame="0" xtl="x" ytl="1" xbr="2" ybr="2")" + rest), "box: xtl: 'x' is not a number"},
        {"vatic-xml", xml(R"(frame="0" xtl="1" ytl="1" xbr="2" ybr="2" outside="2" occluded="0")"), "outside: '2'"},
        {"vatic-xml", "<annotations count=\"1\"><track label=\"a\"/></annotations>", "track: id: is missing"},
        {"vatic-xml", "<annotations count=\"1\"><track id=\"0\" label=\"a & b\"/></annotations>", "given.txt:1: XML"},
        {"vatic-json", json(R"("xtl":1,"ytl":1,"xbr":2)"), "/0/boxes/0/ybr: is missing"},
        {"vatic-json", json(R"("xtl":1,"ytl":1,"xbr":0,"ybr":2)"), "/0/boxes/0/xbr: 0 is not right of xtl 1"},
        {"vatic-json", R"({"a":{"label":"a","boxes":{}}})", "/a: its key is not the number of a track"},
        {"vatic-json", R"({"0":{"boxes":{}}})", "/0/label: is missing"},
        {"vatic-json", R"({"0":)", ":1: JSON: is cut: it ends within a value at byte 5 (column 6)"},
        {"vatic-labelme", labelme("<name>a</name>"), "object: id: is missing"},
        {"vatic-labelme", labelme("<id>1</id>"), "object: name: is missing"},
        {"vatic-labelme", labelme("<name>a</name><id>1</id><polygon><t>1</t></polygon>"), "pt: stands 0 times"},
        {"vatic-labelme", labelme("<name>a</name><id>1</id><polygon><t>x</t></polygon>"), "t: text: 'x' is not"},
    };
    for (const auto& [format, text, expected] : cases) {
        const auto read = read_text(format, text);
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
    }
}

TEST(VaticDumpsText, PythonReadsWhatIsWritten) {
    const Annotations made = test::random_annotations(3, Coordinates::Fractional);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("vatic-xml"), {made, MediaId{1}, folder / "a.xml", {}}));
    IB_ASSERT_OK(write_annotations(*find_format("vatic-json"), {made, MediaId{1}, folder / "a.json", {}}));
    IB_ASSERT_OK(write_annotations(*find_format("vatic-labelme"), {made, MediaId{1}, folder / "l.xml", {}}));
    const auto result = test::run_python(R"py(
import json, sys, xml.etree.ElementTree as tree
folder, count = sys.argv[1], int(sys.argv[2])
xml = tree.parse(folder + "/a.xml").getroot()
assert int(xml.get("count")) == len(xml.findall("track"))
boxes = {}
for track in xml:
    for box in track:
        if box.get("outside") == "0":
            edges = [int(box.get(k)) for k in ("xtl", "ytl", "xbr", "ybr")]
            assert edges[0] < edges[2] and edges[1] < edges[3]
            boxes[track.get("id"), box.get("frame")] = edges
assert len(boxes) == count
other = {}
for id, track in json.load(open(folder + "/a.json")).items():
    for frame, box in track["boxes"].items():
        if not box["outside"]:
            other[id, frame] = [box[k] for k in ("xtl", "ytl", "xbr", "ybr")]
assert other == boxes
polygons = {}
for object in tree.parse(folder + "/l.xml").getroot().findall("object"):
    for polygon in object.findall("polygon"):
        corners = [(int(p.find("x").text), int(p.find("y").text)) for p in polygon.findall("pt")]
        assert corners[1] == (corners[0][0], corners[2][1]) and corners[3] == (corners[2][0], corners[0][1])
        polygons[object.find("id").text, polygon.find("t").text] = list(corners[0] + corners[2])
assert polygons == boxes
)py",
                                         {folder.path().string(), std::to_string(made.shape_count())});
    if (!result) GTEST_SKIP() << "python3 is not on this machine";
    EXPECT_EQ(result->status, 0) << result->output;
}

}  // namespace
}  // namespace inbetween
