#include "app/drawing.h"

#include "tests/app/app_support.h"

namespace inbetween {
namespace {

using test::Desk;

TEST(Drawing, ABoxIsDrawnFromTheKeyboard) {
    Desk desk;
    desk.at(25);
    ASSERT_TRUE(desk.press("w"));
    EXPECT_EQ(desk->view.tool, Tool::DrawBox);
    EXPECT_EQ(desk->view.drawing.crosshair, (Point{320, 180}));
    ASSERT_TRUE(desk.press({"left", "shift+up", "alt+left", "enter"}));
    ASSERT_EQ(desk->view.drawing.corners.size(), 1U);
    ASSERT_TRUE(desk.press({"shift+right", "right", "shift+down", "shift+down", "enter"}));
    EXPECT_EQ(desk->view.tool, Tool::Select);
    ASSERT_EQ(desk.tracks(), 1U);
    EXPECT_EQ(desk.track().label, LabelId{1});
    EXPECT_EQ(test::keyframes_text(desk.track()), "25");
    EXPECT_EQ(desk.state().shape, (Shape{Box{311, 148, 40, 64}}));
    EXPECT_EQ(desk->history().undoable()->name, "Draw box");
}

TEST(Drawing, AQuadIsDrawnFromTheKeyboard) {
    Desk desk;
    ASSERT_TRUE(desk.press({"r", "n", "enter", "shift+right", "enter", "shift+down", "enter", "shift+left", "down"}));
    ASSERT_TRUE(desk.press("enter"));
    ASSERT_EQ(desk.tracks(), 1U);
    const Quad expected{{Point{320, 180}, Point{352, 180}, Point{352, 212}, Point{320, 220}}};
    EXPECT_EQ(desk.state().shape, Shape{expected});
    EXPECT_EQ(desk->view.new_kind, ShapeKind::Quad);
}

TEST(Drawing, AQuadDrawnAnticlockwiseIsTurnedRound) {
    Desk desk;
    ASSERT_TRUE(desk.press({"r", "w", "enter", "shift+down", "enter", "shift+right", "enter", "shift+up", "enter"}));
    const Quad expected{{Point{320, 180}, Point{352, 180}, Point{352, 212}, Point{320, 212}}};
    EXPECT_EQ(desk.state().shape, Shape{expected});
}

TEST(Drawing, ASelfCrossingQuadIsRefusedAndItsLastCornerTakenBack) {
    Desk desk;
    ASSERT_TRUE(desk.press({"r", "w", "enter", "shift+right", "shift+down", "enter", "shift+up", "enter"}));
    ASSERT_TRUE(desk.press({"shift+left", "shift+down", "enter"}));
    EXPECT_EQ(desk.tracks(), 0U);
    EXPECT_EQ(desk->view.drawing.corners.size(), 3U);
    EXPECT_EQ(desk.last_message(), "The sides would cross: set the corner elsewhere");
    ASSERT_TRUE(desk.press({"shift+up", "shift+up", "enter"}));
    EXPECT_EQ(desk.tracks(), 1U);
}

TEST(Drawing, ABoxWithoutSizeIsRefused) {
    Desk desk;
    ASSERT_TRUE(desk.press({"w", "enter", "enter"}));
    EXPECT_EQ(desk.tracks(), 0U);
    EXPECT_EQ(desk->view.tool, Tool::DrawBox);
    EXPECT_EQ(desk->view.drawing.corners.size(), 1U);
}

TEST(Drawing, BackspaceStepsBackAndThenOut) {
    Desk desk;
    ASSERT_TRUE(desk.press({"w", "enter", "right", "backspace"}));
    EXPECT_TRUE(desk->view.drawing.corners.empty());
    EXPECT_EQ(desk->view.drawing.crosshair, (Point{320, 180}));
    ASSERT_TRUE(desk.press("backspace"));
    EXPECT_EQ(desk->view.tool, Tool::Select);
    EXPECT_EQ(desk.tracks(), 0U);
}

TEST(Drawing, EscapeCancels) {
    Desk desk;
    ASSERT_TRUE(desk.press({"w", "enter", "escape"}));
    EXPECT_EQ(desk->view.tool, Tool::Select);
    EXPECT_TRUE(desk->view.drawing.corners.empty());
    EXPECT_EQ(desk->history().undoable(), nullptr);
}

TEST(Drawing, EditingKeysAreOffMeanwhile) {
    Desk desk;
    desk.add_box({0, 100});
    desk.at(50);
    const auto before = desk->snapshot();
    desk.press("w");
    for (const char* keys : {"s", "x", "c", "b", "delete"}) EXPECT_FALSE(desk.press(keys)) << keys;
    EXPECT_TRUE(same_statements(*before, desk->annotations()));
}

TEST(Drawing, FramesAndLabelCanBeChosenMeanwhile) {
    Desk desk;
    ASSERT_TRUE(desk.press({"w", "d", "d", "2", "enter", "shift+right", "shift+down", "enter"}));
    EXPECT_EQ(test::keyframes_text(desk.track()), "2");
    EXPECT_EQ(desk.track().label, LabelId{2});
}

TEST(Drawing, AlwaysMakesANewObject) {
    Desk desk;
    const TrackId first = desk.add_box({0});
    ASSERT_TRUE(desk.press({"w", "enter", "right", "down", "enter"}));
    EXPECT_EQ(desk.tracks(), 2U);
    EXPECT_NE(desk->view.track, first);
}

TEST(Drawing, TheCrosshairBeginsInWhatIsSeen) {
    Desk desk;
    desk->view.fit_pending = false;
    desk->view.viewport.canvas_width = 100;
    desk->view.viewport.canvas_height = 100;
    desk->view.viewport.centre_on({40, 300});
    desk.press("w");
    EXPECT_EQ(desk->view.drawing.crosshair, (Point{45, 300}));
}

TEST(Drawing, CornersMayLeaveThePictureButNotFar) {
    Desk desk;
    desk.press("w");
    ASSERT_TRUE(desk.press_times("shift+left", 100));
    EXPECT_EQ(desk->view.drawing.crosshair.x, -256);
    ASSERT_TRUE(desk.press({"enter", "right", "down", "enter"}));
    EXPECT_EQ(desk.tracks(), 1U);
}

TEST(Drawing, AProjectWithoutLabelsGetsOneWithTheFirstObject) {
    Annotations bare = test::example_annotations();
    bare.labels.clear();
    Desk desk{bare};
    ASSERT_TRUE(desk.press({"w", "enter", "right", "down", "enter"}));
    ASSERT_EQ(desk.tracks(), 1U);
    EXPECT_EQ(desk->annotations().label_name(desk.track().label), "object");
    desk.press("z");
    EXPECT_EQ(desk.tracks(), 0U);
    EXPECT_TRUE(desk->annotations().labels.empty());
}

}  // namespace
}  // namespace inbetween
