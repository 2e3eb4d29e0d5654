#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "core/formats/plain_csv.h"
#include "core/formats/plain_json.h"
#include "core/formats/text/csv.h"
#include "tests/formats/quads.h"

namespace inbetween {
namespace {

using test::add_track;
using test::file_text;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using test::random_quads;
using test::read_path;
using test::read_text;
using test::sample;
using test::TemporaryFolder;
using test::write_text;
using test::write_text_of;

/// Adds what a random project may say besides shapes: labels in other scripts, attributes of all kinds, segments that
/// overlap, proposals, fills below an occluded keyframe, tracks past the video's end, ids with gaps.
void add_everything(Annotations& made, std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto upto = [&](int n) { return static_cast<std::int64_t>(random() % static_cast<unsigned>(n)); };
    Label odd{
        .id = LabelId{17}, .name = "\xE8\xA1\x8C\xE4\xBA\xBA, \"x\" ", .colour = {1, 2, 3}, .hotkey = 7, .ava_id = 80};
    odd.attributes = {{AttributeId{4}, "pose", AttributeType::Select, true, {"sits", "", " runs,"}, "sits"},
                      {AttributeId{9}, "note", AttributeType::Text, false, {}, ""},
                      {AttributeId{5}, "speed", AttributeType::Number, true, {}, "0"}};
    made.labels[odd.id] = odd;
    made.labels[LabelId{30}] = Label{.id = LabelId{30}, .name = "wave", .kind = LabelKind::Action, .attributes = {}};
    const TrackId last =
        add_track(made, odd.name, {keyframe(90, Box{-40.5, -3, 20, 700}, true), keyframe(104, Box{0, 0, 1, 1})});
    test::add_curved_fill(made, last, 0);
    for (const auto& [id, track] : std::map(made.tracks)) {
        Track changed = *track;
        if (upto(2) == 0) changed.label = odd.id;
        if (upto(3) == 0) changed.proposal = static_cast<int>(upto(1001));
        if (upto(2) == 0) changed.attributes[AttributeId{9}] = "two\nlines, \"quoted\"\x01\r\n ";
        if (upto(2) == 0)
            changed.attribute_ranges = {{AttributeId{4}, {FrameIndex{0}, FrameIndex{20}}, "sits"},
                                        {AttributeId{4}, {FrameIndex{20}, FrameIndex{23}}, ""},
                                        {AttributeId{5}, {FrameIndex{3}, FrameIndex{9}}, "1.5"}};
        for (Keyframe& each : changed.keyframes) each.source = static_cast<Source>(upto(5));
        made.tracks[id] = std::make_shared<const Track>(changed);
        // Fills name their keyframes whole, so they go by the changed ones.
        if (!made.fills.contains(id)) continue;
        for (SpanFillPtr& fill : made.fills[id]) {
            SpanFill own = *fill;
            own.inputs.assign(changed.keyframes.begin(),
                              changed.keyframes.begin() + 2 + upto(2) * (changed.keyframes.size() > 2 ? 1 : 0));
            fill = std::make_shared<const SpanFill>(own);
        }
    }
    std::int64_t id = 3;
    for (int i = 0; i < 6; ++i, id += 1 + upto(4)) {
        const std::int64_t begin = upto(90);
        const TrackId track = upto(2) == 0 ? TrackId{} : made.tracks.begin()->first;
        made.segments[SegmentId{id}] = std::make_shared<const Segment>(Segment{
            SegmentId{id}, MediaId{1}, LabelId{30}, track, {FrameIndex{begin}, FrameIndex{begin + 1 + upto(40)}}});
    }
}

Annotations random_project(std::uint32_t seed) {
    Annotations made =
        seed % 2 == 0 ? test::random_annotations(seed, test::Coordinates::Fractional) : random_quads(seed);
    if (const TrackId first = made.tracks.begin()->first; seed % 2 == 1) test::add_curved_fill(made, first, 0);
    add_everything(made, seed);
    return made;
}

void expect_equal(const Annotations& found, const Annotations& expected) {
    EXPECT_EQ(found.labels, expected.labels);
    ASSERT_EQ(found.tracks.size(), expected.tracks.size());
    for (const auto& [id, track] : expected.tracks) {
        ASSERT_NE(found.find_track(id), nullptr);
        EXPECT_EQ(*found.find_track(id), *track) << number(id);
        ASSERT_EQ(found.fills_of(id).size(), expected.fills_of(id).size()) << number(id);
        for (std::size_t i = 0; i < expected.fills_of(id).size(); ++i)
            EXPECT_EQ(*found.fills_of(id)[i], *expected.fills_of(id)[i]) << number(id);
    }
    EXPECT_TRUE(same_statements(found, expected));
}

class Plain : public testing::TestWithParam<const char*> {};

TEST_P(Plain, WhatIsReadIsWhatWasWrittenToTheLastBit) {
    for (std::uint32_t seed = 0; seed < 12; ++seed) {
        SCOPED_TRACE(seed);
        const Annotations made = random_project(seed);
        ASSERT_FALSE(find_breach(made)) << *find_breach(made);
        const auto written = write_text_of(GetParam(), made, {{"proposals", "keep"}});
        IB_ASSERT_OK(written);
        EXPECT_TRUE(written->losses.empty());
        const auto back = read_text(GetParam(), written->text);
        IB_ASSERT_OK(back);
        expect_equal(back->annotations, made);
        const auto again = write_text_of(GetParam(), back->annotations, {{"proposals", "keep"}});
        IB_ASSERT_OK(again);
        EXPECT_EQ(again->text, written->text);
    }
}

TEST_P(Plain, ProposalsAreLeftOutUnlessAskedFor) {
    Annotations made = made_annotations();
    const TrackId id = add_track(made, "car", {keyframe(0, Box{1, 2, 3, 4})});
    Track track = *made.find_track(id);
    track.proposal = 640;
    made.tracks[id] = std::make_shared<const Track>(track);
    const auto dropped = write_text_of(GetParam(), made);
    IB_ASSERT_OK(dropped);
    EXPECT_EQ(dropped->lost("proposals left out, which nobody has accepted; option proposals=keep writes them"), 1);
    const auto back = read_text(GetParam(), dropped->text);
    IB_ASSERT_OK(back);
    EXPECT_TRUE(back->annotations.tracks.empty());
}

TEST_P(Plain, EveryFrameTellsWhereItsShapeComesFromAndWhenItIsShown) {
    Annotations made = made_annotations();
    const TrackId id =
        add_track(made, "car",
                  {keyframe(10, Box{0, 0, 8, 8}), keyframe(12, Box{4, 0, 8, 8}), keyframe(14, Box{8, 0, 8, 8}),
                   keyframe(16, Box{8, 0, 8, 8}, false, true), keyframe(18, Box{8, 0, 8, 8})});
    test::add_curved_fill(made, id, 1);
    const auto written = write_text_of(GetParam(), made);
    IB_ASSERT_OK(written);
    const std::vector<std::string> provenance{"keyframe", "linear",   "keyframe", "filled",  "keyframe",
                                              "held",     "keyframe", "held",     "keyframe"};
    if (GetParam() == std::string("csv")) {
        std::istringstream in(written->text);
        CsvRecords records(in);
        std::vector<std::string> found;
        while (const auto record = records.next()) {
            const auto fields = csv_fields(*record);
            ASSERT_EQ(fields->size(), plain_columns.size());
            if (fields->front() != "shape") continue;
            EXPECT_EQ((*fields)[4], std::to_string(10 + found.size()));
            EXPECT_EQ((*fields)[6], (*fields)[4]) << "pts";
            found.push_back((*fields)[20]);
        }
        EXPECT_EQ(found, provenance);
        return;
    }
    const auto json = nlohmann::json::parse(written->text);
    std::vector<std::string> found;
    for (const auto& frame : json["tracks"][0]["frames"]) found.push_back(frame["provenance"]);
    EXPECT_EQ(found, provenance);
    EXPECT_EQ(json["tracks"][0]["frames"][1]["seconds"], 1.1);
    EXPECT_EQ(json["tracks"][0]["frames"][1]["box"], nlohmann::json({2, 0, 8, 8}));
    EXPECT_EQ(json["tracks"][0]["frames"][7]["outside"], true);
    EXPECT_FLOAT_EQ(json["tracks"][0]["frames"][3]["confidence"].get<float>(), 0.9F);
    EXPECT_EQ(json["media"]["pts"].size(), 100U);
}

TEST_P(Plain, FrameHashesAreWrittenWhereTheyAreKnown) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{1, 2, 3, 4})});
    VideoSignature signature;
    for (std::uint64_t n = 0; n < 100; ++n) signature.hashes.push_back(0xabcd000000000000U + n);
    const TemporaryFolder folder;
    const auto report = write_annotations(*find_format(GetParam()), {made, MediaId{1}, folder / "out", {}, &signature});
    IB_ASSERT_OK(report);
    const std::string text = file_text(folder / "out");
    EXPECT_NE(text.find("abcd000000000063"), std::string::npos);
    EXPECT_TRUE(read_path(GetParam(), folder / "out", made_media()));
}

TEST_P(Plain, DerivedFramesMayBeLeftOutAndAreToldOfWhereTheyDiffer) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{0, 0, 8, 8}), keyframe(2, Box{4, 0, 8, 8})});
    const auto written = write_text_of(GetParam(), made);
    IB_ASSERT_OK(written);
    std::string text = written->text;
    const bool is_csv = GetParam() == std::string("csv");
    const std::string was = is_csv ? ",2,0,8,8," : "[2,0,8,8]";
    const auto place = text.find(was);
    ASSERT_NE(place, std::string::npos);
    text[place + 1] = '3';
    const auto differing = read_text(GetParam(), text);
    IB_ASSERT_OK(differing);
    ASSERT_EQ(differing->notes.size(), 1U);
    EXPECT_EQ(differing->notes[0],
              "1 frames that are no keyframes differ from what their keyframes and fills give, which counts");
    const auto begin = text.rfind('\n', place) + 1;
    text.erase(begin, text.find('\n', place) + 1 - begin);
    const auto without = read_text(GetParam(), text);
    IB_ASSERT_OK(without);
    EXPECT_TRUE(without->notes.empty());
    expect_equal(without->annotations, made);
}

TEST_P(Plain, AnotherVideoIsToldOf) {
    Annotations made = made_annotations();
    Media media = made_media();
    media.fingerprint = "10-00";
    made.media[MediaId{1}] = std::make_shared<const Media>(media);
    add_track(made, "car", {keyframe(0, Box{0, 0, 8, 8}), keyframe(60, Box{4, 0, 8, 8})});
    const auto written = write_text_of(GetParam(), made);
    IB_ASSERT_OK(written);
    Media other = made_media(50);
    other.fingerprint = "20-00";
    other.width = 640;
    const auto read = read_text(GetParam(), written->text, other);
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->notes, (std::vector<std::string>{"the file was written of another video, as its fingerprint tells",
                                                     "the file speaks of 100 frames, the video has 50",
                                                     "the file speaks of pictures of 768x576, the video's are 640x576",
                                                     "1 tracks go on past the video's last frame"}));
}

TEST_P(Plain, ASampleWrittenByHandIsReadWithWhatItLeavesOut) {
    const bool is_csv = GetParam() == std::string("csv");
    const auto read = read_path(GetParam(), sample(is_csv ? "csv/walk.csv" : "json/walk.json"), made_media());
    IB_ASSERT_OK(read);
    EXPECT_TRUE(read->notes.empty()) << read->notes.front();
    const Annotations& found = read->annotations;
    ASSERT_EQ(found.tracks.size(), 2U);
    EXPECT_EQ(found.find_track(TrackId{1})->keyframes.size(), 2U);
    EXPECT_EQ(found.find_track(TrackId{1})->keyframes[0].source, Source::Imported);
    EXPECT_EQ(found.find_track(TrackId{4})->kind, ShapeKind::Quad);
    ASSERT_EQ(found.segments.size(), 1U);
    EXPECT_EQ(found.label_name(found.segments.begin()->second->label), "waves");
}

INSTANTIATE_TEST_SUITE_P(Both, Plain, testing::Values("json", "csv"));

TEST(PlainJson, AMalformedElementIsRefusedByFilePathAndField) {
    const std::string head = R"({"schema":"inbetween-annotations","version":1,"tracks":[)";
    const std::map<std::string, std::string> cases{
        {R"({"schema":"inbetween-annotations","version":2,"tracks":[]})", "/version: 2 is newer than 1"},
        {R"({"schema":"other","version":1,"tracks":[]})", "/schema: is not \"inbetween-annotations\""},
        {R"([1])", "JSON: is no object"},
        {head + R"(7]})", "/tracks[0]: is number, not an object"},
        {head + R"({"label":"a","shape":"box","frames":[]}]})", "/tracks[0]/id: is missing"},
        {head + R"({"id":1,"label":"a","shape":"oval","frames":[]}]})", "/tracks[0]/shape: is neither box nor quad"},
        {head + R"({"id":1,"label":"a","shape":"box","frames":[{"frame":0,"box":[1,2,3]}]}]})",
         "/tracks[0]/frames[0]/box: has 3 elements, not 4"},
        {head + R"({"id":1,"label":"a","shape":"box","frames":[{"frame":0,"box":[1,2,3,-4]}]}]})",
         "/tracks[0]/frames[0]/box[3]: is not positive"},
        {head + R"({"id":1,"label":"a","shape":"box","frames":[{"frame":0,"box":[1,2,3,4],"provenance":"guess"}]}]})",
         "/tracks[0]/frames[0]/provenance: is none of"},
        {head +
             R"({"id":1,"label":"a","shape":"box","frames":[{"frame":3,"box":[1,2,3,4]},{"frame":3,"box":[1,2,3,4]}]}]})",
         "/tracks[0]: frame 3 stands twice"},
        {head + R"({"id":1,"label":"a","shape":"box","frames":[{"frame":999999999,"box":[1,2,3,4]}]}]})",
         "/tracks[0]: frame 999999999 lies far past the video's 100 frames"},
        {head + R"({"id":1,"label":"a","shape":"quad","frames":[{"frame":3,"quad":[0,0,9,9,9,0,0,9]}]}]})",
         "/tracks[0]: frame 3: the shape is flat or crosses itself"},
        {head +
             R"({"id":1,"label":"a","shape":"box","fills":[{"method":"csrt","from":0,"to":9,"first":0,"last":9}],"frames":[{"frame":0,"box":[1,2,3,4]},{"frame":9,"box":[1,2,3,4]}]}]})",
         "the fill between frames 0 and 9 lacks some of its 8 frames"},
        {head +
             R"({"id":1,"label":"a","shape":"box","attributes":[{"name":"pose","value":"x"}],"frames":[{"frame":0,"box":[1,2,3,4]}]}]})",
         "/tracks[0]: the attribute 'pose' is not among the labels'"},
        {head + R"(],"segments":[{"id":1,"label":"b","track":5,"begin":0,"end":4}]})",
         "/segments[0]: track 5 is not in the file"},
        {head + "\n{\"id\":1,\n\"label\"", ":3: JSON: is cut: it ends within a value"},
    };
    for (const auto& [text, expected] : cases) {
        const auto read = read_text("json", text);
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
        EXPECT_NE(read.error().message.find("given.txt"), std::string::npos);
    }
}

TEST(PlainJson, LabelsMayComeAfterTheTracksThatNameThem) {
    const auto read = read_text("json", R"({"version":1,"segments":[{"id":2,"label":"b","track":1,"begin":0,"end":4}],
        "tracks":[{"id":1,"label":"a","shape":"box","attributes":[{"name":"pose","value":"x"}],"frames":[{"frame":0,"box":[1,2,3,4]}]}],
        "labels":[{"name":"a","attributes":[{"name":"pose"},{"name":"age"}]}],"schema":"inbetween-annotations"})");
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.find_label("a")->attributes.size(), 2U);
    EXPECT_EQ(read->annotations.find_track(TrackId{1})->attributes.size(), 1U);
}

TEST(PlainJson, ItsFilesAreValidByTheSchema) {
    if (test::run_command("python3 -c 'import jsonschema'").status != 0)
        GTEST_SKIP() << "python3-jsonschema is not installed";
    const TemporaryFolder folder;
    write_text(folder / "schema.json", std::string(plain_json_schema()));
    write_text(folder / "check.py",
               "import json, sys, jsonschema\n"
               "schema = json.load(open(sys.argv[1]))\n"
               "jsonschema.Draft202012Validator.check_schema(schema)\n"
               "for name in sys.argv[2:]: jsonschema.Draft202012Validator(schema).validate(json.load(open(name)))\n");
    std::string files = " " + sample("json/walk.json").string();
    for (std::uint32_t seed = 0; seed < 2; ++seed) {
        const auto path = folder / (std::to_string(seed) + ".json");
        const Annotations made = random_project(seed);
        IB_ASSERT_OK(write_annotations(*find_format("json"), {made, MediaId{1}, path, {{"proposals", "keep"}}}));
        files += " " + path.string();
    }
    const std::string check = "python3 " + (folder / "check.py").string() + " " + (folder / "schema.json").string();
    const auto valid = test::run_command(check + files);
    EXPECT_EQ(valid.status, 0) << valid.output;
    write_text(folder / "wrong.json", R"({"schema":"inbetween-annotations","version":1,"tracks":[{"id":0}]})");
    EXPECT_NE(test::run_command(check + " " + (folder / "wrong.json").string()).status, 0);
}

TEST(PlainCsv, AMalformedRowIsRefusedByFileLineAndColumn) {
    const std::string head = "record,track,label,frame,end,x,y,w,h,occluded,attribute,name,value\n";
    const std::string schema = "schema,,,,,,,,,,,inbetween-annotations,1\n";
    const std::map<std::string, std::string> cases{
        {"shape,0,a,0,,1,2,3,4,0,,,", ":3: track: 0 is not within 1"},
        {"shape,1,,0,,1,2,3,4,0,,,", ":3: label: is no name"},
        {"shape,1,a,x,,1,2,3,4,0,,,", ":3: frame: 'x' is not a whole number"},
        {"shape,1,a,0,,1,2,3,0,0,,,", ":3: h: is not positive"},
        {"shape,1,a,0,,1,2,3,4,2,,,", ":3: occluded: '2' is neither 0 nor 1"},
        {"shape,1,a,0,,1,2,3,4", ":3: row: has 9 fields, the header has 13"},
        {"circle,1,a,0,,1,2,3,4,0,,,", ":3: record: 'circle' is no kind of record"},
        {"shape,1,a,0,,1,2,3,4,0,,,\nshape,1,b,1,,1,2,3,4,0,,,", ":4: label: is not 'a', as for this track before"},
        {"shape,1,a,0,,1,2,3,4,0,,,\nshape,1,a,0,,1,2,3,4,0,,,", ":3: frame 0 stands twice"},
        {"shape,1,a,0,,1,2,3,4,0,,\"open,", ":3: row: a double quote is left open"},
        {"value,1,a,,,,,,,,9,,x", ":3: the attribute 9 is not among the labels'"},
        {"label,,a,,,,,,,,,colour,red", ":3: value: is no colour like #e69f00"},
    };
    for (const auto& [rows, expected] : cases) {
        const auto read = read_text("csv", head + schema + rows + "\n");
        ASSERT_FALSE(read) << rows;
        EXPECT_NE(read.error().message.find("given.txt" + expected), std::string::npos) << read.error().message;
    }
    EXPECT_NE(read_text("csv", head + "shape,1,a,0,,1,2,3,4,0,,,\n").error().message.find("no row states the schema"),
              std::string::npos);
}

TEST(PlainCsv, RowsMayComeInAnyOrder) {
    const Annotations made = random_project(6);
    const auto written = write_text_of("csv", made, {{"proposals", "keep"}});
    IB_ASSERT_OK(written);
    std::istringstream in(written->text);
    CsvRecords records(in);
    const std::string header(*records.next());
    std::vector<std::string> shapes;
    std::string others;
    while (const auto record = records.next()) {
        if (record->starts_with("shape"))
            shapes.emplace_back(*record);
        else
            others += std::string(*record) + "\n";
    }
    std::shuffle(shapes.begin(), shapes.end(), std::mt19937(1));
    std::string text = header + "\n";
    for (const std::string& shape : shapes) text += shape + "\r\n";
    const auto read = read_text("csv", text + others);
    IB_ASSERT_OK(read);
    expect_equal(read->annotations, made);
}

}  // namespace
}  // namespace inbetween
