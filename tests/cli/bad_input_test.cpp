#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/program.h"

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class CliBadInput : public ProjectTest {
protected:
    /// Each subcommand that reads a project, on this path.
    void expect_refused(const std::string& project, const std::string& what) const {
        const std::string out = path("out");
        expect_failure(run_program({"info", project}), what);
        expect_failure(run_program({"track", project, "--method", "linear"}), what);
        expect_failure(run_program({"verify", project}), what);
        expect_failure(run_program({"import", project, "--format", "mot", path("gt.txt")}), what);
        expect_failure(run_program({"export", project, "--format", "mot", "--out", out}), what);
        EXPECT_FALSE(fs::exists(out));
    }
};

TEST_F(CliBadInput, AVideoThatIsNoneIsOneSentence) {
    write_text(path("empty.mp4"), "");
    write_text(path("text.mp4"), "This is not a video.\n");
    write_text(path("list.mp4"), "#EXTM3U\n#EXTINF:1,\n/etc/passwd\n");
    for (const std::string& video : {path("missing.mp4"), path("empty.mp4"), path("text.mp4"), path("list.mp4"),
                                     media("truncated_no_moov.mp4"), std::string("/dev/null"), std::string("/proc")}) {
        expect_failure(run_program({"info", video}), video);
        expect_failure(run_program({"info", video, "--json"}), video);
        expect_failure(run_program({"frame", video, "--at", "0", "--hash"}), video);
        expect_failure(run_program({"new", project_, "--video", video}), video);
        EXPECT_FALSE(fs::exists(project_)) << video;
    }
}

TEST_F(CliBadInput, OneBadVideoOfSeveralLeavesNoProject) {
    expect_failure(run_program({"new", project_, "--video", media(), "--video", path("missing.mp4")}), "missing.mp4");
    EXPECT_FALSE(fs::exists(project_));
}

TEST_F(CliBadInput, APlaceThatCannotBeWrittenIsOneSentence) {
    make_project("every=25");
    write_text(path("file"), "");
    expect_failure(run_program({"new", path("no/such/q.inbetween"), "--video", media()}), path("no/such"));
    EXPECT_FALSE(fs::exists(path("no")));
    for (const std::string& place : {path("file"), std::string("/proc")}) {
        expect_failure(run_program({"new", place + "/q.inbetween", "--video", media()}), place);
        expect_failure(run_program({"export", project_, "--format", "mot", "--out", place + "/o.txt"}), place);
        const Ran repaired = run_program({"verify", project_, "--repair", place + "/q.inbetween"});
        EXPECT_EQ(repaired.status, 1) << place;
        EXPECT_THAT(repaired.err, HasSubstr(place));
        EXPECT_EQ(lines_of(repaired.err).size(), 1U) << repaired.err;
    }
    expect_failure(run_program({"frame", media(), "--at", "0", "--out", path("file")}), path("file"));
    expect_failure(run_program({"frame", media(), "--at", "0", "--out", "/proc/here"}), "/proc/here");
}

TEST_F(CliBadInput, AFullDiskLeavesNothingHalfWritten) {
    make_project("all");
    const std::string before = file_text(project_);
    // No file may grow past 4 KiB.
    const std::string full = "ulimit -f 4; exec \"$IB\" ";
    const Ran made = run_shell(full + "new " + shell_word(path("q.inbetween")) + " --video " + shell_word(media()));
    expect_failure(made, "q.inbetween");
    EXPECT_FALSE(fs::exists(path("q.inbetween")));
    const Ran exported =
        run_shell(full + "export " + shell_word(project_) + " --format vatic --out " + shell_word(path("o.txt")));
    expect_failure(exported, "o.txt");
    const Ran imported =
        run_shell(full + "import " + shell_word(project_) + " --format mot " + shell_word(path("gt.txt")));
    expect_failure(imported, "p.inbetween");
    const Ran drawn =
        run_shell(full + "frame " + shell_word(media("h264_444.mp4")) + " --at 5 --out " + shell_word(path("d")));
    EXPECT_EQ(drawn.status, 1) << drawn.out;
    std::vector<std::string> left;
    for (const auto& entry : fs::directory_iterator(folder_.path())) left.push_back(entry.path().filename().string());
    EXPECT_THAT(left, ::testing::UnorderedElementsAre("p.inbetween", "gt.txt", "d"));
    EXPECT_TRUE(fs::is_empty(path("d")));
    EXPECT_EQ(file_text(project_), before);
    EXPECT_EQ(info()["tracks"], 2);
}

TEST_F(CliBadInput, AProjectThatIsNoneIsRefusedAndLeftAlone) {
    write_text(path("gt.txt"), two_tracks());
    expect_refused(path("missing.inbetween"), "missing.inbetween");
    write_text(path("empty.inbetween"), "");
    expect_refused(path("empty.inbetween"), "empty.inbetween");
    EXPECT_EQ(file_text(path("empty.inbetween")), "");
    const std::string text(5000, 'x');
    write_text(path("text.inbetween"), text);
    expect_refused(path("text.inbetween"), "text.inbetween");
    EXPECT_EQ(file_text(path("text.inbetween")), text);
}

TEST_F(CliBadInput, ADatabaseOfOthersIsRefusedAndLeftAlone) {
    write_text(path("gt.txt"), two_tracks());
    const std::string other = path("other.inbetween");
    if (run_shell("sqlite3 " + shell_word(other) + " 'CREATE TABLE t (x); INSERT INTO t VALUES (1)'").status != 0) {
        GTEST_SKIP() << "sqlite3 is not installed";
    }
    const std::string before = file_text(other);
    expect_refused(other, "other.inbetween");
    EXPECT_EQ(file_text(other), before);
}

TEST_F(CliBadInput, AProjectOfANewerVersionIsRefusedAndLeftAlone) {
    make_project("every=25");
    if (run_shell("sqlite3 " + shell_word(project_) + " 'PRAGMA user_version = 1000'").status != 0) {
        GTEST_SKIP() << "sqlite3 is not installed";
    }
    const std::string before = file_text(project_);
    expect_refused(project_, "newer");
    expect_failure(run_program({"verify", project_, "--repair", path("q.inbetween")}), "newer");
    EXPECT_FALSE(fs::exists(path("q.inbetween")));
    EXPECT_EQ(file_text(project_), before);
}

TEST_F(CliBadInput, ANameCannotForgeALineOfOutput) {
    const Ran ran = run_program({"info", path("a\nb: done")});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(lines_of(ran.err).size(), 1U);
}

}  // namespace
}  // namespace inbetween::test
