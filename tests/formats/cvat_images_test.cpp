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

std::string file_of(const std::string& images) {
    return "<annotations><version>1.1</version><meta><task><mode>annotation</mode></task></meta>\n" + images +
           "</annotations>\n";
}

std::string image(const std::string& name, const std::string& shapes) {
    return "<image id=\"7\" name=\"" + name + "\" width=\"768\" height=\"576\">" + shapes + "</image>\n";
}

std::string box(int left, const std::string& more = "") {
    return "<box label=\"a\" occluded=\"0\" xtl=\"" + std::to_string(left) + "\" ytl=\"0\" xbr=\"" +
           std::to_string(left + 9) + "\" ybr=\"9\" " + more + "/>";
}

TEST(CvatImages, AnImagesFrameIsTheNumberInItsNameAndNotItsId) {
    const auto read = read_path("cvat-images", sample("cvat-images/walk.xml"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 2U);
    const Track& walker = *a.find_track(TrackId{5});
    ASSERT_EQ(walker.keyframes.size(), 3U);
    EXPECT_EQ(walker.keyframes[0].frame, FrameIndex{4});
    EXPECT_TRUE(walker.keyframes[0].occluded);
    EXPECT_EQ(std::get<Box>(walker.keyframes[1].shape), (Box{12.5, 20, 19.5, 40}));
    EXPECT_TRUE(walker.keyframes[2].outside);
    const Attribute* pose = a.find_label("person")->find_attribute("pose");
    EXPECT_EQ(walker.attribute_at(pose->id, FrameIndex{4}), "standing");
    EXPECT_EQ(walker.attribute_at(pose->id, FrameIndex{5}), "walking");
    EXPECT_EQ(a.find_track(TrackId{6})->kind, ShapeKind::Quad);
    ASSERT_EQ(read->notes.size(), 1U);
    EXPECT_EQ(read->notes[0], "1 shapes of kind 'tag' have no place here and are left out");
    const auto by_id = read_path("cvat-images", sample("cvat-images/walk.xml"), made_media(), {{"frames", "id"}});
    IB_ASSERT_OK(by_id);
    EXPECT_EQ(by_id->annotations.find_track(TrackId{5})->keyframes[0].frame, FrameIndex{0});
}

TEST(CvatImages, OtherTasksAreLeftOutAndOtherSizesTold) {
    const auto read = read_text("cvat-images", R"(<annotations><meta><project><tasks>
        <task><id>5</id><name>walk</name></task><task><id>6</id><name>other</name></task></tasks></project></meta>
        <image id="0" name="a_3.png" width="1920" height="1080" task_id="5">
        <box label="a" xtl="1" ytl="2" xbr="3" ybr="4"></box></image>
        <image id="1" name="a_4.png" width="640" height="480" task_id="6">
        <box label="a" xtl="1" ytl="2" xbr="3" ybr="4"></box></image></annotations>)");
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.size(), 1U);
    EXPECT_EQ(read->notes,
              (std::vector<std::string>{"the file speaks of pictures of 1920x1080, the video's are 768x576",
                                        "1 images are of the project's other tasks and are left out"}));
}

TEST(CvatImages, AProjectsOwnNumberIsNoTask) {
    const auto read = read_text("cvat-images", R"(<annotations><version>1.1</version><meta><project><id>3</id>
        <name>zoo</name><created>2023</created><tasks><task><id>39</id><name>Test</name></task></tasks>
        <subsets>Train</subsets><labels><label><name>a</name></label></labels></project></meta>
        <image id="0" name="a_3.png" task_id="39" width="768" height="576">
        <box label="a" xtl="1" ytl="2" xbr="3" ybr="4"></box></image></annotations>)");
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.size(), 1U);
    EXPECT_TRUE(read->notes.empty());
}

TEST(CvatImages, NamesMayCountFromOne) {
    const std::string text = file_of(image("000001.jpg", box(3)));
    const auto read = read_text("cvat-images", text, made_media(), {{"first-frame", "1"}});
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.begin()->second->keyframes[0].frame, FrameIndex{0});
    EXPECT_FALSE(read_text("cvat-images", file_of(image("000000.jpg", box(3))), made_media(), {{"first-frame", "1"}}));
    const auto unnumbered = read_text("cvat-images", file_of(image("left.jpg", box(3))));
    ASSERT_FALSE(unnumbered);
    EXPECT_NE(unnumbered.error().message.find("given.txt:2: image: name: 'left.jpg' does not end with the number"),
              std::string::npos)
        << unnumbered.error().message;
}

TEST(CvatImages, AGroupWithTwoShapesInAnImageIsNoTrack) {
    const auto read =
        read_text("cvat-images", file_of(image("1.png", box(1, "group_id=\"4\"") + box(20, "group_id=\"4\"")) +
                                         image("2.png", box(2, "group_id=\"4\""))));
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.size(), 3U);
    ASSERT_EQ(read->notes.size(), 1U);
    const auto apart = read_text(
        "cvat-images", file_of(image("1.png", box(1, "group_id=\"4\"")) + image("2.png", box(2, "group_id=\"4\""))),
        made_media(), {{"identity", "none"}});
    IB_ASSERT_OK(apart);
    EXPECT_EQ(apart->annotations.tracks.size(), 2U);
}

TEST(CvatImages, ImagesOfEveryNthFrameAreFilledInBetweenWhenSaidSo) {
    const std::string text =
        file_of(image("0.png", box(0, "group_id=\"4\"")) + image("10.png", box(10, "group_id=\"4\"")));
    const auto read = read_text("cvat-images", text, made_media(), {{"step", "10"}});
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.shape_count(), 11);
    EXPECT_EQ(read_text("cvat-images", text)->annotations.shape_count(), 2);
}

TEST(CvatImages, ReadOfWriteIsWhatWasInView) {
    for (std::uint32_t seed = 0; seed < 10; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        made.labels[LabelId{2}].name = "caf\xC3\xA9 <&> \"\xE8\xA1\x8C\"";
        const Quad quad{{Point{-10.5, 10}, Point{30, 12.25}, Point{28, 40}, Point{8, 30}}};
        add_track(made, "pedestrian",
                  {keyframe(seed, quad, true), keyframe(40, quad), keyframe(60, quad, false, true)});
        const auto written = write_text_of("cvat-images", made, {{"images", seed % 2 == 0 ? "all" : "annotated"}});
        IB_ASSERT_OK(written);
        EXPECT_TRUE(test::besides_keyframes(written->losses).empty());
        const auto back = read_text("cvat-images", written->text);
        IB_ASSERT_OK(back);
        EXPECT_TRUE(back->notes.empty());
        EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made)), "");
        for (const auto& [id, track] : back->annotations.tracks)
            EXPECT_EQ(back->annotations.label_name(track->label), made.label_name(made.find_track(id)->label));
    }
}

TEST(CvatImages, WhatIsWrongIsSaidByLineElementAndField) {
    const std::map<std::string, std::string> cases{
        {"<box occluded=\"0\" xtl=\"1\" ytl=\"0\" xbr=\"2\" ybr=\"3\"/>", "box: label: is missing"},
        {"<box label=\"a\" occluded=\"2\" xtl=\"1\" ytl=\"0\" xbr=\"2\" ybr=\"3\"/>", "box: occluded: '2' is neither"},
        {"<box label=\"a\" ytl=\"0\" xbr=\"2\" ybr=\"3\"/>", "box: xtl: is missing"},
        {box(1, "group_id=\"x\""), "box: group_id: 'x' is not a whole number"},
        {"<polygon label=\"a\" points=\"\"/>", "polygon: points: '' is no point"},
    };
    for (const auto& [bad, expected] : cases) {
        const auto read = read_text("cvat-images", file_of(image("0.png", "\n" + bad)));
        ASSERT_FALSE(read) << bad;
        EXPECT_NE(read.error().message.find("given.txt:3: " + expected), std::string::npos) << read.error().message;
    }
    const auto tracks = read_path("cvat-images", sample("cvat/walk.xml"), made_media());
    ASSERT_FALSE(tracks);
    EXPECT_NE(tracks.error().message.find("holds 3 tracks and no images; read it as cvat"), std::string::npos);
    const auto images = read_path("cvat", sample("cvat-images/walk.xml"), made_media());
    ASSERT_FALSE(images);
    EXPECT_NE(images.error().message.find("holds 2 images and no tracks; read it as cvat-images"), std::string::npos);
}

TEST(CvatImages, WhatIsWrittenIsValidByTheSchemaOfItsDescription) {
    if (std::system("xmllint --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "xmllint is not on this machine";
    const TemporaryFolder folder;
    const Annotations made = test::random_annotations(3, Coordinates::Fractional);
    IB_ASSERT_OK(write_annotations(*find_format("cvat-images"), {made, MediaId{1}, folder / "a.xml", {}}));
    const std::string command =
        "xmllint --noout --schema '" + sample("cvat.xsd").string() + "' '" + (folder / "a.xml").string() + "' 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(CvatImages, ReadsTheRealFile) {
    const auto path = test::shared_data("annotations/cvat/for_images_train.xml");
    if (!path) GTEST_SKIP() << "the real annotations are not on this machine";
    const auto read = read_path("cvat-images", *path, made_media(), {{"frames", "id"}});
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    EXPECT_FALSE(a.tracks.empty());
    const auto written = write_text_of("cvat-images", a);
    IB_ASSERT_OK(written);
    const auto back = read_text("cvat-images", written->text);
    IB_ASSERT_OK(back);
    EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(a)), "");
}

}  // namespace
}  // namespace inbetween
