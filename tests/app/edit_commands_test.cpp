#include "core/edit/operations.h"
#include "tests/app/app_support.h"

namespace inbetween {
namespace {

using test::Desk;
using test::keyframes_text;

TEST(KeyframeCommand, StatesWhatIsShownAndTakesItAway) {
    Desk desk;
    desk.add_box({0, 100});
    desk.at(50);
    ASSERT_TRUE(desk.press("s"));
    EXPECT_EQ(keyframes_text(desk.track()), "0 50 100");
    EXPECT_EQ(desk.state().shape, (Shape{Box{105, 50, 40, 80}}));
    ASSERT_TRUE(desk.press("s"));
    EXPECT_EQ(keyframes_text(desk.track()), "0 100");
}

TEST(KeyframeCommand, WorksOnTheGhostPastTheLastKeyframe) {
    Desk desk;
    desk.add_box({0, 20});
    desk.at(60);
    EXPECT_FALSE(desk->selected_state().has_value());
    ASSERT_TRUE(desk.press("s"));
    EXPECT_EQ(keyframes_text(desk.track()), "0 20 60");
    EXPECT_EQ(desk.state().shape, (Shape{Box{110, 50, 40, 80}}));
}

TEST(KeyframeCommand, KeepsTheOnlyKeyframe) {
    Desk desk;
    desk.add_box({0});
    ASSERT_TRUE(desk.press("s"));
    EXPECT_EQ(keyframes_text(desk.track()), "0");
}

TEST(NudgeCommand, MovesByOnePixelAndStatesAKeyframe) {
    Desk desk;
    desk.add_box({0, 100});
    desk.at(50);
    ASSERT_TRUE(desk.press({"alt+right", "alt+right", "alt+down", "alt+left", "alt+up", "alt+up"}));
    EXPECT_EQ(keyframes_text(desk.track()), "0 50 100");
    EXPECT_EQ(desk.state().shape, (Shape{Box{106, 49, 40, 80}}));
}

TEST(NudgeCommand, WorksFromTheGhost) {
    Desk desk;
    desk.add_box({20});
    desk.at(10);
    ASSERT_TRUE(desk.press("alt+left"));
    EXPECT_EQ(keyframes_text(desk.track()), "10 20");
    EXPECT_EQ(desk.state().shape, (Shape{Box{99, 50, 40, 80}}));
}

TEST(ResizeCommand, MovesTheRightAndLowerEdges) {
    Desk desk;
    desk.add_box({0});
    ASSERT_TRUE(desk.press(
        {"alt+shift+right", "alt+shift+right", "alt+shift+left", "alt+shift+up", "alt+shift+down", "alt+shift+down"}));
    EXPECT_EQ(desk.state().shape, (Shape{Box{100, 50, 41, 81}}));
}

TEST(ResizeCommand, LeavesAPixel) {
    Desk desk;
    desk.add_box({0});
    ASSERT_TRUE(desk.press_times("alt+shift+left", 60));
    EXPECT_EQ(desk.state().shape, (Shape{Box{100, 50, 1, 80}}));
}

TEST(ResizeCommand, ScalesAQuad) {
    Desk desk;
    desk.add_quad(0);
    ASSERT_TRUE(desk.press({"alt+shift+right", "alt+shift+down"}));
    EXPECT_EQ(bounding_box(desk.state().shape), (Box{100, 100, 61, 41}));
}

TEST(CornerCommand, KeysMoveOneCorner) {
    Desk desk;
    desk.add_quad(0);
    ASSERT_TRUE(desk.press({"shift+r", "tab", "alt+right", "alt+up"}));
    const Quad expected{{Point{100, 100}, Point{161, 99}, Point{160, 140}, Point{100, 140}}};
    EXPECT_EQ(desk.state().shape, Shape{expected});
    ASSERT_TRUE(desk.press({"shift+tab", "shift+tab"}));
    EXPECT_EQ(desk->view.corner, 3);
    ASSERT_TRUE(desk.press({"escape", "alt+down"}));
    EXPECT_FALSE(desk->view.corner_edit);
    EXPECT_EQ(std::get<Quad>(desk.state().shape).corners[3], (Point{100, 141}));
    EXPECT_EQ(std::get<Quad>(desk.state().shape).corners[0], (Point{100, 101}));
}

TEST(CornerCommand, NeverMakesTheSidesCross) {
    Desk desk;
    desk.add_quad(0);
    ASSERT_TRUE(desk.press("'"));
    ASSERT_TRUE(desk->view.corner_edit);
    ASSERT_TRUE(desk.press_times("alt+right", 50));
    ASSERT_TRUE(desk.press_times("alt+down", 60));
    const Quad quad = std::get<Quad>(desk.state().shape);
    EXPECT_FALSE(is_self_crossing(quad));
    EXPECT_EQ(desk.last_message(), "Not moved: the shape would cross itself or be flat");
}

TEST(CornerCommand, IsForQuadsOnly) {
    Desk desk;
    desk.add_box({0});
    EXPECT_FALSE(desk.press("shift+r"));
    desk.add_quad(0);
    ASSERT_TRUE(desk.press("shift+r"));
    desk.press("z");  // the quad goes, and corner editing with it
    EXPECT_FALSE(desk->view.corner_edit);
}

TEST(OutsideCommand, LastsToTheNextKeyframe) {
    Desk desk;
    desk.add_box({0, 50, 100});
    desk.at(60);
    ASSERT_TRUE(desk.press("x"));
    EXPECT_EQ(keyframes_text(desk.track()), "0 50 60x 100");
    desk.at(80);
    EXPECT_TRUE(desk.state().outside);
    desk.at(100);
    EXPECT_FALSE(desk.state().outside);
}

TEST(OutsideCommand, TwiceEndsTheTrack) {
    Desk desk;
    desk.add_box({0, 50, 100});
    desk.at(60);
    ASSERT_TRUE(desk.press({"x", "x"}));
    EXPECT_EQ(keyframes_text(desk.track()), "0 50 60x");
    EXPECT_EQ(desk->history().undoable()->name, "End track");
    ASSERT_TRUE(desk.press("x"));
    EXPECT_EQ(keyframes_text(desk.track()), "0 50 60");
}

TEST(OutsideCommand, WorksOnTheGhost) {
    Desk desk;
    desk.add_box({0, 50});
    desk.at(70);
    ASSERT_TRUE(desk.press("x"));
    EXPECT_EQ(keyframes_text(desk.track()), "0 50 70x");
    desk.at(60);
    EXPECT_FALSE(desk.state().outside);
}

TEST(OccludedCommand, TogglesFromHereOn) {
    Desk desk;
    desk.add_box({0, 100});
    desk.at(40);
    ASSERT_TRUE(desk.press("c"));
    EXPECT_TRUE(desk.state().occluded);
    desk.at(41);
    EXPECT_TRUE(desk.state().occluded);
    desk.at(39);
    EXPECT_FALSE(desk.state().occluded);
    desk.at(40);
    ASSERT_TRUE(desk.press("c"));
    EXPECT_FALSE(desk.state().occluded);
}

TEST(SplitCommand, KeepsTheIdBeforeAndSelectsTheRest) {
    Desk desk;
    const TrackId id = desk.add_box({0, 100});
    desk.at(50);
    ASSERT_TRUE(desk.press("b"));
    EXPECT_EQ(desk.tracks(), 2U);
    EXPECT_EQ(keyframes_text(desk.track(id)), "0 49");
    EXPECT_NE(desk->view.track, id);
    EXPECT_EQ(keyframes_text(desk.track()), "50 100");
    desk.press("z");
    EXPECT_EQ(desk.tracks(), 1U);
    EXPECT_EQ(desk->view.track, id);
}

TEST(MergeCommand, TakesTwoPresses) {
    Desk desk;
    const TrackId first = desk.add_box({0, 20});
    const TrackId second = desk.add_box({60, 80});
    desk->view.track = first;
    ASSERT_TRUE(desk.press("m"));
    EXPECT_EQ(desk->view.merge_with, first);
    EXPECT_EQ(desk.tracks(), 2U);
    desk->view.track = second;
    ASSERT_TRUE(desk.press("m"));
    ASSERT_EQ(desk.tracks(), 1U);
    EXPECT_EQ(desk->view.track, first);
    EXPECT_EQ(keyframes_text(desk.track(first)), "0 20 21x 60 80");
    EXPECT_FALSE(is_set(desk->view.merge_with));
}

TEST(MergeCommand, RefusesABoxWithAQuad) {
    Desk desk;
    desk.add_box({0, 20});
    desk.press("m");
    desk.add_quad(40);
    ASSERT_TRUE(desk.press("m"));
    EXPECT_EQ(desk.tracks(), 2U);
    EXPECT_EQ(desk.last_message(), "A box and a quad, or tracks of two videos, cannot be merged");
}

TEST(MergeCommand, PressedTwiceOnOneTrackForgetsTheMark) {
    Desk desk;
    desk.add_box({0, 20});
    ASSERT_TRUE(desk.press({"m", "m"}));
    EXPECT_FALSE(is_set(desk->view.merge_with));
    EXPECT_EQ(desk.tracks(), 1U);
}

TEST(SwapCommand, ExchangesWhatFollows) {
    Desk desk;
    const TrackId first = desk.add_box({0, 100});
    const TrackId second = desk.add_quad(0);
    desk->commit(edit::remove_track(desk->annotations(), second));
    const TrackId other = desk.add_box({0, 50, 100});
    desk.at(60);
    desk->view.track = first;
    ASSERT_TRUE(desk.press("shift+m"));
    desk->view.track = other;
    const Shape of_first_at_100 = desk.track(first).find_keyframe(FrameIndex{100})->shape;
    const Shape of_other_at_100 = desk.track(other).find_keyframe(FrameIndex{100})->shape;
    ASSERT_TRUE(desk.press("shift+m"));
    EXPECT_EQ(desk.track(first).find_keyframe(FrameIndex{100})->shape, of_other_at_100);
    EXPECT_EQ(desk.track(other).find_keyframe(FrameIndex{100})->shape, of_first_at_100);
    EXPECT_EQ(desk->history().undoable()->name, "Swap tracks");
}

TEST(RemoveCommand, TakesTheKeyframeThenTheTrack) {
    Desk desk;
    desk.add_box({0, 50});
    desk.at(50);
    ASSERT_TRUE(desk.press("delete"));
    EXPECT_EQ(keyframes_text(desk.track()), "0");
    desk.at(0);
    ASSERT_TRUE(desk.press("delete"));
    EXPECT_EQ(desk.tracks(), 0U);
    EXPECT_TRUE(desk->messages().back().can_undo);
}

TEST(RemoveCommand, EndsTheTrackHere) {
    Desk desk;
    desk.add_box({0, 50, 100});
    desk.at(70);
    ASSERT_TRUE(desk.press("shift+delete"));
    EXPECT_EQ(keyframes_text(desk.track()), "0 50 70 71x");
}

TEST(RemoveCommand, TakesTheWholeTrackAndOffersUndo) {
    Desk desk;
    const TrackId id = desk.add_box({0, 50});
    ASSERT_TRUE(desk.press("ctrl+shift+delete"));
    EXPECT_EQ(desk.tracks(), 0U);
    EXPECT_FALSE(is_set(desk->view.track));
    ASSERT_FALSE(desk->messages().empty());
    EXPECT_TRUE(desk->messages().back().can_undo);
    ASSERT_TRUE(desk.press("z"));
    EXPECT_EQ(desk->view.track, id);
}

TEST(SelectCommand, GoesThroughTheTracksInView) {
    Desk desk;
    const TrackId first = desk.add_box({0, 100});
    desk.add_box({150, 160});
    const TrackId third = desk.add_box({40, 100});
    desk->view.track = {};
    desk.at(50);
    ASSERT_TRUE(desk.press("tab"));
    EXPECT_EQ(desk->view.track, first);
    ASSERT_TRUE(desk.press("tab"));
    EXPECT_EQ(desk->view.track, third);
    ASSERT_TRUE(desk.press("tab"));
    EXPECT_EQ(desk->view.track, first);
    ASSERT_TRUE(desk.press("shift+tab"));
    EXPECT_EQ(desk->view.track, third);
    ASSERT_TRUE(desk.press("escape"));
    EXPECT_FALSE(is_set(desk->view.track));
    ASSERT_TRUE(desk.press("shift+tab"));
    EXPECT_EQ(desk->view.track, third);
}

TEST(SelectCommand, GoesThroughAllWhereNoneIsInView) {
    Desk desk;
    const TrackId only = desk.add_box({150, 160});
    desk->view.track = {};
    ASSERT_TRUE(desk.press("tab"));
    EXPECT_EQ(desk->view.track, only);
}

}  // namespace
}  // namespace inbetween
