#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/formats/actions.h"

namespace inbetween {
namespace {

using test::add_segment;
using test::made_annotations;
using test::made_media;
using test::random_actions;
using test::read_path;
using test::read_text;
using test::Said;
using test::said_in;
using test::sample;
using test::TemporaryFolder;
using test::why;
using test::write_text_of;

/// The formats of actions, with the options under which each says every frame.
const std::map<std::string, FormatOptions>& exact_formats() {
    static const std::map<std::string, FormatOptions> formats{{"activitynet", {}},
                                                              {"boris", {}},
                                                              {"elan", {}},
                                                              {"kinetics", {{"times", "exact"}}},
                                                              {"thumos", {{"times", "exact"}}}};
    return formats;
}

TEST(Actions, EveryActionComesBackAtItsFrames) {
    for (const auto& [format, options] : exact_formats()) {
        for (std::uint32_t seed = 0; seed < 20; ++seed) {
            SCOPED_TRACE(format + " seed " + std::to_string(seed));
            const Annotations made = random_actions(seed);
            FormatOptions stated = options;
            if (seed % 3 == 0) stated["time-offset"] = "900.25";
            const TemporaryFolder folder;
            const auto report = write_annotations(*find_format(format), {made, MediaId{1}, folder / "out", stated});
            IB_ASSERT_OK(report);
            EXPECT_TRUE(report->losses.empty()) << report->losses.front().what;
            const auto back = read_path(format, folder / "out", *made.find_media(MediaId{1}), stated);
            IB_ASSERT_OK(back);
            EXPECT_EQ(said_in(back->annotations), said_in(made));
            // The subjects that keep overlapping states of one code apart in BORIS are told when they are left out.
            if (format != "boris") {
                EXPECT_TRUE(back->notes.empty()) << back->notes.front();
            }
        }
    }
}

TEST(Actions, TracksAreCountedAndTheirActionsBecomeTheVideos) {
    for (const auto& [format, options] : exact_formats()) {
        SCOPED_TRACE(format);
        Annotations made = made_annotations();
        const TrackId car = test::add_track(made, "car", {test::keyframe(0, Box{1, 2, 3, 4})});
        add_segment(made, "park", 10, 20, car);
        add_segment(made, "rain", 90, 120);
        add_segment(made, "snow", 100, 120);
        const TemporaryFolder folder;
        const auto report = write_annotations(*find_format(format), {made, MediaId{1}, folder / "out", options});
        IB_ASSERT_OK(report);
        const test::Written written{"", report->losses};
        EXPECT_EQ(written.lost("tracks left out"), 1);
        EXPECT_EQ(written.lost("actions of tracks written as the video's"), 1);
        EXPECT_EQ(written.lost("actions cut at the video's last frame"), 1);
        EXPECT_EQ(written.lost("actions past the video's last frame left out"), 1);
        const auto back = read_path(format, folder / "out", made_media(), options);
        IB_ASSERT_OK(back);
        EXPECT_EQ(said_in(back->annotations), (Said{{"park", 10, 20}, {"rain", 90, 100}}));
    }
}

TEST(Kinetics, WholeSecondsAreTheDefaultAndTheirRoundingIsCounted) {
    Annotations made = made_annotations();
    add_segment(made, "wave", 0, 20);
    add_segment(made, "nod", 33, 35);
    add_segment(made, "bow, deeply", 96, 100);
    const auto written = write_text_of("kinetics", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->text,
              "label,youtube_id,time_start,time_end,split\n"
              "wave,walk,0,2,train\n"
              "nod,walk,3,4,train\n"
              "\"bow, deeply\",walk,9,10,train\n");
    EXPECT_EQ(written->lost("actions moved to whole seconds"), 2);
}

TEST(Kinetics, RowsOfOtherVideosAndMoreColumnsArePassedOver) {
    const auto read = read_path("kinetics", sample("kinetics/train.csv"), made_media());
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"riding a bike", 20, 90}, {"waving, with both hands", 40, 60}}));
    Media other = made_media();
    other.path = "other.avi";
    const auto refused = read_path("kinetics", sample("kinetics/train.csv"), other);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("train.csv: youtube_id: none of its 2 videos is called 'other'"),
              std::string::npos)
        << refused.error().message;
    IB_EXPECT_OK(read_path("kinetics", sample("kinetics/train.csv"), other, {{"video-id", "walk"}}));
}

TEST(Kinetics, AClipIsKnownByTheNameThatDownloadersGiveIt) {
    Media clip = made_media();
    clip.path = "-0RT3cC_oI_000010_000020.mp4";
    const std::string rows = "label,youtube_id,time_start,time_end\na,-0RT3cC_oI,10,20\nb,other,1,2\n";
    const auto read = read_text("kinetics", rows, clip);
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"a", 0, 100}}));
    EXPECT_EQ(
        read->notes.front(),
        "youtube_id: the video is called as the clip of '-0RT3cC_oI' from 10 s on, which the times are lessened by");
    const auto json = read_text("activitynet", R"({"other": {"annotations": {"label": "b", "segment": [1, 2]}},
        "-0RT3cC_oI": {"annotations": {"label": "a", "segment": [11.0, 20.0]}, "subset": "train"}})",
                                clip);
    IB_ASSERT_OK(json);
    EXPECT_EQ(said_in(json->annotations), (Said{{"a", 10, 100}}));
    for (const char* other : {"-0RT3cC_oI_10_20.mp4", "-0RT3cC_oI_000020_000010.mp4", "_000010_000020.mp4"}) {
        clip.path = other;
        EXPECT_FALSE(read_text("kinetics", rows, clip)) << other;
    }
}

TEST(Actions, AFileThatNamesAnotherVideoIsTakenForThisOneOnlyWithAWord) {
    const std::map<std::string, std::pair<std::string, std::string>> files{
        {"kinetics", {"youtube_id", "label,youtube_id,time_start,time_end\na,film,1,2\n"}},
        {"activitynet",
         {"database", R"({"database": {"film": {"annotations": [{"segment": [1, 2], "label": "a"}]}}})"}},
        {"thumos", {"video", "film 1.0 2.0\n"}},
        {"ava", {"video_id", "film,1,0.1,0.2,0.3,0.4,12,0\n"}}};
    for (const auto& [format, file] : files) {
        SCOPED_TRACE(format);
        const auto read = read_text(format, file.second);
        IB_ASSERT_OK(read);
        EXPECT_EQ(read->notes,
                  std::vector<std::string>{file.first + ": the file speaks of 'film', which is taken for 'walk'"});
        Media film = made_media();
        film.path = "film.avi";
        const auto own = read_text(format, file.second, film);
        IB_ASSERT_OK(own);
        EXPECT_TRUE(own->notes.empty()) << own->notes.front();
    }
}

TEST(Kinetics, ATestSplitHasNoLabels) {
    const auto read = read_text("kinetics", "youtube_id,time_start,time_end,split\r\nzz,1,3,test\r\n");
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"unlabelled", 10, 30}}));
}

TEST(Kinetics, ActionsOutsideOfTheVideoAreSaidNotMoved) {
    const auto read = read_text("kinetics", "label,youtube_id,time_start,time_end\na,walk,8,18\nb,walk,11,21\n");
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"a", 80, 100}}));
    EXPECT_EQ(read->notes, (std::vector<std::string>{"1 actions lie outside of the video's time and are left out",
                                                     "1 actions reach out of the video's time and are cut"}));
    const auto refused = read_text("kinetics", "label,youtube_id,time_start,time_end\na,v,118,128\n");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("given.txt: time_start: none of the 1 actions lies within the video's 10 "
                                           "seconds, the first begins at 118; option time-offset=SECONDS"),
              std::string::npos)
        << refused.error().message;
    const auto moved = read_text("kinetics", "label,youtube_id,time_start,time_end\na,v,118,128\n", made_media(),
                                 {{"time-offset", "118"}});
    IB_ASSERT_OK(moved);
    EXPECT_EQ(said_in(moved->annotations), (Said{{"a", 0, 100}}));
}

TEST(Kinetics, AMalformedRowIsRefusedByFileLineAndField) {
    const std::map<std::string, std::string> cases{
        {"a,v,1", "time_end: is missing: the row has 3 fields"},
        {"a,v,one,2", "time_start: 'one' is not a number"},
        {"a,v,5,2", "time_end: 2 is before time_start 5"},
        {"a,v,1,nan", "time_end: 'nan' is not a number"},
        {",v,1,2", "label: is no name"},
        {"a,,1,2", "youtube_id: is no name"},
        {"\"a,v,1,2", "row: a double quote is left open"},
    };
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("kinetics", "label,youtube_id,time_start,time_end\nb,v,1,2\n" + row + "\n");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("given.txt:3: " + expected), std::string::npos) << read.error().message;
    }
}

/// What python's csv module, by which the field's loaders read, makes of the file.
TEST(Kinetics, PythonsCsvModuleReadsWhatIsWritten) {
    const Annotations made = random_actions(4);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("kinetics"), {made, MediaId{1}, folder / "k.csv", {}}));
    const auto result = test::run_python(
        "import csv, sys\n"
        "rows = list(csv.DictReader(open(sys.argv[1], encoding='utf-8', newline='')))\n"
        "assert all(int(r['time_end']) > int(r['time_start']) >= 0 for r in rows)\n"
        "assert all(r['youtube_id'] == 'walk' and r['split'] == 'train' for r in rows)\n"
        "print(len(rows), sum(r['label'] == 'sit down, \"slowly\"' for r in rows))\n",
        {(folder / "k.csv").string()}, "csv");
    if (!result) GTEST_SKIP() << "no python3 with csv on this machine";
    const Said said = said_in(made);
    const auto quoted = std::count_if(said.begin(), said.end(),
                                      [](const auto& one) { return std::get<0>(one) == "sit down, \"slowly\""; });
    EXPECT_EQ(result->output, std::to_string(said.size()) + " " + std::to_string(quoted) + "\n");
}

}  // namespace
}  // namespace inbetween
