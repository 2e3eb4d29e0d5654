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

std::string file_of(const std::string& annotations, const std::string& images = R"({"id":1,"file_name":"a_07.png"})") {
    return R"({"images":[)" + images + R"(],"annotations":[)" + annotations +
           R"(],"categories":[{"id":0,"name":"a"}]})";
}

constexpr const char* plain = R"({"id":0,"image_id":1,"category_id":0,"bbox":[1,2,3,4]})";

TEST(Coco, AClassMayBeCalledByANumber) {
    const auto read = read_text("coco", R"({"videos":[{"id":1,"name":7}],
        "images":[{"id":1,"video_id":1,"frame_id":2,"file_name":"a/3.jpg"}],
        "annotations":[{"id":1,"image_id":1,"instance_id":1,"category_id":0,"bbox":[1,2,3,4]}],
        "categories":[{"id":0,"name":0}]})");
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 1U);
    EXPECT_EQ(read->annotations.label_name(read->annotations.tracks.begin()->second->label), "0");
}

TEST(Coco, TrackersConvertersCountFramesFromOneAndNameVideosByFile) {
    const std::string file = R"({"videos": [{"id": 1, "file_name": "walk"}],
        "categories": [{"id": 1, "name": "pedestrian"}],
        "images": [{"id": 1, "file_name": "walk/img1/000041.jpg", "frame_id": 1, "video_id": 1},
                   {"id": 2, "file_name": "walk/img1/000042.jpg", "frame_id": 2, "video_id": 1}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "track_id": 1, "iscrowd": false},
                        {"id": 2, "image_id": 2, "category_id": 1, "bbox": [1, 2, 3, 4], "track_id": 1,
                         "iscrowd": true}]})";
    const auto first_frame = [](const Result<ReadResult>& read) {
        return read->annotations.tracks.begin()->second->keyframes.front().frame.value;
    };
    const auto read = read_text("coco", file);
    IB_ASSERT_OK(read);
    EXPECT_EQ(first_frame(read), 1);
    EXPECT_EQ(read->notes.front(),
              "the numbers of the images' names are 40 more than their frames in the file, which count; option "
              "frames=name takes the names");
    const auto from_one = read_text("coco", file, made_media(), {{"first-frame", "1"}});
    IB_ASSERT_OK(from_one);
    EXPECT_EQ(first_frame(from_one), 0);
    const auto named = read_text("coco", file, made_media(), {{"first-frame", "1"}, {"frames", "name"}});
    IB_ASSERT_OK(named);
    EXPECT_EQ(first_frame(named), 40);
    EXPECT_TRUE(named->notes.empty());
}

TEST(Coco, ReadsTheSampleWithFramesFromZeroAndIdentities) {
    const auto read = read_path("coco", sample("coco/walk.json"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 2U);
    const Track& walker = *a.find_track(TrackId{7});
    ASSERT_EQ(walker.keyframes.size(), 3U);
    EXPECT_EQ(walker.keyframes[0].frame, FrameIndex{4});
    EXPECT_TRUE(walker.keyframes[0].occluded);
    EXPECT_EQ(std::get<Box>(walker.keyframes[1].shape), (Box{12.5, 20, 19.5, 40}));
    EXPECT_EQ(walker.attribute_at(a.find_label("person")->find_attribute("pose")->id, FrameIndex{4}), "standing");
    EXPECT_EQ(a.find_track(TrackId{9})->kind, ShapeKind::Quad);
}

TEST(Coco, WithoutFramesOfItsOwnAnImagesNameOrOrderTells) {
    const auto read = read_text("coco", file_of(plain));
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.begin()->second->keyframes[0].frame, FrameIndex{7});
    const auto ordered = read_text("coco", file_of(plain), made_media(), {{"frames", "order"}});
    IB_ASSERT_OK(ordered);
    EXPECT_EQ(ordered->annotations.tracks.begin()->second->keyframes[0].frame, FrameIndex{0});
    const auto from_one = read_text("coco", file_of(plain), made_media(), {{"first-frame", "1"}});
    IB_ASSERT_OK(from_one);
    EXPECT_EQ(from_one->annotations.tracks.begin()->second->keyframes[0].frame, FrameIndex{6});
    const auto unnumbered = read_text("coco", file_of(plain, R"({"id":1,"file_name":"left.png"})"));
    ASSERT_FALSE(unnumbered);
    EXPECT_NE(unnumbered.error().message.find("/images[0]/file_name: does not end with the number of a frame"),
              std::string::npos)
        << unnumbered.error().message;
}

TEST(Coco, NothingIsWrittenWithIdZero) {
    Annotations made = made_annotations();
    add_track(made, "pedestrian", {keyframe(0, Box{1, 2, 3, 4})});
    const auto written = write_text_of("coco", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->text.find("\"id\":0"), std::string::npos);
    EXPECT_EQ(written->text.find("_id\":0"), std::string::npos);
    for (const char* key : {"\"area\":12.0", "\"iscrowd\":0", "\"segmentation\":[]"})
        EXPECT_NE(written->text.find(key), std::string::npos) << key;
}

TEST(Coco, ReadOfWriteIsWhatWasInView) {
    for (std::uint32_t seed = 0; seed < 9; ++seed) {
        const char* as = seed % 3 == 0 ? "coco" : seed % 3 == 1 ? "cocovid" : "tao";
        SCOPED_TRACE(testing::Message() << seed << as);
        Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        made.labels[LabelId{2}].name = "caf\xC3\xA9 \"\xE8\xA1\x8C\"";
        const Quad quad{{Point{-10.5, 10}, Point{30, 12.25}, Point{28, 40}, Point{8, 30}}};
        const TrackId id = add_track(made, "pedestrian", {keyframe(seed, quad, true), keyframe(40, quad)});
        const auto written = write_text_of("coco", made, {{"as", as}, {"images", seed % 2 == 0 ? "all" : "annotated"}});
        IB_ASSERT_OK(written);
        EXPECT_TRUE(test::besides_keyframes(written->losses).empty());
        const auto back = read_text("coco", written->text);
        IB_ASSERT_OK(back);
        EXPECT_TRUE(back->notes.empty());
        EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made)), "");
        EXPECT_TRUE(back->annotations.find_track(id)->keyframes.front().shape == Shape(quad));
        for (const auto& [key, track] : back->annotations.tracks)
            EXPECT_EQ(back->annotations.label_name(track->label), made.label_name(made.find_track(key)->label));
    }
}

TEST(Coco, AttributesAndCrowdsComeBack) {
    const std::string text = file_of(R"({"id":1,"image_id":1,"category_id":0,"track_id":4,"bbox":[1,2,3,4],"iscrowd":1,
        "attributes":{"occluded":false,"speed":2.5,"parked":true,"moving":false,"plate":"B 1"}})");
    const auto read = read_text("coco", text);
    IB_ASSERT_OK(read);
    const auto written = write_text_of("coco", read->annotations);
    IB_ASSERT_OK(written);
    EXPECT_NE(written->text.find("\"iscrowd\":1"), std::string::npos);
    const auto back = read_text("coco", written->text);
    IB_ASSERT_OK(back);
    const Label& label = *back->annotations.find_label("a");
    const Track& track = *back->annotations.find_track(TrackId{4});
    const std::map<std::string, std::string> expected{
        {"iscrowd", "true"}, {"speed", "2.5"}, {"parked", "true"}, {"plate", "B 1"}};
    EXPECT_EQ(label.attributes.size(), expected.size());
    for (const auto& [name, value] : expected)
        EXPECT_EQ(track.attribute_at(label.find_attribute(name)->id, FrameIndex{7}), value) << name;
}

TEST(Coco, OneVideoOfSeveralIsReadByItsName) {
    const std::string text =
        R"({"videos":[{"id":1,"name":"other"},{"id":2,"name":"clips/walk.mp4"}],"images":[
        {"id":1,"video_id":1,"frame_id":0,"file_name":"a"},{"id":2,"video_id":2,"frame_id":3,"file_name":"b"}],
        "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[9,9,9,9]},{"id":2,"image_id":2,"category_id":1,"bbox":[1,2,3,4]}],
        "categories":[{"id":1,"name":"a"}]})";
    const auto own = read_text("coco", text);
    IB_ASSERT_OK(own);
    EXPECT_EQ(own->annotations.tracks.begin()->second->keyframes[0].frame, FrameIndex{3});
    const auto other = read_text("coco", text, made_media(), {{"video", "other"}});
    IB_ASSERT_OK(other);
    EXPECT_EQ(other->annotations.tracks.begin()->second->keyframes[0].frame, FrameIndex{0});
    const auto none = read_text("coco", text, made_media(), {{"video", "third"}});
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().message.find("/videos: has no 'third' among its 2"), std::string::npos);
}

TEST(Coco, AnUprightRectangleOfFourCornersStaysABox) {
    const auto read = read_text("coco", file_of(R"({"id":1,"image_id":1,"category_id":0,"bbox":[1,2,3,4],
        "segmentation":[[1,2,4,2,4,6,1,6]]})"));
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.begin()->second->kind, ShapeKind::Box);
}

// https://github.com/cvat-ai/cvat/issues/4745: CVAT states the upright box, and its turn as an attribute.
TEST(Coco, ABoxTurnedByCvatsAttributeIsAQuad) {
    const auto read = read_text("coco", file_of(R"(
        {"id":1,"image_id":1,"category_id":0,"bbox":[10,20,40,20],"attributes":{"occluded":false,"rotation":90.0}},
        {"id":2,"image_id":1,"category_id":0,"bbox":[1,2,3,4],"attributes":{"occluded":false,"rotation":0.0}})"));
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    const Quad expected{{Point{40, 10}, Point{40, 50}, Point{20, 50}, Point{20, 10}}};
    EXPECT_LE(distance(a.find_track(TrackId{1})->keyframes[0].shape, Shape(expected)), 0.001);
    EXPECT_EQ(a.find_track(TrackId{2})->keyframes[0].shape, Shape(Box{1, 2, 3, 4}));
    ASSERT_EQ(read->notes.size(), 1U);
    EXPECT_EQ(read->notes[0], "1 boxes are turned by their attribute 'rotation', and read as quads");
    const auto written = write_text_of("coco", a);
    IB_ASSERT_OK(written);
    const auto back = read_text("coco", written->text);
    IB_ASSERT_OK(back);
    EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(a)), "");
}

TEST(Coco, AnAttributeThatIsCalledAsTheFormatsOwnIsTold) {
    Annotations made = made_annotations();
    const TrackId id = add_track(made, "pedestrian", {keyframe(0, Box{1, 2, 3, 4}), keyframe(2, Box{1, 2, 3, 4})});
    made.labels.begin()->second.attributes.push_back(
        {.id = AttributeId{1}, .name = "rotation", .type = AttributeType::Number, .is_mutable = true});
    auto track = std::make_shared<Track>(*made.find_track(id));
    track->attribute_ranges = {{AttributeId{1}, {FrameIndex{0}, FrameIndex{2}}, "45"}};
    made.tracks[id] = track;
    const auto written = write_text_of("coco", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->lost("values of attributes named 'rotation' left out, which says something else in COCO"), 1);
    const auto back = read_text("coco", written->text);
    IB_ASSERT_OK(back);
    EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made)), "");
}

TEST(Coco, OcclusionIsReadWhereverItIsSaid) {
    const std::map<std::string, bool> cases{{R"("occluded":true)", true},
                                            {R"("occluded":1)", true},
                                            {R"("occluded":0)", false},
                                            {R"("occluded":"false")", false},
                                            {R"("attributes":{"occluded":true})", true},
                                            {R"("attributes":{"occluded":1})", true},
                                            {R"("attributes":{"occluded":"True"})", true},
                                            {R"("attributes":{"occluded":false})", false},
                                            {R"("occluded":1,"attributes":{"pose":"up"})", true}};
    for (const auto& [said, expected] : cases) {
        const auto read = read_text(
            "coco", file_of(R"({"id":1,"image_id":1,"category_id":0,"bbox":[1,2,3,4],)" + std::string(said) + "}"));
        IB_ASSERT_OK(read);
        EXPECT_EQ(read->annotations.tracks.begin()->second->keyframes[0].occluded, expected) << said;
    }
}

// The ids of PoseTrack are 1, six digits of the sequence, and four of the frame.
TEST(Coco, PoseTracksIdsSayVideoAndFrame) {
    const auto image = [](const std::string& video, const std::string& frame) {
        return R"({"is_labeled":true,"nframes":76,"frame_id":1)" + video + frame + R"(,"id":1)" + video + frame +
               R"(,"vid_id":")" + video + R"(","file_name":"images/train/)" + video + "_bonn_train/00" + frame +
               R"(.jpg"})";
    };
    const auto row = [](const std::string& id, const std::string& image_id, const std::string& bbox) {
        return R"({"id":)" + id + R"(,"image_id":)" + image_id + R"(,"category_id":0,"track_id":0,"bbox":)" + bbox +
               R"(,"keypoints":[1,2,1],"scores":[]})";
    };
    const std::string rows =
        row("1000001000300", "10000010003", "[1,2,3,4]") + "," + row("1000001000400", "10000010004", "[]");
    const std::string images = image("000001", "0003") + "," + image("000001", "0004");
    const auto read = read_text("coco", file_of(rows, images));
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 1U);
    EXPECT_EQ(read->annotations.tracks.begin()->second->keyframes[0].frame, FrameIndex{3});
    ASSERT_EQ(read->notes.size(), 1U);
    EXPECT_EQ(read->notes[0], "1 annotations have no bbox and are left out");

    const std::string two =
        file_of(rows + "," + row("1000002000900", "10000020009", "[5,6,7,8]"), images + "," + image("000002", "0009"));
    const auto unknown = read_text("coco", two);
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message.find("has no 'walk' among its 2"), std::string::npos) << unknown.error().message;
    for (const char* name : {"000002", "000002_bonn_train"}) {
        const auto second = read_text("coco", two, made_media(), {{"video", name}});
        IB_ASSERT_OK(second);
        EXPECT_EQ(second->annotations.tracks.begin()->second->keyframes[0].frame, FrameIndex{9});
    }
}

TEST(Coco, WhatIsWrongIsSaidByPlaceAndField) {
    const std::map<std::string, std::string> cases{
        {R"({"image_id":1,"category_id":0,"bbox":[1,2,3]})", "/annotations[1]/bbox"},
        {R"({"image_id":1,"category_id":0,"bbox":[1,2,-3,4]})", "/annotations[1]/bbox[2]: is negative"},
        {R"({"image_id":1,"category_id":0,"bbox":[1,2,"3",4]})", "/annotations[1]/bbox[2]: is string, not a number"},
        {R"({"image_id":5,"category_id":0,"bbox":[1,2,3,4]})", "/annotations[1]/image_id: 5 is none of the images"},
        {R"({"image_id":1,"category_id":8,"bbox":[1,2,3,4]})",
         "/annotations[1]/category_id: is none of the categories"},
        {R"({"image_id":1,"bbox":[1,2,3,4]})", "/annotations[1]/category_id: is missing"},
    };
    for (const auto& [bad, expected] : cases) {
        const auto read = read_text("coco", file_of(plain + std::string(",") + bad));
        ASSERT_FALSE(read) << bad;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
    }
    const std::string same = R"({"id":1,"image_id":1,"track_id":4,"category_id":0,"bbox":[1,2,3,4]})";
    const auto twice = read_text("coco", file_of(same + "," + same));
    ASSERT_FALSE(twice);
    EXPECT_NE(twice.error().message.find("track 4 stands twice in frame 7"), std::string::npos);
    const auto results = read_text("coco", R"([{"image_id":1,"category_id":1,"bbox":[1,2,3,4],"score":0.5}])");
    ASSERT_FALSE(results);
    EXPECT_NE(results.error().message.find("is a list of results"), std::string::npos);
}

TEST(Coco, TheListsMayComeInAnyOrder) {
    const std::string images = R"("images":[{"id":1,"file_name":"a_07.png"}])";
    const std::string categories = R"("categories":[{"id":0,"name":"a"}])";
    const std::string annotations = R"("annotations":[)" + std::string(plain) + "]";
    for (const auto& lists :
         {annotations + "," + images + "," + categories, categories + "," + annotations + "," + images,
          images + "," + annotations + "," + categories}) {
        const auto read = read_text("coco", "{\"info\":{\"images\":[1]}," + lists + "}");
        IB_ASSERT_OK(read);
        ASSERT_EQ(read->annotations.tracks.size(), 1U);
        EXPECT_EQ(read->annotations.tracks.begin()->second->keyframes[0].frame, FrameIndex{7});
    }
    const auto without = read_text("coco", "{" + images + "," + annotations + "}");
    ASSERT_FALSE(without);
    EXPECT_NE(without.error().message.find("/categories: is missing; an array is wanted"), std::string::npos);
    const auto other = read_text("coco", R"({"images":{},)" + categories + "," + annotations + "}");
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().message.find("/images: is object, not an array"), std::string::npos)
        << other.error().message;
}

/// What pycocotools reads of a file without asking whether it is there, by another JSON reader.
/// source: cocoapi, PythonAPI/pycocotools/coco.py createIndex, and cocoeval.py _prepare and evaluateImg.
TEST(Coco, WhatIsWrittenHoldsWhatPycocotoolsIndexes) {
    if (std::system("python3 -c 'import json' >/dev/null 2>&1") != 0) GTEST_SKIP() << "no python3 on this machine";
    const TemporaryFolder folder;
    Annotations made = test::random_annotations(3, Coordinates::Fractional);
    const Quad quad{{Point{-10.5, 10}, Point{30, 12.25}, Point{28, 40}, Point{8, 30}}};
    add_track(made, "pedestrian", {keyframe(3, quad, true), keyframe(40, quad)});
    test::write_text(folder / "index.py", R"(import json, sys
for name in sys.argv[2:]:
    data = json.load(open(name))
    images = {i["id"]: i for i in data["images"]}
    categories = {c["id"]: c["name"] for c in data["categories"]}
    rows = {a["id"]: a for a in data["annotations"]}
    assert len(rows) == len(data["annotations"]) == int(sys.argv[1])
    assert min(rows) > 0 and min(images) > 0 and min(categories) > 0
    for a in rows.values():
        assert a["image_id"] in images and a["category_id"] in categories
        assert a["area"] > 0 and a["iscrowd"] in (0, 1) and len(a["bbox"]) == 4 and min(a["bbox"][2:]) > 0
        assert all(len(p) >= 6 for p in a["segmentation"])
    videos = {v["id"] for v in data.get("videos", [])}
    assert all(i["video_id"] in videos for i in images.values() if videos)
    if "tracks" in data:
        tracks = {t["id"]: t for t in data["tracks"]}
        assert all(tracks[a["track_id"]]["category_id"] == a["category_id"] for a in rows.values())
)");
    std::string files;
    for (const char* as : {"coco", "cocovid", "tao"}) {
        const auto path = folder / (std::string(as) + ".json");
        IB_ASSERT_OK(write_annotations(*find_format("coco"), {made, MediaId{1}, path, {{"as", as}}}));
        files += " '" + path.string() + "'";
    }
    const std::string command =
        "python3 '" + (folder / "index.py").string() + "' " + std::to_string(made.shape_count()) + files;
    EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace inbetween
