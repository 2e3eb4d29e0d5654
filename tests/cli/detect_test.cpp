#include <gmock/gmock.h>

#include "tests/cli/program.h"

namespace inbetween::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// People who walk, and a project on them.
class CliDetect : public ProjectTest {
protected:
    void SetUp() override {
        const auto video = opencv_sample("vtest.avi");
        if (!video) GTEST_SKIP() << "needs opencv-doc's vtest.avi";
        run_well({"new", project_, "--video", video->string(), "--labels", "person"});
    }
    std::vector<std::string> detect(const std::vector<std::string>& more) const {
        std::vector<std::string> arguments{"detect", project_, "--detector", "hog", "--range", "0:10"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
};

TEST_F(CliDetect, ProposesPeopleWhoAreReviewedAndOnlyThenExported) {
    const std::string said = run_well(detect({}));
    EXPECT_THAT(said, HasSubstr("proposed"));
    const auto list = nlohmann::json::parse(run_well({"review", project_, "--json"}));
    ASSERT_GE(list.size(), 2U);
    for (std::size_t i = 1; i < list.size(); ++i) EXPECT_GE(list[i]["certainty"], list[i - 1]["certainty"]);
    EXPECT_EQ(info()["proposals"], list.size());
    const Ran none = run_program({"export", project_, "--format", "mot", "--out", path("gt.txt")});
    EXPECT_THAT(none.err, HasSubstr("proposals left out"));
    EXPECT_EQ(file_text(path("gt.txt")), "");
    const std::string first = std::to_string(list[0]["id"].get<int>());
    const auto proposed = info();
    const std::string both = "track " + first + " is to be both accepted and rejected";
    expect_failure(run_program({"review", project_, "--accept", first, "--reject", first}), both);
    expect_failure(run_program({"review", project_, "--accept", first, "--reject-all"}), both);
    EXPECT_EQ(info(), proposed);
    EXPECT_EQ(run_well({"review", project_, "--reject", first, "--accept-all"}),
              fmt::format("{} accepted, 1 rejected, 0 left\n", list.size() - 1));
    const Ran all = run_program({"export", project_, "--format", "mot", "--out", path("gt.txt")});
    EXPECT_EQ(all.status, 0);
    EXPECT_THAT(all.err, Not(HasSubstr("proposals")));
    EXPECT_FALSE(file_text(path("gt.txt")).empty());
    EXPECT_EQ(run_program({"verify", project_}).status, 0);
    // What is there is not proposed again.
    const auto again = nlohmann::json::parse(run_well(detect({"--json", "--dry-run"})));
    EXPECT_GE(again["already_there"], 1);
    EXPECT_LE(again["tracks"].size(), 1U);
}

TEST_F(CliDetect, ADryRunChangesNothing) {
    const auto before = file_text(project_);
    const auto json = nlohmann::json::parse(run_well(detect({"--dry-run", "--json", "--every", "2"})));
    EXPECT_EQ(json["frames"], 5);
    EXPECT_EQ(json["added"], false);
    EXPECT_EQ(file_text(project_), before);
}

TEST_F(CliDetect, SaysWhatIsWrongInOneSentence) {
    expect_failure(run_program({"detect", project_, "--detector", "onnx=" + path("none.onnx")}), "no such model file");
    expect_usage(run_program({"detect", project_, "--detector", "eyes"}), "no such detector");
    expect_usage(run_program(detect({"--option", "size=9"})), "no option size");
    expect_failure(run_program(detect({"--media", "other"})), "other");
    expect_failure(run_program(detect({"--class", "cat"})), "cat: the detector knows no such class; it knows person");
    expect_failure(run_program({"detect", project_, "--detector", "hog", "--range", "5000:"}),
                   "the range begins at frame 5000, but the video has 795 frames");
    expect_usage(run_program({"detect", project_}), "--detector");
    expect_usage(run_program(detect({"--every", "0"})), "--every");
    expect_failure(run_program({"review", project_, "--accept", "7"}), "track 7 is no proposal");
    EXPECT_EQ(run_well({"review", project_}), "");
    EXPECT_EQ(run_well({"review", project_, "--reject-all"}), "0 accepted, 0 rejected, 0 left\n");
}

using CliBeyond = ProjectTest;

TEST_F(CliBeyond, FollowsPastATrackAndSaysHowFarAndWhy) {
    make_project("every=10");
    // Track 2 is in view in frames 20 to 60 and 70 to 80.
    const auto json = nlohmann::json::parse(run_well(
        {"track", project_, "--track", "2", "--follow", "forward", "--from", "80", "--frames", "5", "--json"}));
    EXPECT_EQ(json["from"], 80);
    EXPECT_EQ(json["shapes"].size(), json["frames"]);
    EXPECT_FALSE(json["reason"].get<std::string>().empty());
    EXPECT_EQ(json["accepted"], false);
    const auto before = info()["keyframes"];
    EXPECT_THAT(run_well({"track", project_, "--track", "2", "--follow", "backward", "--frames", "4"}),
                HasSubstr("track 2: followed backward for"));
    EXPECT_EQ(info()["keyframes"], before);
    run_well({"track", project_, "--track", "2", "--follow", "backward", "--frames", "4", "--accept"});
    EXPECT_GE(info()["keyframes"], before);
    expect_failure(run_program({"track", project_, "--follow", "forward"}), "take one track");
    expect_failure(run_program({"track", project_, "--track", "2", "--follow", "forward", "--from", "5"}),
                   "no keyframe in view");
    expect_usage(run_program({"track", project_, "--track", "2", "--follow", "up"}), "--follow");
    expect_usage(run_program({"track", project_, "--track", "2", "--to-end"}), "--follow");
}

TEST_F(CliBeyond, AcceptsWhatFollowsWhereAnImportEnded) {
    make_project("every=10");
    std::vector<std::string> line{"track", project_, "--track", "2", "--follow", "forward", "--frames", "6", "--json"};
    const auto told = nlohmann::json::parse(run_well(line));
    line.emplace_back("--accept");
    const auto first = nlohmann::json::parse(run_well(line));
    EXPECT_EQ(first["shapes"], told["shapes"]);
    ASSERT_GT(first["frames"], 0);
    EXPECT_EQ(first["from"], 80);
    EXPECT_EQ(first["accepted"], true);
    line.pop_back();
    const auto on = nlohmann::json::parse(run_well(line));
    EXPECT_EQ(on["from"], 80 + first["frames"].get<int>()) << "the end has moved on with it";
}

TEST_F(CliBeyond, TellsOfTheVideosEndsAsTheyAre) {
    make_project("every=10");
    EXPECT_THAT(run_well({"track", project_, "--track", "1", "--follow", "backward"}), HasSubstr("the video begins"));
    EXPECT_THAT(run_well({"track", project_, "--track", "1", "--follow", "forward"}), HasSubstr("the video ends"));
    EXPECT_EQ(run_well({"track", project_, "--track", "1", "--find-again"}),
              "track 1: lasts to the end of the video, and there is nothing after it\n");
    EXPECT_EQ(run_well({"track", project_, "--track", "1", "--find-again", "--json"}), "[]\n");
    const std::string long_number(309, '9');
    for (const std::string& frames : {std::string("0"), long_number})
        expect_usage(run_program({"track", project_, "--track", "1", "--follow", "forward", "--frames", frames}),
                     frames + " is not a number from 1");
}

TEST_F(CliBeyond, SaysWhichPlaceBecameAKeyframe) {
    make_project("every=10");
    const std::vector<std::string> look{"track", project_, "--track", "2", "--find-again", "--range", "82:100"};
    const auto list = [&](const std::string& option) {
        auto line = look;
        line.push_back(option);
        return run_well(line);
    };
    const auto json = nlohmann::json::parse(list("--json"));
    const auto before = info()["keyframes"];
    const auto lines = lines_of(list("--accept"));
    if (json.empty()) GTEST_SKIP() << "nothing is like the track";
    ASSERT_EQ(lines.size(), json.size());
    EXPECT_EQ(json[0]["accepted"], false);
    EXPECT_THAT(lines[0], HasSubstr("accepted as a keyframe"));
    for (std::size_t i = 1; i < lines.size(); ++i) EXPECT_THAT(lines[i], Not(HasSubstr("accepted")));
    EXPECT_GT(info()["keyframes"], before);
}

TEST_F(CliBeyond, ListsWhereAnObjectMayBeAgain) {
    make_project("every=10");
    const auto list = nlohmann::json::parse(
        run_well({"track", project_, "--track", "2", "--find-again", "--range", "82:100", "--json"}));
    for (std::size_t i = 0; i < list.size(); ++i) {
        EXPECT_GE(list[i]["frame"], 82);
        EXPECT_EQ(list[i]["box"].size(), 4U);
        if (i > 0) {
            EXPECT_LE(list[i]["score"], list[i - 1]["score"]);
        }
    }
    expect_failure(run_program({"track", project_, "--find-again"}), "take one track");
}

}  // namespace
}  // namespace inbetween::test
