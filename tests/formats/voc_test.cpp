#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>

#include "tests/formats/support.h"

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

Result<WriteReport> write_voc(const Annotations& annotations, const fs::path& out, const FormatOptions& options = {}) {
    return write_annotations(*find_format("voc"), {annotations, MediaId{1}, out, options});
}

std::string file_of(const std::string& objects) {
    return "<annotation><size><width>768</width><height>576</height><depth>3</depth></size>\n" + objects +
           "</annotation>\n";
}

std::string object(const std::string& name, const std::string& edges, const std::string& more = "") {
    return "<object><name>" + name + "</name>" + more + "<bndbox>" + edges + "</bndbox></object>";
}

constexpr auto good_edges = "<xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax>";

Annotations with_box(const Box& box) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(3, box)});
    return made;
}

TEST(Voc, ReadsTheSampleWhateverTheOrderOfItsElements) {
    const auto read = read_path("voc", sample("voc"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 2U);
    const Track& car = *a.find_track(TrackId{7});
    ASSERT_EQ(car.keyframes.size(), 3U);
    EXPECT_EQ(car.keyframes[0].frame, FrameIndex{4});
    EXPECT_TRUE(car.keyframes[0].occluded);
    EXPECT_FALSE(car.keyframes[1].occluded);
    EXPECT_TRUE(car.keyframes[2].outside);
    EXPECT_EQ(std::get<Box>(car.keyframes[1].shape), (Box{202, 100, 80, 50}));
    const Label& label = *a.find_label("car");
    EXPECT_EQ(car.attribute_at(label.find_attribute("difficult")->id, FrameIndex{4}), "true");
    EXPECT_EQ(car.attribute_at(label.find_attribute("difficult")->id, FrameIndex{5}), "");
    EXPECT_EQ(car.attribute_at(label.find_attribute("colour")->id, FrameIndex{4}), "red");
    const Track& person = *a.find_track(TrackId{8});
    EXPECT_EQ(std::get<Box>(person.keyframes[0].shape), (Box{1, 20, 31, 40}));
    const Label& people = *a.find_label("person");
    EXPECT_EQ(person.attribute_at(people.find_attribute("truncated")->id, FrameIndex{4}), "true");
    EXPECT_EQ(person.attribute_at(people.find_attribute("pose")->id, FrameIndex{4}), "Left");
    EXPECT_TRUE(read->notes.empty());
}

TEST(Voc, APartsNameAndBoxAreNotItsObjects) {
    const auto read = read_path("voc", sample("voc/frame_000004.xml"), made_media());
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.find_label("head"), nullptr);
    EXPECT_EQ(read->annotations.shape_count(), 2);
}

TEST(Voc, TheDevkitsFirstPixelIsOneAndItsLastOneCounts) {
    // A box over the whole picture is 1..768 there, and 0..768 as labelImg draws it.
    const std::string whole = object("car", "<xmin>1</xmin><ymin>1</ymin><xmax>768</xmax><ymax>576</ymax>");
    const auto one = read_text("voc", file_of(whole), made_media(), {{"one-based", "1"}}, "f_3.xml");
    IB_ASSERT_OK(one);
    EXPECT_EQ(std::get<Box>(one->annotations.find_track(TrackId{1})->keyframes[0].shape), (Box{0, 0, 768, 576}));
    const auto zero = read_text("voc", file_of(whole), made_media(), {}, "f_3.xml");
    IB_ASSERT_OK(zero);
    EXPECT_EQ(std::get<Box>(zero->annotations.find_track(TrackId{1})->keyframes[0].shape), (Box{1, 1, 767, 575}));
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_voc(with_box({0, 0, 768, 576}), folder / "v", {{"one-based", "1"}}));
    const std::string text = file_text(folder / "v/frame_000003.xml");
    EXPECT_NE(text.find("<xmin>1</xmin>"), std::string::npos);
    EXPECT_NE(text.find("<xmax>768</xmax>"), std::string::npos);
}

TEST(Voc, ABoxThatReachesOutIsCutSoThatNoReaderThatSubtractsOneGetsMinusOne) {
    const TemporaryFolder folder;
    const auto report = write_voc(with_box({-5.5, -3, 20, 30}), folder / "v", {{"one-based", "1"}});
    IB_ASSERT_OK(report);
    const std::string text = file_text(folder / "v/frame_000003.xml");
    EXPECT_NE(text.find("<xmin>1</xmin>"), std::string::npos);
    EXPECT_NE(text.find("<ymin>1</ymin>"), std::string::npos);
    EXPECT_NE(text.find("<xmax>15</xmax>"), std::string::npos);
    EXPECT_NE(text.find("<truncated>1</truncated>"), std::string::npos);
    EXPECT_EQ(report->losses,
              (std::vector<Loss>{{"boxes cut at the picture's border", 1}, {"boxes rounded to whole pixels", 1}}));
    const auto beyond = write_voc(with_box({-50, 0, 20, 30}), folder / "w");
    IB_ASSERT_OK(beyond);
    EXPECT_EQ(beyond->losses, (std::vector<Loss>{{"boxes beyond the picture left out", 1}}));
    EXPECT_EQ(file_text(folder / "w/frame_000003.xml").find("<object>"), std::string::npos);
}

TEST(Voc, AThinBoxKeepsAPixelWhenRounded) {
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_voc(with_box({10.2, 20.2, 0.1, 30}), folder / "v"));
    const auto back = read_path("voc", folder / "v", made_media());
    IB_ASSERT_OK(back);
    EXPECT_EQ(std::get<Box>(back->annotations.tracks.begin()->second->keyframes[0].shape), (Box{10, 20, 1, 30}));
}

TEST(Voc, VaticsPlaceholderOfAnEmptyImageIsDropped) {
    const std::string fake =
        object("not-a-real-object", "<xmin>10</xmin><ymin>20</ymin><xmax>30</xmax><ymax>40</ymax>");
    const auto read = read_text("voc", file_of(fake + object("car", good_edges)), made_media(), {}, "3.xml");
    IB_ASSERT_OK(read);
    EXPECT_EQ(read->annotations.tracks.size(), 1U);
    EXPECT_EQ(read->notes, (std::vector<std::string>{"1 objects are VATIC's 'not-a-real-object' and left out"}));
}

TEST(Voc, VaticsPlaceholderMayHaveItsEdgesSwapped) {
    const std::string fake = object("not-a-real-object", "<xmin>10</xmin><ymin>20</ymin><xmax>3</xmax><ymax>4</ymax>");
    IB_EXPECT_OK(read_text("voc", file_of(fake), made_media(), {}, "3.xml"));
}

TEST(Voc, WhatOthersMadeOfItIsReadToo) {
    // roLabelImg's turned box, here by a quarter; Roboflow's name and polygon; ImageNet's number of the object.
    const std::string turned = R"(<annotation><object><type>robndbox</type><name>sign</name>
        <robndbox><cx>100</cx><cy>50</cy><w>40</w><h>20</h><angle>1.5707963267948966</angle></robndbox>
        </object></annotation>)";
    const auto quad = read_text("voc", turned, made_media(), {}, "frame_3.xml");
    IB_ASSERT_OK(quad);
    EXPECT_EQ(quad->annotations.tracks.begin()->second->keyframes.front().shape,
              Shape(Quad{{Point{110, 30}, Point{110, 70}, Point{90, 70}, Point{90, 30}}}));
    EXPECT_TRUE(find_format("voc")->sniff("frame_3.xml", turned));
    const std::string others = R"(<annotation><object><trackid>0</trackid><name>a</name><bndbox><xmax>30</xmax>
        <xmin>10</xmin><ymax>40</ymax><ymin>20</ymin></bndbox><occluded>0</occluded><pose>Unspecified</pose>
        <polygon><x1>10</x1><y1>20</y1><x2>30</x2><y2>40</y2></polygon></object></annotation>)";
    const TemporaryFolder folder;
    const std::string hash(32, '7');
    test::write_text(folder / ("walk_mp4-12_jpg.rf." + hash + ".xml"), others);
    test::write_text(folder / ("walk_mp4-13_jpg.rf.a" + hash.substr(1) + ".xml"), others);
    EXPECT_TRUE(find_format("voc")->sniff(folder.path(), ""));
    EXPECT_FALSE(find_format("vatic-pascal")->sniff(folder.path(), ""));
    const auto read = read_path("voc", folder.path(), made_media());
    IB_ASSERT_OK(read);
    ASSERT_EQ(read->annotations.tracks.size(), 1U);
    const Track& track = *read->annotations.tracks.begin()->second;
    EXPECT_EQ(track.keyframes.front().frame, FrameIndex{12});
    EXPECT_EQ(track.keyframes[1].frame, FrameIndex{13});
}

TEST(Voc, AnOutlineOfFourCornersIsAQuadrilateral) {
    const auto file = [](const std::string& object) {
        return "<annotation><size><width>768</width><height>576</height></size><object><name>car</name>" + object +
               "</object></annotation>";
    };
    const auto shape_of = [](const Result<ReadResult>& read) {
        return read->annotations.tracks.begin()->second->keyframes.front().shape;
    };
    const std::string box = "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox>";
    const Shape quad{Quad{{Point{5, 2}, Point{30, 9}, Point{20, 40}, Point{1, 30}}}};
    // DroneVehicle states no box beside the outline, Roboflow does; DIOR-R names the corners by their places.
    const std::string outline =
        "<polygon><x1>5</x1><y1>2</y1><x2>30</x2><y2>9</y2><x3>20</x3><y3>40</y3><x4>1</x4><y4>30</y4></polygon>";
    const std::string places =
        "<robndbox><x_left_top>5</x_left_top><y_left_top>2</y_left_top><x_right_top>30</x_right_top>"
        "<y_right_top>9</y_right_top><x_right_bottom>20</x_right_bottom><y_right_bottom>40</y_right_bottom>"
        "<x_left_bottom>1</x_left_bottom><y_left_bottom>30</y_left_bottom></robndbox><angle>0</angle>";
    for (const std::string& stated : {outline, outline + box, places}) {
        EXPECT_TRUE(find_format("voc")->sniff("3.xml", file(stated))) << stated;
        const auto read = read_text("voc", file(stated), made_media(), {}, "3.xml");
        IB_ASSERT_OK(read);
        EXPECT_EQ(shape_of(read), quad) << stated;
        EXPECT_TRUE(read->notes.empty());
    }
    const std::string three = "<polygon><x1>5</x1><y1>2</y1><x2>30</x2><y2>9</y2><x3>20</x3><y3>40</y3></polygon>";
    const auto around = read_text("voc", file(three), made_media(), {}, "3.xml");
    IB_ASSERT_OK(around);
    EXPECT_EQ(shape_of(around), Shape(Box{5, 2, 25, 38}));
    EXPECT_EQ(around->notes,
              (std::vector<std::string>{"1 polygons without four proper corners are read as their boxes"}));
    const auto beside = read_text("voc", file(three + box), made_media(), {}, "3.xml");
    IB_ASSERT_OK(beside);
    EXPECT_EQ(shape_of(beside), Shape(Box{1, 2, 29, 38}));
    const std::string point = "</object><object><name>car</name><point><x>5</x><y>6</y></point>";
    const auto pointed = read_text("voc", file(outline + point), made_media(), {}, "3.xml");
    IB_ASSERT_OK(pointed);
    EXPECT_EQ(pointed->annotations.tracks.size(), 1U);
    EXPECT_EQ(pointed->notes, (std::vector<std::string>{"1 objects are only points and left out"}));
    const auto half = read_text("voc", file("<polygon><x1>5</x1></polygon>"), made_media(), {}, "3.xml");
    ASSERT_FALSE(half);
    EXPECT_NE(half.error().message.find("3.xml:1: object: y1: is missing"), std::string::npos) << half.error().message;
}

TEST(Voc, ReadOfWriteIsWhatWasInView) {
    for (std::uint32_t seed = 0; seed < 5; ++seed) {
        SCOPED_TRACE(seed);
        Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        made.labels[LabelId{2}].name = "caf\xC3\xA9 <&> \"\xE8\xA1\x8C\"";
        add_track(made, "pedestrian",
                  {keyframe(seed, Box{-20.5, -3.25, 40, 50}, true), keyframe(40, Box{760, 5, 90, 9})});
        const TemporaryFolder folder;
        FormatOptions options{{"coordinates", "exact"}, {"clip", "0"}, {"one-based", seed % 2 == 0 ? "1" : "0"}};
        if (seed % 3 == 0) options["layout"] = "devkit";
        if (seed % 4 == 0) options["first-frame"] = "1";
        if (seed % 3 == 1) options["images"] = "all";
        const auto report = write_voc(made, folder / "v", options);
        IB_ASSERT_OK(report);
        EXPECT_TRUE(test::besides_keyframes(report->losses).empty());
        const auto back = read_path("voc", folder / "v", made_media(), options);
        IB_ASSERT_OK(back);
        EXPECT_TRUE(back->notes.empty());
        EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made)), "");
        for (const auto& [id, track] : back->annotations.tracks)
            EXPECT_EQ(back->annotations.label_name(track->label), made.label_name(made.find_track(id)->label));
    }
}

TEST(Voc, WholePixelsAreWithinHalfAPixelAndCounted) {
    const Annotations made = test::random_annotations(5, Coordinates::Fractional);
    const TemporaryFolder folder;
    const auto report = write_voc(made, folder / "v");
    IB_ASSERT_OK(report);
    ASSERT_EQ(test::besides_keyframes(report->losses).size(), 1U);
    EXPECT_EQ(report->losses[0].what, "boxes rounded to whole pixels");
    const auto back = read_path("voc", folder / "v", made_media());
    IB_ASSERT_OK(back);
    EXPECT_EQ(test::first_difference(in_view(back->annotations), in_view(made), 0.5), "");
}

TEST(Voc, AttributesComeBackWithTheirFrames) {
    const auto read = read_path("voc", sample("voc"), made_media());
    IB_ASSERT_OK(read);
    const TemporaryFolder folder;
    const auto report = write_voc(read->annotations, folder / "v", {{"coordinates", "exact"}});
    IB_ASSERT_OK(report);
    EXPECT_TRUE(report->losses.empty());
    const auto back = read_path("voc", folder / "v", made_media());
    IB_ASSERT_OK(back);
    EXPECT_TRUE(same_statements(back->annotations, read->annotations));
}

TEST(Voc, OnlyEveryNthImageIsWrittenWhenAsked) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(0, Box{1, 2, 3, 4}), keyframe(29, Box{1, 2, 3, 4})});
    const TemporaryFolder folder;
    const auto report = write_voc(made, folder / "v", {{"images", "every=20"}});
    IB_ASSERT_OK(report);
    EXPECT_EQ(report->files.size(), 5U);
    EXPECT_EQ(test::besides_keyframes(report->losses),
              (std::vector<Loss>{{"boxes in frames that are not written", 28}}));
    const auto back = read_path("voc", folder / "v", made_media(), {{"step", "20"}});
    IB_ASSERT_OK(back);
    EXPECT_EQ(back->annotations.shape_count(), 21);
}

TEST(Voc, ImagesWithoutNumbersCountByTheOrderOfTheirNames) {
    const TemporaryFolder folder;
    for (const char* name : {"left10.b.xml", "left9.b.xml", "left9.a.xml"})
        test::write_text(folder / name, file_of(object(name, good_edges)));
    const auto read = read_path("voc", folder.path(), made_media(), {{"frames", "order"}});
    IB_ASSERT_OK(read);
    const std::vector<const char*> expected{"left9.a.xml", "left9.b.xml", "left10.b.xml"};
    for (std::size_t i = 0; i < 3; ++i) {
        const Track& track = *read->annotations.find_track(TrackId{static_cast<std::int64_t>(i) + 1});
        EXPECT_EQ(read->annotations.label_name(track.label), expected[i]);
        EXPECT_EQ(track.keyframes[0].frame, FrameIndex{static_cast<std::int64_t>(i)});
    }
    const auto unnumbered = read_path("voc", folder.path(), made_media());
    ASSERT_FALSE(unnumbered);
    EXPECT_NE(unnumbered.error().message.find("does not end with the number of a frame; see option frames"),
              std::string::npos);
}

TEST(Voc, ShapesWithoutIdentityAreLinkedByOverlapWhenAsked) {
    const TemporaryFolder folder;
    for (int i = 0; i < 4; ++i) {
        const std::string left = std::to_string(10 + 2 * i);
        const std::string right = std::to_string(50 + 2 * i);
        test::write_text(
            folder / ("a" + std::to_string(i) + ".xml"),
            file_of(
                object("car", "<xmin>" + left + "</xmin><ymin>5</ymin><xmax>" + right + "</xmax><ymax>50</ymax>") +
                object("person", "<xmin>" + left + "</xmin><ymin>5</ymin><xmax>" + right + "</xmax><ymax>50</ymax>")));
    }
    const auto linked = read_path("voc", folder.path(), made_media(), {{"link", "0.5"}});
    IB_ASSERT_OK(linked);
    EXPECT_EQ(linked->annotations.tracks.size(), 2U);
    EXPECT_EQ(read_path("voc", folder.path(), made_media())->annotations.tracks.size(), 8U);
}

TEST(Voc, WhatIsWrongIsSaidByFileLineAndElement) {
    const std::map<std::string, std::string> cases{
        {"<object><bndbox>" + std::string(good_edges) + "</bndbox></object>", "object: name: is missing"},
        {object("", good_edges), "name: '' is no name"},
        {object("a", "<xmin>1</xmin><ymin>1</ymin><xmax>9</xmax>"), "object: ymax: is missing"},
        {object("a", "<xmin>x</xmin>"), "xmin: 'x' is not a number"},
        {object("a", "<xmin>1e9</xmin>"), "xmin: 1000000000 is larger than"},
        {object("a", "<xmin>9</xmin><ymin>1</ymin><xmax>1</xmax><ymax>9</ymax>"), "object: xmax: 1 is left of xmin 9"},
        {object("a", good_edges, "<difficult>2</difficult>"), "difficult: '2' is neither 0 nor 1"},
        {"<object><name>a</name>", "XML: "},
    };
    for (const auto& [bad, expected] : cases) {
        const auto read = read_text("voc", file_of("<segmented>0</segmented>\n" + bad), made_media(), {}, "i_7.xml");
        ASSERT_FALSE(read) << bad;
        EXPECT_NE(read.error().message.find("i_7.xml:3: " + expected), std::string::npos) << read.error().message;
    }
    const TemporaryFolder folder;
    test::write_text(folder / "a7.xml", file_of(""));
    test::write_text(folder / "b7.xml", file_of(""));
    const auto twice = read_path("voc", folder.path(), made_media());
    ASSERT_FALSE(twice);
    EXPECT_NE(twice.error().message.find("b7.xml: is of frame 7, as "), std::string::npos) << twice.error().message;
    const auto none = read_path("voc", test::TemporaryFolder().path(), made_media());
    EXPECT_FALSE(none);
}

TEST(Voc, AnExportDoesNotMixWithAnother) {
    const TemporaryFolder folder;
    IB_ASSERT_OK(write_voc(with_box({1, 2, 30, 40}), folder / "v"));
    IB_ASSERT_OK(write_voc(with_box({5, 2, 30, 40}), folder / "v"));
    const auto refused = write_voc(with_box({1, 2, 30, 40}), folder / "v", {{"prefix", "other_"}});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("is of another export; write into an empty folder"), std::string::npos);
}

TEST(Voc, LabelImgsWayOfReadingFindsTheBoxes) {
    const TemporaryFolder folder;
    const Annotations made = test::random_annotations(4, Coordinates::Fractional);
    IB_ASSERT_OK(write_voc(made, folder / "v"));
    const auto said = test::run_python(
        "import sys, glob\n"
        "from lxml import etree\n"
        "n = 0\n"
        "for path in glob.glob(sys.argv[1] + '/*.xml'):\n"
        "    root = etree.parse(path).getroot()\n"
        "    size = root.find('size')\n"
        "    w, h = int(size.find('width').text), int(size.find('height').text)\n"
        "    assert root.find('filename').text == path.split('/')[-1].replace('.xml', '.png')\n"
        "    for o in root.iter('object'):\n"
        "        e = [int(float(o.find('bndbox').find(k).text)) for k in ('xmin','ymin','xmax','ymax')]\n"
        "        assert 0 <= e[0] < e[2] <= w and 0 <= e[1] < e[3] <= h, (path, e)\n"
        "        assert o.find('name').text and int(o.find('difficult').text) == 0\n"
        "        n += 1\n"
        "print(n)\n",
        {(folder / "v").string()}, "lxml.etree");
    if (!said) GTEST_SKIP() << "no python3-lxml on this machine";
    EXPECT_EQ(said->output, std::to_string(made.shape_count()) + "\n");
}

}  // namespace
}  // namespace inbetween
