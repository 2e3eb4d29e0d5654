#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/program.h"

namespace inbetween::test {
namespace {

using ::testing::HasSubstr;

class CliBench : public ProjectTest {};

/// A folder of sequences on the test video: boxes that move evenly, and a quadrilateral that stands still.
class CliBenchTracking : public CliBench {
protected:
    void SetUp() override {
        std::string boxes = "frame,x,y,w,h\n";
        std::string quads = "frame,x1,y1,x2,y2,x3,y3,x4,y4\n";
        for (int i = 0; i < 100; ++i) {
            const bool absent = i >= 60 && i < 70;
            boxes += absent ? fmt::format("{},nan,nan,nan,nan\n", i) : fmt::format("{},{},40,30,30\n", i, 20 + i);
            quads += fmt::format("{},20,20,60,20,60,50,20,50\n", i);
        }
        put("slider", "gt.txt", boxes);
        put("card", "gt.txt", quads);
        put("people", "gt/gt.txt", two_tracks());
    }
    void put(const std::string& name, const std::string& truth, const std::string& text) {
        const auto folder = folder_ / "set" / name;
        std::filesystem::create_directories((folder / truth).parent_path());
        write_text(folder / truth, text);
        std::filesystem::create_symlink(media(), folder / (name + ".mp4"));
    }
    /// The figures that do not depend on how busy the machine is.
    static nlohmann::json without_times(nlohmann::json json) {
        for (const char* key : {"cpu_ms", "machine", "command"}) json.erase(key);
        for (const char* part : {"gap", "quads"}) {
            for (auto& gap : json[part]) {
                for (auto& method : gap) {
                    method.erase("cpu_ms");
                    for (auto& sequence : method["sequences"]) sequence.erase("cpu_ms");
                }
            }
        }
        return json;
    }
    std::string set_ = path("set");
};

TEST_F(CliBenchTracking, MeasuresAFolderOfSequences) {
    const auto json = json_of(run_program({"bench", "tracking", set_, "--gap", "25,50", "--methods",
                                           "pchip,mosse-forward,homography", "--simulate", "linear", "--json"}));
    EXPECT_EQ(json["gap"].size(), 2U);
    EXPECT_EQ(json["gap"]["25"].size(), 3U) << "homography is not for boxes";
    for (const char* method : {"linear", "pchip", "mosse-forward"}) {
        const auto& figures = json["gap"]["50"][method];
        double sum = 0;
        for (const auto& [name, sequence] : figures["sequences"].items()) sum += sequence["miou"].get<double>();
        EXPECT_EQ(figures["sequences"].size(), 2U);
        EXPECT_NEAR(figures["miou"], sum / 2, 1e-12) << method;
        for (const char* key : {"share_50", "share_70", "worse_than_linear", "auc", "cpu_ms"})
            EXPECT_TRUE(figures.contains(key)) << key;
        EXPECT_TRUE(json["cpu_ms"].contains(method));
    }
    EXPECT_NEAR(json["gap"]["50"]["linear"]["sequences"]["slider"]["miou"], 1, 1e-9);
    EXPECT_EQ(json["gap"]["50"]["linear"]["sequences"]["slider"]["frames"], 90 - 2 - 2);
    EXPECT_EQ(json["quads"]["25"].size(), 3U) << "linear, pchip and homography";
    EXPECT_EQ(json["quads"]["25"]["linear"]["median_px"], 0);
    EXPECT_EQ(json["quads"]["25"]["linear"]["sequences"]["card"]["under_2"], 1);
    EXPECT_EQ(json["simulation"].size(), 1U);
    for (const char* placement : {"uniform", "suggested", "oracle"}) {
        const auto& effort = json["simulation"]["linear"][placement];
        EXPECT_EQ(effort.size(), 3U);
        EXPECT_GE(effort["strict"], effort["share95"]);
        EXPECT_EQ(json["sequences"]["slider"]["simulation"]["linear"][placement]["strict"], 4) << placement;
    }
    EXPECT_EQ(json["sequences"]["people"]["simulated_frames"], 152);
    EXPECT_THAT(json["command"].get<std::string>(), HasSubstr("--frames 201"));
    EXPECT_TRUE(json["reliability"].contains("homography"));
    EXPECT_TRUE(json.contains("machine"));
}

TEST_F(CliBenchTracking, GivesTheSameFiguresOnAnyNumberOfThreads) {
    const std::vector<std::string> line{"bench",
                                        "tracking",
                                        set_,
                                        "--gap",
                                        "12",
                                        "--methods",
                                        "medianflow-forward,anchored",
                                        "--sequences",
                                        "people",
                                        "--frames",
                                        "40",
                                        "--simulate",
                                        "medianflow-forward",
                                        "--simulation-objects",
                                        "1",
                                        "--json"};
    auto one = line;
    one.insert(one.end(), {"--threads", "1"});
    auto two = line;
    two.insert(two.end(), {"--threads", "2"});
    const auto first = without_times(json_of(run_program(one)));
    EXPECT_EQ(first, without_times(json_of(run_program(two))));
    EXPECT_EQ(first["simulation"].size(), 2U) << "linear is always among them";
    EXPECT_EQ(first["sequences"]["people"]["simulated_frames"], 40);
}

TEST_F(CliBenchTracking, ChecksTheTruthAgainstTheVideoBeforeItIsCut) {
    put("late", "gt.txt", "frame,x,y,w,h\n0,20,40,30,30\n5000,20,40,30,30\n");
    expect_failure(run_program({"bench", "tracking", set_, "--sequences", "late"}),
                   "late: the truth speaks of frame 5000, but");
    put("brief", "gt.txt", "frame,x,y,w,h\n0,20,40,30,30\n1,20,40,30,30\n");
    expect_failure(run_program({"bench", "tracking", set_, "--sequences", "brief"}), "nothing is left to measure");
}

TEST_F(CliBenchTracking, TellsOnlyWhatTheSimulationWasToReach) {
    const auto json =
        json_of(run_program({"bench", "tracking", set_, "--gap", "50", "--methods", "linear", "--sequences", "people",
                             "--frames", "all", "--simulation-goal", "share95", "--json"}));
    const auto& effort = json["simulation"]["linear"]["uniform"];
    EXPECT_GT(effort["share95"], 0);
    ASSERT_TRUE(effort.contains("strict"));
    EXPECT_TRUE(effort["strict"].is_null());
    EXPECT_THAT(json["command"].get<std::string>(), HasSubstr("--frames all"));
    expect_usage(run_program({"bench", "tracking", set_, "--simulation-goal", "perfection"}), "perfection");
    expect_usage(run_program({"bench", "tracking", set_, "--frames", "some"}), "some");
}

TEST_F(CliBenchTracking, PrintsTables) {
    const std::string out = run_well({"bench", "tracking", set_, "--methods", "homography", "--gap", "50", "--each"});
    for (const char* title : {"Boxes, a keyframe every K frames", "Share of frames", "Quadrilaterals",
                              "the first 201 frames of each", "the first 141 frames and at most 4 objects of each",
                              "Keyframes per 1,000 frames", "Keyframes until 95 %", "Confidence of homography"})
        EXPECT_THAT(out, HasSubstr(title));
    EXPECT_THAT(out, HasSubstr("slider"));
    EXPECT_THAT(run_well({"bench", "tracking", "--help"}), HasSubstr("share_70"));
}

TEST_F(CliBenchTracking, SaysWhatIsWrong) {
    expect_usage(run_program({"bench", "tracking"}), "needs a DIR");
    expect_failure(run_program({"bench", "tracking", path("nowhere")}), "nowhere: is no folder");
    expect_usage(run_program({"bench", "tracking", set_, "--video", media()}), "--video and --gt go together");
    expect_failure(run_program({"bench", "tracking", set_, "--sequences", "cook"}), "cook: no such sequence");
    expect_usage(run_program({"bench", "tracking", set_, "--simulate", "magic"}), "magic: no such method");
    expect_usage(run_program({"bench", "tracking", set_, "--gap", "0"}), "--gap: 0 is not a list of numbers of frames");
    expect_usage(run_program({"bench", "tracking", set_, "--gap", "many"}), "many is not a list of numbers of frames");
    expect_usage(run_program({"bench", "tracking", set_, "--simulation", "--no-simulation"}), "--no-simulation");
    put("long", "gt.txt", "frame,x,y,w,h\n0,1,2,3,4\n100,1,2,3,4\n");
    expect_failure(run_program({"bench", "tracking", set_}), "speaks of frame 100");
    write_text(folder_ / "set" / "long" / "gt.txt", "frame,x,y,w,h\n0,1,2,3\n");
    expect_failure(run_program({"bench", "tracking", set_}), "gt.txt:2: fields: 4 where the head names 5");
}

TEST_F(CliBench, ScoresTheFramesThatAreNoKeyframes) {
    write_text(path("gt.txt"), two_tracks());
    const auto json = json_of(run_program({"bench", "tracking", "--video", media(), "--gt", path("gt.txt"), "--every",
                                           "25,200", "--methods", "linear,spline", "--json"}));
    const auto& linear = json["gap"]["25"]["linear"];
    EXPECT_EQ(linear["frames"], 152 - 10);
    EXPECT_EQ(linear["keyframes"], 5 + 3 + 2);
    EXPECT_GT(linear["miou"], 0.85);
    EXPECT_LE(linear["miou"], 1.0);
    EXPECT_GE(linear["share_50"], linear["share_70"]);
    EXPECT_EQ(linear["worse_than_linear"], 0);
    EXPECT_EQ(linear["sequences"]["h264_b"]["miou"], linear["miou"]);
    EXPECT_TRUE(json["gap"]["200"].contains("spline"));
    EXPECT_EQ(json["gap"]["200"]["linear"]["keyframes"], 2 + 2 + 2);
    EXPECT_TRUE(json["simulation"].empty()) << "of a pair only when it is asked for";
}

TEST_F(CliBench, RefusesUnknownMethods) {
    write_text(path("gt.txt"), two_tracks());
    expect_usage(run_program({"bench", "tracking", "--video", media(), "--gt", path("gt.txt"), "--methods", "magic"}),
                 "magic: no such method");
}

TEST_F(CliBench, LinearFallsShortOnPeopleWalking) {
    const auto truth = shared_data("mot/PETS09-S2L1/gt.txt");
    if (!opencv_sample("vtest.avi") || !truth) GTEST_SKIP() << "vtest.avi or its ground truth is not there";
    const auto json = json_of(run_program({"bench", "tracking", truth->parent_path().string(), "--methods",
                                           "linear,spline", "--frames", "all", "--no-simulation", "--json"}));
    const auto& gap = json["gap"]["25"];
    EXPECT_EQ(gap["linear"]["keyframes"], 203);
    EXPECT_NEAR(gap["linear"]["miou"], 0.695, 0.002);
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
