#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/program.h"

namespace inbetween::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CliSuggest : public ProjectTest {};

TEST_F(CliSuggest, RanksFramesOfTracksByWhatAKeyframeThereTells) {
    make_project("every=50");
    const auto json = json_of(run_program({"track", project_, "--suggest", "2", "--tolerance", "0.05", "--json"}));
    EXPECT_EQ(json["tolerance"], 0.05);
    ASSERT_EQ(json["tracks"].size(), 2U);
    double last = 1e9;
    for (const auto& track : json["tracks"]) {
        EXPECT_FALSE(track["done"]);
        EXPECT_LE(track["frames"].size(), 2U);
        for (const auto& frame : track["frames"]) EXPECT_GE(frame["expected_change"], 0.05);
        EXPECT_LE(track["frames"][0]["worth"], last) << "the track worth most comes first";
        last = track["frames"][0]["worth"];
    }
    EXPECT_EQ(json["tracks"][0]["frames"][0]["frame"], 25) << "between keyframes at 0 and 50";
}

TEST_F(CliSuggest, SaysWhenATrackIsDone) {
    make_project("every=50");
    const std::string some = run_well({"track", project_, "--track", "1", "--suggest", "--tolerance", "0.05"});
    EXPECT_THAT(some, HasSubstr("expected change"));
    EXPECT_THAT(some, HasSubstr("0 of 1 tracks are done (no frame expected to move by 0.05"));
    const std::string none = run_well({"track", project_, "--suggest", "--tolerance", "0.5"});
    EXPECT_THAT(
        none, StartsWith("2 of 2 tracks are done (no frame expected to move by 0.50 of the object's size or more)\n"));
    const auto json = json_of(run_program({"track", project_, "--suggest", "--tolerance", "0.5", "--json"}));
    EXPECT_TRUE(json["tracks"][1]["done"]);
}

TEST_F(CliSuggest, TellsOfSpansThatWereNeverTracked) {
    make_project("every=50");
    const std::string first =
        "not been tracked, and nothing is known of what moves there: run `inbetween track " + project_;
    EXPECT_THAT(run_well({"track", project_, "--suggest", "--track", "1"}), HasSubstr("\n2 spans have " + first));
    const auto json = json_of(run_program({"track", project_, "--suggest", "--track", "1", "--json"}));
    EXPECT_EQ(json["tracks"][0]["unfilled_spans"], 2);
    run_well({"track", project_, "--range", "0:51", "--track", "1", "--method", "medianflow"});
    EXPECT_THAT(run_well({"track", project_, "--suggest", "--track", "1"}), HasSubstr("\n1 span has " + first));
    run_well({"track", project_, "--track", "1", "--method", "medianflow"});
    EXPECT_THAT(run_well({"track", project_, "--suggest", "--track", "1"}), Not(HasSubstr("not been tracked")));
}

TEST_F(CliSuggest, FillsNothing) {
    make_project("every=50");
    const auto before = info();
    run_well({"track", project_, "--suggest"});
    EXPECT_EQ(info(), before);
}

TEST_F(CliSuggest, RefusesWhatItCannotDo) {
    make_project("every=50");
    expect_usage(run_program({"track", project_, "--suggest", "many"}), "many is no number of frames");
    expect_usage(run_program({"track", project_, "--suggest", "0"}), "0 is no number of frames");
    expect_usage(run_program({"track", project_, "--tolerance", "0.2"}), "--suggest");
    expect_usage(run_program({"track", project_, "--suggest", "--tolerance", "2"}), "--tolerance");
    expect_failure(run_program({"track", project_, "--suggest", "--track", "9"}), "no track 9");
}

}  // namespace
}  // namespace inbetween::test
