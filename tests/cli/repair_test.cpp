#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/program.h"

namespace inbetween::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class CliRepair : public ProjectTest {
protected:
    /// Changes the project behind the program's back.   returns: whether sqlite3 is there to do it.
    bool damage(const std::string& sql) const {
        return run_shell("sqlite3 " + shell_word(project_) + " " + shell_word(sql)).status == 0;
    }
    nlohmann::json info_of(const std::string& project) const {
        return json_of(run_program({"info", project, "--json"}));
    }
    const std::string copy_ = path("copy.inbetween");
};

TEST_F(CliRepair, CopiesASoundProjectWithItsHistory) {
    make_project("every=25");
    run_well({"track", project_, "--method", "spline"});
    const std::string before = file_text(project_);
    EXPECT_THAT(run_well({"verify", project_, "--repair", copy_}), HasSubstr("a copy of the whole project"));
    EXPECT_EQ(file_text(project_), before);
    export_mot(project_, path("a.txt"));
    export_mot(copy_, path("b.txt"));
    EXPECT_EQ(file_text(path("a.txt")), file_text(path("b.txt")));
    EXPECT_THAT(run_well({"verify", copy_}), HasSubstr("sound"));
    const Ran steps = run_shell("sqlite3 " + shell_word(copy_) + " 'SELECT count(*) FROM history' 2>/dev/null");
    if (steps.status == 0) {
        EXPECT_EQ(steps.out, "1\n");
    }
}

TEST_F(CliRepair, KeepsAllButTheTrackThatIsDamaged) {
    make_project("every=25");
    run_well({"track", project_, "--method", "spline"});
    if (!damage("UPDATE keyframe SET x = x + 5000 WHERE track_id = 1 AND frame = 50")) {
        GTEST_SKIP() << "sqlite3 is not installed";
    }
    const std::string before = file_text(project_);
    const Ran ran = run_program({"verify", project_, "--repair", copy_});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("defect"));
    EXPECT_THAT(ran.out, HasSubstr("track 1: damaged; left out"));
    EXPECT_EQ(file_text(project_), before);
    EXPECT_THAT(run_well({"verify", copy_}), HasSubstr("sound"));
    const auto json = info_of(copy_);
    EXPECT_EQ(json["tracks"], 1);
    EXPECT_EQ(json["boxes"], 52);
    EXPECT_EQ(json["video"]["frames"], 100);
}

TEST_F(CliRepair, KeepsTracksWhoseLabelOrVideoIsDamaged) {
    make_project("every=25");
    if (!damage("UPDATE label SET colour = '#010203'; UPDATE media SET frames = 7")) {
        GTEST_SKIP() << "sqlite3 is not installed";
    }
    EXPECT_EQ(run_program({"verify", project_, "--repair", copy_}).status, 1);
    EXPECT_THAT(run_program({"verify", copy_}).out, HasSubstr("sound"));
    EXPECT_EQ(info_of(copy_)["tracks"], 2);
    EXPECT_EQ(info_of(copy_)["boxes"], 152);
}

TEST_F(CliRepair, KeepsWhatLiesOutsideOfOverwrittenPages) {
    write_text(path("gt.txt"), two_tracks());
    run_well({"new", project_, "--video", media()});
    // Enough tracks to fill many pages.
    for (int i = 0; i < 8; ++i) run_well({"import", project_, "--format", "mot", path("gt.txt")});
    std::string bytes = file_text(project_);
    constexpr std::size_t page = 4096;
    ASSERT_GT(bytes.size(), 40 * page);
    // The one page that holds a keyframe row of a middle track in the clear is found by trial: any page may be it.
    int rescued_in_part = 0;
    for (std::size_t at = 8; at < 40; at += 4) {
        const std::string damaged_project = path("damaged.inbetween");
        std::string damaged = bytes;
        std::fill_n(damaged.begin() + static_cast<std::ptrdiff_t>(at * page), page, '\xa5');
        write_text(damaged_project, damaged);
        fs::remove(copy_);
        const Ran ran = run_program({"verify", damaged_project, "--repair", copy_});
        EXPECT_NE(ran.status, 2);
        EXPECT_EQ(file_text(damaged_project), damaged);
        if (!fs::exists(copy_)) continue;
        EXPECT_THAT(run_program({"verify", copy_}).out, HasSubstr("sound"));
        rescued_in_part += info_of(copy_)["tracks"] >= 12 ? 1 : 0;
    }
    EXPECT_GE(rescued_in_part, 6) << "of eight damaged files";
}

TEST_F(CliRepair, NeverWritesOverAFile) {
    make_project("every=25");
    write_text(copy_, "mine");
    const Ran ran = run_program({"verify", project_, "--repair", copy_});
    EXPECT_EQ(ran.status, 1);
    EXPECT_THAT(ran.err, HasSubstr("exists already"));
    EXPECT_EQ(file_text(copy_), "mine");
}

TEST_F(CliRepair, SaysThatNothingCanBeRead) {
    write_text(project_, std::string(20000, 'x'));
    const Ran ran = run_program({"verify", project_, "--repair", copy_});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
    EXPECT_FALSE(fs::exists(copy_));
}

}  // namespace
}  // namespace inbetween::test
