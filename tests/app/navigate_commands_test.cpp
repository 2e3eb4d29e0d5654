#include <cmath>

#include "core/edit/operations.h"
#include "tests/app/app_support.h"

namespace inbetween {
namespace {

using test::Desk;

TEST(Navigate, StepsAndStopsAtTheEnds) {
    Desk desk;
    ASSERT_TRUE(desk.press({"d", "right", ".", "a"}));
    EXPECT_EQ(desk->view.frame, FrameIndex{2});
    ASSERT_TRUE(desk.press({"e", "e", "q"}));
    EXPECT_EQ(desk->view.frame, FrameIndex{12});
    ASSERT_TRUE(desk.press({"q", "q", ","}));
    EXPECT_EQ(desk->view.frame, FrameIndex{0});
    ASSERT_TRUE(desk.press({"ctrl+end", "d"}));
    EXPECT_EQ(desk->view.frame, FrameIndex{199});
    ASSERT_TRUE(desk.press({"ctrl+home", "left"}));
    EXPECT_EQ(desk->view.frame, FrameIndex{0});
}

TEST(Navigate, GoesToKeyframesOfTheTrackOrOfAll) {
    Desk desk;
    desk.add_box({10, 50});
    desk.add_box({30, 70});
    desk.at(40);
    ASSERT_TRUE(desk.press("shift+d"));
    EXPECT_EQ(desk->view.frame, FrameIndex{70});
    ASSERT_TRUE(desk.press("shift+a"));
    EXPECT_EQ(desk->view.frame, FrameIndex{30});
    desk->view.track = {};
    ASSERT_TRUE(desk.press("shift+d"));
    EXPECT_EQ(desk->view.frame, FrameIndex{50});
    ASSERT_TRUE(desk.press({"shift+a", "shift+a"}));
    EXPECT_EQ(desk->view.frame, FrameIndex{10});
}

TEST(Navigate, HomeAndEndAreThoseOfTheTrack) {
    Desk desk;
    desk.add_box({10, 50, 90});
    ASSERT_TRUE(desk.press("end"));
    EXPECT_EQ(desk->view.frame, FrameIndex{90});
    ASSERT_TRUE(desk.press("home"));
    EXPECT_EQ(desk->view.frame, FrameIndex{10});
    desk->view.track = {};
    ASSERT_TRUE(desk.press("end"));
    EXPECT_EQ(desk->view.frame, FrameIndex{199});
}

TEST(Navigate, GoesToTheMidpoint) {
    Desk desk;
    desk.add_box({10, 50});
    desk.at(15);
    ASSERT_TRUE(desk.press("g"));
    EXPECT_EQ(desk->view.frame, FrameIndex{30});
}

TEST(Navigate, VisitsTheMiddleOfTheLongestLinearSpanFirst) {
    Desk desk;
    const TrackId id = desk.add_box({0, 20, 120, 160});
    ASSERT_TRUE(desk.press("v"));
    EXPECT_EQ(desk->view.frame, FrameIndex{70});
    ASSERT_TRUE(desk.press("v"));
    EXPECT_EQ(desk->view.frame, FrameIndex{140}) << "another span before another frame of the same";
    ASSERT_TRUE(desk.press("shift+v"));
    EXPECT_EQ(desk->view.frame, FrameIndex{70});
    EXPECT_EQ(desk->view.track, id);
}

TEST(Navigate, VisitsUsefulFramesOfAllTracksWithoutASelection) {
    Desk desk;
    const TrackId first = desk.add_box({0, 60});
    const TrackId second = desk.add_box({0, 100});
    desk->view.track = {};
    ASSERT_TRUE(desk.press("v"));
    EXPECT_EQ(desk->view.track, second);
    EXPECT_EQ(desk->view.frame, FrameIndex{50});
    ASSERT_TRUE(desk.press("v"));
    EXPECT_EQ(desk->view.track, first);
    EXPECT_EQ(desk->view.frame, FrameIndex{30});
}

TEST(ViewKeys, ZoomFitAndLock) {
    Desk desk;
    Viewport& viewport = desk->view.viewport;
    viewport.canvas_width = 640;
    viewport.canvas_height = 360;
    ASSERT_TRUE(desk.press("ctrl+0"));
    EXPECT_EQ(viewport.scale, 1);
    ASSERT_TRUE(desk.press("="));
    EXPECT_EQ(viewport.scale, 1.25);
    EXPECT_EQ(viewport.image_from_screen({320, 180}), (Point{320, 180}));
    ASSERT_TRUE(desk.press({"-", "-"}));
    EXPECT_EQ(viewport.scale, 0.8);
    ASSERT_TRUE(desk.press("ctrl+1"));
    EXPECT_EQ(viewport.scale, 1);
    desk.add_box({0, 100});
    ASSERT_TRUE(desk.press({"f", "shift+f"}));
    EXPECT_GT(viewport.scale, 1.5);
    desk.at(100);
    const Point middle = viewport.image_from_screen({320, 180});
    EXPECT_NEAR(middle.x, 130, 1e-9);
    EXPECT_NEAR(middle.y, 90, 1e-9);
}

TEST(ViewKeys, OpenAndCloseOneThingAtATime) {
    Desk desk;
    ASSERT_TRUE(desk.press("ctrl+p"));
    EXPECT_TRUE(desk->view.palette_open);
    ASSERT_TRUE(desk.press("ctrl+g"));
    EXPECT_FALSE(desk->view.palette_open);
    EXPECT_TRUE(desk->view.goto_open);
    ASSERT_TRUE(desk.press({"f1", "escape"}));
    EXPECT_FALSE(desk->view.keys_open);
    EXPECT_FALSE(desk->view.goto_open);
    ASSERT_TRUE(desk.press("h"));
    EXPECT_TRUE(desk->view.overlays_hidden);
}

TEST(MediaKeys, GoFromVideoToVideo) {
    Annotations two = test::example_annotations();
    Media second = *two.media.at(MediaId{1});
    second.id = MediaId{2};
    second.path = "run.avi";
    second.frames = 50;
    second.pts.resize(50);
    two.media.emplace(second.id, std::make_shared<const Media>(second));
    Desk desk{two};
    desk.at(100);
    ASSERT_TRUE(desk.press("pagedown"));
    EXPECT_EQ(desk->media_id(), MediaId{2});
    EXPECT_EQ(desk->frames(), 50);
    EXPECT_EQ(desk->view.frame, FrameIndex{0});
    ASSERT_TRUE(desk.press("pageup"));
    EXPECT_EQ(desk->media_id(), MediaId{1});
}

}  // namespace
}  // namespace inbetween
