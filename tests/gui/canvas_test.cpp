#include <gtest/gtest.h>

#include "tests/gui/gui_fixture.h"

namespace inbetween::test {
namespace {

/// A screen pixel is about half an image pixel here; the pointer stands on whole screen pixels.
constexpr double pointer_px = 1.0;

void expect_near(const Box& box, const Box& wanted) {
    EXPECT_NEAR(box.x, wanted.x, pointer_px);
    EXPECT_NEAR(box.y, wanted.y, pointer_px);
    EXPECT_NEAR(box.w, wanted.w, pointer_px);
    EXPECT_NEAR(box.h, wanted.h, pointer_px);
}

TEST_F(Gui, DrawsABoxWithTheMouse) {
    const Image before = gui_->shot_of("Canvas");
    const TrackId track = draw_box({20, 80, 48, 48});
    ASSERT_TRUE(is_set(track));
    EXPECT_EQ(annotations().tracks.size(), 1U);
    expect_near(box(), {20, 80, 48, 48});
    EXPECT_EQ(session().view.tool, Tool::Select);
    EXPECT_GT(differing_pixels(before, gui_->shot_of("Canvas")), 200U);
    EXPECT_TRUE(gui_->shows("Tracks/1"));
    EXPECT_TRUE(gui_->shows("Timeline/Track/1"));
}

TEST_F(Gui, DrawsABoxWithTwoClicks) {
    gui_->click("ToolBar/Box");
    gui_->click_at(gui_->on_screen({30, 40}));
    EXPECT_TRUE(annotations().tracks.empty());
    gui_->click_at(gui_->on_screen({90, 100}));
    ASSERT_EQ(annotations().tracks.size(), 1U);
    expect_near(box(), {30, 40, 60, 60});
}

TEST_F(Gui, MovesABoxInOneUndoStep) {
    draw_box({20, 80, 48, 48});
    gui_->key("e");
    ASSERT_EQ(session().view.frame, FrameIndex{10});
    // Past its only keyframe the track shows its ghost, which can be taken along.
    gui_->drag(gui_->on_screen({44, 104}), gui_->on_screen({74, 109}));
    expect_near(box(), {50, 85, 48, 48});
    EXPECT_EQ(session().history().entries().size(), 2U);
    EXPECT_FALSE(session().view.drag.has_value());
    gui_->key("z");
    EXPECT_EQ(session().selected_track()->keyframes.size(), 1U);
}

TEST_F(Gui, ResizesABoxByItsHandles) {
    draw_box({100, 80, 60, 60});
    gui_->drag(gui_->centre("Canvas/Handle/4"), gui_->on_screen({180, 150}));
    expect_near(box(), {100, 80, 80, 70});
    gui_->drag(gui_->centre("Canvas/Handle/7"), gui_->on_screen({90, 110}));
    expect_near(box(), {90, 80, 90, 70});
    gui_->drag(gui_->centre("Canvas/Handle/0"), gui_->on_screen({300, 200}));
    EXPECT_GE(box().w, 1);
    EXPECT_GE(box().h, 1);
}

TEST_F(Gui, DrawsAQuadByFourClicksAndDragsACorner) {
    gui_->key("r");
    gui_->key("w");
    ASSERT_EQ(session().view.tool, Tool::DrawQuad);
    for (const Point corner : {Point{40, 40}, Point{120, 50}, Point{110, 120}}) {
        gui_->click_at(gui_->on_screen(corner));
    }
    gui_->move_to(gui_->on_screen({35, 110}));
    gui_->save("quad");
    gui_->click_at(gui_->on_screen({35, 110}));
    const Track* track = session().selected_track();
    ASSERT_NE(track, nullptr);
    ASSERT_EQ(track->kind, ShapeKind::Quad);
    gui_->drag(gui_->centre("Canvas/Handle/2"), gui_->on_screen({140, 130}));
    const auto state = session().selected_state();
    ASSERT_TRUE(state.has_value());
    const Quad quad = std::get<Quad>(state->shape);
    EXPECT_NEAR(quad.corners[2].x, 140, pointer_px);
    EXPECT_NEAR(quad.corners[2].y, 130, pointer_px);
    EXPECT_NEAR(quad.corners[0].x, 40, pointer_px);
    EXPECT_EQ(session().view.corner, 2);
}

TEST_F(Gui, NeverMakesAQuadCrossItself) {
    gui_->key("r");
    gui_->key("w");
    for (const Point corner : {Point{40, 40}, Point{120, 40}, Point{120, 120}, Point{40, 120}}) {
        gui_->click_at(gui_->on_screen(corner));
    }
    ASSERT_NE(session().selected_track(), nullptr);
    gui_->drag(gui_->centre("Canvas/Handle/0"), gui_->on_screen({200, 140}));
    const auto state = session().selected_state();
    ASSERT_TRUE(state.has_value());
    EXPECT_TRUE(is_valid(state->shape));
}

TEST_F(Gui, SelectsTheSmallestShapeUnderThePointer) {
    const TrackId large = draw_box({20, 20, 200, 160});
    const TrackId small = draw_box({60, 60, 40, 40});
    gui_->click_at(gui_->on_screen({300, 220}));
    EXPECT_FALSE(is_set(session().view.track));
    gui_->click_at(gui_->on_screen({80, 80}));
    EXPECT_EQ(session().view.track, small);
    gui_->click_at(gui_->on_screen({80, 80}));
    EXPECT_EQ(session().view.track, large) << "a second click reaches what lies beneath";
    gui_->click_at(gui_->on_screen({180, 160}));
    EXPECT_EQ(session().view.track, large);
}

TEST_F(Gui, ZoomsAtThePointerAndPans) {
    const Point spot{100, 60};
    const ImVec2 at = gui_->on_screen(spot);
    const double before = session().view.viewport.scale;
    gui_->wheel_at(at, 3);
    EXPECT_GT(session().view.viewport.scale, before * 1.5);
    EXPECT_NEAR(gui_->on_screen(spot).x, at.x, 1.5);
    EXPECT_NEAR(gui_->on_screen(spot).y, at.y, 1.5);
    gui_->drag(at, {at.x + 40, at.y + 20}, MouseButton::Middle);
    EXPECT_NEAR(gui_->on_screen(spot).x, at.x + 40, 1.5);
    EXPECT_NEAR(gui_->on_screen(spot).y, at.y + 20, 1.5);
    draw_box({100, 80, 10, 10});
    gui_->double_click_at(gui_->on_screen({105, 85}));
    EXPECT_GT(session().view.viewport.scale, before * 2) << "a double click shows the object large";
}

TEST_F(Gui, AnUnfinishedDragEndsWithEscape) {
    draw_box({100, 80, 60, 60});
    const ImVec2 from = gui_->on_screen({130, 110});
    gui_->move_to(from);
    gui_->platform().input().push(InputEvent::button_event(MouseButton::Left, KeyAction::Press, 0));
    gui_->move_to({from.x + 50, from.y});
    EXPECT_TRUE(session().view.drag.has_value());
    gui_->key("escape");
    gui_->platform().input().push(InputEvent::button_event(MouseButton::Left, KeyAction::Release, 0));
    gui_->settle();
    expect_near(box(), {100, 80, 60, 60});
    EXPECT_EQ(session().history().entries().size(), 1U);
}

TEST_F(Gui, HidesOverlays) {
    draw_box({100, 80, 60, 60});
    gui_->move_to({2, 2});
    const Image shown = gui_->shot_of("Canvas");
    gui_->key("h");
    EXPECT_GT(differing_pixels(shown, gui_->shot_of("Canvas")), 200U);
}

}  // namespace
}  // namespace inbetween::test
