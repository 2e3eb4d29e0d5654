#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

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
using test::TemporaryFolder;
using test::write_text;
using test::write_text_of;

LabelId add_action(Annotations& annotations, std::string_view name) {
    const LabelId id = annotations.next_label_id();
    annotations.labels[id] = Label{.id = id, .name = std::string(name), .kind = LabelKind::Action, .attributes = {}};
    return id;
}

void add_segment(Annotations& annotations, LabelId label, TrackId track, std::int64_t begin, std::int64_t end) {
    const SegmentId id = annotations.next_segment_id();
    annotations.segments[id] =
        std::make_shared<const Segment>(Segment{id, MediaId{1}, label, track, {FrameIndex{begin}, FrameIndex{end}}});
}

/// Every segment as track, label and frames.
std::set<std::tuple<std::int64_t, std::string, std::int64_t, std::int64_t>> said(const Annotations& annotations) {
    std::set<std::tuple<std::int64_t, std::string, std::int64_t, std::int64_t>> all;
    for (const auto& [id, segment] : annotations.segments)
        all.emplace(number(segment->track), annotations.label_name(segment->label), segment->range.begin.value,
                    segment->range.end.value);
    return all;
}

const std::string rows =
    "walk,0902,0.1,0.1,0.5,0.5,12,0\nwalk,0903,0.1,0.1,0.5,0.5,12,0\nother,0904,0.1,0.1,0.5,0.5,12,0\n"
    "walk,0905,0.1,0.1,0.5,0.5,12,0\n";

TEST(AvaTimes, ExcludedSecondsAreLeftOutWithTheListBesideTheFile) {
    for (const auto& [csv, list] : {std::pair("walk.csv", "walk_excluded_timestamps.csv"),
                                    std::pair("ava_val_v2.2.csv", "ava_val_excluded_timestamps_v2.2.csv")}) {
        const TemporaryFolder folder;
        write_text(folder / csv, rows);
        // What is excluded of another video, or of a second that no row states, changes nothing.
        write_text(folder / list, "walk,0903\nother,0902\nwalk,0999\n");
        const auto read = read_path("ava", folder / csv, made_media(), {{"time-offset", "902"}});
        IB_ASSERT_OK(read);
        std::set<std::int64_t> frames;
        for (const Keyframe& stated : read->annotations.find_track(TrackId{1})->keyframes)
            if (!stated.outside) frames.insert(stated.frame.value);
        EXPECT_EQ(frames, (std::set<std::int64_t>{0, 30}));
        EXPECT_EQ(read->notes, (std::vector<std::string>{"1 rows are of times that do not count and are left out"}));
        const auto all = read_path("ava", folder / csv, made_media(), {{"time-offset", "902"}, {"excluded", "none"}});
        IB_ASSERT_OK(all);
        EXPECT_TRUE(all->notes.empty());
    }
}

TEST(AvaTimes, OnlyIncludedSecondsAreRead) {
    const TemporaryFolder folder;
    write_text(folder / "walk.csv", rows);
    write_text(folder / "seconds.txt", "0902\n0905\n");
    const auto read = read_path("ava", folder / "walk.csv", made_media(),
                                {{"time-offset", "902"}, {"included", (folder / "seconds.txt").string()}});
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->notes.size(), 1U);
    write_text(folder / "seconds.txt", "0902,0905\n");
    const auto bad = read_path("ava", folder / "walk.csv", made_media(),
                               {{"time-offset", "902"}, {"included", (folder / "seconds.txt").string()}});
    ASSERT_FALSE(bad);
    EXPECT_NE(bad.error().message.find("seconds.txt:1: row: has 2 columns, not 1"), std::string::npos);
}

TEST(AvaTimes, ExcludedSecondsAreNotWrittenAndListedBeside) {
    Annotations made = made_annotations();
    const TrackId id = add_track(made, "car", {keyframe(0, Box{1, 2, 300, 400}), keyframe(99, Box{1, 2, 300, 400})});
    add_segment(made, add_action(made, "stand"), id, 0, 100);
    const TemporaryFolder folder;
    write_text(folder / "not.csv", "walk,0903\nwalk,0905\n");
    IB_ASSERT_OK(write_annotations(
        *find_format("ava"),
        {made,
         MediaId{1},
         folder / "a.csv",
         {{"time-offset", "902"}, {"timestamps", "1"}, {"excluded", (folder / "not.csv").string()}}}));
    EXPECT_EQ(file_text(folder / "a_excluded_timestamps.csv"), "walk,0903\nwalk,0905\n");
    EXPECT_EQ(file_text(folder / "a_included_timestamps.txt").substr(0, 10), "0902\n0904\n");
    EXPECT_EQ(file_text(folder / "a.csv").find("walk,0903"), std::string::npos);
    EXPECT_NE(file_text(folder / "a.csv").find("walk,0904"), std::string::npos);
}

TEST(AvaTimes, TheRealListIsRead) {
    const auto csv = test::shared_data("annotations/ava/ava_dataset_ava_sample.csv");
    const auto list = test::shared_data("annotations/ava/ava_dataset_ava_excluded_timestamps_sample.csv");
    if (!csv || !list) GTEST_SKIP() << "the real annotations are not on this machine";
    const FormatOptions options{
        {"time-offset", "902"}, {"video-id", "0f39OWEqJ24"}, {"excluded", list->string()}, {"label-map", "none"}};
    const auto read = read_path("ava", *csv, made_media(3000), options);
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->notes.front(), "2 rows are of times that do not count and are left out");
}

TEST(AvaKinetics, ReadsTheSample) {
    const auto read = read_path("ava-kinetics", sample("ava-kinetics/walk.csv"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    // The box is a person: nothing else says who is who.
    ASSERT_EQ(a.tracks.size(), 2U);
    EXPECT_EQ(a.find_track(TrackId{1})->keyframes[0].frame, FrameIndex{50});
    EXPECT_TRUE(a.find_track(TrackId{1})->keyframes[1].outside);
    EXPECT_EQ(said(a).size(), 3U);
}

TEST(AvaKinetics, TheMiddleOfTheClipIsLabelledAtItsTimeInTheFilm) {
    Annotations made = made_annotations();
    const TrackId id = add_track(made, "car", {keyframe(0, Box{0, 0, 384, 288}), keyframe(99, Box{0, 0, 384, 288})});
    add_segment(made, add_action(made, "stand"), id, 0, 100);
    EXPECT_EQ(write_text_of("ava-kinetics", made, {{"time-offset", "12.25"}})->text,
              "walk,17.25,0.000,0.000,0.500,0.500,12\n");
    EXPECT_EQ(write_text_of("ava-kinetics", made, {{"moments", "keyframes"}, {"person-ids", "1"}})->text,
              "walk,0,0.000,0.000,0.500,0.500,12,1\nwalk,9.9,0.000,0.000,0.500,0.500,12,1\n");
    const auto seconds = write_text_of("ava-kinetics", made, {{"moments", "seconds"}});
    EXPECT_EQ(seconds->text.substr(0, 10), "walk,0000,");
    EXPECT_TRUE(find_format("ava-kinetics")->sniff("", "walk,17.25,0.000,0.000,0.500,0.500,12\n"));
    EXPECT_FALSE(find_format("ava-kinetics")->sniff("", seconds->text));
}

TEST(AvaKinetics, OneBoxOfTwoTracksIsOneWhereNoRowStatesPersons) {
    Annotations made = made_annotations();
    const LabelId stand = add_action(made, "stand");
    for (const LabelId action : {stand, add_action(made, "sit"), stand}) {
        const TrackId id =
            add_track(made, "car", {keyframe(0, Box{0, 0, 384, 288}), keyframe(99, Box{0, 0, 384, 288})});
        add_segment(made, action, id, 0, 100);
    }
    const auto written = write_text_of("ava-kinetics", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->lost("boxes that are another track's too written once, for no row states persons"), 2);
    EXPECT_EQ(written->lost("actions that are another track's too written once, for no row states persons"), 1);
    EXPECT_EQ(read_text("ava-kinetics", written->text)->annotations.tracks.size(), 1U);
    const auto apart = write_text_of("ava-kinetics", made, {{"person-ids", "1"}});
    EXPECT_EQ(read_text("ava-kinetics", apart->text)->annotations.tracks.size(), 3U);
}

TEST(ActiveSpeaker, ReadsTheSample) {
    const auto read =
        read_path("active-speaker", sample("active-speaker/walk.csv"), made_media(), {{"time-offset", "2"}});
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 2U);
    const Track& speaker = *a.find_track(TrackId{1});
    EXPECT_EQ(a.label_name(speaker.label), "face");
    EXPECT_EQ(std::get<Box>(speaker.keyframes[0].shape), (Box{96, 144, 192, 288}));
    using Said = std::tuple<std::int64_t, std::string, std::int64_t, std::int64_t>;
    EXPECT_EQ(said(a), (std::set<Said>{{1, "SPEAKING_AUDIBLE", 3, 7}, {1, "SPEAKING_NOT_AUDIBLE", 7, 10}}));
}

TEST(ActiveSpeaker, ReadOfWriteIsWhatWasInViewAndSaid) {
    for (std::uint32_t seed = 0; seed < 6; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        const LabelId aloud = add_action(made, "SPEAKING_AUDIBLE");
        const LabelId silently = add_action(made, "SPEAKING_NOT_AUDIBLE");
        std::set<std::tuple<std::int64_t, std::string, std::int64_t, std::int64_t>> expected;
        for (const auto& [id, track] : made.tracks) {
            const std::int64_t begin = track->keyframes.front().frame.value;
            add_segment(made, aloud, id, begin, begin + 1);
            add_segment(made, silently, id, begin + 1, begin + 2);
            expected.emplace(number(id), "SPEAKING_AUDIBLE", begin, begin + 1);
            const auto second = made.state_at(*track, FrameIndex{begin + 1});
            if (second && !second->outside) expected.emplace(number(id), "SPEAKING_NOT_AUDIBLE", begin + 1, begin + 2);
        }
        const auto written = write_text_of("active-speaker", made);
        IB_ASSERT_OK(written);
        const auto back = read_text("active-speaker", written->text);
        IB_ASSERT_OK(back);
        EXPECT_EQ(said(back->annotations), expected);
        test::InView view = in_view(made);
        for (auto& [key, state] : view) {
            state.second = false;
            // Shares of the picture end where it does.
            const Box box = state.first;
            state.first.w = std::min(box.right(), 768.0) - box.x;
            state.first.h = std::min(box.bottom(), 576.0) - box.y;
        }
        EXPECT_EQ(test::first_difference(in_view(back->annotations), view), "");
    }
}

TEST(ActiveSpeaker, AFileLabelledMoreSeldomThanTheVideoHasFramesIsOneRun) {
    std::string text;
    for (int i = 0; i < 20; ++i) text += fmt::format("walk,{:.2f},0.1,0.1,0.2,0.2,NOT_SPEAKING,walk:7\n", i * 0.08);
    Media media = made_media();
    media.timebase = {1, 25};
    const auto read = read_text("active-speaker", text, media);
    IB_ASSERT_OK(read);
    const Track& track = *read->annotations.find_track(TrackId{7});
    EXPECT_FALSE(read->annotations.state_at(track, FrameIndex{1})->outside);
    EXPECT_EQ(track.keyframes.size(), 21U);
}

TEST(ActiveSpeaker, TheIdentityOfARowIsUniqueInTheFileAndTheLabelOneOfThree) {
    Annotations made = test::random_annotations(4, Coordinates::Fractional);
    const auto written = write_text_of("active-speaker", made);
    IB_ASSERT_OK(written);
    // source: get_ava_active_speaker_performance.py: uid is the timestamp, a colon and the entity.
    std::set<std::string> uids;
    for (const auto line : split(written->text, '\n')) {
        if (line.empty()) continue;
        const auto fields = split(line, ',');
        ASSERT_EQ(fields.size(), 8U);
        EXPECT_TRUE(fields[7].starts_with("walk:"));
        EXPECT_EQ(fields[6], "NOT_SPEAKING");
        EXPECT_TRUE(uids.insert(std::string(fields[1]) + ":" + std::string(fields[7])).second) << line;
    }
    EXPECT_FALSE(uids.empty());
    EXPECT_GT(written->lost("occluded flags left out"), 0);
}

TEST(ActiveSpeaker, TheColumnsOfAHeaderAreTakenByTheirNames) {
    const std::string talknet =
        "video_id,frame_timestamp,entity_box_x1,entity_box_y1,entity_box_x2,entity_box_y2,label,entity_id,label_id,"
        "instance_id\n"
        "walk,0.0,0.125,0.25,0.375,0.75,NOT_SPEAKING,walk_0_1:1,0,walk_0_1:1:0\n"
        "walk,0.1,0.125,0.25,0.375,0.75,SPEAKING_AUDIBLE,walk_0_1:1,1,walk_0_1:1:1\n";
    const std::string in_another_order =
        ",entity_id,label,score,video_id,frame_timestamp,entity_box_x1,entity_box_x2,entity_box_y1,entity_box_y2\n"
        "0,walk_0_1:1,NOT_SPEAKING,0.5,walk,0.0,0.125,0.375,0.25,0.75\n"
        "1,walk_0_1:1,SPEAKING_AUDIBLE,0.5,walk,0.1,0.125,0.375,0.25,0.75\n";
    for (const std::string& text : {talknet, in_another_order}) {
        EXPECT_TRUE(find_format("active-speaker")->sniff("", text));
        const auto read = read_text("active-speaker", text);
        IB_ASSERT_OK(read);
        const Annotations& a = read->annotations;
        ASSERT_EQ(a.tracks.size(), 1U);
        EXPECT_EQ(std::get<Box>(a.find_track(TrackId{1})->keyframes[0].shape), (Box{96, 144, 192, 288}));
        ASSERT_EQ(a.segments.size(), 1U);
        EXPECT_EQ(a.segments.begin()->second->range, (FrameRange{FrameIndex{1}, FrameIndex{2}}));
    }
    EXPECT_EQ(read_text("active-speaker", talknet)->notes,
              (std::vector<std::string>{"columns of other names are left out: label_id, instance_id"}));
    const auto scored = read_text("active-speaker", in_another_order);
    EXPECT_EQ(scored->notes, (std::vector<std::string>{"scores of predictions are left out"}));
    const auto cut = read_text("active-speaker", talknet + "walk,0.2,0.125,0.25,0.375,0.75,NOT_SPEAKING,walk_0_1:1\n");
    ASSERT_FALSE(cut);
    EXPECT_NE(cut.error().message.find(":4: row: has 8 columns, not 10"), std::string::npos) << cut.error().message;
}

TEST(ActiveSpeaker, WhatIsWrongIsSaidByLineAndField) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"walk,0.1,0.1,0.2,0.2,NOT_SPEAKING,a", "row: has 7 columns, not 8"},
        {"walk,x,0.1,0.1,0.2,0.2,NOT_SPEAKING,a", "frame_timestamp: 'x' is not a number"},
        {"walk,0,10,0.1,0.2,0.2,NOT_SPEAKING,a", "entity_box_x1: 10 is not within 0 and 1"},
        {"walk,0,0.2,0.1,0.2,0.2,NOT_SPEAKING,a", "entity_box_x2: is not right of"},
        {"walk,0,0.1,0.1,0.2,0.2,SILENT,a", "label: 'SILENT' is none of NOT_SPEAKING"},
        {"walk,0,0.1,0.1,0.2,0.2,NOT_SPEAKING,", "entity_id: is missing"},
        {"walk,900,0.1,0.1,0.2,0.2,NOT_SPEAKING,a", "frame_timestamp: none of the 1 rows lies within"}};
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("active-speaker", "video_id,frame_timestamp,x\n" + row + "\n");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
    }
}

}  // namespace
}  // namespace inbetween
