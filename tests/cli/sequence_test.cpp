#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/program.h"

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

using CliSequence = ProjectTest;

TEST_F(CliSequence, IsWrittenOpenedAndWrittenAgainWithTheSameHashes) {
    const std::string a = path("a.seq");
    EXPECT_EQ(run_well({"frame", media(), "--at", "10:20", "--seq", a, "--seq-as", "raw"}), a + ": 10 frames\n");
    const std::string hashes = run_well({"frame", a, "--at", "all", "--hash"});
    EXPECT_EQ(lines_of(hashes).size(), 10U);
    for (const char* as : {"raw", "png"}) {
        const std::string b = path(std::string(as) + ".seq");
        run_well({"frame", a, "--at", "all", "--seq", b, "--seq-as", as});
        run_well({"frame", b, "--at", "all", "--seq", path("c.seq"), "--seq-as", "raw"});
        EXPECT_EQ(run_well({"frame", path("c.seq"), "--at", "all", "--hash"}), hashes) << as;
    }
    const auto info = json_of(run_program({"info", a, "--json"}));
    EXPECT_EQ(info["frames"], 10);
    EXPECT_EQ(info["container"], "norpix_seq");
    EXPECT_EQ(info["exactness"], "proved");
    EXPECT_EQ(info["audio"], nullptr);
}

TEST_F(CliSequence, IsAnnotatedAsAnyOtherVideo) {
    run_well({"frame", media(), "--at", "all", "--seq", path("v.seq")});
    run_well({"new", project_, "--video", path("v.seq"), "--labels", "person"});
    write_text(path("gt.txt"), two_tracks());
    run_well({"import", project_, "--format", "mot", path("gt.txt"), "--keyframes", "every=25"});
    run_well({"track", project_});
    EXPECT_EQ(info()["video"]["frames"], 100);
    EXPECT_EQ(lines_of(run_well({"frame", project_, "--at", "0,99", "--hash"})).size(), 2U);
    write_text(path("a.json"), R"({"schema":"inbetween-annotations","version":1,"tracks":[],
        "labels":[{"name":"wave","kind":"action"}],"segments":[{"id":1,"label":"wave","begin":20,"end":30}]})");
    run_well({"import", project_, path("a.json")});
    EXPECT_THAT(run_well({"clips", project_, "--out", path("clips")}), HasSubstr("frames 20 to 29"));
    const auto copied = run_program({"clips", project_, "--out", path("copied"), "--cut", "copy"});
    expect_failure(copied, "the frames of a Norpix sequence are no packets of a video; an exact cut can");
}

TEST_F(CliSequence, LeavesWithCaltechsAnnotations) {
    make_project("all");
    const std::string seq = path("set00/V000.seq");
    const std::string vbb = path("set00/V000.vbb");
    const Ran exported =
        run_program({"export", project_, "--format", "vbb", "--out", vbb, "--seq", seq, "--quality", "80"});
    EXPECT_EQ(exported.status, 0) << exported.err;
    EXPECT_THAT(exported.out, HasSubstr(seq + ": 100 frames"));
    EXPECT_THAT(exported.out, HasSubstr(vbb));
    EXPECT_EQ(json_of(run_program({"info", seq, "--json"}))["frames"], 100);
    EXPECT_EQ(run_program({"export", project_, "--format", "vbb", "--out", vbb, "--seq", seq}).status, 0) << "again";
}

TEST_F(CliSequence, ReplacesNothingButSequencesOfItsOwn) {
    fs::copy_file(media(), path("v.mp4"));
    run_well({"new", project_, "--video", path("v.mp4")});
    const std::string before = file_text(path("v.mp4"));
    expect_failure(run_program({"frame", path("v.mp4"), "--at", "0:3", "--seq", path("v.mp4")}), "is the video itself");
    expect_failure(run_program({"export", project_, "--format", "vbb", "--out", path("a.vbb"), "--seq", path("v.mp4")}),
                   "v.mp4: is the video itself");
    EXPECT_EQ(file_text(path("v.mp4")), before);
    EXPECT_FALSE(fs::exists(path("a.vbb"))) << "nothing is written where not all can be";
    write_text(path("notes.seq"), "mine");
    expect_failure(run_program({"frame", media(), "--at", "0:3", "--seq", path("notes.seq")}),
                   "stands there and is no sequence that Inbetween wrote");
    EXPECT_EQ(file_text(path("notes.seq")), "mine");
    expect_failure(run_program({"frame", media(), "--at", "0:3", "--seq", project_}), "is a project file");
}

TEST_F(CliSequence, WhatIsStatedWronglyIsOneSentence) {
    expect_usage(run_program({"frame", media(), "--at", "0", "--quality", "50"}), "--seq");
    expect_usage(run_program({"frame", media(), "--at", "0", "--seq", path("x.seq"), "--quality", "0"}), "--quality");
    expect_usage(run_program({"frame", media(), "--at", "0", "--seq", path("x.seq"), "--seq-as", "gif"}), "--seq-as");
    expect_failure(run_program({"frame", media(), "--at", "5,3", "--seq", path("x.seq")}),
                   "the frames of a sequence rise");
    EXPECT_FALSE(fs::exists(path("x.seq")));
}

TEST_F(CliSequence, StandardErrorTellsWhatWasGotRound) {
    run_well({"frame", media(), "--at", "0:9", "--seq", path("v.seq")});
    std::string bytes = file_text(path("v.seq"));
    bytes[572] = 77;
    write_text(path("v.seq"), bytes);
    const Ran ran = run_program({"info", path("v.seq")});
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.err, HasSubstr("v.seq: its head speaks of 77 frames, and 9 are there"));
    EXPECT_THAT(ran.out, HasSubstr("9"));
}

}  // namespace
}  // namespace inbetween::test
