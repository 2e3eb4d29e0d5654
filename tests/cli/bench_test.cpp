#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/program.h"

namespace inbetween::test {
namespace {

using ::testing::HasSubstr;

class CliBench : public ProjectTest {};

TEST_F(CliBench, ScoresTheFramesThatAreNoKeyframes) {
    write_text(path("gt.txt"), two_tracks());
    const auto json = json_of(run_program({"bench", "tracking", "--video", media(), "--gt", path("gt.txt"), "--every",
                                           "25,200", "--methods", "linear,spline", "--json"}));
    const auto& linear = json["gap"]["25"]["linear"];
    EXPECT_EQ(linear["frames"], 152 - 10);
    EXPECT_EQ(linear["keyframes"], 12);
    EXPECT_GT(linear["miou"], 0.85);
    EXPECT_LE(linear["miou"], 1.0);
    EXPECT_GE(linear["share_50"], linear["share_70"]);
    EXPECT_EQ(linear["worse_than_linear"], 0);
    EXPECT_EQ(linear["sequences"]["h264_b"]["miou"], linear["miou"]);
    EXPECT_TRUE(json["gap"]["200"].contains("spline"));
    EXPECT_EQ(json["gap"]["200"]["linear"]["keyframes"], 2 + 3 + 3);
}

TEST_F(CliBench, ALinearMovementIsFilledExactly) {
    std::string rows;
    for (int i = 0; i < 100; ++i) rows += std::to_string(i + 1) + ",1," + std::to_string(11 + i) + ",71,30,40,1,1,1\n";
    write_text(path("gt.txt"), rows);
    const auto json = json_of(run_program(
        {"bench", "tracking", "--video", media(), "--gt", path("gt.txt"), "--methods", "linear", "--json"}));
    EXPECT_DOUBLE_EQ(json["gap"]["25"]["linear"]["miou"], 1);
    EXPECT_DOUBLE_EQ(json["gap"]["25"]["linear"]["share_70"], 1);
}

TEST_F(CliBench, PrintsATable) {
    write_text(path("gt.txt"), two_tracks());
    const std::string out =
        run_well({"bench", "tracking", "--video", media(), "--gt", path("gt.txt"), "--methods", "linear"});
    EXPECT_THAT(out, HasSubstr("method"));
    EXPECT_THAT(out, HasSubstr("\n25     linear  "));
}

TEST_F(CliBench, RefusesUnknownMethods) {
    write_text(path("gt.txt"), two_tracks());
    expect_failure(run_program({"bench", "tracking", "--video", media(), "--gt", path("gt.txt"), "--methods", "magic"}),
                   "magic: no such method");
}

TEST_F(CliBench, LinearFallsShortOnPeopleWalking) {
    const auto video = opencv_sample("vtest.avi");
    const auto truth = shared_data("mot/PETS09-S2L1/gt.txt");
    if (!video || !truth) GTEST_SKIP() << "vtest.avi or its ground truth is not there";
    const auto json = json_of(run_program({"bench", "tracking", "--video", video->string(), "--gt", truth->string(),
                                           "--methods", "linear,spline", "--json"}));
    const auto& gap = json["gap"]["25"];
    EXPECT_EQ(gap["linear"]["keyframes"], 225);
    EXPECT_NEAR(gap["linear"]["miou"], 0.698, 0.002);
    EXPECT_GT(gap["spline"]["miou"], gap["linear"]["miou"]);
}

TEST_F(CliBench, MeasuresWhatFramesCostAndWhetherTheyAreRight) {
    const auto json = json_of(
        run_program({"bench", "seek", media(), "--quick", "--json", "--patterns", "cold_random,ping_pong,open"}));
    EXPECT_EQ(json["patterns"].size(), 3U);
    for (const char* pattern : {"cold_random", "ping_pong", "open"}) {
        const auto& own = json["patterns"][pattern]["inbetween"];
        EXPECT_EQ(own["wrong"], 0) << pattern;
        EXPECT_GT(own["requests"], 0) << pattern;
        EXPECT_LE(own["wall_ms"]["p50"], own["wall_ms"]["max"]) << pattern;
    }
    EXPECT_EQ(json["video"]["frames"], 100);
    EXPECT_TRUE(json.contains("machine"));
    EXPECT_TRUE(json.contains("command"));
}

TEST_F(CliBench, SeekingNeedsAVideo) {
    write_text(path("no.mp4"), "no video");
    expect_failure(run_program({"bench", "seek", path("no.mp4")}), "no.mp4");
    expect_usage(run_program({"bench", "seek"}), "V is required");
    expect_usage(run_program({"bench", "seek", media(), "--patterns", "sideways"}), "sideways");
    EXPECT_THAT(run_well({"bench", "seek", "--help"}), HasSubstr("--quick"));
    expect_usage(run_program({"bench", "cooking"}), "");
    expect_usage(run_program({"bench"}), "");
}

}  // namespace
}  // namespace inbetween::test
