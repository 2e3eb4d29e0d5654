#include "tracking/follow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "tests/support/support.h"
#include "tests/tracking/scene.h"

namespace inbetween {
namespace {

using test::card_at;
using test::PaintedSource;
using test::sliding_square;
using test::square_at;
using test::track_of;
using test::turning_card;

FollowTask forward_from(const Track& track, std::int64_t from, std::int64_t frames) {
    return {.track = track, .from = FrameIndex{from}, .frames = frames};
}

TEST(Follow, GoesForwardPastTheLastKeyframe) {
    PaintedSource source = sliding_square();
    const auto followed = follow(source, forward_from(track_of({5}, square_at), 5, 15), {});
    IB_ASSERT_OK(followed);
    EXPECT_EQ(followed->reason, StopReason::LengthReached);
    ASSERT_EQ(followed->frames.size(), 15U);
    EXPECT_EQ(followed->start, on_grid(square_at(5)));
    for (std::size_t i = 0; i < followed->frames.size(); ++i) {
        EXPECT_GT(iou(std::get<Box>(followed->frames[i].shape), square_at(6 + static_cast<int>(i))), 0.6) << i;
        EXPECT_EQ(followed->frames[i].shape, on_grid(followed->frames[i].shape));
    }
}

TEST(Follow, GoesBackwardBeforeTheFirstKeyframe) {
    PaintedSource source = sliding_square();
    FollowTask task = forward_from(track_of({20}, square_at), 20, 12);
    task.direction = Direction::Backward;
    const auto followed = follow(source, task, {});
    IB_ASSERT_OK(followed);
    ASSERT_EQ(followed->frames.size(), 12U);
    EXPECT_GT(iou(std::get<Box>(followed->frames.back().shape), square_at(8)), 0.5);
}

TEST(Follow, RunsWithEveryMethodThatReadsPixels) {
    for (const Solver* solver : all_solvers()) {
        SCOPED_TRACE(solver->id);
        PaintedSource source = solver->boxes ? sliding_square() : turning_card();
        FollowTask task = forward_from(solver->boxes ? track_of({5}, square_at) : track_of({5}, card_at), 5, 6);
        task.method = solver->id;
        const auto followed = follow(source, task, {});
        ASSERT_EQ(followed.has_value(), solver->reads_pixels);
        if (!followed) continue;
        EXPECT_EQ(followed->method, solver->id);
        EXPECT_EQ(followed->frames.size(), 6U);
    }
}

TEST(Follow, CarriesAQuad) {
    PaintedSource source = turning_card();
    const auto followed = follow(source, forward_from(track_of({4}, card_at), 4, 15), {});
    IB_ASSERT_OK(followed);
    ASSERT_EQ(followed->frames.size(), 15U);
    EXPECT_EQ(followed->method, "homography");
    EXPECT_LT(distance(followed->frames.back().shape, card_at(19)), 3);
}

TEST(Follow, StopsAtTheVideosEnds) {
    PaintedSource source = sliding_square(12);
    auto followed = follow(source, forward_from(track_of({5}, square_at), 5, 50), {});
    IB_ASSERT_OK(followed);
    EXPECT_EQ(followed->reason, StopReason::VideoEnd);
    EXPECT_EQ(followed->frames.size(), 6U);
    FollowTask back = forward_from(track_of({5}, square_at), 5, 50);
    back.direction = Direction::Backward;
    followed = follow(source, back, {});
    IB_ASSERT_OK(followed);
    EXPECT_EQ(followed->reason, StopReason::VideoBegin);
    EXPECT_EQ(followed->frames.size(), 5U);
    followed = follow(source, forward_from(track_of({11}, square_at), 11, 50), {});
    IB_ASSERT_OK(followed);
    EXPECT_TRUE(followed->frames.empty());
    EXPECT_EQ(followed->reason, StopReason::VideoEnd);
}

TEST(Follow, StopsBeforeTheNextKeyframe) {
    PaintedSource source = sliding_square();
    const Track track = track_of({5, 12, 30}, square_at);
    auto followed = follow(source, forward_from(track, 12, 50), {});
    IB_ASSERT_OK(followed);
    EXPECT_EQ(followed->reason, StopReason::NextKeyframe);
    EXPECT_EQ(followed->frames.size(), 17U);
    FollowTask back = forward_from(track, 12, 50);
    back.direction = Direction::Backward;
    followed = follow(source, back, {});
    IB_ASSERT_OK(followed);
    EXPECT_EQ(followed->reason, StopReason::NextKeyframe);
    EXPECT_EQ(followed->frames.size(), 6U);
}

/// The square's picture pushed to the right by `speed` pixels a frame, so that the square leaves.
PaintedSource leaving(int speed) {
    return {{320, 240}, 60, [speed](std::int64_t n) {
                PaintedSource still = sliding_square();
                const auto image = upright_image(**still.frame(FrameIndex{30}), ImageChannels::Bgr);
                const cv::Mat whole(240, 320, CV_8UC3, const_cast<std::uint8_t*>(image->pixels.data()));
                cv::Mat moved;
                cv::warpAffine(whole, moved, cv::Matx23d(1, 0, static_cast<double>(n) * speed, 0, 1, 0), {320, 240},
                               cv::INTER_LINEAR, cv::BORDER_REFLECT);
                return moved;
            }};
}

TEST(Follow, StopsWhenTheObjectLeavesThePicture) {
    PaintedSource source = leaving(6);
    const auto followed =
        follow(source, forward_from(track_of({0}, [](auto) { return Shape(square_at(30)); }), 0, 50), {});
    IB_ASSERT_OK(followed);
    EXPECT_EQ(followed->reason, StopReason::LeftPicture) << name_of(followed->reason);
    // At 30 the square is 125 px from the right edge: it has left but for a third after about 25 frames.
    EXPECT_GT(followed->frames.size(), 14U);
    EXPECT_LT(followed->frames.size(), 30U);
}

TEST(Follow, StopsAtASceneCut) {
    PaintedSource source({320, 240}, 40, [](std::int64_t n) {
        if (n >= 15) return test::texture({320, 240}, 77, {30, 40, 200}, 30);
        PaintedSource before = sliding_square();
        const auto image = upright_image(**before.frame(FrameIndex{n}), ImageChannels::Bgr);
        return cv::Mat(240, 320, CV_8UC3, const_cast<std::uint8_t*>(image->pixels.data())).clone();
    });
    const auto followed = follow(source, forward_from(track_of({5}, square_at), 5, 30), {});
    IB_ASSERT_OK(followed);
    EXPECT_EQ(followed->reason, StopReason::SceneCut);
    EXPECT_EQ(followed->frames.size(), 9U);
}

TEST(Follow, StopsWhenTheObjectVanishes) {
    PaintedSource source({320, 240}, 60, [](std::int64_t n) {
        if (n >= 12) return test::texture({320, 240}, static_cast<int>(n), {90, 130, 80}, 28);
        PaintedSource before = sliding_square();
        const auto image = upright_image(**before.frame(FrameIndex{n}), ImageChannels::Bgr);
        return cv::Mat(240, 320, CV_8UC3, const_cast<std::uint8_t*>(image->pixels.data())).clone();
    });
    const auto followed = follow(source, forward_from(track_of({5}, square_at), 5, 50), {});
    IB_ASSERT_OK(followed);
    EXPECT_EQ(followed->reason, StopReason::LowConfidence) << name_of(followed->reason);
    EXPECT_LT(followed->frames.size(), 16U);
}

TEST(Follow, GoesOnBehindWhatHidesTheObjectForAWhile) {
    PaintedSource source({320, 240}, 40, [](std::int64_t n) {
        PaintedSource before = sliding_square();
        const auto image = upright_image(**before.frame(FrameIndex{n}), ImageChannels::Bgr);
        cv::Mat picture = cv::Mat(240, 320, CV_8UC3, const_cast<std::uint8_t*>(image->pixels.data())).clone();
        // A wall over all of the square's surroundings.
        if (n >= 14 && n < 20) {
            const Box box = square_at(n);
            const cv::Rect wall =
                cv::Rect(static_cast<int>(box.x) - 20, 0, static_cast<int>(box.w) + 40, 240) & cv::Rect(0, 0, 320, 240);
            test::texture({320, 240}, 31, {150, 150, 150}, 12)(wall).copyTo(picture(wall));
        }
        return picture;
    });
    const auto followed = follow(source, forward_from(track_of({5}, square_at), 5, 30), {});
    IB_ASSERT_OK(followed);
    ASSERT_EQ(followed->frames.size(), 30U) << name_of(followed->reason);
    EXPECT_TRUE(followed->frames[11].occluded);
    EXPECT_LT(followed->frames[11].confidence, 0.3F);
    EXPECT_FALSE(followed->frames.back().occluded);
    EXPECT_GT(iou(std::get<Box>(followed->frames.back().shape), square_at(35)), 0.5);
}

TEST(Follow, GoesOnWhileTheObjectComesToLookDifferent) {
    const cv::Mat first = test::texture({64, 64}, 7, {60, 60, 190}, 35);
    const cv::Mat last = test::texture({64, 64}, 8, {190, 120, 40}, 35);
    const auto at = [](std::int64_t n) { return Box{20 + 2.0 * static_cast<double>(n), 80, 64, 64}; };
    PaintedSource source({320, 240}, 90, [&](std::int64_t n) {
        cv::Mat picture = test::texture({320, 240}, 3, {90, 130, 80}, 28);
        const double turned = std::clamp(static_cast<double>(n - 5) / 40, 0.0, 1.0);
        const cv::Rect place(static_cast<int>(at(n).x), 80, 64, 64);
        cv::addWeighted(first, 1 - turned, last, turned, 0, picture(place));
        return picture;
    });
    const auto followed = follow(source, forward_from(track_of({0}, at), 0, 80), {});
    IB_ASSERT_OK(followed);
    EXPECT_EQ(followed->frames.size(), 80U) << name_of(followed->reason);
    for (std::size_t i = 0; i < followed->frames.size(); i += 10)
        EXPECT_GT(iou(std::get<Box>(followed->frames[i].shape), at(static_cast<std::int64_t>(i) + 1)), 0.5) << i;
}

TEST(Follow, NeedsAKeyframeInView) {
    PaintedSource source = sliding_square();
    Track track = track_of({5, 9}, square_at);
    track.keyframes[0].outside = true;
    EXPECT_FALSE(follow(source, forward_from(track, 5, 5), {}).has_value());
    EXPECT_FALSE(follow(source, forward_from(track, 6, 5), {}).has_value());
    FollowTask unknown = forward_from(track, 9, 5);
    unknown.method = "best";
    EXPECT_FALSE(follow(source, unknown, {}).has_value());
}

TEST(Follow, StopsWhenAsked) {
    PaintedSource source = sliding_square();
    std::stop_source stop;
    source.on_frame = [&](FrameIndex n) {
        EXPECT_LE(n, FrameIndex{9});
        if (n == FrameIndex{9}) stop.request_stop();
    };
    const auto followed = follow(source, forward_from(track_of({5}, square_at), 5, 20), {.stop = stop.get_token()});
    ASSERT_FALSE(followed.has_value());
    EXPECT_EQ(followed.error().kind, ErrorKind::Cancelled);
}

Follow made_follow(const std::vector<double>& xs) {
    Follow follow;
    follow.from = FrameIndex{10};
    follow.start = Box{0, 0, 10, 10};
    for (const double x : xs) follow.frames.push_back({Box{x, 0, 10, 10}, 1.0F, false});
    return follow;
}

TEST(KeyframesOf, EndOutsideWhereTheObjectLeftThePicture) {
    Follow left = made_follow({2, 4, 6, 8, 10});
    left.reason = StopReason::LeftPicture;
    const auto keyframes = keyframes_of(left, 0.5);
    ASSERT_EQ(keyframes.size(), 2U);
    EXPECT_FALSE(keyframes[0].outside);
    EXPECT_EQ(keyframes[1].frame, FrameIndex{16});
    EXPECT_TRUE(keyframes[1].outside);
    left.direction = Direction::Backward;
    EXPECT_EQ(keyframes_of(left, 0.5).size(), 1U);
}

TEST(KeyframesOf, OneForAnEvenMove) {
    const auto keyframes = keyframes_of(made_follow({2, 4, 6, 8, 10}), 0.5);
    ASSERT_EQ(keyframes.size(), 1U);
    EXPECT_EQ(keyframes[0].frame, FrameIndex{15});
    EXPECT_EQ(keyframes[0].source, Source::Tracked);
}

TEST(KeyframesOf, AsManyAsTheToleranceAsksFor) {
    const Follow bend = made_follow({2, 4, 6, 6, 6, 6});
    const auto tight = keyframes_of(bend, 0.1);
    ASSERT_EQ(tight.size(), 2U);
    EXPECT_EQ(tight[0].frame, FrameIndex{13});
    EXPECT_EQ(tight[1].frame, FrameIndex{16});
    EXPECT_EQ(keyframes_of(bend, 5).size(), 1U);
    EXPECT_TRUE(keyframes_of(made_follow({}), 1).empty());
}

TEST(KeyframesOf, HoldTheTolerance) {
    Follow curve = made_follow({});
    for (int i = 1; i <= 120; ++i)
        curve.frames.push_back({on_grid(Box{i * 2.0, 40 * std::sin(i / 9.0), 20, 20}), 1.0F, false});
    for (const double tolerance : {0.25, 1.0, 4.0}) {
        Track track;
        track.set_keyframe({.frame = curve.from, .shape = curve.start});
        const auto keyframes = keyframes_of(curve, tolerance);
        for (const Keyframe& keyframe : keyframes) track.set_keyframe(keyframe);
        EXPECT_EQ(keyframes.back().frame, FrameIndex{130});
        EXPECT_LT(keyframes.size(), curve.frames.size());
        for (std::size_t i = 0; i < curve.frames.size(); ++i) {
            const auto state = state_at(track, {}, curve.from + static_cast<int>(i) + 1);
            EXPECT_LE(distance(state->shape, curve.frames[i].shape), tolerance + 0.01) << i;
        }
    }
}

TEST(KeyframesOf, RunBackwardToo) {
    Follow back = made_follow({2, 4, 6, 6, 6, 6});
    back.direction = Direction::Backward;
    const auto keyframes = keyframes_of(back, 0.1);
    ASSERT_EQ(keyframes.size(), 2U);
    EXPECT_EQ(keyframes[0].frame, FrameIndex{4});
    EXPECT_EQ(keyframes[1].frame, FrameIndex{7});
}

}  // namespace
}  // namespace inbetween
