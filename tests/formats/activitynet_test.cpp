#include <gtest/gtest.h>

#include <map>

#include "tests/formats/actions.h"

namespace inbetween {
namespace {

using test::add_segment;
using test::made_annotations;
using test::made_media;
using test::read_path;
using test::read_text;
using test::Said;
using test::said_in;
using test::sample;
using test::TemporaryFolder;
using test::why;
using test::write_text_of;

TEST(ActivityNet, AVideoMayBeCalledAsItsFileIs) {
    const std::string file = R"({"version": "VERSION 1.3", "taxonomy": [], "database": {
        "walk": {"subset": "training", "annotations": [{"segment": [1, 2], "label": "a"}]},
        "other": {"subset": "training", "annotations": []}}})";
    Media media = made_media();
    media.path = "v_walk.mp4";
    const auto read = read_text("activitynet", file, media);
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.segments.size(), 1U);
    EXPECT_EQ(read->notes.front(), "database: the file speaks of 'walk', which is taken for 'v_walk'");
}

TEST(ActivityNet, ReadsTheVideosOwnActionsAndCutsThemAtItsEnd) {
    const auto read = read_path("activitynet", sample("activitynet/truth.json"), made_media());
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"Wakeboarding", 12, 34}, {"Falling in", 20, 100}}));
    EXPECT_EQ(read->notes, (std::vector<std::string>{"1 actions reach out of the video's time and are cut"}));
}

TEST(ActivityNet, PredictionsAndBareFilesAreReadToo) {
    const auto predictions = read_text("activitynet", R"({"version": "VERSION 1.3", "external_data": {},
                           "results": {"walk": [{"label": "dive", "score": 0.4, "segment": [1, 2]}]}})");
    IB_ASSERT_OK(predictions);
    EXPECT_EQ(said_in(predictions->annotations), (Said{{"dive", 10, 20}}));
    EXPECT_EQ(predictions->notes, (std::vector<std::string>{"1 scores of predictions are left out"}));
    const auto bare =
        read_text("activitynet", R"({"v_x": {"duration": 99, "annotations": [{"label": "dive", "segment": [1, 2]}]}})");
    IB_ASSERT_OK(bare);
    EXPECT_EQ(said_in(bare->annotations), (Said{{"dive", 10, 20}}));
    EXPECT_EQ(bare->notes, (std::vector<std::string>{"database: the file speaks of 'v_x', which is taken for 'walk'",
                                                     "the file says that the video lasts 99 s, it lasts 10 s"}));
}

TEST(ActivityNet, TheJsonOfKineticsStatesOneAnnotationPerVideo) {
    const std::string text = R"({"other": {"annotations": {"label": "y", "segment": [0.0, 10.0]}, "duration": 10.0},
        "walk": {"annotations": {"label": "riding a bike", "segment": [1.0, 4.0]}, "duration": 3.0, "subset": "train",
                 "url": "https://www.youtube.com/watch?v=walk"}})";
    EXPECT_TRUE(find_format("activitynet")->sniff("train.json", text));
    const auto read = read_text("activitynet", text);
    IB_ASSERT_OK(read);
    EXPECT_EQ(said_in(read->annotations), (Said{{"riding a bike", 10, 40}}));
    EXPECT_TRUE(read->notes.empty());
}

TEST(ActivityNet, WhatIsWrittenAsPredictionsComesBack) {
    Annotations made = made_annotations();
    add_segment(made, "dive", 3, 17);
    const auto written = write_text_of("activitynet", made, {{"as", "predictions"}});
    IB_ASSERT_OK(written);
    const auto back = read_text("activitynet", written->text);
    IB_ASSERT_OK(back);
    EXPECT_EQ(said_in(back->annotations), (Said{{"dive", 3, 17}}));
}

TEST(ActivityNet, WhatIsWrongIsNamedByItsPath) {
    const std::map<std::string, std::string> cases{
        {R"([])", "given.txt: /: is array, not an object"},
        {"{\n\"walk\": {", "given.txt:2: JSON: is cut: it ends within a value"},
        {"", "given.txt: the file is empty"},
        {R"({"walk": {"a": 1e999}})", "given.txt: JSON: holds a number that no computer can"},
        {R"({"walk": {}})", "given.txt: /walk/annotations: is missing; an array is wanted"},
        {R"({"database": {"walk": {"annotations": {}}}})", "/database/walk/annotations/label: is missing; a text"},
        {R"({"walk": {"annotations": "none"}})", "/walk/annotations: is string, not an array"},
        {R"({"walk": {"annotations": [{"label": "a"}]}})", "/walk/annotations[0]/segment: is missing"},
        {R"({"walk": {"annotations": [{"label": "a", "segment": [1]}]}})", "segment: has 1 elements, not 2"},
        {R"({"walk": {"annotations": [{"label": "a", "segment": ["1", 2]}]}})", "segment[0]: is string, not a number"},
        {R"({"walk": {"annotations": [{"label": "a", "segment": [3, 2]}]}})", "segment: ends at 2, before it begins"},
        {R"({"walk": {"annotations": [{"label": "", "segment": [1, 2]}]}})", "[0]/label: is no name"},
        {R"({"walk": {"annotations": [{"segment": [1, 2]}]}})", "[0]/label: is missing; a text is wanted"},
    };
    for (const auto& [text, expected] : cases) {
        const auto read = read_text("activitynet", text);
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
    }
}

/// What the evaluation does with ground truth.   source: ActivityNet, eval_detection.py, _import_ground_truth.
TEST(ActivityNet, TheEvaluationsStepsReadWhatIsWritten) {
    const Annotations made = test::random_actions(6);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("activitynet"), {made, MediaId{1}, folder / "a.json", {}}));
    const auto result = test::run_python(
        "import json, sys\n"
        "data = json.load(open(sys.argv[1]))\n"
        "assert all(field in data for field in ['database', 'taxonomy', 'version'])\n"
        "rows = [(float(a['segment'][0]), float(a['segment'][1]), a['label'])\n"
        "        for v in data['database'].values() if v['subset'] == 'validation'\n"
        "        for a in v['annotations']]\n"
        "assert all(0 <= b < e <= data['database']['walk']['duration'] + 1e-6 for b, e, _ in rows)\n"
        "assert {r[2] for r in rows} == {n['nodeName'] for n in data['taxonomy'] if n['nodeId']}\n"
        "print(len(rows))\n",
        {(folder / "a.json").string()}, "json");
    if (!result) GTEST_SKIP() << "no python3 with json on this machine";
    EXPECT_EQ(result->output, std::to_string(made.segments.size()) + "\n");
}

TEST(ActivityNet, ReadsTheRealFilesAndWritesThemBack) {
    const auto path = test::shared_data("annotations/activitynet/eval_localization_gt.json");
    const auto signs = test::shared_data("actions/asl_dev_activitynet.json");
    if (!path || !signs) GTEST_SKIP() << "the real annotations are not on this machine";
    Media media = made_media(23000);
    const auto read = read_path("activitynet", *path, media, {{"video-id", "v_bYUmtLBL7W4"}});
    IB_ASSERT_OK(read);
    ASSERT_FALSE(read->annotations.segments.empty());
    const Segment& first = *read->annotations.segments.begin()->second;
    EXPECT_EQ(read->annotations.label_name(first.label), "Wakeboarding");
    EXPECT_EQ(first.range, (FrameRange{FrameIndex{116}, FrameIndex{571}}));
    const auto written = write_text_of("activitynet", read->annotations);
    IB_ASSERT_OK(written);
    const auto back = read_text("activitynet", written->text, media);
    IB_ASSERT_OK(back);
    EXPECT_EQ(said_in(back->annotations), said_in(read->annotations));
    media.timebase = {1, 30};
    const auto sign = read_path("activitynet", *signs, media);
    IB_ASSERT_OK(sign);
    EXPECT_EQ(sign->annotations.segments.size(), 10U);
}

}  // namespace
}  // namespace inbetween
