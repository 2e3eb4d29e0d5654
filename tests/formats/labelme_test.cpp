#include <gtest/gtest.h>

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
using test::in_view;
using test::keyframe;
using test::made_annotations;
using test::made_media;
using test::read_path;
using test::read_text;
using test::sample;
using test::TemporaryFolder;

Result<WriteReport> write_labelme(const Annotations& annotations, const fs::path& out,
                                  const FormatOptions& options = {}) {
    return write_annotations(*find_format("labelme"), {annotations, MediaId{1}, out, options});
}

Result<ReadResult> read_shapes(const std::string& shapes, const FormatOptions& options = {}) {
    return read_text("labelme",
                     "{\"version\": \"5.0.0\", \"flags\": {}, \"shapes\": [\n" + shapes +
                         "], \"imagePath\": \"f_3.png\", \"imageData\": null}",
                     made_media(), options, "f_3.json");
}

TEST(Labelme, AGroupIsATrackAndAnOrientedRectangleAQuad) {
    const auto read = read_path("labelme", sample("labelme"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 3U);
    const Track& person = *a.find_track(TrackId{5});
    ASSERT_EQ(person.keyframes.size(), 3U);
    EXPECT_EQ(std::get<Box>(person.keyframes[0].shape), (Box{10, 20, 22.5, 40.25}));
    EXPECT_TRUE(person.keyframes[0].occluded);
    EXPECT_FALSE(person.keyframes[1].occluded);
    const Label& label = *a.find_label("person");
    EXPECT_EQ(person.attribute_at(label.find_attribute("sitting")->id, FrameIndex{4}), "true");
    EXPECT_EQ(person.attribute_at(label.find_attribute("sitting")->id, FrameIndex{5}), "");
    EXPECT_EQ(person.attribute_at(label.find_attribute("description")->id, FrameIndex{4}), "in a red coat");
    const Track& sign = *a.find_track(TrackId{6});
    EXPECT_EQ(sign.kind, ShapeKind::Quad);
    EXPECT_EQ(std::get<Quad>(sign.keyframes[1].shape).corners[0], (Point{101, 100}));
    EXPECT_EQ(test::boxes_in_images(a).count({4, "ball", {295, 295, 305, 305}}), 1U);
    EXPECT_EQ(read->notes,
              (std::vector<std::string>{"1 shapes of kind 'point' have no place here and are left out",
                                        "1 shapes without four proper corners are read as their bounding boxes"}));
}

// https://github.com/CVHub520/X-AnyLabeling/issues/1262: rectangles have four corners, and a turned one is a rotation.
TEST(Labelme, XAnyLabelingsRectanglesOfFourCornersAreBoxesAndItsRotationsQuads) {
    const auto read = read_shapes(R"(
        {"label": "a", "points": [[10, 20], [50, 20], [50, 80.5], [10, 80.5]], "shape_type": "rectangle", "score": null,
         "group_id": null, "description": "", "difficult": true, "flags": {}, "attributes": {"colour": "red"}},
        {"label": "b", "points": [[50, 80.5], [50, 20], [10, 20], [10, 80.5]], "shape_type": "rectangle"},
        {"label": "c", "points": [[30, 10], [60, 40], [40, 60], [10, 30]], "shape_type": "rotation", "direction": 0.78},
        {"label": "d", "points": [[30, 10], [60, 40], [40, 60], [10, 30]], "shape_type": "rectangle"})");
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 4U);
    const auto shape = [&](std::int64_t id) { return a.find_track(TrackId{id})->keyframes.front().shape; };
    const Shape quad = Quad{{Point{30, 10}, Point{60, 40}, Point{40, 60}, Point{10, 30}}};
    EXPECT_EQ(shape(1), Shape(Box{10, 20, 40, 60.5}));
    EXPECT_EQ(shape(2), Shape(Box{10, 20, 40, 60.5}));
    EXPECT_EQ(shape(3), quad);
    EXPECT_EQ(shape(4), quad);
    EXPECT_TRUE(read->notes.empty());
    const Label& label = *a.find_label("a");
    EXPECT_EQ(a.find_track(TrackId{1})->attribute_at(label.find_attribute("colour")->id, FrameIndex{3}), "red");
    EXPECT_EQ(a.find_track(TrackId{1})->attribute_at(label.find_attribute("difficult")->id, FrameIndex{3}), "true");
}

TEST(Labelme, ReadOfWriteIsWhatWasInView) {
    for (std::uint32_t seed = 0; seed < 4; ++seed) {
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
        const TemporaryFolder folder;
        const FormatOptions options{{"quads", seed % 2 == 0 ? "oriented" : "polygon"}};
        const auto report = write_labelme(made, folder / "l", options);
        IB_ASSERT_OK(report);
        EXPECT_TRUE(test::besides_keyframes(report->losses).empty());
        const auto back = read_path("labelme", folder / "l", made_media());
        IB_ASSERT_OK(back);
        EXPECT_TRUE(back->notes.empty());
        // Boxes around quads are rounded by themselves.
        EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made), 0.002), "");
        EXPECT_EQ(test::shown_in_images(back->annotations), test::shown_in_images(made));
    }
}

TEST(Labelme, FlagsAndDescriptionsComeBackAndOtherValuesAreCounted) {
    const auto read = read_path("labelme", sample("labelme"), made_media());
    IB_ASSERT_OK(read);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_labelme(read->annotations, folder / "l"));
    const auto back = read_path("labelme", folder / "l", made_media());
    IB_ASSERT_OK(back);
    EXPECT_TRUE(same_statements(back->annotations, read->annotations));
    Annotations coloured = read->annotations;
    coloured.labels.begin()->second.attributes.push_back(
        {.id = AttributeId{90}, .name = "colour", .values = {}, .default_value = ""});
    const LabelId label = coloured.labels.begin()->first;
    for (auto& [id, track] : coloured.tracks) {
        if (track->label != label) continue;
        Track changed = *track;
        changed.attributes[AttributeId{90}] = "red";
        track = std::make_shared<const Track>(std::move(changed));
    }
    const auto report = write_labelme(coloured, folder / "l");
    IB_ASSERT_OK(report);
    EXPECT_EQ(report->losses, (std::vector<Loss>{{"attribute values left out", 1},
                                                 {"values of fixed attributes written image by image", 1}}));
}

TEST(Labelme, AQuadWithRightAnglesIsAnOrientedRectangleWhenAsked) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(3, Quad{{Point{10, 0}, Point{20, 10}, Point{10, 20}, Point{0, 10}}})});
    add_track(made, "car", {keyframe(3, Quad{{Point{10, 0}, Point{30, 10}, Point{10, 20}, Point{0, 10}}})});
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_labelme(made, folder / "l", {{"quads", "oriented"}}));
    const std::string text = file_text(folder / "l/frame_000003.json");
    EXPECT_NE(text.find("\"oriented_rectangle\""), std::string::npos);
    EXPECT_NE(text.find("\"polygon\""), std::string::npos);
    EXPECT_NE(text.find("\"imageData\": null"), std::string::npos);
}

TEST(Labelme, WhatIsWrongIsSaidByItsPath) {
    const std::map<std::string, std::string> cases{
        {R"({"points": [[1, 2], [3, 4]], "shape_type": "rectangle"})", "/shapes[0]/label: is missing"},
        {R"({"label": "a", "shape_type": "rectangle"})", "/shapes[0]/points: is missing"},
        {R"({"label": "a", "points": [[1, 2]], "shape_type": "rectangle"})", "/shapes[0]/points: has 1 points, not 2"},
        {R"({"label": "a", "points": [[1, 2], [3]], "shape_type": "rectangle"})",
         "/shapes[0]/points[1]: has 1 elements, not 2"},
        {R"({"label": "a", "points": [[1, 2], [3, "x"]], "shape_type": "rectangle"})",
         "/shapes[0]/points[1][1]: is string, not a number"},
        {R"({"label": "a", "points": [[1, 2], [3, 4]], "shape_type": "polygon"})",
         "/shapes[0]/points: has 2 points, which is no polygon"},
        {R"({"label": "a", "points": [[1, 2], [3, 4]], "shape_type": "rectangle", "group_id": "x"})",
         "/shapes[0]/group_id: is string, not a number"},
        {R"({"label": "a", )", "JSON: is malformed at byte"},
    };
    for (const auto& [shape, expected] : cases) {
        const auto read = read_shapes(shape);
        ASSERT_FALSE(read) << shape;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << read.error().message;
        EXPECT_NE(read.error().message.find("f_3.json"), std::string::npos) << read.error().message;
    }
}

TEST(Labelme, LabelmesOwnReaderTakesWhatIsWritten) {
    const Annotations made = test::random_annotations(2, Coordinates::Fractional);
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_labelme(made, folder / "l"));
    // The real reader loads the image, too: any of the size will do.
    const auto said = test::run_python(
        "import sys, glob\n"
        "from PIL import Image\n"
        "from labelme.label_file import LabelFile\n"
        "n = 0\n"
        "for path in glob.glob(sys.argv[1] + '/*.json'):\n"
        "    Image.new('RGB', (768, 576)).save(path.replace('.json', '.png'))\n"
        "    f = LabelFile(path)\n"
        "    assert f.imagePath == path.split('/')[-1].replace('.json', '.png')\n"
        "    assert all(s['shape_type'] == 'rectangle' and len(s['points']) == 2 for s in f.shapes)\n"
        "    assert all(isinstance(s['group_id'], int) and s['flags']['occluded'] in (True, False) for s in f.shapes)\n"
        "    n += len(f.shapes)\n"
        "print(n)\n",
        {(folder / "l").string()}, "PIL, labelme.label_file");
    if (!said) GTEST_SKIP() << "labelme is not installed";
    EXPECT_EQ(said->output, std::to_string(made.shape_count()) + "\n");
}

}  // namespace
}  // namespace inbetween
