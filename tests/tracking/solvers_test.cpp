#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <opencv2/imgproc.hpp>
#include <set>

#include "tests/support/support.h"
#include "tests/tracking/scene.h"
#include "tracking/image_cache.h"
#include "tracking/solver.h"

namespace inbetween {
namespace {

using test::card_at;
using test::PaintedSource;
using test::sliding_square;
using test::square_at;
using test::track_of;
using test::turning_card;

double mean_iou(const SpanFill& fill) {
    double sum = 0;
    for (std::size_t i = 0; i < fill.frames.size(); ++i)
        sum += iou(std::get<Box>(fill.frames[i].shape), square_at(fill.range().begin.value + static_cast<int>(i)));
    return sum / static_cast<double>(fill.frames.size());
}

SpanTask square_span(std::int64_t from, std::int64_t to) { return {track_of({from, to}, square_at), 0}; }

/// What every fill keeps, whatever was asked.
void expect_sound(const Result<SpanFill>& fill, const SpanTask& task) {
    IB_ASSERT_OK(fill);
    EXPECT_TRUE(is_current(*fill, task.track));
    EXPECT_EQ(fill->from(), task.track.keyframes[task.left]);
    EXPECT_EQ(fill->to(), task.track.keyframes[task.left + 1]);
    for (const FilledFrame& frame : fill->frames) {
        EXPECT_EQ(kind_of(frame.shape), task.track.kind);
        EXPECT_TRUE(is_valid(frame.shape));
        EXPECT_EQ(frame.shape, on_grid(frame.shape));
        EXPECT_GE(frame.confidence, 0);
        EXPECT_LE(frame.confidence, 1);
    }
}

class Solvers : public testing::TestWithParam<const Solver*> {
protected:
    const Solver& solver() const { return *GetParam(); }
    bool follows_boxes() const { return solver().boxes && solver().reads_pixels; }
};

TEST_P(Solvers, FollowASlidingSquare) {
    if (!follows_boxes()) GTEST_SKIP() << "looks at no pixels, or takes no boxes";
    PaintedSource source = sliding_square();
    const SpanTask task = square_span(4, 24);
    const auto fill = solver().solve(source, task, {});
    expect_sound(fill, task);
    const auto linear = find_solver("linear")->solve(source, task, {});
    IB_ASSERT_OK(linear);
    EXPECT_LT(mean_iou(*linear), 0.5);
    EXPECT_GT(mean_iou(*fill), 0.75);
    EXPECT_GT(iou(std::get<Box>(fill->frames.front().shape), square_at(5)), 0.7);
    EXPECT_GT(iou(std::get<Box>(fill->frames.back().shape), square_at(23)), 0.7);
    EXPECT_EQ(fill->method, solver().id);
}

TEST_P(Solvers, FillTwiceTheSame) {
    PaintedSource source = solver().boxes ? sliding_square() : turning_card();
    const SpanTask task = solver().boxes ? square_span(2, 8) : SpanTask{track_of({2, 8}, card_at), 0};
    const auto once = solver().solve(source, task, {});
    IB_ASSERT_OK(once);
    ImageCache cache(source);
    SolveControl kept;
    kept.cache = &cache;
    IB_ASSERT_OK(cache.frame(FrameIndex{29}, {}, {}));
    const auto again = solver().solve(source, task, kept);
    IB_ASSERT_OK(again);
    EXPECT_EQ(*once, *again);
}

TEST_P(Solvers, StopWithinAFrame) {
    PaintedSource source = solver().boxes ? sliding_square() : turning_card();
    const SpanTask task = solver().boxes ? square_span(2, 22) : SpanTask{track_of({2, 22}, card_at), 0};
    std::stop_source stop;
    int after = 0;
    source.on_frame = [&](FrameIndex n) {
        after += stop.stop_requested() ? 1 : 0;
        if (n == FrameIndex{6}) stop.request_stop();
    };
    if (!solver().reads_pixels) stop.request_stop();
    const auto fill = solver().solve(source, task, {.stop = stop.get_token()});
    ASSERT_FALSE(fill.has_value());
    EXPECT_EQ(fill.error().kind, ErrorKind::Cancelled);
    EXPECT_EQ(after, 0);
}

TEST_P(Solvers, TellOfADamagedFrame) {
    if (!solver().reads_pixels) GTEST_SKIP() << "looks at no pixels";
    PaintedSource source = solver().boxes ? sliding_square() : turning_card();
    source.damaged_from = FrameIndex{9};
    const SpanTask task = solver().boxes ? square_span(2, 14) : SpanTask{track_of({2, 14}, card_at), 0};
    const auto fill = solver().solve(source, task, {});
    ASSERT_FALSE(fill.has_value());
    EXPECT_EQ(fill.error().kind, ErrorKind::Failed);
    EXPECT_THAT(fill.error().message, testing::HasSubstr("is damaged"));
}

TEST_P(Solvers, TellHowFarTheyAre) {
    PaintedSource source = solver().boxes ? sliding_square() : turning_card();
    const SpanTask task = solver().boxes ? square_span(2, 7) : SpanTask{track_of({2, 7}, card_at), 0};
    double last = 0;
    SolveControl control;
    control.progress = [&](double share) {
        EXPECT_GE(share, last);
        EXPECT_LE(share, 1);
        last = share;
    };
    IB_ASSERT_OK(solver().solve(source, task, control));
    if (solver().reads_pixels) {
        EXPECT_GT(last, 0.5);
    }
}

TEST_P(Solvers, SurviveOddBoxes) {
    if (!solver().boxes) GTEST_SKIP() << "takes no boxes";
    PaintedSource source = sliding_square(12);
    const std::vector<std::pair<Box, Box>> odd{
        {{100, 100, 1, 1}, {110, 100, 1, 1}},                  // a pixel
        {{100, 100, 0.002, 0.002}, {100, 100, 0.002, 0.002}},  // less than a pixel
        {{-20, -20, 40, 40}, {300, 220, 60, 60}},              // partly outside
        {{-500, -500, 40, 40}, {900, 900, 40, 40}},            // wholly outside
        {{-200, -200, 1000, 1000}, {-200, -200, 1000, 1000}},  // around the picture
        {{0, 0, 320, 240}, {0, 0, 320, 240}},                  // the whole picture
        {{10, 100, 300, 1}, {10, 120, 300, 1}},                // thin
        {{150, 10, 2, 200}, {20, 50, 200, 2}},                 // from tall to wide
        {{319, 239, 10, 10}, {0, 0, 1, 1}},                    // a corner, another size
        {{-900000, 0, 10, 10}, {900000, 0, 900000, 10}},       // at the end of the world
    };
    for (const auto& [from, to] : odd) {
        const SpanTask task{track_of({1, 4}, [&](std::int64_t n) { return Shape(n == 1 ? from : to); }), 0};
        SCOPED_TRACE(testing::Message() << "box " << from.x << ' ' << from.y << ' ' << from.w << ' ' << from.h);
        expect_sound(solver().solve(source, task, {}), task);
    }
}

TEST_P(Solvers, SurviveOddQuads) {
    if (!solver().quads) GTEST_SKIP() << "takes no quads";
    PaintedSource source = turning_card(12);
    const std::vector<std::pair<Quad, Quad>> odd{
        {quad_of({100, 100, 1, 1}), quad_of({110, 100, 1, 1})},
        {quad_of({100, 100, 200, 0.01}), quad_of({100, 100, 0.01, 200})},                            // flat
        {quad_of({-500, -500, 40, 40}), quad_of({900, 900, 40, 40})},                                // outside
        {quad_of({-200, -200, 1000, 1000}), quad_of({10, 10, 40, 40})},                              // around
        {Quad{{Point{10, 10}, {200, 10}, {60, 60}, {10, 200}}}, quad_of({10, 10, 40, 40})},          // concave
        {quad_of({100, 100, 50, 50}), Quad{{Point{150, 150}, {100, 150}, {100, 100}, {150, 100}}}},  // upside down
        {quad_of({100, 100, 50, 50}), Quad{{Point{150, 100}, {100, 100}, {100, 150}, {150, 150}}}},  // mirrored
    };
    for (const auto& [from, to] : odd) {
        const SpanTask task{track_of({1, 4}, [&](std::int64_t n) { return Shape(n == 1 ? from : to); }), 0};
        SCOPED_TRACE(testing::Message() << "corner " << from.corners[0].x << ' ' << from.corners[0].y);
        expect_sound(solver().solve(source, task, {}), task);
    }
}

TEST_P(Solvers, SurviveDullPictures) {
    // One colour, the same in every frame; a cut to another colour in the middle; a picture of a few pixels.
    const std::vector<PaintedSource> dull{
        {{64, 48}, 12, [](std::int64_t) { return cv::Mat(48, 64, CV_8UC3, cv::Scalar(90, 90, 90)); }},
        {{64, 48},
         12,
         [](std::int64_t n) { return cv::Mat(48, 64, CV_8UC3, n < 5 ? cv::Scalar(0, 0, 0) : cv::Scalar(255, 0, 0)); }},
        {{5, 3}, 12, [](std::int64_t) { return cv::Mat(3, 5, CV_8UC3, cv::Scalar(10, 200, 90)); }}};
    for (PaintedSource source : dull) {
        const Box box{1, 1, 3, 2};
        const Shape shape = solver().boxes ? Shape(box) : Shape(quad_of(box));
        const SpanTask task{track_of({0, 11}, [&](std::int64_t) { return shape; }), 0};
        expect_sound(solver().solve(source, task, {}), task);
    }
}

TEST_P(Solvers, FillASingleFrame) {
    PaintedSource source = solver().boxes ? sliding_square() : turning_card();
    const SpanTask task = solver().boxes ? square_span(6, 8) : SpanTask{track_of({6, 8}, card_at), 0};
    const auto fill = solver().solve(source, task, {});
    expect_sound(fill, task);
    EXPECT_EQ(fill->frames.size(), 1U);
}

TEST_P(Solvers, RefuseWhatIsNoSpan) {
    PaintedSource source = sliding_square();
    SpanTask task = square_span(4, 8);
    task.left = 1;
    EXPECT_FALSE(solver().solve(source, task, {}).has_value());
    EXPECT_FALSE(solver().solve(source, square_span(4, 5), {}).has_value());
    task = square_span(4, 8);
    task.track.keyframes[0].outside = true;
    EXPECT_FALSE(solver().solve(source, task, {}).has_value());
    if (solver().boxes != solver().quads) {
        const SpanTask other = solver().boxes ? SpanTask{track_of({2, 14}, card_at), 0} : square_span(2, 14);
        EXPECT_FALSE(solver().solve(source, other, {}).has_value());
    }
}

std::string id_of(const testing::TestParamInfo<const Solver*>& info) { return std::string(info.param->id); }

INSTANTIATE_TEST_SUITE_P(Table, Solvers, testing::ValuesIn(all_solvers().begin(), all_solvers().end()), id_of);

TEST(SolverTable, HoldsTheMethodsThatScriptsName) {
    for (const char* id :
         {"anchored", "linear", "spline", "csrt", "kcf", "mosse", "medianflow", "camshift", "homography"})
        EXPECT_NE(find_solver(id), nullptr) << id;
    EXPECT_EQ(find_solver("best"), nullptr);
    EXPECT_EQ(find_solver(""), nullptr);
}

TEST(SolverTable, NamesEachMethodOnceAndSaysWhenToUseIt) {
    std::set<std::string_view> ids;
    for (const Solver* solver : all_solvers()) {
        EXPECT_TRUE(ids.insert(solver->id).second) << solver->id;
        EXPECT_FALSE(solver->name.empty());
        EXPECT_TRUE(solver->help.ends_with('.')) << solver->id;
        EXPECT_TRUE(solver->boxes || solver->quads);
    }
}

TEST(SolverTable, ChoosesByTheKindOfShape) {
    EXPECT_TRUE(default_solver(ShapeKind::Box).boxes);
    EXPECT_TRUE(default_solver(ShapeKind::Quad).quads);
    EXPECT_EQ(solver_for("csrt", ShapeKind::Quad)->id, "homography");
    EXPECT_EQ(solver_for("homography", ShapeKind::Box), &default_solver(ShapeKind::Box));
    EXPECT_EQ(solver_for("linear", ShapeKind::Quad)->id, "linear");
    EXPECT_EQ(solver_for("", ShapeKind::Quad), &default_solver(ShapeKind::Quad));
    EXPECT_EQ(solver_for("best", ShapeKind::Box), nullptr);
}

TEST(SpansToSolve, AreThoseInViewWithFramesBetween) {
    Track track = track_of({0, 10, 11, 20, 30, 40}, square_at);
    track.keyframes[3].outside = true;  // at 20
    const auto left_frames = [&](const FrameRange& range) {
        std::vector<std::int64_t> frames;
        for (const SpanTask& task : spans_to_solve(track, range))
            frames.push_back(task.track.keyframes[task.left].frame.value);
        return frames;
    };
    EXPECT_THAT(left_frames(track.extent()), testing::ElementsAre(0, 30));
    EXPECT_THAT(left_frames({FrameIndex{1}, FrameIndex{40}}), testing::ElementsAre(0, 30));
    EXPECT_THAT(left_frames({FrameIndex{2}, FrameIndex{40}}), testing::ElementsAre(30));
    EXPECT_THAT(left_frames({FrameIndex{0}, FrameIndex{39}}), testing::ElementsAre(0));
    EXPECT_THAT(left_frames({}), testing::IsEmpty());
}

TEST(Linear, SaysWhatTheModelShowsAnyway) {
    PaintedSource source = sliding_square();
    const SpanTask task = square_span(3, 11);
    const auto fill = find_solver("linear")->solve(source, task, {});
    IB_ASSERT_OK(fill);
    for (std::size_t i = 0; i < fill->frames.size(); ++i) {
        const auto shown = state_at(task.track, {}, fill->range().begin + static_cast<int>(i));
        EXPECT_LT(distance(fill->frames[i].shape, shown->shape), 2 / shape_grid_per_px);
    }
    EXPECT_EQ(source.stats().frames, 0);
}

TEST(Spline, RunsThroughItsNeighboursWithoutOvershooting) {
    PaintedSource source = sliding_square();
    // Stands still, then goes: a spline must not swing back before it goes.
    const auto shape_at = [](std::int64_t n) {
        return Shape(Box{n < 20 ? 50.0 : 50.0 + 4 * (static_cast<double>(n) - 20), 60, 20, 20});
    };
    const Track track = track_of({0, 10, 20, 30, 40}, shape_at);
    for (const SpanTask& task : spans_to_solve(track, track.extent())) {
        const auto fill = find_solver("spline")->solve(source, task, {});
        expect_sound(fill, task);
        double last = std::get<Box>(fill->from().shape).x;
        for (const FilledFrame& frame : fill->frames) {
            EXPECT_GE(std::get<Box>(frame.shape).x, last - 1 / shape_grid_per_px);
            last = std::get<Box>(frame.shape).x;
        }
        EXPECT_LE(last, std::get<Box>(fill->to().shape).x + 1 / shape_grid_per_px);
    }
}

TEST(Spline, DependsOnTheKeyframesBesideTheSpan) {
    PaintedSource source = sliding_square();
    Track track = track_of({0, 10, 20, 30}, square_at);
    const auto fill = find_solver("spline")->solve(source, {track, 1}, {});
    IB_ASSERT_OK(fill);
    EXPECT_EQ(fill->inputs.size(), 4U);
    EXPECT_TRUE(is_current(*fill, track));
    track.keyframes[3].shape = on_grid(square_at(31));
    EXPECT_FALSE(is_current(*fill, track));
    track.keyframes[0].outside = true;
    const auto beside_outside = find_solver("spline")->solve(source, {track, 1}, {});
    IB_ASSERT_OK(beside_outside);
    EXPECT_EQ(beside_outside->inputs.size(), 3U);
}

TEST(Spline, BendsWhereLinearCutsTheCorner) {
    PaintedSource source = sliding_square();
    const auto thrown = [](std::int64_t n) {
        const auto t = static_cast<double>(n);
        return Shape(Box{4 * t, 10 + 0.3 * t * t, 30, 30});
    };
    const SpanTask task{track_of({0, 8, 16, 24}, thrown), 1};
    const auto spline = find_solver("spline")->solve(source, task, {});
    const auto linear = find_solver("linear")->solve(source, task, {});
    IB_ASSERT_OK(spline);
    IB_ASSERT_OK(linear);
    EXPECT_LT(distance(spline->frames[3].shape, thrown(12)), 1);
    EXPECT_GT(distance(linear->frames[3].shape, thrown(12)), 4);
}

TEST(Homography, FollowsATurningCardToAPixel) {
    PaintedSource source = turning_card();
    const SpanTask task{track_of({3, 27}, card_at), 0};
    const auto fill = find_solver("homography")->solve(source, task, {});
    expect_sound(fill, task);
    for (std::size_t i = 0; i < fill->frames.size(); ++i) {
        const FrameIndex frame = fill->range().begin + static_cast<int>(i);
        EXPECT_LT(distance(fill->frames[i].shape, card_at(frame.value)), 1) << frame.value;
        EXPECT_GT(fill->frames[i].confidence, 0.5) << frame.value;
    }
    const auto linear = find_solver("linear")->solve(source, task, {});
    EXPECT_GT(distance(linear->frames[12].shape, card_at(16)), 5);
}

TEST(Homography, DoesNotDriftBetweenFarKeyframes) {
    PaintedSource source = turning_card(90);
    const SpanTask task{track_of({3, 87}, card_at), 0};
    const auto fill = find_solver("homography")->solve(source, task, {});
    expect_sound(fill, task);
    for (std::size_t i = 0; i < fill->frames.size(); ++i) {
        const FrameIndex frame = fill->range().begin + static_cast<int>(i);
        EXPECT_LT(distance(fill->frames[i].shape, card_at(frame.value)), 0.3) << frame.value;
    }
}

TEST(Confidence, FallsWhereTheObjectIsHidden) {
    PaintedSource open = sliding_square();
    // A wall in front of everything between frames 10 and 17.
    PaintedSource hidden({320, 240}, 40, [](std::int64_t n) {
        PaintedSource behind = sliding_square();
        if (n < 10 || n > 17) {
            const auto image = upright_image(**behind.frame(FrameIndex{n}), ImageChannels::Bgr);
            return cv::Mat(240, 320, CV_8UC3, const_cast<std::uint8_t*>(image->pixels.data())).clone();
        }
        return test::texture({320, 240}, 21, {200, 200, 60}, 20);
    });
    for (const char* id : {"anchored", "medianflow"}) {
        const auto seen = find_solver(id)->solve(open, square_span(7, 20), {});
        const auto unseen = find_solver(id)->solve(hidden, square_span(7, 20), {});
        IB_ASSERT_OK(seen);
        IB_ASSERT_OK(unseen);
        EXPECT_GT(seen->frames[6].confidence, unseen->frames[6].confidence + 0.2) << id;
    }
}

}  // namespace
}  // namespace inbetween
