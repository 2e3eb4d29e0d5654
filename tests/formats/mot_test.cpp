#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
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
using test::why;
using test::write_text;
using test::write_text_of;

TEST(Mot, ReadsTheSampleWithFramesFromOneAndBoxesAsTheyAre) {
    const auto read = read_path("mot", sample("mot/gt.txt"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 3U);
    EXPECT_EQ(a.shape_count(), 6);
    const Track& walker = *a.find_track(TrackId{2});
    EXPECT_EQ(a.label_name(walker.label), "pedestrian");
    EXPECT_EQ(walker.keyframes.front().frame, FrameIndex{0});
    EXPECT_EQ(walker.keyframes.front().source, Source::Imported);
    EXPECT_EQ(std::get<Box>(walker.keyframes.front().shape), (Box{338.5, 418, 167, 379.25}));
    EXPECT_EQ(a.label_name(a.find_track(TrackId{5})->label), "car");
}

TEST(Mot, APauseIsOutsideAndSoIsWhatComesAfterTheLastRow) {
    const auto read = read_path("mot", sample("mot/gt.txt"), made_media());
    IB_ASSERT_OK(read);
    const Track& walker = *read->annotations.find_track(TrackId{2});
    ASSERT_EQ(walker.keyframes.size(), 5U);
    EXPECT_TRUE(walker.find_keyframe(FrameIndex{2})->outside);
    EXPECT_FALSE(walker.find_keyframe(FrameIndex{3})->outside);
    EXPECT_TRUE(walker.find_keyframe(FrameIndex{4})->outside);
}

TEST(Mot, NothingFollowsARunThatEndsWithTheVideo) {
    const auto read = read_path("mot", sample("mot/gt.txt"), made_media(4));
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.find_track(TrackId{2})->keyframes.back().frame, FrameIndex{3});
}

TEST(Mot, KeepsVisibilityConfidenceAndTheIgnoreFlag) {
    const auto read = read_path("mot", sample("mot/gt.txt"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    const Track& walker = *a.find_track(TrackId{2});
    EXPECT_TRUE(walker.find_keyframe(FrameIndex{1})->occluded);
    const Attribute* visibility = a.find_label("pedestrian")->find_attribute("visibility");
    ASSERT_NE(visibility, nullptr);
    EXPECT_EQ(walker.attribute_at(visibility->id, FrameIndex{1}), "0.4");
    EXPECT_EQ(walker.attribute_at(visibility->id, FrameIndex{0}), "");
    const Attribute* ignore = a.find_label("static_person")->find_attribute("ignore");
    ASSERT_NE(ignore, nullptr);
    EXPECT_EQ(a.find_track(TrackId{1})->attribute_at(ignore->id, FrameIndex{0}), "true");

    const auto skipped = read_path("mot", sample("mot/gt.txt"), made_media(), {{"conf", "skip"}});
    IB_ASSERT_OK(skipped);
    EXPECT_EQ(skipped->annotations.tracks.size(), 2U);
}

TEST(Mot, GivesTheSampleBackRowForRow) {
    const auto read = read_path("mot", sample("mot/gt.txt"), made_media());
    IB_ASSERT_OK(read);
    const auto written = write_text_of("mot", read->annotations);
    IB_ASSERT_OK(written);
    EXPECT_TRUE(written->losses.empty());
    const auto rows_of = [](const std::string& text) {
        std::multiset<std::string> rows;
        for (const auto row : split(text, '\n')) rows.emplace(row);
        return rows;
    };
    EXPECT_EQ(rows_of(written->text), rows_of(file_text(sample("mot/gt.txt"))));
}

TEST(Mot, ReadOfWriteIsWhatWasInView) {
    for (std::uint32_t seed = 0; seed < 10; ++seed) {
        SCOPED_TRACE(seed);
        const Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        const TemporaryFolder folder;
        const auto report = write_annotations(*find_format("mot"), {made, MediaId{1}, folder / "seq", {}});
        IB_ASSERT_OK(report);
        const auto back = read_path("mot", folder / "seq", made_media());
        IB_ASSERT_OK(back);
        EXPECT_TRUE(back->notes.empty());
        EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made)), "");
        for (const auto& [id, track] : back->annotations.tracks)
            EXPECT_EQ(back->annotations.label_name(track->label), made.label_name(made.find_track(id)->label));
    }
}

TEST(Mot, OneBasedShiftsTheBoxesBothWays) {
    const auto read = read_text("mot", "1,1,10,20,30,40,1,1,1\n", made_media(), {{"one-based", "1"}});
    IB_ASSERT_OK(read);
    EXPECT_EQ(std::get<Box>(read->annotations.find_track(TrackId{1})->keyframes.front().shape), (Box{9, 19, 30, 40}));
    const auto written = write_text_of("mot", read->annotations, {{"one-based", "1"}});
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->text, "1,1,10,20,30,40,1,1,1\n");
    EXPECT_EQ(write_text_of("mot", read->annotations)->text, "1,1,9,19,30,40,1,1,1\n");
}

TEST(Mot, FramesFromZeroAreReadWhenSaidSo) {
    const auto refused = read_text("mot", "0,1,10,20,30,40,1,1,1\n");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("given.txt:1: frame: 0 is before the first frame, which is 1"),
              std::string::npos);
    const auto read = read_text("mot", "0,1,10,20,30,40,1,1,1\n", made_media(), {{"first-frame", "0"}});
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.find_track(TrackId{1})->keyframes.front().frame, FrameIndex{0});
}

// https://github.com/VisDrone/VisDrone2018-MOT-toolkit: ten columns, as results of MOTChallenge have them.
TEST(Mot, VisDronesCategoryTruncationAndOcclusionAreRead) {
    const std::string rows = "1,0,593,43,174,190,0,0,0,0\n2,3,20,30,40,50,1,4,1,2\n3,3,20,30,40,50,1,4,0,0\n";
    const auto read = read_text("mot", rows);
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    const Track& car = *a.find_track(TrackId{3});
    EXPECT_EQ(a.label_name(car.label), "car");
    EXPECT_TRUE(car.find_keyframe(FrameIndex{1})->occluded);
    EXPECT_FALSE(car.find_keyframe(FrameIndex{2})->occluded);
    const Label& label = *a.find_label("car");
    EXPECT_EQ(car.attribute_at(label.find_attribute("occlusion")->id, FrameIndex{1}), "2");
    EXPECT_EQ(car.attribute_at(label.find_attribute("truncated")->id, FrameIndex{1}), "true");
    ASSERT_NE(a.find_label("ignored_region"), nullptr);
    EXPECT_NE(a.find_label("ignored_region")->find_attribute("ignore"), nullptr);
    ASSERT_EQ(read->notes.size(), 1U);
    EXPECT_NE(read->notes[0].find("look like VisDrone's"), std::string::npos) << read->notes[0];

    const auto as_mot = read_text("mot", rows, made_media(), {{"rows", "mot"}});
    IB_ASSERT_OK(as_mot);
    EXPECT_TRUE(as_mot->notes.empty());
    EXPECT_EQ(as_mot->annotations.label_name(as_mot->annotations.find_track(TrackId{3})->label), "pedestrian");

    const std::string results = "1,1,20,30,40,50,0.7,4,-1,-1\n";
    const auto told = read_text("mot", results);
    IB_ASSERT_OK(told);
    ASSERT_EQ(told->notes.size(), 1U);
    EXPECT_NE(told->notes[0].find("what looks like a class"), std::string::npos) << told->notes[0];
    const auto stated = read_text("mot", results, made_media(), {{"rows", "visdrone"}});
    IB_ASSERT_OK(stated);
    EXPECT_TRUE(stated->notes.empty());
    EXPECT_NE(stated->annotations.find_label("car"), nullptr);
}

TEST(Mot, RowsOfTenColumnsThatAreNotVisDronesStayWhatTheyAre) {
    for (const char* rows : {"1,1,10,20,30,40,1,-1,-1,-1\n", "1,1,10,20,30,40,1,0,0,0\n",
                             "1,1,10,20,30,40,1,4,1,2\n1,2,10,20,30,40,1,-1,-1,-1\n", "1,1,10,20,30,40,1,4.5,1,0\n"}) {
        const auto read = read_text("mot", rows);
        IB_ASSERT_OK(read);
        EXPECT_TRUE(read->notes.empty()) << rows << read->notes[0];
        EXPECT_NE(read->annotations.find_label("pedestrian"), nullptr) << rows;
    }
}

TEST(Mot, RowsThatLookLikeItAndAreOfSomethingElseAreRefused) {
    const Format& format = *find_format("mot");
    const std::string kitti =
        "0 2 Pedestrian 0 0 -2.523309 1106.1 166.5 1204.4 323.8 1.71 0.63 0.36 7.3 1.5 9.5 -1.9\n";
    EXPECT_TRUE(format.sniff("0000.txt", kitti));
    const auto refused = read_text("mot", kitti);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("given.txt:1: is a row of KITTI's tracking labels"), std::string::npos)
        << refused.error().message;
    const auto images = read_text("mot", "684,8,273,116,0,0,0,0\n406,119,265,70,1,4,0,1\n");
    ASSERT_FALSE(images);
    EXPECT_NE(images.error().message.find("has rows of VisDrone's images"), std::string::npos)
        << images.error().message;
}

TEST(Mot, RowsBetweenBlanksOrTabsAreRead) {
    const Format& format = *find_format("mot");
    for (const char* rows : {"1 4 10.5 20 30 40 1 1 0.25\n", "1\t4\t10.5\t20\t30\t40\t1\t1\t0.25\n",
                             " 1  4 10.5\t20 30 40 1 1 0.25 \n", "1, 4, 10.5, 20, 30, 40, 1, 1, 0.25\n"}) {
        EXPECT_TRUE(format.sniff("gt.txt", rows)) << rows;
        const auto read = read_text("mot", rows);
        IB_ASSERT_OK(read);
        const Keyframe& first = read->annotations.find_track(TrackId{4})->keyframes.front();
        EXPECT_EQ(std::get<Box>(first.shape), (Box{10.5, 20, 30, 40})) << rows;
        EXPECT_TRUE(first.occluded) << rows;
    }
    const auto mixed = read_text("mot", "1,4,10.5 20,30,40,1,1,0.25\n");
    ASSERT_FALSE(mixed);
    EXPECT_NE(mixed.error().message.find("left"), std::string::npos) << mixed.error().message;
    // A homography that begins with none is no box.
    EXPECT_FALSE(find_format("mot")->sniff("V01_1_gt_homography.txt", "1 0 0 0 1 0 0 0 1\n"));
}

TEST(Mot, DetectionsAreATrackEachWithTheirConfidence) {
    const auto read = read_text("mot", "1,-1,10,20,30,40,0.87,-1,-1,-1\n1,-1,11,20,30,40,2,-1,-1,-1\n");
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 2U);
    const Attribute* confidence = a.find_label("pedestrian")->find_attribute("confidence");
    ASSERT_NE(confidence, nullptr);
    EXPECT_EQ(a.tracks.begin()->second->attribute_at(confidence->id, FrameIndex{0}), "0.87");
    EXPECT_EQ(write_text_of("mot", a)->text, "1,1,10,20,30,40,0.87,1,1\n1,2,11,20,30,40,2,1,1\n");
}

TEST(Mot, IdentityZeroIsKeptApartFromTheOthers) {
    const auto read = read_text("mot", "1,0,10,20,30,40,1,1,1\n1,7,11,20,30,40,1,1,1\n");
    IB_ASSERT_OK(read);
    EXPECT_NE(read->annotations.find_track(TrackId{7}), nullptr);
    EXPECT_NE(read->annotations.find_track(TrackId{8}), nullptr);
}

TEST(Mot, LabelsThatItDoesNotKnowGetNumbersOfTheirOwnAndAreListed) {
    Annotations made = made_annotations();
    add_track(made, "road bicycle", {keyframe(0, Box{1, 2, 3, 4})});
    add_track(made, "car", {keyframe(0, Box{5, 6, 7, 8})});
    const TemporaryFolder folder;
    const auto report = write_annotations(*find_format("mot"), {made, MediaId{1}, folder / "a" / "gt.txt", {}});
    IB_ASSERT_OK(report);
    EXPECT_EQ(file_text(folder / "a/gt.txt"), "1,1,1,2,3,4,1,14,1\n1,2,5,6,7,8,1,3,1\n");
    const std::string list = file_text(folder / "a/labels.txt");
    const auto names = split(list, '\n');
    ASSERT_EQ(names.size(), 15U);
    EXPECT_EQ(names[13], "road bicycle");
    ASSERT_EQ(report->losses.size(), 1U);
    EXPECT_EQ(report->losses[0].count, 1);
    const auto back = read_path("mot", folder / "a/gt.txt", made_media());
    IB_ASSERT_OK(back);
    EXPECT_EQ(back->annotations.label_name(back->annotations.find_track(TrackId{1})->label), "road bicycle");
}

TEST(Mot, AnothersListOfNamesIsNeitherBelievedNorWrittenOver) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{5, 6, 7, 8})});
    const TemporaryFolder folder;
    write_text(folder / "labels.txt", "cat\ndog\n");
    const auto report = write_annotations(*find_format("mot"), {made, MediaId{1}, folder / "gt.txt", {}});
    ASSERT_FALSE(report);
    EXPECT_NE(report.error().message.find("labels.txt: holds the names of other classes"), std::string::npos);
    EXPECT_EQ(file_text(folder / "labels.txt"), "cat\ndog\n");
    EXPECT_FALSE(std::filesystem::exists(folder / "gt.txt"));
}

TEST(Mot, ReadsTheNamesBesideTheFile) {
    const TemporaryFolder folder;
    write_text(folder / "gt.txt", "1,-1,0,4,4,8,1,3,1.0\n");
    write_text(folder / "labels.txt", "label_0\nlabel_1\nlabel_2\n");
    const auto read = read_path("mot", folder / "gt.txt", made_media());
    IB_ASSERT_OK(read);
    EXPECT_NE(read->annotations.find_label("label_2"), nullptr);
    const auto without = read_path("mot", folder / "gt.txt", made_media(), {{"labels", "none"}});
    IB_ASSERT_OK(without);
    EXPECT_NE(without->annotations.find_label("car"), nullptr);
}

TEST(Mot, OneClassCanBeStatedForAll) {
    Annotations made = made_annotations();
    add_track(made, "road bicycle", {keyframe(0, Box{1, 2, 3, 4})});
    EXPECT_EQ(write_text_of("mot", made, {{"class", "1"}})->text, "1,1,1,2,3,4,1,1,1\n");
    const auto some = read_path("mot", sample("mot/gt.txt"), made_media(), {{"class", "1,3"}});
    IB_ASSERT_OK(some);
    EXPECT_EQ(some->annotations.tracks.size(), 2U);
}

TEST(Mot, APersonIsAPedestrianAndThatIsSaid) {
    Annotations made = made_annotations();
    made.labels[LabelId{4}] = Label{.id = LabelId{4}, .name = "person", .attributes = {}};
    add_track(made, "person", {keyframe(0, Box{1, 2, 3, 4})});
    const auto written = write_text_of("mot", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->text, "1,1,1,2,3,4,1,1,1\n");
    EXPECT_EQ(written->lost("tracks of 'person' written as class 1, pedestrian"), 1);
}

TEST(Mot, AQuadIsWrittenAsItsBoundingBoxAndCounted) {
    Annotations made = made_annotations();
    const Quad quad{{Point{10, 10}, Point{30, 12}, Point{28, 40}, Point{8, 30}}};
    add_track(made, "car", {keyframe(0, quad), keyframe(1, quad)});
    const auto written = write_text_of("mot", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->text, "1,1,8,10,22,30,1,3,1\n2,1,8,10,22,30,1,3,1\n");
    EXPECT_EQ(written->lost("quads written as boxes"), 2);
}

TEST(Mot, AChangedFlagWinsOverAnOldVisibility) {
    const auto read = read_text("mot", "1,1,10,20,30,40,1,1,0.4\n");
    IB_ASSERT_OK(read);
    Annotations changed = read->annotations;
    Track track = *changed.find_track(TrackId{1});
    track.keyframes.front().occluded = false;
    changed.tracks[TrackId{1}] = std::make_shared<const Track>(track);
    EXPECT_EQ(write_text_of("mot", changed)->text, "1,1,10,20,30,40,1,1,1\n");
}

TEST(Mot, RowsPastTheVideoAreLeftOutAndNotedUnlessAllAre) {
    const std::string text = "1,1,10,20,30,40,1,1,1\n5,1,10,20,30,40,1,1,1\n";
    const auto read = read_text("mot", text, made_media(4));
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->notes.size(), 1U);
    EXPECT_EQ(read->notes[0], "1 rows lie past the video's last frame and are left out");
    EXPECT_EQ(read->annotations.shape_count(), 1);
    const auto refused = read_text("mot", "5,1,10,20,30,40,1,1,1\n", made_media(4));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("all 1 rows lie past the video's last frame"), std::string::npos);
}

TEST(Mot, ToleratesBlanksBlankLinesCrlfAndAByteOrderMark) {
    const auto read = read_text("mot",
                                "\xEF\xBB\xBF"
                                "1, 1, 10, 20, 30, 40, 1, 1, 1\r\n\r\n2.0,1,10,20,30,40,1,1,1");
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.shape_count(), 2);
}

TEST(Mot, AMalformedRowIsRefusedByFileLineAndField) {
    const std::map<std::string, std::string> cases{
        {"1,1,x,20,30,40,1,1,1", "left: 'x' is not a number"},
        {"1,1,nan,20,30,40,1,1,1", "left: 'nan' is not a number"},
        {"1,1,10,20,inf,40,1,1,1", "width: 'inf' is not a number"},
        {"1,1,10,20,1e300,40,1,1,1", "width: '1e300' is larger than"},
        {"1.5,1,10,20,30,40,1,1,1", "frame: 1.5 is not whole"},
        {"-1,1,10,20,30,40,1,1,1", "frame: -1 is before the first frame"},
        {"1,one,10,20,30,40,1,1,1", "id: 'one' is not a number"},
        {"1,1,10,20,30", "height: is missing: the row has 5 fields"},
        {"1,1,10,20,-30,40,1,1,1", "width: is negative"},
        {"1,1,10,20,30,40,1,1,1.5", "visibility: 1.5 is not within 0 and 1"},
        {"1,1,10,20,30,40,1,-7,1", "class: is negative"},
        {"1,1,10,20,30,40,yes,1,1", "conf: 'yes' is not a number"},
    };
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("mot", "1,9,1,1,1,1,1,1,1\n" + row + "\n");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("given.txt:2: " + expected), std::string::npos) << read.error().message;
    }
}

void expect_same_tracks(const Annotations& a, const Annotations& b) {
    ASSERT_EQ(a.tracks.size(), b.tracks.size());
    for (const auto& [id, track] : a.tracks) {
        ASSERT_NE(b.find_track(id), nullptr);
        EXPECT_EQ(*track, *b.find_track(id)) << number(id);
        EXPECT_EQ(a.label_name(track->label), b.label_name(b.find_track(id)->label));
    }
}

TEST(Mot, RowsMayComeInAnyOrder) {
    // Of three tracks, which are in view one after the other, again and again; more rows than are gathered in one go.
    std::vector<std::string> rows;
    for (int frame = 1; frame <= 9000; ++frame)
        rows.push_back(
            fmt::format("{},{},{},20,30,40,1,{},1\n", frame, frame / 10 % 3, frame % 50, 1 + frame / 10 % 3));
    const auto read = [&] { return read_text("mot", fmt::format("{}", fmt::join(rows, "")), made_media(10000)); };
    const auto by_frame = read();
    ASSERT_TRUE(by_frame) << by_frame.error().message;
    EXPECT_EQ(by_frame->annotations.tracks.size(), 3U);
    EXPECT_EQ(by_frame->annotations.find_track(TrackId{2})->keyframes.size(), 3300U);
    std::stable_sort(rows.begin(), rows.end(), [](const std::string& a, const std::string& b) {
        return a.substr(a.find(','), 2) < b.substr(b.find(','), 2);
    });
    const auto by_id = read();
    ASSERT_TRUE(by_id) << by_id.error().message;
    expect_same_tracks(by_id->annotations, by_frame->annotations);
    std::shuffle(rows.begin(), rows.end(), std::mt19937(7));
    const auto shuffled = read();
    ASSERT_TRUE(shuffled) << shuffled.error().message;
    expect_same_tracks(shuffled->annotations, by_frame->annotations);
}

TEST(Mot, TheSameIdTwiceInAFrameIsRefused) {
    const auto read = read_text("mot", "3,1,10,20,30,40,1,1,1\n1,2,1,1,1,1,1,1,1\n3,1,11,20,30,40,1,1,1\n");
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find("given.txt:3: id: 1 stands twice in frame 3, first in line 1"),
              std::string::npos)
        << read.error().message;
}

/// What TrackEval asks of ground truth: whole frames within the sequence, at least eight numbers, no id twice a frame,
/// a class that it knows.   source: TrackEval, mot_challenge_2d_box.py.
TEST(Mot, WhatIsWrittenHoldsTrackEvalsRules) {
    Annotations made = test::random_annotations(7, Coordinates::Fractional);
    for (auto& [id, label] : made.labels) label.name = id == LabelId{3} ? "bicycle" : label.name;
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("mot"), {made, MediaId{1}, folder / "seq", {}}));
    const std::string ini = file_text(folder / "seq/seqinfo.ini");
    EXPECT_EQ(
        ini, "[Sequence]\nname=walk\nimDir=img1\nframeRate=10\nseqLength=100\nimWidth=768\nimHeight=576\nimExt=.jpg\n");
    std::set<std::pair<std::int64_t, std::int64_t>> seen;
    const std::string text = file_text(folder / "seq/gt/gt.txt");
    for (const auto row : split(std::string_view(text).substr(0, text.size() - 1), '\n')) {
        const auto fields = split(row, ',');
        ASSERT_EQ(fields.size(), 9U) << row;
        for (const auto field : fields) ASSERT_TRUE(parse_double(field)) << row;
        const std::int64_t frame = parse_int(fields[0]).value_or(0);
        EXPECT_TRUE(frame >= 1 && frame <= 100) << row;
        EXPECT_TRUE(seen.emplace(frame, parse_int(fields[1]).value_or(0)).second) << row;
        EXPECT_TRUE(parse_int(fields[7]).value_or(0) >= 1 && parse_int(fields[7]).value_or(0) <= 13) << row;
    }
    EXPECT_FALSE(seen.empty());
}

TEST(Mot, ReadsTheRealFiles) {
    const auto pets = test::shared_data("mot/PETS09-S2L1/gt.txt");
    const auto mini = test::shared_data("annotations/mot/MOT17-02-mini.gt.txt");
    const auto large = test::shared_data("mot/MOT16-13_a");
    if (!pets || !mini || !large) GTEST_SKIP() << "the real ground truth is not on this machine";
    const auto read = read_path("mot", *pets, made_media(795));
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.size(), 19U);
    EXPECT_EQ(read->annotations.shape_count(), 4650);
    EXPECT_TRUE(read->notes.empty());
    Media wide = made_media(600);
    wide.width = 1920;
    const auto real = read_path("mot", *mini, wide);
    IB_ASSERT_OK(real);
    EXPECT_NE(real->annotations.find_label("occluder"), nullptr);
    const auto crowd = read_path("mot", *large, made_media(300));
    IB_ASSERT_OK(crowd);
    EXPECT_EQ(crowd->annotations.shape_count(), 11209);
}

}  // namespace
}  // namespace inbetween
