#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/support.h"
#include "tests/tracking/scene.h"
#include "tracking/box_path.h"
#include "tracking/box_tracker.h"
#include "tracking/camera_motion.h"
#include "tracking/join.h"
#include "tracking/lk_step.h"
#include "tracking/pinned_solve.h"
#include "tracking/quad_patch.h"

#include <opencv2/imgproc.hpp>

namespace inbetween {
namespace {

TEST(Pose, ComesBackAsItsBox) {
    const Box box{12.5, -3, 40, 7};
    EXPECT_LT(distance(box_of(pose_of(box)), box), 1e-9);
}

TEST(ClippedBox, MovesTheStatedBoxAsTheClippedOneMoved) {
    const ClippedBox clipped({-10, 20, 40, 30}, {100, 100}, 8);
    ASSERT_TRUE(clipped.is_visible());
    EXPECT_EQ(clipped.rect(), cv::Rect2d(0, 20, 30, 30));
    EXPECT_LT(distance(clipped.stated_from({5, 22, 30, 30}), Box{-5, 22, 40, 30}), 1e-9);
    EXPECT_FALSE(ClippedBox({200, 0, 20, 20}, {100, 100}, 8).is_visible());
    EXPECT_EQ(ClippedBox({99, 99, 20, 20}, {100, 100}, 8).rect(), cv::Rect2d(92, 92, 8, 8));
}

TEST(LkMotion, MeasuresAShiftAndAGrowth) {
    const cv::Mat before = test::texture({200, 160}, 5, {120, 120, 120}, 40);
    const Box box{70, 50, 60, 60};
    const double growth = 1.04;
    // Grows around the box's middle (100, 80), then shifts by (3, -2).
    const cv::Matx23d map(growth, 0, 99.5 * (1 - growth) + 3, 0, growth, 79.5 * (1 - growth) - 2);
    cv::Mat after;
    cv::warpAffine(before, after, map, before.size());
    const LkMotion motion = lk_motion({before}, {after}, box);
    EXPECT_NEAR(motion.dx, 3, 0.1);
    EXPECT_NEAR(motion.dy, -2, 0.1);
    EXPECT_NEAR(motion.growth, std::log(growth), 0.01);
    EXPECT_GT(motion.quality, 0.5);
}

TEST(CameraMotion, FindsAPan) {
    cv::Mat before;
    cv::cvtColor(test::texture({320, 240}, 9, {120, 120, 120}, 40), before, cv::COLOR_BGR2GRAY);
    cv::Mat after;
    cv::warpAffine(before, after, cv::Matx23d(1, 0, 5, 0, 1, -3), before.size());
    const cv::Matx23d motion = camera_motion(before, after);
    EXPECT_NEAR(motion(0, 2), 5, 0.3);
    EXPECT_NEAR(motion(1, 2), -3, 0.3);
    EXPECT_NEAR(motion(0, 0), 1, 0.01);
    const cv::Mat blank(240, 320, CV_8U, cv::Scalar(80));
    EXPECT_EQ(camera_motion(blank, blank), cv::Matx23d(1, 0, 0, 0, 1, 0));
}

TEST(SceneCut, IsToldFromMotion) {
    test::PaintedSource source = test::sliding_square();
    const cv::Mat ground = test::texture({320, 240}, 3, {90, 130, 80}, 28);
    cv::Mat moved;
    cv::warpAffine(ground, moved, cv::Matx23d(1, 0, 30, 0, 1, 0), ground.size(), cv::INTER_LINEAR, cv::BORDER_REFLECT);
    EXPECT_FALSE(is_scene_cut(ground, moved));
    EXPECT_TRUE(is_scene_cut(ground, test::texture({320, 240}, 4, {30, 40, 200}, 28)));
}

TEST(Join, IsExactAtBothKeyframesAndFollowsEachChainOnItsSide) {
    const Box from{0, 0, 20, 20};
    const Box to{100, 0, 20, 20};
    const Path even = linear_path(from, to, 10);
    Chain forward{even, std::vector<double>(11, 1)};
    Chain backward = forward;
    // Both go round a bend; the forward chain is lost after frame 6, the backward chain before frame 4.
    for (std::size_t i = 1; i < 10; ++i) {
        const double bend = 30 * std::sin(static_cast<double>(i) / 10 * 3.14159);
        forward.poses[i].y += i <= 6 ? bend : 300;
        backward.poses[i].y += i >= 4 ? bend : -300;
    }
    const Joined joined = join(forward, backward, even, {});
    EXPECT_TRUE(joined.met);
    EXPECT_EQ(joined.path.front().x, pose_of(from).x);
    EXPECT_EQ(joined.path.back().x, pose_of(to).x);
    for (std::size_t i = 1; i < 10; ++i) {
        const double bend = 30 * std::sin(static_cast<double>(i) / 10 * 3.14159);
        EXPECT_NEAR(joined.path[i].y, even[i].y + bend, 1e-6) << i;
    }
}

TEST(Join, LeansOnTheBaselineWhereChainsNeverMeet) {
    const Path even = linear_path({0, 0, 20, 20}, {100, 0, 20, 20}, 10);
    Chain lost{even, std::vector<double>(11, 0)};
    Chain other = lost;
    for (std::size_t i = 0; i <= 10; ++i) {
        lost.poses[i].y += 500;
        other.poses[i].y -= 500;
    }
    const Joined joined = join(lost, other, even, {});
    EXPECT_FALSE(joined.met);
    EXPECT_NEAR(joined.path[5].y, even[5].y, 60);
}

TEST(PinnedSolve, KeepsTheEndsAndFollowsTheSteps) {
    // Steps of 1, 2, 3 that sum to 6 where the ends say 9: the missing 3 are spread evenly.
    const std::vector<double> values = solve_pinned({0, 0, 0, 0}, {0, 0, 0, 0}, {{{1, 2, 3}, {1, 1, 1}}}, 10, 19);
    ASSERT_EQ(values.size(), 4U);
    EXPECT_DOUBLE_EQ(values[0], 10);
    EXPECT_NEAR(values[1], 12, 1e-12);
    EXPECT_NEAR(values[2], 15, 1e-12);
    EXPECT_DOUBLE_EQ(values[3], 19);
}

TEST(PinnedSolve, IsDrawnToAnchors) {
    const std::vector<StepTerm> steps{{{0, 0}, {1, 1}}};
    EXPECT_NEAR(solve_pinned({0, 8, 0}, {0, 2, 0}, steps, 0, 0)[1], 4, 1e-12);
    EXPECT_EQ(solve_pinned({0, 0}, {0, 0}, {{{5}, {1}}}, 1, 2), (std::vector<double>{1, 2}));
}

TEST(QuadPatch, TellsDisplacementsInOrthonormalDirections) {
    const QuadPatch patch(120, 80);
    const Matrix8 product = patch.directions().t() * patch.directions();
    EXPECT_LT(cv::norm(product - Matrix8::eye()), 1e-9);
    // The first direction shifts all corners right by as much.
    const Quad moved = patch.displaced(patch.directions() * Corners(2, 0, 0, 0, 0, 0, 0, 0));
    EXPECT_LT(distance(moved, Quad(std::get<Quad>(inbetween::moved(patch.corners(), 1, 0)))), 1e-9);
    // The jacobian is the derivative of what the displaced corners' homography does to a point.
    const Point p{30, 50};
    for (int k = 0; k < 8; ++k) {
        Corners along;
        along[k] = 1e-4;
        const auto map = homography_between(patch.corners(), patch.displaced(patch.directions() * along));
        ASSERT_TRUE(map.has_value());
        const Point there = apply(*map, p);
        const auto jacobian = patch.jacobian(p);
        EXPECT_NEAR((there.x - p.x) / 1e-4, jacobian(0, k), 1e-3) << k;
        EXPECT_NEAR((there.y - p.y) / 1e-4, jacobian(1, k), 1e-3) << k;
    }
}

TEST(QuadPatch, KnowsConvexFromNot) {
    EXPECT_TRUE(is_convex(quad_of({0, 0, 10, 5})));
    EXPECT_FALSE(is_convex(Quad{{Point{0, 0}, {10, 0}, {2, 2}, {0, 10}}}));
    EXPECT_FALSE(is_convex(Quad{{Point{0, 0}, {10, 10}, {10, 0}, {0, 10}}}));
    EXPECT_FALSE(is_convex(Quad{{Point{0, 0}, {10, 0}, {NAN, 2}, {0, 10}}}));
    EXPECT_FALSE(homography_between(Quad{{Point{1, 1}, {1, 1}, {1, 1}, {1, 1}}}, quad_of({0, 0, 10, 5})).has_value());
}

}  // namespace
}  // namespace inbetween
