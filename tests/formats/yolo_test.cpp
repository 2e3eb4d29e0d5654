#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "tests/formats/images.h"
#include "tests/formats/quads.h"

namespace inbetween {
namespace {

namespace fs = std::filesystem;
using test::add_track;
using test::Coordinates;
using test::file_text;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using test::read_path;
using test::read_text;
using test::sample;
using test::shown_in_images;
using test::TemporaryFolder;

Result<WriteReport> write_as(std::string_view format, const Annotations& annotations, const fs::path& out,
                             const FormatOptions& options = {}) {
    return write_annotations(*find_format(format), {annotations, MediaId{1}, out, options});
}

/// Rows as frame 3's label file, beside a data.yaml with names a and b.
Result<ReadResult> read_rows(const std::string& rows, const FormatOptions& options = {}) {
    const TemporaryFolder folder;
    fs::create_directories(folder / "labels");
    test::write_text(folder / "data.yaml", "train: images\nnames: [a, b]\n");
    test::write_text(folder / "labels/f_3.txt", rows);
    return read_path("yolo", folder.path(), made_media(), options);
}

const Shape& first_shape(const Result<ReadResult>& read) {
    return read->annotations.tracks.begin()->second->keyframes.front().shape;
}

TEST(Yolo, ReadsTheSampleByItsFolderItsDataAndItsLabels) {
    for (const char* path : {"yolo", "yolo/data.yaml", "yolo/labels"}) {
        SCOPED_TRACE(path);
        const auto read = read_path("yolo", sample(path), made_media());
        IB_ASSERT_OK(read);
        const Annotations& a = read->annotations;
        EXPECT_EQ(a.tracks.size(), 5U);
        EXPECT_EQ(test::boxes_in_images(a).count({4, "car: small", {288, 252, 480, 324}}), 1U);
        EXPECT_NE(a.find_label("person"), nullptr);
        EXPECT_EQ(a.find_label("walking stick")->name, "walking stick");
    }
}

TEST(Yolo, BoxesAreCentreAndSizeAndClassesCountFromZero) {
    const auto read = read_rows("1 0.5 0.25 0.5 0.5\n");
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.label_name(read->annotations.tracks.begin()->second->label), "b");
    EXPECT_EQ(std::get<Box>(first_shape(read)), (Box{192, 0, 384, 288}));
}

TEST(Yolo, OneLongRowMakesTheWholeFilePolygons) {
    // A row of five fields among polygons is two points: 192,57.6 and 384,288.
    const auto read = read_rows("0 0.25 0.1 0.5 0.5\n1 0.1 0.2 0.3 0.21 0.29 0.4 0.11 0.39\n");
    IB_ASSERT_OK(read);
    EXPECT_EQ(first_shape(read), on_grid(Box{192, 57.6, 192, 230.4}));
    EXPECT_EQ(read->annotations.find_track(TrackId{2})->kind, ShapeKind::Quad);
}

TEST(Yolo, SixFieldsAreABoxAndItsConfidence) {
    const auto read = read_rows("0 0.5 0.5 0.5 0.5 0.87\n");
    IB_ASSERT_OK(read);
    EXPECT_EQ(std::get<Box>(first_shape(read)), (Box{192, 144, 384, 288}));
}

/// Rows of three images, as files vtest_1.txt to vtest_3.txt.
Result<ReadResult> read_images(const std::vector<std::string>& texts, const FormatOptions& options = {}) {
    const TemporaryFolder folder;
    fs::create_directories(folder / "labels");
    for (std::size_t i = 0; i < texts.size(); ++i)
        test::write_text(folder / fmt::format("labels/vtest_{}.txt", i + 1), texts[i]);
    return read_path("yolo", folder.path(), made_media(), options);
}

TEST(Yolo, WhatATrackerSavesIsTracks) {
    const std::vector<std::string> with_confidence{"0 0.5 0.5 0.5 0.5 0.93 4\n2 0.3 0.3 0.1 0.1 0.5 7\n",
                                                   "0 0.5 0.5 0.25 0.5 0.91 4\n", "2 0.3 0.3 0.1 0.1 0.5 7\n"};
    const auto read = read_images(with_confidence);
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 2U);
    EXPECT_EQ(std::get<Box>(read->annotations.find_track(TrackId{4})->keyframes[0].shape), (Box{192, 144, 384, 288}));
    EXPECT_EQ(read->notes, std::vector<std::string>{"4 confidences are left out"});
    EXPECT_TRUE(find_format("yolo")->sniff("a.txt", with_confidence[0]));
    const auto without = read_images({"0 0.5 0.5 0.5 0.5 4\n", "0 0.5 0.5 0.25 0.5 4\n"});
    IB_ASSERT_OK(without);
    EXPECT_EQ(without->annotations.tracks.size(), 1U);
    EXPECT_TRUE(without->notes.empty());
    // A number that stands twice in an image is none of a track.
    const auto sure = read_images({"0 0.5 0.5 0.5 0.5 1\n0 0.2 0.2 0.1 0.1 1\n"});
    IB_ASSERT_OK(sure);
    EXPECT_EQ(sure->notes, std::vector<std::string>{"2 confidences are left out"});
    const auto stated = read_images({"0 0.5 0.5 0.5 0.5 0.9 1\n0 0.2 0.2 0.1 0.1 0.8 0.5\n"}, {{"identity", "last"}});
    ASSERT_FALSE(stated);
    EXPECT_NE(stated.error().message.find("vtest_1.txt:2: track: '0.5' is no number of a track"), std::string::npos)
        << stated.error().message;
    const auto polygons = read_images(with_confidence, {{"identity", "none"}});
    ASSERT_FALSE(polygons);
    EXPECT_NE(polygons.error().message.find("y: 4 is not within 0 and 1"), std::string::npos);
}

TEST(Yolo, ResultsOfAVideoCountFromOne) {
    const auto frame_of = [](const std::string& name, const FormatOptions& options = {}, const char* beside = "n.md") {
        const TemporaryFolder folder;
        fs::create_directories(folder / "labels");
        test::write_text(folder / beside, "a\n");
        test::write_text(folder / ("labels/" + name), "0 0.5 0.5 0.5 0.5 0.9 1\n");
        const auto read = read_path("yolo", folder.path(), made_media(), options);
        EXPECT_TRUE(read) << name;
        if (!read) return std::int64_t{-1};
        return read->annotations.tracks.begin()->second->keyframes.front().frame.value;
    };
    EXPECT_EQ(frame_of("walk_7.txt"), 6);
    EXPECT_EQ(frame_of("walk_100.txt"), 99);
    EXPECT_EQ(frame_of("walk_7.txt", {{"first-frame", "0"}}), 7);
    EXPECT_EQ(frame_of("walk_7.txt", {}, "classes.txt"), 7);
    EXPECT_EQ(frame_of("walk_0.txt"), 0);
    EXPECT_EQ(frame_of("walk_000007.txt"), 7);
    EXPECT_EQ(frame_of("run_7.txt"), 7);
}

TEST(Yolo, LabelsWithIdsOfTrackersHaveTheNumberBehindTheClass) {
    const std::string first = "0 12 0.500000 0.500000 0.500000 0.500000\n0 -1 0.200000 0.200000 0.100000 0.100000\n";
    EXPECT_TRUE(find_format("yolo")->sniff("000001.txt", first));
    const auto read = read_images({first, "0 12 0.500000 0.500000 0.250000 0.500000\n"});
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 2U);
    const Track* track = read->annotations.find_track(TrackId{12});
    ASSERT_NE(track, nullptr);
    EXPECT_EQ(std::get<Box>(track->keyframes[0].shape), (Box{192, 144, 384, 288}));
    EXPECT_TRUE(read->notes.empty());
    const auto from_zero = read_images({"0 0 0.5 0.5 0.5 0.5\n0 1 0.2 0.2 0.1 0.1\n", "0 0 0.5 0.5 0.5 0.5\n"});
    IB_ASSERT_OK(from_zero);
    EXPECT_EQ(from_zero->annotations.tracks.size(), 2U);
    const auto stated = read_images({"0 7 0.5 0.5 0.5 0.5\n0 0.2 0.2 0.1 0.1 0.5\n"}, {{"identity", "second"}});
    ASSERT_FALSE(stated);
    EXPECT_NE(stated.error().message.find("vtest_1.txt:2: track: '0.2' is no number of a track"), std::string::npos)
        << stated.error().message;
}

TEST(Yolo, WhatIsNotTrackedYetHasNoNumber) {
    // Ultralytics writes no number while nothing is tracked: between images, and within one.
    const auto between = read_images({"0 0.5 0.5 0.5 0.5 0.9 3\n", "0 0.5 0.5 0.5 0.5 0.9\n"});
    IB_ASSERT_OK(between);
    EXPECT_EQ(between->annotations.tracks.size(), 2U);
    EXPECT_EQ(between->annotations.tracks.count(TrackId{3}), 1U);
    const auto within = read_images({"0 0.5 0.5 0.5 0.5 0.9 3\n1 0.2 0.2 0.1 0.1 0.8\n"});
    IB_ASSERT_OK(within);
    EXPECT_EQ(within->annotations.tracks.size(), 2U);
}

TEST(Yolo, PolygonsMayHaveAConfidenceAndATrackBehindThem) {
    const std::string turned = "0 0.25 0.1 0.5 0.2 0.45 0.5 0.2 0.4";
    const Quad quad{{Point{192, 57.6}, Point{384, 115.2}, Point{345.6, 288}, Point{153.6, 230.4}}};
    for (const char* end : {"", " 0.93", " 0.93 12", " 12"}) {
        SCOPED_TRACE(end);
        const auto read = read_images({turned + end + "\n"});
        IB_ASSERT_OK(read);
        ASSERT_EQ(read->annotations.tracks.size(), 1U);
        EXPECT_EQ(first_shape(read), on_grid(quad));
        EXPECT_EQ(read->annotations.tracks.count(TrackId{12}), std::string_view(end).ends_with("12") ? 1U : 0U);
    }
}

TEST(Yolo, APosesPointsAreNoPolygon) {
    const TemporaryFolder folder;
    fs::create_directories(folder / "labels");
    test::write_text(folder / "data.yaml", "train: images\nkpt_shape: [2, 3]\nnames: [a, b]\n");
    test::write_text(folder / "labels/f_3.txt", "0 0.5 0.5 0.5 0.5 0.2 0.5 2 0.45 1 1\n");
    for (const char* path : {"", "data.yaml", "labels"}) {
        const auto read = read_path("yolo", folder / path, made_media());
        IB_ASSERT_OK(read);
        EXPECT_EQ(first_shape(read), Shape(Box{192, 144, 384, 288}));
        EXPECT_EQ(read->notes, std::vector<std::string>{"keypoints are left out"});
    }
}

TEST(Yolo, ABlankFileIsBackground) {
    const auto read = read_rows("");
    IB_ASSERT_OK(read);
    EXPECT_TRUE(read->annotations.tracks.empty());
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(1, Box{1, 2, 3, 4})});
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_as("yolo", made, folder / "y", {{"images", "every=50"}}));
    EXPECT_EQ(file_text(folder / "y/labels/frame_000050.txt"), "");
    EXPECT_EQ(file_text(folder / "y/train.txt"), "./images/frame_000000.png\n./images/frame_000050.png\n");
}

TEST(Yolo, NoValueLeavesTheRangeForWhichReadersDropAnImage) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(1, Box{-10, -10, 1000, 1000})});
    add_track(made, "car", {keyframe(1, Box{700, 500, 100, 100})});
    add_track(made, "car", {keyframe(1, Box{800, 500, 100, 100})});
    const TemporaryFolder folder;
    const auto report = write_as("yolo", made, folder / "y");
    IB_ASSERT_OK(report);
    EXPECT_EQ(file_text(folder / "y/labels/frame_000001.txt"),
              "1 0.500000 0.500000 1.000000 1.000000\n1 0.955729 0.934028 0.088542 0.131944\n");
    EXPECT_EQ(report->losses[0], (Loss{"boxes cut at the picture's border", 2}));
    EXPECT_EQ(report->losses[1], (Loss{"boxes beyond the picture left out", 1}));
}

TEST(Yolo, PixelsInPlaceOfSharesAreRefused) {
    const auto read = read_rows("0 0.5 0.5 0.2 0.2\n0 384 288 100 50\n");
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().message.find("f_3.txt:2: cx: 384 is not within 0 and 1, as a share of the picture is"),
              std::string::npos)
        << read.error().message;
}

TEST(Yolo, ReadOfWriteIsWhatWasInView) {
    for (std::uint32_t seed = 0; seed < 4; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        made.labels[LabelId{2}].name = "caf\xC3\xA9: \"\xE8\xA1\x8C\" # 1";
        const TemporaryFolder folder;
        FormatOptions options{{"decimals", "9"}, {"first-frame", seed % 2 == 0 ? "1" : "0"}};
        if (seed == 3) options["shapes"] = "polygon";
        const auto report = write_as("yolo", made, folder / "y", options);
        IB_ASSERT_OK(report);
        const std::set<std::string> expected{"occluded flags left out",
                                             "tracks whose boxes are no longer linked from image to image"};
        for (const Loss& loss : test::besides_keyframes(report->losses))
            EXPECT_TRUE(expected.contains(loss.what)) << loss.what;
        const auto back = read_path("yolo", folder / "y", made_media(), options);
        IB_ASSERT_OK(back);
        EXPECT_TRUE(back->notes.empty());
        EXPECT_EQ(shown_in_images(back->annotations), shown_in_images(made));
    }
}

TEST(Yolo, SixDecimalsMoveNoEdgeByAHundredthPixelAndAreCounted) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(1, on_grid(Box{10.3, 20.7, 33.1, 44.9}))});
    const TemporaryFolder folder;
    const auto report = write_as("yolo", made, folder / "y");
    IB_ASSERT_OK(report);
    EXPECT_EQ(report->losses, (std::vector<Loss>{{"shapes moved by rounding to 6 decimals", 1}}));
    const auto back = read_path("yolo", folder / "y", made_media());
    IB_ASSERT_OK(back);
    EXPECT_LT(distance(first_shape(back), on_grid(Box{10.3, 20.7, 33.1, 44.9})), 0.01);
}

TEST(Yolo, QuadsComeBackToTheCornerAsPolygons) {
    Annotations made = made_annotations();
    const Quad quad{{Point{10.5, 10}, Point{30, 12.25}, Point{28, 40}, Point{8, 30}}};
    add_track(made, "car", {keyframe(3, quad), keyframe(5, quad)});
    add_track(made, "pedestrian", {keyframe(3, Box{100, 100, 20, 30})});
    const TemporaryFolder folder;
    const FormatOptions options{{"shapes", "polygon"}, {"decimals", "9"}};
    IB_ASSERT_OK(write_as("yolo", made, folder / "y", options));
    const auto back = read_path("yolo", folder / "y", made_media());
    IB_ASSERT_OK(back);
    EXPECT_EQ(shown_in_images(back->annotations), shown_in_images(made));
    const auto boxes = write_as("yolo", made, folder / "z");
    IB_ASSERT_OK(boxes);
    EXPECT_EQ(boxes->losses[1], (Loss{"quads written as boxes", 3}));
}

TEST(Yolo, TheLastImagesAreToValidateBy) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{1, 2, 30, 40}), keyframe(9, Box{1, 2, 30, 40})});
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_as("yolo", made, folder / "y", {{"val", "0.2"}, {"extension", ".jpg"}}));
    EXPECT_EQ(file_text(folder / "y/val.txt"), "./images/frame_000008.jpg\n./images/frame_000009.jpg\n");
    const std::string data = file_text(folder / "y/data.yaml");
    EXPECT_NE(data.find("val: val.txt\nnc: 3\n"), std::string::npos) << data;
}

TEST(Yolo, DataOfOtherNamesThanItCountsIsRefusedByLine) {
    const std::map<std::string, std::string> cases{
        {"train: a\nnc: 3\nnames: [a, b]\n", "data.yaml:2: nc: is not 2, which is how many names there are"},
        {"train: a\nnames: 7\n", "data.yaml:2: names: is neither a list nor numbers with names"},
        {"train: a\nnames:\n  x: a\n", "data.yaml:3: names: has a class without a number"},
        {"train: a\nnames: [a, ]]\n", "data.yaml:2: YAML: "},
        {"train: a\nnames: [a, [b]]\n", "data.yaml:2: names: holds no name"},
        {"train: a\n", "names: is missing"},
    };
    for (const auto& [text, expected] : cases) {
        const auto read = read_text("yolo", text, made_media(), {}, "data.yaml");
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
    }
}

TEST(Yolo, ARowThatIsWrongIsRefusedByFileLineAndField) {
    const std::map<std::string, std::string> cases{
        {"2 0.5 0.5 0.1 0.1", "class: 2 has no name; there are names for 0 to 1"},
        {"-1 0.5 0.5 0.1 0.1", "class: -1 is not a whole number from 0 on"},
        {"a 0.5 0.5 0.1 0.1", "class: 'a' is not a number"},
        {"0 0.5 0.5 0.1", "h: is missing: the row has 4 fields"},
        {"0 0.5 0.5 0.1 x", "h: 'x' is not a number"},
    };
    for (const auto& [row, expected] : cases) {
        const auto read = read_rows("\n" + row + "\n");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("f_3.txt:2: " + expected), std::string::npos) << read.error().message;
    }
}

TEST(Yolo, LabelsWithoutNamesAreCalledByTheirNumbers) {
    const auto read = read_text("yolo", "4 0.5 0.5 0.1 0.1\n", made_media(), {}, "f_3.txt");
    IB_ASSERT_OK(read);
    EXPECT_NE(read->annotations.find_label("class 4"), nullptr);
    const TemporaryFolder folder;
    test::write_text(folder / "classes.txt", "a\nb c\n");
    test::write_text(folder / "f_3.txt", "1 0.5 0.5 0.1 0.1\n");
    const auto named = read_path("yolo", folder.path(), made_media());
    IB_ASSERT_OK(named);
    EXPECT_NE(named->annotations.find_label("b c"), nullptr);
}

TEST(Yolo, PythonsYamlAndTheRulesOfYolov5TakeWhatIsWritten) {
    const Annotations made = test::random_annotations(6, Coordinates::Fractional);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_as("yolo", made, folder / "y"));
    const auto said = test::run_python(
        "import sys, os, yaml\n"
        "root = sys.argv[1]\n"
        "data = yaml.safe_load(open(root + '/data.yaml', encoding='utf-8'))\n"
        "assert data['nc'] == len(data['names']) and set(data['names']) == set(range(data['nc']))\n"
        "n = 0\n"
        "for line in open(os.path.join(root, data['train'])):\n"
        "    image = line.strip().replace('./', root + '/', 1)\n"
        "    a, b = image.rsplit('/images/', 1)\n"
        "    rows = set(open(a + '/labels/' + b.rsplit('.', 1)[0] + '.txt').read().splitlines())\n"
        "    for row in rows:\n"
        "        c, *v = row.split()\n"
        "        assert int(c) in data['names'] and len(v) == 4 and all(0 <= float(x) <= 1 for x in v), row\n"
        "    n += len(rows)\n"
        "print(n)\n",
        {(folder / "y").string()}, "yaml");
    if (!said) GTEST_SKIP() << "no python3-yaml on this machine";
    EXPECT_EQ(said->output, std::to_string(made.shape_count()) + "\n");
}

TEST(YoloMark, ReadsTheSampleByItsFolderItsDataAndItsNames) {
    for (const char* path : {"yolo-mark", "yolo-mark/obj.data", "yolo-mark/obj.names"}) {
        SCOPED_TRACE(path);
        const auto read = read_path("yolo-mark", sample(path), made_media(), {{"link", "0.5"}});
        IB_ASSERT_OK(read);
        ASSERT_EQ(read->annotations.tracks.size(), 2U);
        const Track& bicycle = *read->annotations.find_track(TrackId{2});
        EXPECT_EQ(read->annotations.label_name(bicycle.label), "road bicycle");
        EXPECT_EQ(bicycle.keyframes.size(), 3U);
        EXPECT_EQ(bicycle.keyframes[1].frame, FrameIndex{5});
    }
}

TEST(YoloMark, DarknetsFolderHoldsTheDataSetInOneOfItsOwn) {
    const TemporaryFolder folder;
    fs::create_directories(folder / "data/img");
    fs::create_directories(folder / "cfg");
    test::write_text(folder / "cfg/yolo.cfg", "[net]\n");
    test::write_text(folder / "data/obj.names", "air\nbird\n");
    test::write_text(folder / "data/train.txt", "data/img/bird3.jpg\n");
    test::write_text(folder / "data/img/bird3.txt", "1 0.5 0.5 0.5 0.5\n");
    EXPECT_TRUE(find_format("yolo-mark")->sniff(folder.path(), ""));
    const auto read = read_path("yolo-mark", folder.path(), made_media());
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 1U);
    const Track& bird = *read->annotations.tracks.begin()->second;
    EXPECT_EQ(read->annotations.label_name(bird.label), "bird");
    EXPECT_EQ(bird.keyframes[0].frame, FrameIndex{3});
}

TEST(YoloMark, WritesWhatDarknetRunsBy) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(3, Box{192, 144, 384, 288})});
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_as("yolo-mark", made, folder / "m", {{"extension", ".jpg"}, {"path", "x64/data/"}}));
    EXPECT_EQ(file_text(folder / "m/obj.names"), "pedestrian\ncar\nroad bicycle\n");
    EXPECT_EQ(file_text(folder / "m/train.txt"), "x64/data/img/frame_000003.jpg\n");
    EXPECT_EQ(file_text(folder / "m/img/frame_000003.txt"), "1 0.500000 0.500000 0.500000 0.500000\n");
    EXPECT_EQ(file_text(folder / "m/obj.data"),
              "classes= 3\ntrain = x64/data/train.txt\nvalid = x64/data/train.txt\nnames = x64/data/obj.names\n"
              "backup = backup/\n");
}

TEST(YoloMark, ReadOfWriteIsWhatWasInView) {
    for (std::uint32_t seed = 0; seed < 2; ++seed) {
        const Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        const TemporaryFolder folder;
        IB_ASSERT_OK(write_as("yolo-mark", made, folder / "m", {{"decimals", "9"}}));
        const auto back = read_path("yolo-mark", folder / "m", made_media());
        IB_ASSERT_OK(back);
        EXPECT_EQ(shown_in_images(back->annotations), shown_in_images(made));
    }
}

TEST(YoloMark, WhatIsMissingIsSaid) {
    const auto other = read_text("yolo-mark", "0 0.5 0.5 0.1 0.1\n");
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().message.find("given.txt: is none of obj.data, obj.names"), std::string::npos);
    const auto nameless = read_text("yolo-mark", "classes= 2\n", made_media(), {}, "obj.data");
    ASSERT_FALSE(nameless);
    EXPECT_NE(nameless.error().message.find("obj.data: names: is missing"), std::string::npos);
    const TemporaryFolder folder;
    const auto empty = read_path("yolo-mark", folder.path(), made_media());
    ASSERT_FALSE(empty);
    EXPECT_NE(empty.error().message.find("holds neither obj.data nor obj.names"), std::string::npos);
}

}  // namespace
}  // namespace inbetween
