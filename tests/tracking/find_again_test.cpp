#include "tracking/find_again.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "tests/support/support.h"
#include "tests/tracking/scene.h"

namespace inbetween {
namespace {

using test::PaintedSource;
using test::texture;
using test::track_of;

constexpr Box at_first{60, 80, 48, 48};
constexpr Box at_return{210, 130, 56, 56};

/// A reddish square that is in view in frames 0 to 9, and again, elsewhere and larger, in frames 40 to 59.
PaintedSource who_comes_back() {
    return {{320, 240}, 60, [](std::int64_t n) {
                cv::Mat picture = texture({320, 240}, 5, {90, 130, 80}, 28);
                const auto paint = [&](const Box& box) {
                    const cv::Size size(static_cast<int>(box.w), static_cast<int>(box.h));
                    cv::Mat square = texture({48, 48}, 9, {40, 50, 190}, 60);
                    cv::resize(square, square, size);
                    square.copyTo(picture(cv::Rect({static_cast<int>(box.x), static_cast<int>(box.y)}, size)));
                };
                if (n < 10) paint(at_first);
                if (n >= 40) paint(at_return);
                return picture;
            }};
}

Track known_track() {
    return track_of({0, 9}, [](std::int64_t) { return Shape(at_first); });
}

TEST(FindAgain, NamesWhereItComesBackFirst) {
    PaintedSource source = who_comes_back();
    double told = 0;
    const auto found = find_again(source, {.track = known_track(), .range = {FrameIndex{0}, FrameIndex{1000}}},
                                  {.stop = {}, .progress = [&](double share) { told = share; }});
    IB_ASSERT_OK(found);
    ASSERT_FALSE(found->empty());
    EXPECT_GE(found->front().frame, FrameIndex{40});
    EXPECT_GT(iou(found->front().box, at_return), 0.6);
    EXPECT_GT(found->front().score, 0.4);
    EXPECT_GT(told, 0.5);
    for (std::size_t i = 1; i < found->size(); ++i) {
        EXPECT_LE((*found)[i].score, (*found)[i - 1].score);
        // It stands still: one place is named once, and the ground is told from it.
        EXPECT_LT(iou((*found)[i].box, at_return), 0.3) << i;
        EXPECT_LT((*found)[i].score, 0.6 * found->front().score);
        EXPECT_GT((*found)[i].frame, FrameIndex{9}) << "it is in view there";
    }
}

TEST(FindAgain, NamesNoFrameOfAKeyframe) {
    PaintedSource source = who_comes_back();
    Track track = known_track();
    track.set_keyframe({.frame = FrameIndex{10}, .shape = at_first, .outside = true});
    track.set_keyframe({.frame = FrameIndex{45}, .shape = at_first, .outside = true});
    const auto found = find_again(source, {.track = track, .range = {FrameIndex{45}, FrameIndex{46}}}, {});
    IB_ASSERT_OK(found);
    EXPECT_TRUE(found->empty()) << "what stands at a keyframe is stated";
}

TEST(FindAgain, IsTheSameEveryTime) {
    PaintedSource source = who_comes_back();
    const FindAgainTask task{.track = known_track(), .range = {FrameIndex{30}, FrameIndex{60}}, .every = 7};
    const auto once = find_again(source, task, {});
    const auto twice = find_again(source, task, {});
    IB_ASSERT_OK(once);
    IB_ASSERT_OK(twice);
    ASSERT_EQ(once->size(), twice->size());
    for (std::size_t i = 0; i < once->size(); ++i) {
        EXPECT_EQ((*once)[i].box, (*twice)[i].box);
        EXPECT_EQ((*once)[i].score, (*twice)[i].score);
    }
}

TEST(FindAgain, LooksForAQuadAsItsBox) {
    PaintedSource source = who_comes_back();
    const Track track = track_of({0}, [](std::int64_t) { return Shape(quad_of(at_first)); });
    const auto found = find_again(source, {.track = track, .range = {FrameIndex{45}, FrameIndex{50}}}, {});
    IB_ASSERT_OK(found);
    ASSERT_FALSE(found->empty());
    EXPECT_GT(iou(found->front().box, at_return), 0.5);
}

TEST(FindAgain, HandlesBoxesOfAPixelAndOutsideAndNoFrames) {
    PaintedSource source = who_comes_back();
    for (const Box& box : {Box{100, 100, 1, 1}, Box{-300, -300, 40, 40}, Box{310, 230, 600, 400}, Box{0, 0, 300, 2}}) {
        const Track track = track_of({0}, [&](std::int64_t) { return Shape(box); });
        IB_EXPECT_OK(find_again(source, {.track = track, .range = {FrameIndex{20}, FrameIndex{22}}}, {}));
    }
    const auto none = find_again(source, {.track = known_track(), .range = {FrameIndex{70}, FrameIndex{90}}}, {});
    IB_ASSERT_OK(none);
    EXPECT_TRUE(none->empty());
    Track gone = known_track();
    for (Keyframe& keyframe : gone.keyframes) keyframe.outside = true;
    EXPECT_FALSE(find_again(source, {.track = gone, .range = {FrameIndex{20}, FrameIndex{22}}}, {}).has_value());
}

TEST(FindAgain, StopsWhenAsked) {
    PaintedSource source = who_comes_back();
    std::stop_source stop;
    source.on_frame = [&](FrameIndex n) {
        EXPECT_LE(n, FrameIndex{25});
        if (n == FrameIndex{25}) stop.request_stop();
    };
    const auto found = find_again(source, {.track = known_track(), .range = {FrameIndex{20}, FrameIndex{60}}},
                                  {.stop = stop.get_token()});
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().kind, ErrorKind::Cancelled);
}

TEST(LostRange, IsTheStretchOutsideOrWhatComesAfterTheTrack) {
    Track track = known_track();
    EXPECT_EQ(lost_range(track, FrameIndex{0}, 60), (FrameRange{FrameIndex{10}, FrameIndex{60}}));
    track.set_keyframe({.frame = FrameIndex{12}, .shape = at_first, .outside = true});
    EXPECT_EQ(lost_range(track, FrameIndex{0}, 60), (FrameRange{FrameIndex{13}, FrameIndex{60}}));
    track.set_keyframe({.frame = FrameIndex{30}, .shape = at_first});
    EXPECT_EQ(lost_range(track, FrameIndex{0}, 60), (FrameRange{FrameIndex{13}, FrameIndex{30}}));
    EXPECT_EQ(lost_range(track, FrameIndex{40}, 60), (FrameRange{FrameIndex{31}, FrameIndex{60}}));
}

}  // namespace
}  // namespace inbetween
