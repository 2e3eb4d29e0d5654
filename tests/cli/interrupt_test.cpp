#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <cstdlib>

#include "app/cli/identity.h"
#include "app/cli/open.h"
#include "app/cli/solving.h"
#include "tests/cli/program.h"

namespace inbetween::cli {
namespace {

using test::media;

Track moving_box() {
    Track track;
    track.id = TrackId{1};
    track.media = MediaId{1};
    track.label = LabelId{1};
    for (std::int64_t frame = 0; frame < 100; frame += 9) {
        track.set_keyframe({FrameIndex{frame}, Box{10.0 + static_cast<double>(frame), 70, 30, 40}});
    }
    return track;
}

// Each in a process of its own: an interrupt is noted for good.

[[noreturn]] void solve_interrupted() {
    Console console;
    console.catch_interrupts();
    std::raise(SIGINT);
    auto spans = spans_to_solve(moving_box(), {FrameIndex{0}, FrameIndex{100}});
    const std::size_t all = spans.size();
    const Solved solved = solve(console, media(), std::move(spans), "csrt");
    const bool as_promised = solved.cancelled && solved.errors.empty() && solved.fills.size() < all;
    std::exit(as_promised ? 0 : 1);
}

[[noreturn]] void index_interrupted() {
    Console console;
    console.catch_interrupts();
    std::raise(SIGTERM);
    const auto source = open_video(console, media());
    const bool as_promised = !source && source.error().message == media() + ": cancelled";
    std::exit(as_promised ? 0 : 1);
}

[[noreturn]] void compare_interrupted() {
    Console console;
    console.catch_interrupts();
    std::raise(SIGINT);
    VideoSignature annotated;
    for (std::size_t n = 0; n < 20'000; ++n) {
        FrameSignature frame;
        for (std::size_t part = 0; part < frame.luma.size(); ++part)
            frame.luma[part] =
                static_cast<std::uint8_t>(128 + 90 * std::sin(0.03 * static_cast<double>(n * (part + 1))));
        annotated.frames.push_back(frame);
    }
    VideoSignature video = annotated;
    for (FrameSignature& frame : video.frames) frame.luma[0] = static_cast<std::uint8_t>(frame.luma[0] / 2);
    const auto match = compare(console, annotated, video);
    std::exit(!match && match.error().kind == ErrorKind::Cancelled ? 0 : 1);
}

[[noreturn]] void interrupt_twice() {
    Console console;
    console.catch_interrupts();
    std::raise(SIGINT);
    if (!console.interrupted()) std::exit(1);
    std::raise(SIGINT);
    std::exit(2);
}

class CliInterrupt : public ::testing::Test {
protected:
    void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};
using CliInterruptDeathTest = CliInterrupt;

TEST_F(CliInterruptDeathTest, StopsSolvingAndKeepsWhatIsDone) {
    EXPECT_EXIT(solve_interrupted(), ::testing::ExitedWithCode(0), "");
}

TEST_F(CliInterruptDeathTest, StopsIndexing) { EXPECT_EXIT(index_interrupted(), ::testing::ExitedWithCode(0), ""); }

TEST_F(CliInterruptDeathTest, StopsComparing) { EXPECT_EXIT(compare_interrupted(), ::testing::ExitedWithCode(0), ""); }

TEST_F(CliInterruptDeathTest, TheSecondTimeEndsTheProcess) {
    EXPECT_EXIT(interrupt_twice(), ::testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace inbetween::cli
