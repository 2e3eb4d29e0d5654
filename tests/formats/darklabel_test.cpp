#include <gtest/gtest.h>

#include "core/formats/text/row_template.h"
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
using test::write_text_of;

/// What the annotations show, without what these rows cannot say: who is hidden.
test::InView shown(const Annotations& annotations) {
    test::InView view = in_view(annotations);
    for (auto& [key, state] : view) state.second = false;
    return view;
}

TEST(DarkLabel, ReadsTheSample) {
    const auto read = read_path("darklabel", sample("darklabel/walk.txt"), made_media());
    IB_ASSERT_OK(read);
    const Annotations& a = read->annotations;
    ASSERT_EQ(a.tracks.size(), 2U);
    // Frames count from 0, and so do objects.
    const Track& light = *a.find_track(TrackId{3});
    EXPECT_EQ(a.label_name(light.label), "Traffic light");
    EXPECT_EQ(light.keyframes.front().frame, FrameIndex{0});
    EXPECT_EQ(std::get<Box>(light.keyframes[0].shape), (Box{5, 6, 20, 40}));
    const Track& person = *a.find_track(TrackId{4});
    EXPECT_EQ(person.keyframes.size(), 6U);
    EXPECT_TRUE(a.state_at(person, FrameIndex{3})->outside);
}

TEST(DarkLabel, EveryTemplateGivesBackWhatItCanSay) {
    const std::vector<std::pair<std::string, std::string>> templates{
        {"fn, cname, id, x1, y1, w, h", "auto"},
        {"fn,cname,id,x1,y1,x2,y2", "semicolon"},
        {"fn, cname, id, cx, cy, w, h", "blank"},
        {"fn, cname, id, ncx, ncy, nw, nh", "tab"},
        {"id, cname, nx1, ny1, nx2, ny2, fn", " | "},
        {"fn, classid, id, c=1.5, x2, y2, w, h, c=end", "auto"},
        {"iname, id, x1, cy, cname, cx, h", "auto"},
        {"fn, n, [id, x1, y1, x2, y2, cname]*n", "auto"},
        {"[iname, n, [cname, difficult, id, x1, y1, w, h]*n", "auto"}};
    for (std::uint32_t seed = 0; seed < templates.size(); ++seed) {
        std::string text = templates[seed].first;
        if (text.front() == '[') text.erase(0, 1);
        SCOPED_TRACE(text);
        const FormatOptions options{{"template", text}, {"delimiter", templates[seed].second}, {"decimals", "exact"}};
        Annotations made = test::random_annotations(seed, Coordinates::Fractional);
        made.labels[LabelId{3}].name = "v\xC3\xA9lo";
        const TemporaryFolder folder;
        const auto report = write_annotations(*find_format("darklabel"), {made, MediaId{1}, folder / "a.txt", options});
        IB_ASSERT_OK(report);
        const auto back = read_path("darklabel", folder / "a.txt", made_media(), options);
        IB_ASSERT_OK(back);
        EXPECT_EQ(test::first_difference(shown(back->annotations), shown(made)), "");
        for (const auto& [id, track] : back->annotations.tracks)
            EXPECT_EQ(back->annotations.label_name(track->label), made.label_name(made.find_track(id)->label));
    }
}

TEST(DarkLabel, PresetsAreWrittenOnWholePixelsAsDarkLabelHasThem) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(3, Box{10.4, 20.6, 30, 40})});
    const std::vector<std::pair<std::string, std::string>> cases{
        {"format2", "3,1,10,21,30,40,-1,-1,-1,-1\n"},  // frame 3 and not 4: MOTChallenge's readers are one off
        {"format5", "3,car,1,10,21,30,40\n"},
        {"format6", "frame_000003.png,car,1,10,21,30,40\n"},
        {"version1", "3,1,1,10,21,40,61,car\n"}};
    for (const auto& [preset, expected] : cases) {
        const auto written = write_text_of("darklabel", made, {{"preset", preset}});
        IB_ASSERT_OK(written);
        EXPECT_EQ(written->text, expected);
        EXPECT_EQ(written->lost("boxes rounded to whole pixels"), 1);
        EXPECT_TRUE(find_format("darklabel")->sniff("a.txt", written->text) || preset == "format2");
    }
    EXPECT_EQ(write_text_of("darklabel", made, {{"decimals", "exact"}})->text, "3,car,1,10.4,20.6,30,40\n");
    EXPECT_EQ(write_text_of("darklabel", made, {{"first-frame", "1"}})->text, "4,car,1,10,21,30,40\n");
}

TEST(DarkLabel, RowsAreKnownByWhatTheySay) {
    const Format& format = *find_format("darklabel");
    EXPECT_TRUE(format.sniff("", "0,0,10,20,30,40,-1,-1,-1,-1\n"));
    EXPECT_FALSE(format.sniff("", "1,0,10,20,30,40,-1,-1,-1,-1\n"));
    EXPECT_TRUE(format.sniff("", "img1.jpg,car,0,10,20,30,40\n"));
    EXPECT_TRUE(format.sniff("", "7,2,0,1,2,3,4,car,1,1,2,3,4,bus\n"));
    EXPECT_FALSE(format.sniff("", "7,3,0,1,2,3,4,car,1,1,2,3,4,bus\n"));
    const auto rows = read_text("darklabel", "7,2,0,1,2,3,4,car,1,1,2,3,4,bus\n8,0\n9,1,0,1,2,3,4,car\n");
    IB_ASSERT_OK(rows);
    EXPECT_EQ(rows->annotations.shape_count(), 3);
    EXPECT_EQ(rows->annotations.find_track(TrackId{2})->keyframes.front().frame, FrameIndex{7});
}

TEST(DarkLabel, WithoutAFrameInTheRowThereIsAFileAnImage) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(3, Box{192, 144, 384, 288}), keyframe(4, Box{192, 144, 384, 288})});
    add_track(made, "pedestrian", {keyframe(4, Box{0, 0, 768, 576})});
    const TemporaryFolder folder;
    const FormatOptions options{{"preset", "format4"}};
    IB_ASSERT_OK(write_annotations(*find_format("darklabel"), {made, MediaId{1}, folder / "out", options}));
    EXPECT_EQ(file_text(folder / "out/frame_000003.txt"), "0 1 0.5 0.5 0.5 0.5\n");
    EXPECT_EQ(file_text(folder / "out/frame_000004.txt"), "0 1 0.5 0.5 0.5 0.5\n1 2 0.5 0.5 1 1\n");
    EXPECT_EQ(file_text(folder / "out/classes.txt"), "car\npedestrian\n");
    const auto back = read_path("darklabel", folder / "out", made_media(), options);
    IB_ASSERT_OK(back);
    EXPECT_EQ(test::first_difference(shown(back->annotations), shown(made)), "");
    EXPECT_EQ(back->annotations.label_name(back->annotations.find_track(TrackId{2})->label), "pedestrian");
    // Without identities, boxes that overlap from image to image are linked on request.
    const FormatOptions plain{{"preset", "format8"}, {"link", "0.5"}};
    IB_ASSERT_OK(write_annotations(*find_format("darklabel"), {made, MediaId{1}, folder / "plain", plain}));
    const auto linked = read_path("darklabel", folder / "plain", made_media(), plain);
    IB_ASSERT_OK(linked);
    EXPECT_EQ(linked->annotations.tracks.size(), 2U);
}

TEST(DarkLabel, AFolderOfNoImagesIsNotWritten) {
    const TemporaryFolder folder;
    const auto refused = write_annotations(*find_format("darklabel"),
                                           {made_annotations(), MediaId{1}, folder / "out", {{"preset", "format7"}}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              (folder / "out").string() + ": no frame shows anything; option images=all writes them all");
}

TEST(DarkLabel, AnotherExportIsNeverMixedWithThis) {
    Annotations made = made_annotations();
    add_track(made, "car", {keyframe(3, Box{1, 2, 3, 4})});
    const TemporaryFolder folder;
    const FormatOptions options{{"preset", "format4"}};
    std::filesystem::create_directory(folder / "out");
    test::write_text(folder / "out/classes.txt", "bus\n");
    const auto other = write_annotations(*find_format("darklabel"), {made, MediaId{1}, folder / "out", options});
    ASSERT_FALSE(other);
    EXPECT_NE(other.error().message.find("holds the names of other classes"), std::string::npos);
    const auto unknown =
        write_text_of("darklabel", made, {{"preset", "format4"}, {"classes", (folder / "out/classes.txt").string()}});
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message.find("'car' is not among the classes"), std::string::npos);
}

TEST(DarkLabel, WhatRowsCannotSayIsCounted) {
    Annotations made = made_annotations();
    made.labels[LabelId{2}].name = "a,b";
    add_track(made, "a,b", {keyframe(0, quad_of(Box{1, 2, 3, 4}), true)});
    add_track(made, "pedestrian", {keyframe(0, Box{1, 2, 3, 4}), keyframe(1, Box{1, 2, 3, 4})});
    const auto written = write_text_of("darklabel", made);
    IB_ASSERT_OK(written);
    EXPECT_EQ(written->text, "0,a_b,1,1,2,3,4\n0,pedestrian,2,1,2,3,4\n1,pedestrian,2,1,2,3,4\n");
    EXPECT_EQ(written->lost("labels with other characters in place of delimiters and outer blanks"), 1);
    EXPECT_EQ(written->lost("quads written as boxes"), 1);
    EXPECT_EQ(written->lost("occluded flags left out"), 1);
    const auto bare = write_text_of("darklabel", made, {{"template", "fn,x1,y1,x2,y2"}});
    IB_ASSERT_OK(bare);
    EXPECT_EQ(bare->lost("labels left out, for no token states them"), 3);
    EXPECT_EQ(bare->lost("tracks whose boxes are no longer linked from frame to frame"), 1);
}

TEST(DarkLabel, ABadTemplateIsRefusedInOneClearSentence) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"fn, foo, w, h", "'foo' is no token; there are fn, iname"},
        {"fn,,x1,y1,w,h", "a token is missing between two commas"},
        {"fn, id, x1, y1, w", "wants two of y1, y2, cy and h"},
        {"fn, id, w, y1, h", "wants two of x1, x2, cx and w"},
        {"fn, fn, x1, y1, w, h", "'fn' is stated twice"},
        {"fn, x1, nx1, y1, w, h", "'nx1' is stated twice"},
        {"fn, n, [id, x1, y1, w, h", "a bracket is not closed"},
        {"fn, n, [id, x1, y1, w, h]", "a group [...] wants *n after it"},
        {"fn, [id, x1, y1, w, h]*n", "a group [...]*n wants n before it"},
        {"[id, x1, y1, w, h]*n", "a group [...]*n wants tokens and a comma before it"},
        {"fn, n, x1, y1, w, h", "n wants a group [...]*n after it"},
        {"fn, id, n, [x1, y1, w, h]*n", "'id' stands outside of the group"},
        {"n, [fn, x1, y1, w, h]*n", "'fn' stands within the group"},
        {"", "a token is missing"}};
    for (const auto& [text, expected] : cases) {
        const auto read = read_text("darklabel", "1,2,3\n", made_media(), {{"template", text}});
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().message.find("darklabel: option template: "), 0U) << read.error().message;
        EXPECT_NE(read.error().message.find(expected), std::string::npos) << text << " -> " << read.error().message;
    }
    EXPECT_FALSE(read_text("darklabel", "", made_media(), {{"template", "fn,x1,y1,w,h"}, {"preset", "format5"}}));
}

TEST(DarkLabel, AMalformedRowIsRefusedByFileLineAndToken) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"0,person,1,1,2,3", "row: has 6 fields, and the template wants 7"},
        {"x,person,1,1,2,3,4", "fn: 'x' is not a whole number"},
        {"0,person,1,1,2,x,4", "w: 'x' is not a number"},
        {"0,person,1,1,2,-3,4", "row: the box's right edge lies left of its left edge"},
        {"0,person,1,1,2,3,-4", "row: the box's lower edge lies above its upper edge"},
        {"0,,1,1,2,3,4", "cname: is no name"},
        {"0,person,-2,1,2,3,4", "id: -2 is not within -1"}};
    for (const auto& [row, expected] : cases) {
        const auto read = read_text("darklabel", "0,person,1,1,2,3,4\n" + row + "\n", made_media());
        ASSERT_FALSE(read) << row;
        EXPECT_NE(read.error().message.find("given.txt:2: " + expected), std::string::npos) << read.error().message;
    }
    const auto early = read_text("darklabel", "0,person,1,1,2,3,4\n", made_media(), {{"first-frame", "1"}});
    ASSERT_FALSE(early);
    EXPECT_NE(early.error().message.find("fn: 0 is before the first frame, which is 1"), std::string::npos);
    const auto image = read_text("darklabel", "walk.png,person,1,1,2,3,4\n", made_media(), {{"preset", "format6"}});
    ASSERT_FALSE(image);
    EXPECT_NE(image.error().message.find("given.txt:1: iname: 'walk' does not end with the number"), std::string::npos);
}

}  // namespace
}  // namespace inbetween
