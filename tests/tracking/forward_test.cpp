#include "tracking/forward.h"

#include <gtest/gtest.h>

#include "tests/support/support.h"
#include "tests/tracking/scene.h"
#include "tracking/span_filler.h"

namespace inbetween {
namespace {

Shape square(std::int64_t frame) { return test::square_at(frame); }

TEST(Forward, EveryTrackerFollowsForAWhile) {
    ASSERT_EQ(forward_solvers().size(), 5U);
    for (const Solver* solver : forward_solvers()) {
        auto source = test::sliding_square(12);
        SpanFiller filler(source);
        const SpanTask task{test::track_of({0, 10}, square), 0};
        const auto fill = filler.fill(*solver, task, {});
        IB_ASSERT_OK(fill);
        EXPECT_TRUE(is_current(*fill, task.track)) << solver->id;
        EXPECT_EQ(fill->method, solver->id);
        EXPECT_GT(iou(std::get<Box>(fill->frames[1].shape), test::square_at(2)), 0.5) << solver->id;
    }
}

TEST(Forward, KnowsNothingOfTheRightKeyframe) {
    for (const Solver* solver : forward_solvers()) {
        auto source = test::sliding_square(12);
        SpanFiller filler(source);
        SpanTask task{test::track_of({0, 10}, square), 0};
        const auto fill = filler.fill(*solver, task, {});
        IB_ASSERT_OK(fill);
        task.track.set_keyframe({.frame = FrameIndex{10}, .shape = Box{200, 10, 90, 9}});
        const auto other = filler.fill(*solver, task, {});
        IB_ASSERT_OK(other);
        EXPECT_EQ(fill->frames, other->frames) << solver->id;
    }
}

TEST(Forward, AShorterSpanIsTheBeginningOfALongerOne) {
    for (const Solver* solver : forward_solvers()) {
        auto source = test::sliding_square(20);
        SpanFiller filler(source);
        const auto whole = filler.fill(*solver, {test::track_of({0, 16}, square), 0}, {});
        const auto half = filler.fill(*solver, {test::track_of({0, 8, 16}, square), 0}, {});
        IB_ASSERT_OK(whole);
        IB_ASSERT_OK(half);
        EXPECT_TRUE(std::equal(half->frames.begin(), half->frames.end(), whole->frames.begin())) << solver->id;
    }
}

TEST(Forward, IsNotOfferedForWork) {
    for (const Solver* solver : forward_solvers()) {
        EXPECT_EQ(find_solver(solver->id), nullptr);
        EXPECT_TRUE(is_forward(*solver));
    }
    for (const Solver* solver : all_solvers()) EXPECT_FALSE(is_forward(*solver));
}

TEST(SpanFiller, ReadsAFrameOnceForSeveralSpans) {
    auto source = test::sliding_square(30);
    std::int64_t painted = 0;
    source.on_frame = [&](FrameIndex) { ++painted; };
    SpanFiller filler(source);
    const Track track = test::track_of({0, 10, 20}, square);
    for (const Solver* solver : {find_solver("medianflow"), forward_solvers()[2]}) {
        for (const SpanTask& task : spans_to_solve(track, track.extent())) IB_ASSERT_OK(filler.fill(*solver, task, {}));
    }
    EXPECT_EQ(painted, 21);
}

TEST(SpanFiller, EndsWhenAskedTo) {
    auto source = test::sliding_square(30);
    SpanFiller filler(source);
    std::stop_source stop;
    source.on_frame = [&](FrameIndex n) {
        if (n.value == 5) stop.request_stop();
    };
    const auto fill = filler.fill(*find_solver("anchored"), {test::track_of({0, 20}, square), 0}, stop.get_token());
    ASSERT_FALSE(fill);
    EXPECT_EQ(fill.error().kind, ErrorKind::Cancelled);
}

}  // namespace
}  // namespace inbetween
