#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "tests/support/support.h"
#include "tests/tracking/scene.h"
#include "tracking/quad_pinned.h"
#include "tracking/quad_register.h"
#include "tracking/quad_view.h"

namespace inbetween {
namespace {

using test::card_at;
using test::turning_card;

/// The card at a frame, in gray, and where it lies with whole numbers at pixel centres.
struct Shown {
    cv::Mat gray;
    Quad quad;
};

Shown card(std::int64_t frame) {
    test::PaintedSource source = turning_card();
    const auto image = upright_image(**source.frame(FrameIndex{frame}), ImageChannels::Bgr);
    const cv::Mat bgr(240, 320, CV_8UC3, const_cast<std::uint8_t*>(image->pixels.data()));
    Shown shown{{}, std::get<Quad>(moved(card_at(frame), -0.5, -0.5))};
    cv::cvtColor(bgr, shown.gray, cv::COLOR_BGR2GRAY);
    return shown;
}

struct Registered {
    Shown here;
    std::optional<QuadMatch> match;
};

/// Registers a later frame's card to its look at frame 4, from a start that is `off` pixels wrong, after `change`.
template <class Change>
Registered registered(std::int64_t frame, double off, Change&& change) {
    const Shown keyframe = card(4);
    Registered result{card(frame), {}};
    change(result.here.gray);
    const QuadLook look(keyframe.gray, keyframe.quad, QuadPatch::of(keyframe.quad, keyframe.quad));
    GrayRegion region(result.here.gray, result.here.quad);
    Quad start = std::get<Quad>(moved(result.here.quad, off, -off));
    start.corners[2].x += off;
    result.match = register_quad(look, region, start);
    return result;
}

TEST(QuadRegister, FindsTheCardAgainToATenthOfAPixel) {
    const Registered found = registered(14, 2.5, [](cv::Mat&) {});
    ASSERT_TRUE(found.match.has_value());
    EXPECT_LT(corner_gap(found.match->quad, found.here.quad), 0.15);
    EXPECT_GT(found.match->score(), 0.9);
    EXPECT_NEAR(found.match->visible, 1, 1e-6);
}

TEST(QuadRegister, DoesNotMindAnotherLight) {
    const Registered found = registered(14, 2, [](cv::Mat& gray) { gray.convertTo(gray, -1, 0.7, 40); });
    ASSERT_TRUE(found.match.has_value());
    EXPECT_LT(corner_gap(found.match->quad, found.here.quad), 0.2);
    EXPECT_GT(found.match->score(), 0.85);
}

TEST(QuadRegister, LeavesOutWhatCoversAPart) {
    const Registered found = registered(14, 1.5, [](cv::Mat& gray) {
        const Box box = bounding_box(card(14).quad);
        const cv::Rect left(static_cast<int>(box.x), static_cast<int>(box.y), static_cast<int>(0.4 * box.w),
                            static_cast<int>(box.h));
        gray(left & cv::Rect(0, 0, gray.cols, gray.rows)).setTo(20);
    });
    ASSERT_TRUE(found.match.has_value());
    EXPECT_LT(corner_gap(found.match->quad, found.here.quad), 0.5);
    EXPECT_LT(found.match->inliers, 0.93);
    EXPECT_GT(found.match->weighted_ncc, 0.9);
    EXPECT_LT(cv::mean(found.match->fits)[0], 0.93 * 255);
}

TEST(QuadRegister, LeavesOutWhatLiesBeyondThePicture) {
    // The picture ends in the middle of the card.
    const Shown keyframe = card(4);
    const Shown here = card(10);
    const int end = static_cast<int>(bounding_box(here.quad).centre().x) + 15;
    const cv::Mat cut = here.gray.colRange(0, end).clone();
    const QuadLook look(keyframe.gray, keyframe.quad, QuadPatch::of(keyframe.quad, keyframe.quad));
    GrayRegion region(cut, here.quad);
    const auto match = register_quad(look, region, std::get<Quad>(moved(here.quad, 1, 1)));
    ASSERT_TRUE(match.has_value());
    EXPECT_LT(corner_gap(match->quad, here.quad), 0.6);
    EXPECT_LT(match->visible, 0.8);
}

TEST(QuadRegister, SaysWhereThereIsNothingAlike) {
    const Registered found = registered(14, 0, [](cv::Mat& gray) { cv::randn(gray, cv::Scalar(120), cv::Scalar(40)); });
    if (found.match) {
        EXPECT_LT(found.match->score(), 0.4);
    }
    const Shown keyframe = card(4);
    const QuadLook look(keyframe.gray, keyframe.quad, QuadPatch::of(keyframe.quad, keyframe.quad));
    const Quad away = quad_of({-900, -900, 60, 40});
    GrayRegion region(keyframe.gray, away);
    EXPECT_FALSE(register_quad(look, region, away).has_value());
    EXPECT_EQ(match_of(look, region, away).visible, 0);
}

TEST(QuadPinned, StaysOnThePathWithoutAnchors) {
    for (const Corners& by : solve_pinned(std::vector<double>(10, 1.0), {})) EXPECT_EQ(cv::norm(by), 0);
    EXPECT_EQ(solve_pinned({1.0}, {}).size(), 2U);
}

TEST(QuadPinned, BendsToItsAnchorsEvenlyAndIsExactAtBothEnds) {
    const Corners by = Corners::all(0.8);
    const auto path = solve_pinned(std::vector<double>(10, 0.5), {{4, by, Matrix8::eye() * 1e6, 1}});
    ASSERT_EQ(path.size(), 11U);
    EXPECT_EQ(cv::norm(path.front()), 0);
    EXPECT_EQ(cv::norm(path.back()), 0);
    EXPECT_NEAR(path[4][0], 0.8, 1e-3);
    EXPECT_NEAR(path[2][5], 0.4, 1e-3);
    EXPECT_NEAR(path[7][1], 0.4, 1e-3);
}

TEST(QuadPinned, HardlyHeedsOneAnchorAgainstMany) {
    std::vector<QuadAnchor> anchors;
    for (std::size_t t = 1; t < 20; ++t)
        anchors.push_back({t, Corners::all(t == 10 ? 60.0 : 0.5), Matrix8::eye() * 10, 1});
    const auto path = solve_pinned(std::vector<double>(20, 0.05), anchors);
    EXPECT_NEAR(path[10][0], 0.5, 0.3);
}

TEST(QuadView, ShowsTheCardStraightOnAndSaysHowAlikeItIs) {
    test::PaintedSource source = turning_card();
    const auto there = *source.frame(FrameIndex{4});
    const auto here = *source.frame(FrameIndex{16});
    const auto view = view_quad(*there, card_at(4), *here, card_at(16));
    IB_ASSERT_OK(view);
    EXPECT_EQ(std::max(view->here.size.width, view->here.size.height), 128);
    EXPECT_EQ(view->here.size, view->keyframe.size);
    EXPECT_EQ(view->here.pixels.size(), static_cast<std::size_t>(view->here.size.width * view->here.size.height * 4));
    EXPECT_GT(view->score, 0.85);
    EXPECT_NEAR(view->visible, 1, 0.01);
    double off = 0;
    for (std::size_t i = 0; i < view->here.pixels.size(); ++i)
        off += std::abs(view->here.pixels[i] - view->keyframe.pixels[i]);
    EXPECT_LT(off / static_cast<double>(view->here.pixels.size()), 12);
    const auto beside = view_quad(*there, card_at(4), *here, std::get<Quad>(moved(card_at(16), 60, -50)));
    IB_ASSERT_OK(beside);
    EXPECT_LT(beside->score, 0.4);
}

TEST(QuadView, ShowsNothingOfAQuadBeyondThePicture) {
    test::PaintedSource source = turning_card();
    const auto picture = *source.frame(FrameIndex{4});
    for (const Quad& odd : {quad_of({-500, -500, 40, 40}), quad_of({100, 100, 0.01, 0.01}),
                            Quad{{Point{10, 10}, {200, 10}, {60, 60}, {10, 200}}}}) {
        const auto view = view_quad(*picture, card_at(4), *picture, odd);
        IB_ASSERT_OK(view);
        EXPECT_LT(view->score, 0.6);
        IB_ASSERT_OK(view_quad(*picture, odd, *picture, card_at(4)));
    }
}

}  // namespace
}  // namespace inbetween
