#include "tests/app/app_support.h"

namespace inbetween {
namespace {

using test::Desk;

const Segment& selected(Desk& desk) { return *desk->annotations().segments.at(desk->view.segment); }

TEST(SegmentCommands, InOutEnterMakesASegmentOfTheVideo) {
    Desk desk;
    desk.at(10);
    ASSERT_TRUE(desk.press({"i", "e", "o", "3", "enter"}));
    ASSERT_EQ(desk->annotations().segments.size(), 1U);
    EXPECT_EQ(selected(desk).range, (FrameRange{FrameIndex{10}, FrameIndex{21}}));
    EXPECT_EQ(selected(desk).label, LabelId{3});
    EXPECT_FALSE(is_set(selected(desk).track));
    EXPECT_FALSE(desk->view.segment_in.has_value());
    EXPECT_FALSE(desk->view.segment_out.has_value());
}

TEST(SegmentCommands, ASelectedTrackOwnsTheSegment) {
    Desk desk;
    const TrackId id = desk.add_box({0, 100});
    ASSERT_TRUE(desk.press({"i", "e", "enter"}));
    EXPECT_EQ(selected(desk).track, id);
    ASSERT_TRUE(desk.press({"i", "e", "shift+enter"}));
    EXPECT_FALSE(is_set(selected(desk).track));
}

TEST(SegmentCommands, MarksMayBeSetInEitherOrder) {
    Desk desk;
    desk.at(50);
    ASSERT_TRUE(desk.press({"o", "q", "i", "enter"}));
    EXPECT_EQ(selected(desk).range, (FrameRange{FrameIndex{40}, FrameIndex{51}}));
    desk.at(60);
    ASSERT_TRUE(desk.press({"i", "q", "o", "enter"}));
    EXPECT_EQ(selected(desk).range, (FrameRange{FrameIndex{50}, FrameIndex{61}}));
}

TEST(SegmentCommands, EscapeForgetsTheMarks) {
    Desk desk;
    ASSERT_TRUE(desk.press({"i", "d", "o", "escape"}));
    EXPECT_FALSE(desk->view.segment_in.has_value());
    EXPECT_FALSE(desk->view.segment_out.has_value());
    EXPECT_TRUE(desk->annotations().segments.empty());
}

TEST(SegmentCommands, EdgesStayEditable) {
    Desk desk;
    desk.at(10);
    ASSERT_TRUE(desk.press({"i", "e", "enter"}));
    desk.at(5);
    ASSERT_TRUE(desk.press("alt+i"));
    desk.at(30);
    ASSERT_TRUE(desk.press("alt+o"));
    EXPECT_EQ(selected(desk).range, (FrameRange{FrameIndex{5}, FrameIndex{31}}));
    desk.at(40);
    ASSERT_TRUE(desk.press("alt+i"));
    EXPECT_EQ(selected(desk).range, (FrameRange{FrameIndex{5}, FrameIndex{31}}));
    ASSERT_TRUE(desk.press("ctrl+delete"));
    EXPECT_TRUE(desk->annotations().segments.empty());
    EXPECT_FALSE(is_set(desk->view.segment));
}

TEST(SegmentCommands, GoFromOneToTheNext) {
    Desk desk;
    for (const int begin : {10, 50, 90}) {
        desk.at(begin);
        ASSERT_TRUE(desk.press({"i", "e", "enter"}));
    }
    desk->view.segment = {};
    desk.at(45);
    ASSERT_TRUE(desk.press("shift+o"));
    EXPECT_EQ(desk->view.frame, FrameIndex{50});
    ASSERT_TRUE(desk.press("shift+o"));
    EXPECT_EQ(desk->view.frame, FrameIndex{90});
    ASSERT_TRUE(desk.press({"shift+i", "shift+i"}));
    EXPECT_EQ(desk->view.frame, FrameIndex{10});
    desk->view.segment = {};
    desk.at(60);
    ASSERT_TRUE(desk.press("shift+i"));
    EXPECT_EQ(desk->view.frame, FrameIndex{50});
}

TEST(SegmentCommands, AProjectWithoutActionsGetsOneWithTheFirstSegment) {
    Annotations bare = test::example_annotations();
    bare.labels.erase(LabelId{3});
    bare.labels.erase(LabelId{4});
    Desk desk{bare};
    ASSERT_TRUE(desk.press({"i", "enter"}));
    EXPECT_EQ(desk->annotations().label_name(selected(desk).label), "event");
    EXPECT_EQ(selected(desk).range.size(), 1);
    EXPECT_EQ(desk->history().done(), 1U);
}

}  // namespace
}  // namespace inbetween
