#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "core/edit/operations.h"
#include "tests/app/app_support.h"

namespace inbetween {
namespace {

using test::Desk;

/// The example's video with other frames, shown at these times.
Annotations with_times(std::vector<Pts> pts, Timebase timebase) {
    Annotations annotations = test::example_annotations();
    Media media = *annotations.media.at(MediaId{1});
    media.frames = std::ssize(pts);
    media.pts = std::move(pts);
    media.timebase = timebase;
    annotations.media[media.id] = std::make_shared<const Media>(std::move(media));
    return annotations;
}

TEST(Playback, GoesByTheFilesTime) {
    Desk desk;
    desk.at(10);
    ASSERT_TRUE(desk.press("space"));
    desk.pass(1.0);
    EXPECT_EQ(desk->view.frame, FrameIndex{35});
    desk.pass(0.019);
    EXPECT_EQ(desk->view.frame, FrameIndex{35});
    desk.pass(0.022);
    EXPECT_EQ(desk->view.frame, FrameIndex{36});
    ASSERT_TRUE(desk.press("space"));
    desk.pass(5);
    EXPECT_EQ(desk->view.frame, FrameIndex{36});
}

TEST(Playback, GoesByVaryingTimeStamps) {
    Desk desk{with_times({100, 110, 150, 160}, {1, 100})};
    desk.press("space");
    desk.pass(0.11);
    EXPECT_EQ(desk->view.frame, FrameIndex{1});
    desk.pass(0.38);
    EXPECT_EQ(desk->view.frame, FrameIndex{1});
    desk.pass(0.02);
    EXPECT_EQ(desk->view.frame, FrameIndex{2});
    EXPECT_NEAR(desk->pump(), 0.09, 1e-6);
}

TEST(Playback, StopsAtTheEndsAndBeginsAnew) {
    Desk desk;
    desk.at(190);
    desk.press("space");
    desk.pass(10);
    EXPECT_EQ(desk->view.frame, FrameIndex{199});
    EXPECT_EQ(desk->view.speed, 0);
    EXPECT_TRUE(std::isinf(desk->pump()));
    desk.press("space");
    desk.pass(0.1);
    EXPECT_EQ(desk->view.frame, FrameIndex{2});
    desk.press("j");
    desk.pass(10);
    EXPECT_EQ(desk->view.frame, FrameIndex{0});
    EXPECT_EQ(desk->view.speed, 0);
}

TEST(Playback, ShuttlesFasterWithEachPress) {
    Desk desk;
    desk.press({"l", "l"});
    EXPECT_EQ(desk->view.speed, 2);
    desk.pass(1);
    EXPECT_EQ(desk->view.frame, FrameIndex{50});
    desk.press("j");
    EXPECT_EQ(desk->view.speed, -1);
    desk.pass(1);
    EXPECT_EQ(desk->view.frame, FrameIndex{25});
    desk.press("k");
    EXPECT_EQ(desk->view.speed, 0);
    ASSERT_TRUE(desk.press({"k+l", "k+l", "k+j"}));
    EXPECT_EQ(desk->view.frame, FrameIndex{26});
}

TEST(Playback, ShuttlesFromSixteenTimesBackwardToSixteenTimesForward) {
    std::vector<Pts> longer(10'000);
    std::iota(longer.begin(), longer.end(), Pts{0});
    Desk desk{with_times(longer, test::example_annotations().media.at(MediaId{1})->timebase)};
    desk.at(5000);
    std::int64_t expected = 5000;
    for (const auto& [key, sign] : {std::pair{"l", 1}, std::pair{"j", -1}}) {
        for (const int times : {1, 2, 4, 8, 16, 16}) {
            ASSERT_TRUE(desk.press(key));
            EXPECT_EQ(desk->view.speed, sign * times);
            for (int turn = 0; turn < 60; ++turn) desk.pass(1.0 / 60);
            expected += std::int64_t{25} * times * sign;
            EXPECT_EQ(desk->view.frame, FrameIndex{expected}) << key << " " << times;
        }
    }
    desk.press("k");
    desk.pass(1);
    EXPECT_EQ(desk->view.frame, FrameIndex{expected});
}

TEST(Playback, KeepsItsPlaceWithinAFrameWhenTheSpeedChanges) {
    Desk desk;
    desk.press("l");
    for (int i = 0; i < 20; ++i) {
        desk.pass(0.036);
        desk.press("]");
        desk.pass(0.002);
        desk.press("[");
    }
    // 20 times 36 ms at the file's speed and 2 ms at twice that are 0.8 s.
    EXPECT_EQ(desk->view.speed, 1);
    desk.pass(0.001);
    EXPECT_EQ(desk->view.frame, FrameIndex{20});
}

TEST(Playback, SpeedKeysGoOnFromTheSpeedOfTheShuttle) {
    Desk desk;
    desk.press({"j", "j", "j"});
    EXPECT_EQ(desk->view.speed, -4);
    desk.press("[");
    EXPECT_EQ(desk->view.speed, -2);
    desk.press({"]", "]", "]", "]", "]"});
    EXPECT_EQ(desk->view.speed, -16);
    desk.press("\\");
    EXPECT_EQ(desk->view.speed, -1);
}

TEST(Playback, GoesBackByVaryingTimeStamps) {
    Desk desk{with_times({100, 110, 150, 160}, {1, 100})};
    desk.at(3);
    desk.press("j");
    EXPECT_NEAR(desk->pump(), 0.1, 1e-6);
    desk.pass(0.09);
    EXPECT_EQ(desk->view.frame, FrameIndex{3});
    desk.pass(0.02);
    EXPECT_EQ(desk->view.frame, FrameIndex{2});
    desk.pass(0.38);
    EXPECT_EQ(desk->view.frame, FrameIndex{2});
    desk.pass(0.02);
    EXPECT_EQ(desk->view.frame, FrameIndex{1});
    desk.pass(0.1);
    EXPECT_EQ(desk->view.frame, FrameIndex{0});
    EXPECT_EQ(desk->view.speed, 0);
}

TEST(PlayTimes, GoOnWhereStampsJumpBackOrLack) {
    Media media;
    media.frames = 8;
    media.timebase = {1, 10};
    media.pts = {5, 6, 7, 7, 8, 0, 1};
    const PlayTimes times(media);
    const std::array expected{0.0, 0.1, 0.2, 0.2, 0.3, 0.4, 0.5, 0.6};
    for (std::size_t n = 0; n < expected.size(); ++n) {
        EXPECT_NEAR(times.at(FrameIndex{static_cast<std::int64_t>(n)}), expected[n], 1e-9) << n;
    }
    EXPECT_EQ(times.frame_at(0.2), FrameIndex{3}) << "of two at one time the later is seen";
    EXPECT_EQ(times.frame_at(-1), FrameIndex{0});
    EXPECT_EQ(times.frame_at(0.399), FrameIndex{4});
    EXPECT_EQ(times.frame_at(9), FrameIndex{7});
    EXPECT_EQ(times.frame_from(0.31), FrameIndex{5});
    EXPECT_EQ(times.frame_from(9), FrameIndex{7});
    EXPECT_EQ(times.at(FrameIndex{-1}), 0);
}

TEST(PlayTimes, TellNothingOfAVideoWithoutFrames) {
    const PlayTimes none;
    EXPECT_EQ(none.last(), FrameIndex{0});
    EXPECT_EQ(none.at(FrameIndex{3}), 0);
    EXPECT_EQ(none.frame_at(1), FrameIndex{0});
    EXPECT_EQ(none.frame_from(1), FrameIndex{0});
}

TEST(Playback, SpeedKeysHoldForSpace) {
    Desk desk;
    desk.press({"[", "["});
    EXPECT_EQ(desk->view.play_speed, 0.25);
    desk.press({"\\", "]"});
    EXPECT_EQ(desk->view.play_speed, 2);
    desk.press("space");
    EXPECT_EQ(desk->view.speed, 2);
    desk.press("[");
    EXPECT_EQ(desk->view.speed, 1);
}

TEST(Playback, AStepStopsIt) {
    Desk desk;
    desk.press("space");
    desk.pass(1);
    desk.press("d");
    EXPECT_EQ(desk->view.speed, 0);
    EXPECT_EQ(desk->view.frame, FrameIndex{26});
}

}  // namespace
}  // namespace inbetween
