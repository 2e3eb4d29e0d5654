#include <gtest/gtest.h>

#include <map>

#include "tests/formats/images.h"
#include "tests/formats/quads.h"

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
using test::shown_in_images;
using test::TemporaryFolder;
using test::write_text_of;

TEST(Vott, AFrameIsToldByItsSecondAndAnObjectByItsRegion) {
    const auto read = read_path("vott", sample("vott/walk-export.json"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 2U);
    const Track& sign = *a.find_track(TrackId{9});
    EXPECT_EQ(sign.kind, ShapeKind::Quad);
    ASSERT_EQ(sign.keyframes.size(), 3U);
    EXPECT_EQ(sign.keyframes[0].frame, FrameIndex{4});
    // 0.52 s is nearest to frame 5 of ten a second.
    EXPECT_EQ(sign.keyframes[1].frame, FrameIndex{5});
    const Track& person = *a.find_track(TrackId{10});
    EXPECT_EQ(std::get<Box>(person.keyframes[0].shape), (Box{10, 20, 22.5, 40.25}));
    EXPECT_TRUE(person.keyframes[0].occluded);
    const Label& label = *a.find_label("person");
    EXPECT_EQ(person.attribute_at(label.find_attribute("running")->id, FrameIndex{4}), "true");
    EXPECT_EQ(read->notes,
              (std::vector<std::string>{"1 regions of other kinds than rectangles and polygons are left out"}));
}

TEST(Vott, SecondsComeFromThePtsAndNotFromARate) {
    Annotations made = made_annotations();
    Media media = made_media();
    // Frames 0, 1, 2 at 0, 1/3 and 2 seconds.
    media.timebase = {1, 3};
    media.pts = {30, 31, 36};
    media.frames = 3;
    made.media[MediaId{1}] = std::make_shared<const Media>(media);
    add_track(made, "car", {keyframe(0, Box{1, 2, 3, 4}), keyframe(2, Box{1, 2, 3, 4})});
    const auto json = write_text_of("vott", made);
    IB_ASSERT_OK(json);
    // A player that seeks to 0.333333 shows the frame before.
    for (const char* name : {"walk.avi#t=0\"", "walk.avi#t=0.333334\"", "walk.avi#t=2\""})
        EXPECT_NE(json->text.find(name), std::string::npos) << name;
    for (const char* format : {"vott", "vott-csv"}) {
        const auto written = write_text_of(format, made);
        IB_ASSERT_OK(written);
        const auto back = read_text(format, written->text, media);
        IB_ASSERT_OK(back);
        EXPECT_EQ(shown_in_images(back->annotations), shown_in_images(made)) << format;
    }
}

TEST(Vott, ReadOfWriteIsWhatWasInView) {
    for (std::uint32_t seed = 0; seed < 5; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        made.labels[LabelId{2}].name = "caf\xC3\xA9 \"\xE8\xA1\x8C\"";
        add_track(made, "pedestrian",
                  {keyframe(seed, Box{-20.5, -3.25, 40, 50}, true), keyframe(9, Box{760, 5, 90, 9})});
        for (const auto& [id, track] : test::random_quads(seed).tracks) {
            Track quads = *track;
            quads.id = made.next_track_id();
            made.tracks[quads.id] = std::make_shared<const Track>(std::move(quads));
        }
        FormatOptions options{{"tags", "all"}};
        if (seed % 2 == 1) options["images"] = "all";
        const auto written = write_text_of("vott", made, options);
        IB_ASSERT_OK(written);
        EXPECT_TRUE(test::besides_keyframes(written->losses).empty());
        EXPECT_EQ(written->text.find("#t=") == std::string::npos, seed % 2 == 1);
        const auto back = read_text("vott", written->text);
        IB_ASSERT_OK(back);
        EXPECT_TRUE(back->notes.empty());
        // Boxes around quads are rounded by themselves.
        EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made), 0.002), "");
        EXPECT_EQ(shown_in_images(back->annotations), shown_in_images(made));
    }
}

TEST(Vott, OnlyTheLabelIsATagUnlessAsked) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(3, Box{1, 2, 3, 4}, true)});
    const auto written = write_text_of("vott", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->losses, (std::vector<Loss>{{"occluded flags left out", 1}}));
    EXPECT_EQ(written->text.find("\"occluded\""), std::string::npos);
}

TEST(Vott, OneOfSeveralVideosIsTaken) {
    const auto csv = [](const std::string& names) {
        return read_text("vott-csv", "\"image\",\"xmin\",\"ymin\",\"xmax\",\"ymax\",\"label\"\n" + names);
    };
    const auto own = csv("\"walk.avi#t=1\",1,2,3,4,\"a\"\n\"other.mp4#t=1\",1,2,3,4,\"b\"\n");
    IB_ASSERT_OK(own);
    EXPECT_EQ(own->annotations.tracks.size(), 1U);
    EXPECT_NE(own->annotations.find_label("a"), nullptr);
    const auto neither = csv("\"this.mp4#t=1\",1,2,3,4,\"a\"\n\"other.mp4#t=1\",1,2,3,4,\"b\"\n");
    ASSERT_FALSE(neither);
    EXPECT_NE(neither.error().message.find("option video-id=NAME chooses one"), std::string::npos);
}

TEST(Vott, AProjectsOwnFilesAreRead) {
    const auto asset = [](int frame, int left) {
        return R"({"asset":{"format":"jpg","id":"a)" + std::to_string(frame) + R"(","name":"img_)" +
               std::to_string(frame) + R"(.jpg","size":{"width":768,"height":576},"state":2,"type":1},"regions":[)" +
               R"({"id":"x","type":"RECTANGLE","tags":["cone"],"boundingBox":{"height":4,"width":3,"left":)" +
               std::to_string(left) + R"(,"top":2},"points":[]}],"version":"2.1.0"})";
    };
    const TemporaryFolder folder;
    test::write_text(folder / "cones.vott", R"({"name":"cones","videoSettings":{"frameExtractionRate":15},"tags":[],
        "assets":{"a3":{"format":"jpg","id":"a3","name":"img_3.jpg","state":2,"type":1}}})");
    EXPECT_TRUE(find_format("vott")->sniff(folder / "cones.vott", file_text(folder / "cones.vott")));
    EXPECT_FALSE(find_format("vott")->sniff(folder.path(), ""));
    const auto bare = read_path("vott", folder / "cones.vott", made_media());
    ASSERT_FALSE(bare);
    EXPECT_NE(bare.error().message.find("cones.vott: a project keeps its regions in files"), std::string::npos)
        << bare.error().message;
    test::write_text(folder / "a3-asset.json", asset(3, 10));
    test::write_text(folder / "a5-asset.json", asset(5, 90));
    EXPECT_TRUE(find_format("vott")->sniff(folder.path(), ""));
    for (const auto& stated : {folder.path(), folder / "cones.vott"}) {
        const auto read = read_path("vott", stated, made_media());
        IB_ASSERT_OK(read);
        ASSERT_EQ(read->annotations.tracks.size(), 2U);
        EXPECT_EQ(read->annotations.find_track(TrackId{1})->keyframes[0].frame, FrameIndex{3});
        EXPECT_EQ(std::get<Box>(read->annotations.find_track(TrackId{2})->keyframes[0].shape), (Box{90, 2, 3, 4}));
    }
    const auto one = read_path("vott", folder / "a5-asset.json", made_media());
    IB_ASSERT_OK(one);
    EXPECT_EQ(one->annotations.tracks.size(), 1U);
    test::write_text(folder / "a6-asset.json", R"({"asset":{"name":"img_6.jpg"},"regions":[{"type":7}]})");
    const auto wrong = read_path("vott", folder.path(), made_media());
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().message.find("a6-asset.json: /regions[0]/"), std::string::npos) << wrong.error().message;
}

TEST(Vott, WhatIsWrongIsSaidByItsPath) {
    const auto region = [](const std::string& rest) {
        return R"({"assets": {"x": {"asset": {"name": "a_1.png"}, "regions": [{"tags": ["a"], )" + rest + "}]}}}";
    };
    const std::map<std::string, std::string> cases{
        {"{\"assets\": 3}", "/assets: is number, not an object"},
        {R"({"assets": {"x": {"asset": {}, "regions": []}}})", "/assets/x/asset/name: is missing"},
        {region(R"("type": "RECTANGLE", "boundingBox": {"left": 1, "top": 1, "width": -2, "height": 3})"),
         "/assets/x/regions[0]/boundingBox/width: is negative"},
        {region(R"("type": "RECTANGLE", "boundingBox": {"left": 1, "top": 1, "width": 2})"),
         "/assets/x/regions[0]/boundingBox/height: is missing"},
        {region(R"("boundingBox": {})"), "/assets/x/regions[0]/type: is missing"},
        {R"({"assets": )", "JSON: is cut: it ends within a value at byte 11 (column 12)"},
    };
    for (const auto& [text, expected] : cases) {
        const auto read = read_text("vott", text);
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
    }
}

TEST(VottCsv, ReadsTheSample) {
    const auto read = read_path("vott-csv", sample("vott-csv/walk-export.csv"), made_media(), {{"link", "0.5"}});
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 2U);
    const Track& person = *read->annotations.find_track(TrackId{1});
    EXPECT_EQ(person.keyframes.size(), 3U);
    EXPECT_EQ(person.keyframes[1].frame, FrameIndex{5});
    EXPECT_EQ(std::get<Box>(person.keyframes[0].shape), (Box{10.25, 20, 22.25, 40.25}));
    EXPECT_NE(read->annotations.find_label("car, \"old\""), nullptr);
}

TEST(VottCsv, ReadOfWriteIsWhatWasInView) {
    for (std::uint32_t seed = 0; seed < 4; ++seed) {
        Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        made.labels[LabelId{2}].name = "caf\xC3\xA9, \"\xE8\xA1\x8C\"";
        add_track(made, "pedestrian", {keyframe(seed, Box{-20.5, -3.25, 40, 50})});
        const FormatOptions options{{"assets", seed % 2 == 0 ? "video" : "images"}, {"first-frame", "1"}};
        const auto written = write_text_of("vott-csv", made, options);
        IB_ASSERT_OK(written);
        const auto back = read_text("vott-csv", written->text, made_media(), options);
        IB_ASSERT_OK(back);
        EXPECT_EQ(shown_in_images(back->annotations), shown_in_images(made));
    }
}

TEST(VottCsv, AMalformedRowIsRefusedByFileLineAndField) {
    const std::map<std::string, std::string> cases{
        {"\"a_1.png\",1,2,3,4", "label: is missing: the row has 5 fields"},
        {"\"a_1.png\",1,2,x,4,\"a\"", "xmax: 'x' is not a number"},
        {"\"a_1.png\",5,2,3,4,\"a\"", "xmax: 3 is left of xmin 5"},
        {"\"a_1.png\",1,2,3,4,\"a", "row: has a quote that is left open"},
        {"\"a_1.png\",1,2,3,4,\"a\",7", "row: has 7 fields, not 6"},
        {"\"a.png\",1,2,3,4,\"a\"", "image: 'a' does not end with the number of a frame"},
    };
    for (const auto& [row, expected] : cases) {
        const auto read =
            read_text("vott-csv", "\"image\",\"xmin\",\"ymin\",\"xmax\",\"ymax\",\"label\"\n" + row + "\n");
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("given.txt:2: " + expected), std::string::npos) << read.error().message;
    }
}

TEST(VottCsv, PythonsCsvModuleReadsWhatIsWritten) {
    Annotations made = test::random_annotations(4, Coordinates::Fractional);
    made.labels[LabelId{2}].name = "car, \"old\"";
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_annotations(*find_format("vott-csv"), {made, MediaId{1}, folder / "v.csv", {}}));
    const auto said = test::run_python(
        "import csv, sys\n"
        "rows = list(csv.DictReader(open(sys.argv[1], encoding='utf-8', newline='')))\n"
        "assert all(float(r['xmax']) > float(r['xmin']) and r['image'].startswith('walk.avi#t=') for r in rows)\n"
        "print(len(rows), any(r['label'] == 'car, \"old\"' for r in rows))\n",
        {(folder / "v.csv").string()}, "csv");
    if (!said) GTEST_SKIP() << "no python3 on this machine";
    EXPECT_EQ(said->output, std::to_string(made.shape_count()) + " True\n");
}

}  // namespace
}  // namespace inbetween
