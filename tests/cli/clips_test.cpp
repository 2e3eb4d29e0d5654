#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/video/cache_lock.h"
#include "tests/cli/program.h"

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A project with two segments that overlap, one of them a label with an odd name.
class CliClips : public ProjectTest {
protected:
    void SetUp() override {
        make_project();
        write_text(path("a.json"), R"({"schema":"inbetween-annotations","version":1,"tracks":[],
            "labels":[{"name":"wave","kind":"action"},{"name":"sit / stand","kind":"action"}],
            "segments":[{"id":1,"label":"wave","begin":20,"end":30},{"id":2,"label":"sit / stand","begin":25,"end":31}]})");
        run_well({"import", project_, path("a.json")});
    }
    static int frames_of(const fs::path& clip) {
        const auto counted = run_command(
            "ffprobe -v error -select_streams v:0 -count_frames -show_entries "
            "stream=nb_read_frames -of csv=p=0 '" +
            clip.string() + "'");
        return std::atoi(counted.output.c_str());
    }
};

TEST_F(CliClips, CutsEverySegmentWithAManifest) {
    const std::string out = path("clips");
    EXPECT_THAT(run_well({"clips", project_, "--out", out}), HasSubstr("_000020_000030_wave.mp4: frames 20 to 29"));
    const auto manifest = nlohmann::json::parse(file_text(out + "/clips.json"));
    ASSERT_EQ(manifest["clips"].size(), 2U);
    for (const auto& clip : manifest["clips"]) {
        const int frames = clip["file_end_frame"].get<int>() - clip["file_begin_frame"].get<int>();
        EXPECT_EQ(frames_of(fs::path(out) / clip["file"].get<std::string>()), frames);
        EXPECT_EQ(clip["file_begin_frame"], clip["begin_frame"]);
    }
    EXPECT_EQ(lines_of(file_text(out + "/clips.csv")).size(), 3U);
    for (const auto& entry : fs::directory_iterator(out))
        EXPECT_FALSE(entry.path().filename().string().starts_with('.')) << "nothing half made is left";
}

TEST_F(CliClips, CopiesPadsAndSortsByClass) {
    const std::string out = path("clips");
    run_well({"clips", project_, "--out", out, "--cut", "copy", "--layout", "classes", "--label", "sit / stand",
              "--pad", "0.2"});
    const auto manifest = nlohmann::json::parse(file_text(out + "/clips.json"));
    ASSERT_EQ(manifest["clips"].size(), 1U);
    const auto& clip = manifest["clips"][0];
    EXPECT_THAT(clip["file"].get<std::string>(), HasSubstr("sit _ stand/"));
    EXPECT_LE(clip["file_begin_frame"].get<int>(), 20) << "five frames of padding at 25 a second";
    EXPECT_GE(clip["file_end_frame"].get<int>(), 36);
    EXPECT_EQ(frames_of(fs::path(out) / clip["file"].get<std::string>()),
              clip["file_end_frame"].get<int>() - clip["file_begin_frame"].get<int>());
}

TEST_F(CliClips, LabelsThatDifferInCapitalsOnlyGetNamesThatDoNot) {
    write_text(path("b.json"), R"({"schema":"inbetween-annotations","version":1,"tracks":[],
        "labels":[{"name":"Wave","kind":"action"},{"name":"sit _ stand","kind":"action"}],
        "segments":[{"id":1,"label":"Wave","begin":20,"end":30},{"id":2,"label":"sit _ stand","begin":25,"end":31}]})");
    run_well({"import", project_, path("b.json")});
    const std::string out = path("clips");
    run_well({"clips", project_, "--out", out, "--cut", "copy", "--layout", "classes"});
    std::set<std::string> folders;
    for (const auto& entry : fs::directory_iterator(out))
        if (entry.is_directory()) folders.insert(entry.path().filename().string());
    EXPECT_EQ(folders, (std::set<std::string>{"Wave", "wave_2", "sit _ stand", "sit _ stand_2"}));
}

TEST_F(CliClips, AFolderKeepsWhatWasCutIntoItBefore) {
    const std::string out = path("clips");
    run_well({"clips", project_, "--out", out, "--label", "wave"});
    run_well({"clips", project_, "--out", out, "--label", "sit / stand"});
    run_well({"clips", project_, "--out", out, "--label", "wave"});
    EXPECT_EQ(nlohmann::json::parse(file_text(out + "/clips.json"))["clips"].size(), 2U);
    EXPECT_EQ(lines_of(file_text(out + "/clips.csv")).size(), 3U);
}

TEST_F(CliClips, ReplacesNoFileThatIsNotItsOwn) {
    const std::string out = path("clips");
    run_well({"clips", project_, "--out", out, "--label", "wave"});
    const auto clip = nlohmann::json::parse(file_text(out + "/clips.json"))["clips"][0]["file"].get<std::string>();
    fs::create_directory(path("own"));
    write_text(path("own") + "/" + clip, "mine");
    expect_failure(run_program({"clips", project_, "--out", path("own")}), "no earlier clip of this video");
    EXPECT_EQ(file_text(path("own") + "/" + clip), "mine");
    fs::create_directory(path("listed"));
    write_text(path("listed/clips.csv"), "mine");
    expect_failure(run_program({"clips", project_, "--out", path("listed")}), "no list of clips");
    EXPECT_EQ(file_text(path("listed/clips.csv")), "mine");
}

TEST_F(CliClips, WhatComesToNothingLeavesNoFolder) {
    const std::string other = path("images.inbetween");
    run_well({"new", other, "--video", media("images_png")});
    run_well({"import", other, path("a.json")});
    const std::string out = path("deep/er/clips");
    expect_failure(run_program({"clips", other, "--out", out, "--cut", "copy"}), "images are no packets of a video");
    EXPECT_FALSE(fs::exists(path("deep")));
    fs::create_directories(path("deep"));
    expect_failure(run_program({"clips", other, "--out", out, "--cut", "copy"}), "images are no packets of a video");
    EXPECT_TRUE(fs::exists(path("deep"))) << "it was there before";
    EXPECT_TRUE(fs::is_empty(path("deep")));
}

TEST_F(CliClips, TheNextRunTakesAwayWhatOneLeftThatWasEndedAtOnce) {
    const std::string out = path("clips");
    fs::create_directories(out + "/.clips.4242/0");
    fs::create_directories(out + "/.clips.mine");
    const auto held = hold_cache_folder(out + "/.clips.77", CacheHold::Shared);
    IB_ASSERT_OK(held);
    run_well({"clips", project_, "--out", out, "--label", "wave"});
    EXPECT_FALSE(fs::exists(out + "/.clips.4242"));
    EXPECT_TRUE(fs::exists(out + "/.clips.mine")) << "no name of ours";
    EXPECT_TRUE(fs::exists(out + "/.clips.77")) << "of a program that still runs";
}

TEST_F(CliClips, WhatCannotBeDoneIsOneSentence) {
    expect_failure(run_program({"clips", project_, "--out", path("x"), "--label", "jump"}), "no label jump");
    expect_usage(run_program({"clips", project_, "--out", path("x"), "--cut", "fast"}), "--cut");
    expect_usage(run_program({"clips", project_, "--out", path("x"), "--pad", "nan"}),
                 "nan is not a number of seconds");
    EXPECT_FALSE(fs::exists(path("x")));
}

}  // namespace
}  // namespace inbetween::test
