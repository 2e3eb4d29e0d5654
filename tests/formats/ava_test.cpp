#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>

#include "core/base/text.h"
#include "core/formats/ava_labels.h"
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
using test::TemporaryFolder;
using test::why;
using test::write_text;
using test::write_text_of;

const FormatOptions from_902{{"time-offset", "902"}};

/// A second action label, and segments of a track.
LabelId add_action(Annotations& annotations, std::string_view name, std::optional<int> ava_id = std::nullopt) {
    const LabelId id = annotations.next_label_id();
    annotations.labels[id] =
        Label{.id = id, .name = std::string(name), .kind = LabelKind::Action, .ava_id = ava_id, .attributes = {}};
    return id;
}

void add_segment(Annotations& annotations, LabelId label, TrackId track, std::int64_t begin, std::int64_t end) {
    const SegmentId id = annotations.next_segment_id();
    annotations.segments[id] =
        std::make_shared<const Segment>(Segment{id, MediaId{1}, label, track, {FrameIndex{begin}, FrameIndex{end}}});
}

std::vector<Segment> segments_of(const Annotations& annotations, TrackId track) {
    std::vector<Segment> segments;
    for (const auto& [id, segment] : annotations.segments)
        if (segment->track == track) segments.push_back(*segment);
    return segments;
}

TEST(Ava, ReadsTheSample) {
    const auto read = read_path("ava", sample("ava/walk.csv"), made_media(), from_902);
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 2U);
    const Track& first = *a.find_track(TrackId{1});
    EXPECT_EQ(a.label_name(first.label), "person");
    // 902 and 903 are one run, 905 another: 904 is a second at which nobody is there.
    ASSERT_EQ(first.keyframes.size(), 5U);
    EXPECT_EQ(first.keyframes[0].frame, FrameIndex{0});
    EXPECT_EQ(first.keyframes[1].frame, FrameIndex{10});
    EXPECT_EQ(first.keyframes[2].frame, FrameIndex{11});
    EXPECT_TRUE(first.keyframes[2].outside);
    EXPECT_EQ(first.keyframes[3].frame, FrameIndex{30});
    EXPECT_TRUE(first.keyframes[4].outside);
    const Box box = std::get<Box>(first.keyframes[0].shape);
    EXPECT_NEAR(box.x, 0.031 * 768, 0.001);
    EXPECT_NEAR(box.bottom(), 0.995 * 576, 0.002);
    EXPECT_EQ(read->notes.size(), 2U);
}

TEST(Ava, AnActionLastsHalfASecondAroundItsTimestampsAndJoins) {
    const auto read = read_path("ava", sample("ava/walk.csv"), made_media(), from_902);
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    const auto segments = segments_of(a, TrackId{1});
    ASSERT_EQ(segments.size(), 3U);
    std::map<std::string, std::vector<FrameRange>> by_name;
    for (const Segment& segment : segments) by_name[a.label_name(segment.label)].push_back(segment.range);
    ASSERT_EQ(by_name["stand"].size(), 2U);
    EXPECT_EQ(by_name["stand"][0], (FrameRange{FrameIndex{0}, FrameIndex{15}}));
    EXPECT_EQ(by_name["stand"][1], (FrameRange{FrameIndex{25}, FrameIndex{35}}));
    // 17 is not in the label map beside the file.
    EXPECT_EQ(by_name["action 17"][0], (FrameRange{FrameIndex{0}, FrameIndex{5}}));
    EXPECT_EQ(a.find_label("stand")->ava_id, 12);
    EXPECT_EQ(a.find_label("stand")->kind, LabelKind::Action);
}

TEST(Ava, ChoosesTheVideoByItsName) {
    const auto other =
        read_path("ava", sample("ava/walk.csv"), made_media(), {{"time-offset", "902"}, {"video-id", "run"}});
    IB_ASSERT_OK(other);
    EXPECT_EQ(other->annotations.tracks.size(), 1U);
    Media film = made_media();
    film.path = "film.mkv";
    const auto unknown = read_path("ava", sample("ava/walk.csv"), film, from_902);
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message.find("video_id: none of its 2 videos is called 'film'"), std::string::npos)
        << unknown.error().message;
}

TEST(Ava, ATimeOffsetThatIsMissingIsSaid) {
    const auto read = read_path("ava", sample("ava/walk.csv"), made_media());
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find("none of the 6 rows lies within the video's 10 seconds, the first says 902; "
                                        "option time-offset=SECONDS"),
              std::string::npos)
        << read.error().message;
}

TEST(Ava, SecondsComeFromPtsNotFromARate) {
    Media media = made_media(6);
    media.timebase = {1, 1000};
    media.pts = {5000, 5040, 5900, 6900, 8100, 8200};
    const auto read = read_text("ava", "walk,1,0.1,0.1,0.2,0.2,1,0\nwalk,3,0.1,0.1,0.2,0.2,1,0\n", media);
    IB_ASSERT_OK(read);
    const Track& track = *read->annotations.find_track(TrackId{1});
    EXPECT_EQ(track.keyframes[0].frame, FrameIndex{2});
    EXPECT_EQ(track.keyframes[2].frame, FrameIndex{4});
}

TEST(Ava, WritesARowAPersonAndActionAtEverySecond) {
    Annotations made = made_annotations();
    const LabelId walk = add_action(made, "walk");
    const LabelId wave = add_action(made, "wave both hands");
    const TrackId id =
        add_track(made, "pedestrian",
                  {keyframe(0, Box{76.8, 57.6, 76.8, 57.6}), keyframe(20, Box{76.8, 57.6, 76.8, 57.6}, true)});
    add_segment(made, walk, id, 0, 21);
    add_segment(made, wave, id, 8, 12);
    const TemporaryFolder folder;
    const auto report = write_annotations(
        *find_format("ava"),
        {made, MediaId{1}, folder / "out.csv", {{"time-offset", "900"}, {"timestamps", "1"}, {"label", "pedestrian"}}});
    IB_ASSERT_OK(report);
    EXPECT_EQ(file_text(folder / "out.csv"),
              "walk,0900,0.100,0.100,0.200,0.200,14,1\n"
              "walk,0901,0.100,0.100,0.200,0.200,14,1\n"
              "walk,0901,0.100,0.100,0.200,0.200,81,1\n"
              "walk,0902,0.100,0.100,0.200,0.200,14,1\n");
    EXPECT_EQ(file_text(folder / "out_action_list.pbtxt"),
              "item {\n  name: \"walk\"\n  id: 14\n}\nitem {\n  name: \"wave both hands\"\n  id: 81\n}\n");
    EXPECT_EQ(file_text(folder / "out_included_timestamps.txt").substr(0, 10), "0900\n0901\n");
    const std::vector<Loss> expected{{"occluded flags left out", 1},
                                     {"boxes between the labelled seconds left out", 18}};
    EXPECT_EQ(test::besides_keyframes(report->losses), expected);
}

TEST(Ava, LossesAreCountedByKind) {
    Annotations made = made_annotations();
    const LabelId walk = add_action(made, "walk", 14);
    const LabelId stroll = add_action(made, "stroll", 14);
    const TrackId idle = add_track(made, "car", {keyframe(0, Box{10, 10, 50, 50})});
    const TrackId cut = add_track(made, "car", {keyframe(0, Box{-10, 10, 50, 50})});
    add_segment(made, walk, cut, 0, 1);
    const TrackId gone = add_track(made, "car", {keyframe(0, Box{-100, 10, 50, 50})});
    add_segment(made, walk, gone, 0, 1);
    const TrackId brief = add_track(made, "car", {keyframe(3, Box{10, 10, 50, 50})});
    add_segment(made, stroll, brief, 3, 4);
    const Quad quad{{Point{10, 10}, Point{30, 12}, Point{28, 40}, Point{8, 30}}};
    const TrackId turned = add_track(made, "car", {keyframe(0, quad)});
    add_segment(made, stroll, turned, 0, 1);
    add_segment(made, walk, TrackId{}, 0, 50);
    const auto written = write_text_of("ava", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->lost("boxes at labelled seconds left out, for their track does nothing then"), 1);
    EXPECT_EQ(written->lost("boxes cut at the edge of the picture"), 1);
    EXPECT_EQ(written->lost("boxes outside of the picture left out"), 1);
    EXPECT_EQ(written->lost("actions left out, for no row shows them"), 2);
    EXPECT_EQ(written->lost("boxes between the labelled seconds left out"), 1);
    EXPECT_EQ(written->lost("quads written as boxes"), 1);
    EXPECT_EQ(written->lost("segments of the video left out"), 1);
    EXPECT_EQ(written->lost("actions renumbered, for another one has their number"), 1);
    EXPECT_EQ(written->lost("tracks of 'car' written as persons"), 5);
    EXPECT_EQ(split(written->text, '\n').size(), 3U);
    EXPECT_TRUE(is_set(idle));
}

TEST(Ava, BoxesWithoutAnActionAreWrittenAsOneWhenAsked) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{76.8, 57.6, 76.8, 57.6}), keyframe(10, Box{76.8, 57.6, 76.8, 57.6})});
    const auto dropped = write_text_of("ava", made);
    IB_ASSERT_OK(dropped);
    EXPECT_EQ(dropped->text, "");
    EXPECT_EQ(dropped->lost("boxes at labelled seconds left out, for their track does nothing then"), 2);
    const TemporaryFolder folder;
    const auto report =
        write_annotations(*find_format("ava"), {made, MediaId{1}, folder / "a.csv", {{"no-action", "12"}}});
    IB_ASSERT_OK(report);
    EXPECT_EQ(file_text(folder / "a.csv"),
              "walk,0000,0.100,0.100,0.200,0.200,12,1\nwalk,0001,0.100,0.100,0.200,0.200,12,1\n");
    EXPECT_EQ(file_text(folder / "a_action_list.pbtxt"), "item {\n  name: \"stand\"\n  id: 12\n}\n");
    EXPECT_EQ(report->losses[1], (Loss{"boxes of tracks that do nothing then written as action 12", 2}));
}

TEST(Ava, WriteOfReadOfWriteIsTheSameText) {
    for (std::uint32_t seed = 0; seed < 6; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        const LabelId walk = add_action(made, "walk");
        const LabelId own = add_action(made, "jump \"high\"");
        for (const auto& [id, track] : made.tracks) {
            add_segment(made, walk, id, 0, 100);
            add_segment(made, own, id, 5 * (number(id) % 3), 60);
        }
        for (const char* persons : {"1", "0"}) {
            const FormatOptions options{{"time-offset", "12.5"}, {"person-ids", persons}, {"empty", "1"}};
            const TemporaryFolder folder;
            IB_ASSERT_OK(write_annotations(*find_format("ava"), {made, MediaId{1}, folder / "a.csv", options}));
            const auto back = read_path("ava", folder / "a.csv", made_media(), options);
            IB_ASSERT_OK(back);
            EXPECT_NE(back->annotations.find_label("jump 'high'"), nullptr);
            IB_ASSERT_OK(
                write_annotations(*find_format("ava"), {back->annotations, MediaId{1}, folder / "b.csv", options}));
            const std::regex person(",\\d+\n");
            const std::string first = file_text(folder / "a.csv");
            const std::string second = file_text(folder / "b.csv");
            // Identities are numbered anew in order of arrival.
            EXPECT_EQ(std::regex_replace(first, person, "\n"), std::regex_replace(second, person, "\n"));
        }
    }
}

/// What get_ava_performance.py does with a row and a label map.   source: ActivityNet, get_ava_performance.py.
TEST(Ava, TheFieldsParserTakesWhatIsWritten) {
    Annotations made = test::random_annotations(5, Coordinates::Fractional);
    const LabelId walk = add_action(made, "walk");
    const LabelId own = add_action(made, "own action");
    for (const auto& [id, track] : made.tracks) {
        add_segment(made, walk, id, 0, 100);
        add_segment(made, own, id, 0, 50);
    }
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("ava"), {made, MediaId{1}, folder / "a.csv", {}}));
    std::map<int, std::string> classes;
    std::string name;
    const std::string map = file_text(folder / "a_action_list.pbtxt");
    for (const auto line : split(map, '\n')) {
        if (line.starts_with("  name:")) name = split(line, '"')[1];
        if (line.starts_with("  id:") || line.starts_with("  label_id:"))
            classes[static_cast<int>(parse_int(split(trim(line), ' ').back()).value_or(-1))] = name;
    }
    EXPECT_EQ(classes.size(), 2U);
    std::int64_t rows = 0;
    const std::string text = file_text(folder / "a.csv");
    for (const auto line : split(std::string_view(text).substr(0, text.size() - 1), '\n')) {
        const auto fields = split(line, ',');
        ASSERT_EQ(fields.size(), 8U) << line;
        EXPECT_EQ(fields[1].size(), 4U) << line;
        for (std::size_t i = 2; i < 6; ++i) {
            const auto share = parse_double(fields[i]);
            ASSERT_TRUE(share && *share >= 0 && *share <= 1 && fields[i].size() == 5) << line;
        }
        EXPECT_LT(*parse_double(fields[2]), *parse_double(fields[4])) << line;
        EXPECT_LT(*parse_double(fields[3]), *parse_double(fields[5])) << line;
        EXPECT_TRUE(classes.contains(static_cast<int>(parse_int(fields[6]).value_or(-1)))) << line;
        EXPECT_TRUE(parse_int(fields[7])) << line;
        ++rows;
    }
    EXPECT_GT(rows, 20);
}

TEST(Ava, RowsWithoutAPersonAndScoresAreABoxASecond) {
    const auto seven = read_text("ava", "w,0,0.1,0.1,0.2,0.2,12\nw,0,0.1,0.1,0.2,0.2,14\nw,1,0.1,0.1,0.2,0.2,12\n");
    IB_ASSERT_OK(seven);
    EXPECT_EQ(seven->annotations.tracks.size(), 2U);
    EXPECT_EQ(seven->annotations.segments.size(), 3U);
    const auto scores = read_text("ava", "walk,0,0.1,0.1,0.2,0.2,12,0.93\nwalk,1,0.1,0.1,0.2,0.2,14,1\n");
    IB_ASSERT_OK(scores);
    EXPECT_EQ(scores->annotations.tracks.size(), 2U);
    ASSERT_EQ(scores->notes.size(), 1U);
    EXPECT_EQ(scores->notes[0], "2 scores of detections are left out, and no box is linked to another");
}

TEST(Ava, LabelMapsOfBothKindsAreReadAndTheirFaultsNamed) {
    const auto map = read_ava_label_map("m.pbtxt",
                                        "item {\n  name: \"bend/bow (at the waist)\"\n  id: 1\n}\nlabel {\n"
                                        "  name: \"dig\"\n  label_id: 25\n  label_type: OBJECT\n}\n");
    IB_ASSERT_OK(map);
    EXPECT_EQ(map->at(1), "bend/bow (at the waist)");
    EXPECT_EQ(map->at(25), "dig");
    EXPECT_EQ(*read_ava_label_map("m", ava_label_map_text(ava_actions())), ava_actions());
    const std::map<std::string, std::string> cases{
        {"", "m.pbtxt: holds no label map"},
        {"item {\n  id: 1\n}", "m.pbtxt:2: id: 1 has no name before it"},
        {"item {\n  name: x\n  id: 1\n}", "m.pbtxt:2: name: does not stand in double quotes"},
        {"item {\n  name: \"x\"\n  id: one\n}", "m.pbtxt:3: id: no number from 1 stands last"},
        {"item {\n  name: \"x\"\n  id: 0\n}", "m.pbtxt:3: id: no number from 1 stands last"},
        {"  name: \"x\"\n  id: 1\n  name: \"y\"\n  id: 1\n", "m.pbtxt:4: id: 1 stands twice"},
    };
    for (const auto& [text, expected] : cases) {
        const auto refused = read_ava_label_map("m.pbtxt", text);
        ASSERT_FALSE(refused) << text;
        EXPECT_NE(refused.error().message.find(expected), std::string::npos) << refused.error().message;
    }
}

TEST(Ava, AMalformedRowIsRefusedByFileLineAndField) {
    const std::map<std::string, std::string> cases{
        {"video_id,middle_frame_timestamp,x1,y1,x2,y2,action_id,person_id",
         "middle_frame_timestamp: 'middle_frame_tim"},
        {"w,0,0.1,0.1,0.2,0.2", "row: has 6 columns, not 2, 7 or 8"},
        {"w", "middle_frame_timestamp: is missing: the row has 1 fields"},
        {",0,0.1,0.1,0.2,0.2,1,1", "video_id: is no name"},
        {"w,nan,0.1,0.1,0.2,0.2,1,1", "middle_frame_timestamp: 'nan' is not a number"},
        {"w,0,302,0.1,0.2,0.2,1,1", "x1: 302 is not within 0 and 1, a share of the picture"},
        {"w,0,0.1,-0.1,0.2,0.2,1,1", "y1: -0.1 is not within 0 and 1"},
        {"w,0,0.1,0.1,inf,0.2,1,1", "x2: 'inf' is not a number"},
        {"w,0,0.3,0.1,0.2,0.2,1,1", "x2: 0.2 is not right of x1 0.3"},
        {"w,0,0.1,0.2,0.2,0.2,1,1", "y2: 0.2 is not below y1 0.2"},
        {"w,0,0.1,0.1,0.2,0.2,walk,1", "action_id: 'walk' is not a whole number"},
        {"w,0,0.1,0.1,0.2,0.2,0,1", "action_id: 0 is not within 1"},
        {"w,0,0.1,0.1,0.2,0.2,1,anna", "person_id: 'anna' is not a number"},
        {"\"w,0,0.1,0.1,0.2,0.2,1,1", "row: a double quote is left open"},
    };
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("ava", "w,0,0.1,0.1,0.2,0.2,1,1\n" + row + "\n");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("given.txt:2: " + expected), std::string::npos) << read.error().message;
    }
}

TEST(Ava, ToleratesQuotesCrlfBlankLinesAndAByteOrderMark) {
    const auto read = read_text("ava",
                                "\xEF\xBB\xBF"
                                "\"a,b\",0000,0.1,0.1,0.2,0.2,1,1\r\n\r\n\"a,b\",1.0,0.1,0.1,0.2,0.2,1,1");
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.size(), 1U);
    Media comma = made_media();
    comma.path = "a,b.avi";
    Annotations again = read->annotations;
    again.media[MediaId{1}] = std::make_shared<const Media>(comma);
    EXPECT_EQ(write_text_of("ava", again)->text.substr(0, 10), "\"a,b\",0000");
}

TEST(Ava, ReadsTheRealFiles) {
    const auto csv = test::shared_data("annotations/ava/ava_dataset_ava_sample.csv");
    const auto map = test::shared_data("annotations/ava/ava_action_list_v2.1_for_activitynet_2018.pbtxt.txt");
    if (!csv || !map) GTEST_SKIP() << "the real annotations are not on this machine";
    const auto read = read_path("ava", *csv, made_media(),
                                {{"time-offset", "900"}, {"video-id", "0f39OWEqJ24"}, {"label-map", map->string()}});
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.size(), 1U);
    EXPECT_EQ(read->annotations.segments.size(), 3U);
    EXPECT_NE(read->annotations.find_label("talk to (e.g., self, a person, a group)"), nullptr);
    const auto names = read_ava_label_map(map->string(), file_text(*map));
    IB_ASSERT_OK(names);
    EXPECT_EQ(names->size(), 60U);
    for (const auto& [id, name] : *names) EXPECT_EQ(ava_actions().at(id), name);
    // What is written again are the rows of that video, to the character.
    const auto written = write_text_of("ava", read->annotations, {{"time-offset", "900"}, {"video-id", "0f39OWEqJ24"}});
    IB_ASSERT_OK(written);
    const std::string real = file_text(*csv);
    std::string expected = real.substr(0, real.find("_-Z6wFjXtGQ"));
    expected = std::regex_replace(expected, std::regex(",0\r?\n"), ",1\n");
    EXPECT_EQ(written->text, expected);
}

}  // namespace
}  // namespace inbetween
