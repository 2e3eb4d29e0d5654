#include "app/viewport.h"

#include <gtest/gtest.h>

namespace inbetween {
namespace {

Viewport canvas(double width, double height) {
    Viewport viewport;
    viewport.canvas_width = width;
    viewport.canvas_height = height;
    return viewport;
}

TEST(Viewport, ScreenAndImageAreInverse) {
    Viewport viewport = canvas(800, 600);
    viewport.pixel_aspect = 16.0 / 11;
    viewport.fit(352, 288);
    viewport.zoom_at({123, 45}, 3.7);
    const Point back = viewport.image_from_screen(viewport.screen_from_image({12.25, 200.5}));
    EXPECT_NEAR(back.x, 12.25, 1e-9);
    EXPECT_NEAR(back.y, 200.5, 1e-9);
}

TEST(Viewport, FitShowsTheWholeImageInTheMiddle) {
    Viewport viewport = canvas(1000, 400);
    viewport.fit(500, 400);
    EXPECT_EQ(viewport.scale, 1);
    EXPECT_EQ(viewport.screen_from_image({0, 0}), (Point{250, 0}));
    viewport.pixel_aspect = 2;
    viewport.fit(500, 400);
    EXPECT_EQ(viewport.screen_from_image({0, 0}), (Point{0, 0}));
    EXPECT_EQ(viewport.screen_from_image({500, 400}), (Point{1000, 400}));
}

TEST(Viewport, ZoomKeepsThePointUnderThePointer) {
    Viewport viewport = canvas(800, 600);
    viewport.fit(1920, 1080);
    const Point before = viewport.image_from_screen({700, 100});
    viewport.zoom_at({700, 100}, 5);
    const Point after = viewport.image_from_screen({700, 100});
    EXPECT_NEAR(after.x, before.x, 1e-9);
    EXPECT_NEAR(after.y, before.y, 1e-9);
}

TEST(Viewport, ScaleStaysWithinBounds) {
    Viewport viewport = canvas(800, 600);
    viewport.zoom_at({0, 0}, 1e9);
    EXPECT_EQ(viewport.scale, 64);
    viewport.zoom_at({0, 0}, 1e-9);
    EXPECT_EQ(viewport.scale, 1.0 / 32);
}

TEST(Viewport, ShowPutsAnObjectInTheMiddleWithAMargin) {
    Viewport viewport = canvas(800, 600);
    viewport.show({100, 100, 100, 50});
    EXPECT_EQ(viewport.scale, 4);
    EXPECT_EQ(viewport.screen_from_image({150, 125}), (Point{400, 300}));
}

TEST(Viewport, WithoutACanvasNothingIsFitted) {
    Viewport viewport;
    viewport.fit(100, 100);
    EXPECT_EQ(viewport.scale, 1);
}

}  // namespace
}  // namespace inbetween
