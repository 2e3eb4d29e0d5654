#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "app/cli/bench/simulation.h"
#include "tests/cli/program.h"
#include "tracking/forward.h"

namespace inbetween::bench {
namespace {

/// A box that goes right, and from frame `turn` on goes down, in 100 frames.
Truth path_with_turn(std::int64_t turn) {
    Truth truth{ShapeKind::Box, {{}}};
    for (std::int64_t frame = 0; frame < 100; ++frame) {
        const auto along = static_cast<double>(std::min(frame, turn));
        const auto down = static_cast<double>(std::max<std::int64_t>(0, frame - turn));
        truth.objects[0][frame] = Box{10 + along, 10 + down, 60, 60};
    }
    return truth;
}

Footage footage() {
    auto source = open_frame_source(test::media());
    EXPECT_TRUE(source.has_value()) << test::why(source);
    auto made = Footage::decode(**source, 100, std::size_t{1} << 30, [](double) { return true; });
    EXPECT_TRUE(made.has_value()) << test::why(made);
    return *std::move(made);
}

Effort effort_of(const Truth& truth, const std::string& method, Placement placement) {
    const auto effort = simulate(truth, footage(), *find_solver(method), placement, Goal::All, {});
    EXPECT_TRUE(effort.has_value()) << test::why(effort);
    return effort ? *effort : Effort{};
}

TEST(BenchSimulation, ALinearMovementNeedsItsTwoEnds) {
    for (const Placement placement : all_placements) {
        const Effort effort = effort_of(path_with_turn(99), "linear", placement);
        EXPECT_EQ(effort.frames, 100);
        EXPECT_EQ(effort.share95, 2) << name_of(placement);
        EXPECT_EQ(effort.mean80, 2) << name_of(placement);
        EXPECT_EQ(effort.strict, 2) << name_of(placement);
        EXPECT_EQ(effort.spans_filled, 1);
    }
}

TEST(BenchSimulation, EndsOnceItsGoalIsReached) {
    Truth truth = path_with_turn(99);
    for (const std::int64_t frame : {60, 61, 62}) truth.objects[0][frame] = Box{200, 200, 60, 60};
    const Effort all = effort_of(truth, "linear", Placement::Uniform);
    const auto share = simulate(truth, footage(), *find_solver("linear"), Placement::Uniform, Goal::Share95, {});
    IB_ASSERT_OK(share);
    ASSERT_GT(all.strict, all.share95);
    EXPECT_EQ(share->share95, all.share95);
    EXPECT_EQ(share->strict, 0) << "not reached";
    const auto mean = simulate(truth, footage(), *find_solver("linear"), Placement::Uniform, Goal::Mean80, {});
    IB_ASSERT_OK(mean);
    EXPECT_EQ(mean->mean80, all.mean80);
}

TEST(BenchSimulation, TheOracleGoesToTheTurn) {
    EXPECT_EQ(effort_of(path_with_turn(30), "linear", Placement::Oracle).strict, 3);
    const Effort uniform = effort_of(path_with_turn(30), "linear", Placement::Uniform);
    EXPECT_GT(uniform.strict, 4);
    EXPECT_GE(uniform.strict, uniform.share95);
}

TEST(BenchSimulation, OnlySpansWhoseKeyframesChangedAreFilledAgain) {
    const Effort effort = effort_of(path_with_turn(30), "linear", Placement::Uniform);
    EXPECT_EQ(effort.spans_filled, 1 + 2 * (effort.strict - 2));
}

TEST(BenchSimulation, ATrackerThatRunsAheadIsRunOnlyFromTheNewKeyframe) {
    const Footage held = footage();
    const Solver& solver = *forward_solvers().front();
    const auto effort =
        simulate(simulated_part(path_with_turn(20), 40, 1), held, solver, Placement::Uniform, Goal::All, {});
    IB_ASSERT_OK(effort);
    EXPECT_GT(effort->strict, 3);
    EXPECT_LE(effort->spans_filled, effort->strict - 1) << "at most one a span, however often it was cut";
}

TEST(BenchSimulation, ObjectsThatComeAndGoAreStatedAtBothEndsOfEachStay) {
    Truth truth = path_with_turn(99);
    TrueShapes second;
    for (const std::int64_t frame : {5, 6, 7, 8, 20, 40, 41, 42}) second[frame] = Box{50, 50, 20, 20};
    truth.objects.push_back(second);
    const Effort effort = effort_of(truth, "linear", Placement::Uniform);
    EXPECT_EQ(effort.frames, 108);
    EXPECT_EQ(effort.strict, 2 + 2 + 1 + 2);
    EXPECT_EQ(simulated_part(truth, 40, 1).objects.size(), 1U);
    EXPECT_EQ(simulated_part(truth, 40, 5).objects[1].size(), 5U);
}

/// What a solver was told of other objects.
struct Told {
    std::vector<std::size_t> tracks;
};
Told told;

/// Linear, and remembers what it was told.
const Solver& listening_solver() {
    static const Solver solver{
        .id = "listening",
        .name = "Listening",
        .help = "For tests.",
        .solve = [](FrameSource& source, const SpanTask& task, const SolveControl& control) {
            told.tracks.push_back(task.scene ? task.scene->tracks.size() : 0);
            return find_solver("linear")->solve(source, task, control);
        }};
    return solver;
}

TEST(BenchSimulation, ASolverIsToldWhatIsStatedOfTheOtherObjects) {
    Truth truth = path_with_turn(50);
    truth.objects.push_back(path_with_turn(99).objects[0]);
    told = {};
    const auto effort = simulate(truth, footage(), listening_solver(), Placement::Uniform, Goal::All, {});
    IB_ASSERT_OK(effort);
    EXPECT_EQ(effort->strict, 5) << "two a piece, and the turn, in the middle of the first longest span";
    EXPECT_THAT(told.tracks, ::testing::Each(2U));
    EXPECT_EQ(told.tracks.size(), 4U) << "two spans at first; then the two halves of the one";
    told = {};
    IB_ASSERT_OK(simulate(path_with_turn(99), footage(), listening_solver(), Placement::Uniform, Goal::All, {}));
    EXPECT_THAT(told.tracks, ::testing::ElementsAre(0)) << "nobody else is there";
}

TEST(BenchSimulation, HeldFramesAreThoseOfTheVideoAndAVideoTooLargeIsReadAnew) {
    auto source = open_frame_source(test::media());
    IB_ASSERT_OK(source);
    const auto small = Footage::decode(**source, 100, 1000, [](double) { return true; });
    IB_ASSERT_OK(small);
    const Footage held = footage();
    EXPECT_TRUE(held.is_held());
    EXPECT_FALSE(small->is_held());
    const auto from_memory = held.open();
    const auto anew = small->open();
    IB_ASSERT_OK(from_memory);
    IB_ASSERT_OK(anew);
    for (const std::int64_t n : {0, 57, 99}) {
        const auto a = (*from_memory)->frame(FrameIndex{n});
        const auto b = (*anew)->frame(FrameIndex{n});
        IB_ASSERT_OK(a);
        IB_ASSERT_OK(b);
        EXPECT_EQ(framemd5(**a), framemd5(**b)) << n;
    }
    EXPECT_FALSE((*from_memory)->frame(FrameIndex{100}));
    const auto stopped = Footage::decode(**source, 100, std::size_t{1} << 30, [](double share) { return share < 0.5; });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().kind, ErrorKind::Cancelled);
}

TEST(BenchPool, TellsTheFirstErrorByOrderAndStopsWhenAsked) {
    const auto go_on = [](double) { return true; };
    std::atomic<int> ran = 0;
    const Piece good = [&](const std::stop_token&) -> Result<Done> {
        ++ran;
        return Done{};
    };
    IB_EXPECT_OK(run_all({good, good, good}, 2, go_on));
    EXPECT_EQ(ran, 3);
    const Piece bad = [](const std::stop_token&) -> Result<Done> { return fail("a: broken"); };
    const auto failed = run_all({good, bad, good}, 1, go_on);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message, "a: broken");
    // It ends only once it is asked to stop.
    const Piece endless = [](const std::stop_token& stop) -> Result<Done> {
        while (!stop.stop_requested()) std::this_thread::yield();
        return cancelled();
    };
    const auto stopped = run_all({endless, good}, 2, [](double) { return false; });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().kind, ErrorKind::Cancelled);
    IB_EXPECT_OK(run_all({}, 2, go_on));
}

}  // namespace
}  // namespace inbetween::bench
