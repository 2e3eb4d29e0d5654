#include <gtest/gtest.h>

#include <set>

#include "core/base/text.h"
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

const std::string newer =
    "# CSV_HEADER = metadata_id,file_list,flags,temporal_coordinates,spatial_coordinates,metadata\n";

void add_segment(Annotations& annotations, std::string_view name, std::int64_t begin, std::int64_t end) {
    const Label* known = annotations.find_label(name);
    const LabelId label = known == nullptr ? annotations.next_label_id() : known->id;
    if (known == nullptr)
        annotations.labels[label] =
            Label{.id = label, .name = std::string(name), .kind = LabelKind::Action, .attributes = {}};
    const SegmentId id = annotations.next_segment_id();
    annotations.segments[id] = std::make_shared<const Segment>(
        Segment{id, MediaId{1}, label, TrackId{}, {FrameIndex{begin}, FrameIndex{end}}});
}

std::multiset<std::tuple<std::string, std::int64_t, std::int64_t>> said(const Annotations& annotations) {
    std::multiset<std::tuple<std::string, std::int64_t, std::int64_t>> all;
    for (const auto& [id, segment] : annotations.segments)
        all.emplace(annotations.label_name(segment->label), segment->range.begin.value, segment->range.end.value);
    return all;
}

TEST(Via3, AProjectOfImagesGoesByTheirNames) {
    const auto read =
        read_text("via3", "\xEF\xBB\xBF" + newer +
                              "\"1\",\"[\"\"a/frame_000004.png\"\"]\",0,\"[]\",\"[2,10,20,30,40]\",\"{}\"\n"
                              "\"2\",\"[\"\"a/frame_000007.png\"\"]\",0,\"[]\",\"[2,11,20,30,40]\",\"{}\"\n");
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 2U);
    EXPECT_EQ(read->annotations.find_track(TrackId{2})->keyframes[0].frame, FrameIndex{7});
    EXPECT_TRUE(read->notes.empty()) << read->notes.front();
    EXPECT_TRUE(find_format("via3")->sniff("a.csv", "\xEF\xBB\xBF" + newer));
}

TEST(Via3, ImagesOfSeveralFoldersAreSeveralVideos) {
    const std::string rows = newer +
                             "\"1\",/walk/00004.jpg,0,\"[]\",\"[2,10,20,30,40]\",\"{}\"\n"
                             "\"2\",\"[\"\"cat/00004.jpg\"\"]\",0,\"[]\",\"[2,90,20,30,40]\",\"{}\"\n";
    const auto read = read_text("via3", rows);
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 1U);
    EXPECT_EQ(bounding_box(read->annotations.tracks.begin()->second->keyframes[0].shape).x, 10);
    const auto cat = read_text("via3", rows, made_media(), {{"video-id", "cat"}});
    IB_ASSERT_OK(cat);
    EXPECT_EQ(bounding_box(cat->annotations.tracks.begin()->second->keyframes[0].shape).x, 90);
    Media other = made_media();
    other.path = "dog.mp4";
    const auto refused = read_text("via3", rows, other);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("none of its 2 folders is called 'dog'"), std::string::npos)
        << refused.error().message;
}

TEST(Via3, AProjectAsViaItselfSavesItIsRead) {
    const std::string head = R"({"project":{"pid":"x","created":1,"vid_list":["1"]},"config":{},
        "attribute":{"1":{"aname":"TEMPORAL-SEGMENTS","anchor_id":"FILE1_Z2_XY0","type":4,"options":{}},
                     "2":{"aname":"kind","anchor_id":"FILE1_Z1_XY1","type":3,"options":{"0":"cat","1":"dog"}}},
        "file":{"1":{"fid":"1","fname":"walk.mp4","type":4,"loc":1,"src":""},
                "2":{"fid":2,"fname":"other.mp4","type":4,"loc":1,"src":""}},"view":{"1":{"fid_list":["1"]},
                "2":{"fid_list":[2]}},)";
    EXPECT_TRUE(find_format("via3")->sniff("a.json", head));
    const auto read = read_text("via3", head + R"("metadata":{
        "1_a":{"vid":"1","flg":0,"z":[1.2,2.4],"xy":[],"av":{"1":"walks"}},
        "2_b":{"vid":"2","flg":0,"z":[1.2,2.4],"xy":[],"av":{"1":"runs"}},
        "1_c":{"vid":"1","flg":0,"z":[0.4],"xy":[2,10,20,30,40],"av":{"2":"1"}}}})");
    IB_ASSERT_OK(read);
    EXPECT_EQ(said(read->annotations),
              (std::multiset<std::tuple<std::string, std::int64_t, std::int64_t>>{{"walks", 12, 24}}));
    ASSERT_EQ(read->annotations.tracks.size(), 1U);
    const Track& dog = *read->annotations.tracks.begin()->second;
    EXPECT_EQ(read->annotations.label_name(dog.label), "dog");
    EXPECT_EQ(dog.keyframes[0].frame, FrameIndex{4});
    EXPECT_EQ(dog.keyframes[0].shape, Shape(Box{10, 20, 30, 40}));
    const auto shapeless = read_text("via3", head + R"("metadata":{
        "1_c":{"vid":"1","z":[0.4],"xy":[2,10],"av":{}}}})");
    ASSERT_FALSE(shapeless);
    EXPECT_NE(shapeless.error().message.find("/metadata/1_c/xy: are no shape of VIA"), std::string::npos)
        << shapeless.error().message;
    const auto unknown = read_text("via3", head + R"("metadata":{"1_c":{"vid":"9","z":[0.4],"xy":[],"av":{}}}})");
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message.find("/metadata/1_c/vid: is of no view"), std::string::npos);
    IB_EXPECT_OK(read_text("via3", head + R"("metadata":{}})"));
}

TEST(Via3, ASpreadsheetThatSavedTheFileAgainIsUnderstood) {
    const auto read = read_text("via3",
                                "# Exported using VGG Image Annotator,,,\n"
                                "\"# ATTRIBUTE = {\"\"1\"\":{\"\"aname\"\":\"\"Motion\"\"\",anchor_id:FILE1_Z0_XY1,,\n"
                                "# CSV_HEADER = metadata_id,file_list,flags,temporal_coordinates,spatial_coordinates,"
                                "metadata,,,\n"
                                "1,\"[\"\"a/00004.png\"\"]\",0,[],\"[2,10,20,30,40]\",\"{\"\"1\"\":\"\"0\"\"}\",,,\n");
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 1U);
    EXPECT_EQ(read->annotations.tracks.begin()->second->keyframes[0].frame, FrameIndex{4});
    EXPECT_EQ(
        read->notes,
        (std::vector<std::string>{"ATTRIBUTE: was spoilt by a spreadsheet; attributes are called by their numbers"}));
}

TEST(Via3, WhatActionsSayBesidesTheirLabelsIsTold) {
    const auto read = read_text(
        "via3",
        "# ATTRIBUTE = {\"1\":{\"aname\":\"Comment\"},\"3\":{\"aname\":\"Scene\"}}\n" + newer +
            "\"1\",\"[\"\"walk.mp4\"\"]\",0,\"[1,2]\",\"[]\",\"{\"\"1\"\":\"\"x\"\",\"\"3\"\":\"\"title\"\"}\"\n");
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->notes, (std::vector<std::string>{"1 values of actions besides their labels are left out; option "
                                                     "label=NAME chooses the attribute that names them"}));
}

TEST(Via3, WhatIsNoShapeOrNoAttributeIsSaid) {
    const std::string declared =
        "# ATTRIBUTE = "
        "{\"1\":{\"aname\":\"label\",\"anchor_id\":\"FILE1_Z1_XY1\",\"type\":1,\"desc\":\"\",\"options\":{}}}\n" +
        newer;
    const auto unknown =
        read_text("via3", declared + "\"1\",\"[\"\"walk.avi\"\"]\",0,\"[1,2]\",\"[]\",\"{\"\"abc\"\":\"\"3\"\"}\"\n");
    IB_ASSERT_OK(unknown);
    EXPECT_EQ(unknown->annotations.find_label("3"), nullptr);
    EXPECT_EQ(unknown->notes,
              std::vector<std::string>{"1 values are of attributes that the head does not name and are left out"});
    const auto flat = read_text("via3", newer + "\"1\",\"[\"\"walk.avi\"\"]\",0,\"[1]\",\"[2,10,20,30]\",\"{}\"\n");
    ASSERT_FALSE(flat);
    EXPECT_NE(flat.error().message.find(":2: spatial_coordinates: are no shape of VIA: 3 numbers of kind 2"),
              std::string::npos)
        << flat.error().message;
}

TEST(Via3, ReadsSegmentsAndShapesOfTheSample) {
    const auto read = read_path("via3", sample("via3/walk.csv"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    // What a row chose is its option's text.
    EXPECT_EQ(said(a), (std::multiset<std::tuple<std::string, std::int64_t, std::int64_t>>{{"walks", 11, 30}}));
    ASSERT_EQ(a.tracks.size(), 3U);
    const Track& person = *a.find_track(TrackId{1});
    EXPECT_EQ(a.label_name(person.label), "person");
    EXPECT_EQ(person.keyframes[0].frame, FrameIndex{24});
    EXPECT_EQ(std::get<Box>(person.keyframes[0].shape).w, 39.5);
    const Attribute* colour = a.find_label("person")->find_attribute("colour");
    ASSERT_NE(colour, nullptr);
    EXPECT_EQ(person.attribute_at(colour->id, FrameIndex{24}), "red, or so");
    EXPECT_EQ(a.find_track(TrackId{2})->kind, ShapeKind::Quad);
    EXPECT_EQ(std::get<Box>(a.find_track(TrackId{3})->keyframes[0].shape), (Box{80, 80, 40, 40}));
    EXPECT_EQ(read->notes, (std::vector<std::string>{
                               "1 shapes are points or lines and are left out",
                               "1 shapes are round or have not four corners and are read as the boxes around them"}));
}

TEST(Via3, TheOlderHeaderStatesBeginAndEndInColumnsOfTheirOwn) {
    const std::string older =
        "# Exported using VGG Image Annotator (http://www.robots.ox.ac.uk/~vgg/software/via)\n"
        "# CSV_HEADER = metadata_id,file_list,temporal_segment_start,temporal_segment_end,metadata\n"
        "\"1_a\",\"[\"\"walk.mp4\"\"]\",1.5,3,\"{\"\"TEMPORAL-SEGMENTS\"\":\"\"walks\"\"}\"\n";
    EXPECT_TRUE(find_format("via3")->sniff("", older));
    const auto read = read_text("via3", older);
    IB_ASSERT_OK(read);
    EXPECT_EQ(said(read->annotations),
              (std::multiset<std::tuple<std::string, std::int64_t, std::int64_t>>{{"walks", 15, 30}}));
}

TEST(Via3, ReadOfWriteIsWhatWasInViewAndSaid) {
    for (std::uint32_t seed = 0; seed < 5; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        made.labels[LabelId{2}].name = "v\xC3\xA9lo, \"bleu\"";
        add_segment(made, "walks", 3, 9);
        add_segment(made, "walks", 5, 30);
        add_segment(made, "\xE8\xA1\x8C, \"so\"", 8, 100);
        add_track(made, "pedestrian",
                  {keyframe(7, Quad{{Point{-5.5, 3}, Point{40, 2.25}, Point{50, 60}, Point{1, 55}}}, true)});
        const auto written = write_text_of("via3", made);
        IB_ASSERT_OK(written);
        EXPECT_TRUE(test::besides_keyframes(written->losses).empty());
        const auto back = read_text("via3", written->text);
        IB_ASSERT_OK(back);
        EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made)), "");
        EXPECT_EQ(said(back->annotations), said(made));
        EXPECT_EQ(back->annotations.find_track(TrackId{9})->kind, ShapeKind::Quad);
        for (const auto& [id, track] : made.tracks)
            EXPECT_EQ(back->annotations.label_name(back->annotations.find_track(id)->label),
                      made.label_name(track->label));
    }
}

TEST(Via3, AttributesLeaveWithTheirNames) {
    Annotations made = made_annotations();
    made.labels[LabelId{2}].attributes = {{.id = AttributeId{1}, .name = "colour", .type = AttributeType::Text}};
    const TrackId id = add_track(made, "car", {keyframe(0, Box{1, 2, 3, 4}), keyframe(2, Box{1, 2, 3, 4})});
    Track track = *made.find_track(id);
    track.attribute_ranges = {{AttributeId{1}, {FrameIndex{1}, FrameIndex{2}}, "red"}};
    made.tracks[id] = std::make_shared<const Track>(track);
    const auto written = write_text_of("via3", made, {{"time-offset", "10"}});
    IB_ASSERT_OK(written);
    EXPECT_NE(written->text.find("\"1_00000002\",\"[\"\"walk.avi\"\"]\",0,\"[10.1]\",\"[2,1,2,3,4]\","
                                 "\"{\"\"2\"\":\"\"car\"\",\"\"3\"\":\"\"1\"\",\"\"5\"\":\"\"red\"\"}\"\n"),
              std::string::npos)
        << written->text;
    const auto back = read_text("via3", written->text, made_media(), {{"time-offset", "10"}});
    IB_ASSERT_OK(back);
    const Attribute* colour = back->annotations.find_label("car")->find_attribute("colour");
    ASSERT_NE(colour, nullptr);
    const Track& again = *back->annotations.find_track(TrackId{1});
    EXPECT_EQ(again.attribute_at(colour->id, FrameIndex{1}), "red");
    EXPECT_EQ(again.attribute_at(colour->id, FrameIndex{0}), "");
}

TEST(Via3, AnAttributeCalledLikeOneOfItsOwnHidesNoLabel) {
    Annotations made = made_annotations();
    made.labels[LabelId{2}].attributes = {{.id = AttributeId{1}, .name = "label", .type = AttributeType::Text}};
    const TrackId id = add_track(made, "car", {keyframe(0, Box{1, 2, 3, 4})});
    Track track = *made.find_track(id);
    track.attributes = {{AttributeId{1}, "red"}};
    made.tracks[id] = std::make_shared<const Track>(track);
    const auto written = write_text_of("via3", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->lost("attribute values left out"), 1);
    const auto back = read_text("via3", written->text);
    IB_ASSERT_OK(back);
    EXPECT_EQ(back->annotations.label_name(back->annotations.find_track(TrackId{1})->label), "car");
}

TEST(Via3, WhatIsWrongIsSaidByLineAndColumn) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"("1","[""a.mp4""]",0,"[2,1]","[]","{}")", "temporal_coordinates: end at 1 before they begin at 2"},
        {R"("1","[""a.mp4""]",0,"[x]","[]","{}")", "temporal_coordinates: 'x' is not a number"},
        {R"("1","[""a.mp4""]",0,"1","[]","{}")", "temporal_coordinates: '1' is no list"},
        {R"("1","[a.mp4]",0,"[1]","[]","{}")", "file_list: is no list of files"},
        {R"("1","[""a.mp4""]",0,"[1]","[]","[]")", "metadata: is no JSON object"},
        {R"("1","[""a.mp4""]",0,"[1]","[]")", "metadata: is missing"},
        {R"("1","[""a.mp4"])", "row: a double quote is left open"}};
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("via3", newer + row + "\n");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("given.txt:2: " + expected), std::string::npos) << read.error().message;
    }
    const auto bare = read_text("via3", R"("1","[""a.mp4""]",0,"[1]","[]","{}")");
    ASSERT_FALSE(bare);
    EXPECT_NE(bare.error().message.find("CSV_HEADER: does not stand before this row"), std::string::npos);
    EXPECT_NE(read_text("via3", "# nothing\n").error().message.find("CSV_HEADER: is missing"), std::string::npos);
}

TEST(Via3, PythonsCsvAndJsonReadWhatIsWritten) {
    Annotations made = test::random_annotations(2, Coordinates::Fractional);
    add_segment(made, "walks, \"so\"", 3, 9);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("via3"), {made, MediaId{1}, folder / "a.csv", {}}));
    const auto result = test::run_python(R"py(
import csv, json, sys
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
head = [l for l in lines if l.startswith("#")]
attributes = json.loads([l for l in head if l.startswith("# ATTRIBUTE = ")][0].split(" = ", 1)[1])
columns = head[-1].split(" = ")[1].split(",")
boxes = 0
for row in csv.DictReader(lines[len(head):], fieldnames=columns):
    assert json.loads(row["file_list"]) == ["walk.avi"]
    times, shape = json.loads(row["temporal_coordinates"]), json.loads(row["spatial_coordinates"])
    values = {attributes[k]["aname"]: v for k, v in json.loads(row["metadata"]).items()}
    if shape:
        assert shape[0] == 2 and len(shape) == 5 and len(times) == 1
        boxes += 1
    else:
        assert values == {"TEMPORAL-SEGMENTS": 'walks, "so"'} and times == [0.3, 0.9]
assert boxes == int(sys.argv[2])
)py",
                                         {(folder / "a.csv").string(), std::to_string(made.shape_count())});
    if (!result) GTEST_SKIP() << "python3 is not on this machine";
    EXPECT_EQ(result->status, 0) << result->output;
}

}  // namespace
}  // namespace inbetween
