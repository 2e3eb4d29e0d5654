#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "app/cli/cli.h"
#include "tests/cli/program.h"

namespace inbetween::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Cli, HelpListsIt) {
    const Ran help = run_program({"--help"});
    EXPECT_EQ(help.status, 0);
    for (const auto& subcommand : cli::all_subcommands()) {
        const std::string id(subcommand.id);
        EXPECT_THAT(help.out, HasSubstr("  " + id + " ")) << id;
        const Ran own = run_program({id, "--help"});
        EXPECT_EQ(own.status, 0) << id;
        EXPECT_EQ(own.err, "") << id;
        EXPECT_THAT(own.out, HasSubstr("Usage: inbetween " + id + " " + std::string(subcommand.usage)));
        EXPECT_THAT(own.out, HasSubstr(std::string(subcommand.help)));
    }
}

TEST(Cli, HasTheSubcommandsThatScriptsKnow) {
    std::set<std::string> ids;
    for (const auto& subcommand : cli::all_subcommands()) ids.insert(std::string(subcommand.id));
    for (const char* id : {"new", "info", "frame", "track", "import", "export", "verify", "list", "bench"}) {
        EXPECT_TRUE(ids.contains(id)) << id;
    }
}

TEST(Cli, SaysItsVersionEverywhere) {
    const Ran root = run_program({"--version"});
    EXPECT_EQ(root.status, 0);
    EXPECT_THAT(root.out, StartsWith("inbetween "));
    for (const auto& subcommand : cli::all_subcommands()) {
        EXPECT_EQ(run_program({std::string(subcommand.id), "--version"}).out, root.out) << subcommand.id;
    }
}

TEST(Cli, UnknownWordsAndOptionsAreWrongUsage) {
    expect_usage(run_program({"frobnicate"}), "frobnicate is neither a subcommand nor a file");
    expect_usage(run_program({"frobnicate", "p.inbetween", "--json"}), "frobnicate");
    expect_usage(run_program({"--frobnicate"}), "--frobnicate");
    expect_usage(run_program({"--at", "5"}), "--at");
    expect_usage(run_program({"--picture", "out.png"}), "needs a FILE");
    for (const auto& subcommand : cli::all_subcommands()) {
        expect_usage(run_program({std::string(subcommand.id), "--frobnicate"}),
                     "inbetween " + std::string(subcommand.id));
    }
}

TEST(Cli, MissingArgumentsAreWrongUsage) {
    for (const auto& subcommand : cli::all_subcommands()) {
        expect_usage(run_program({std::string(subcommand.id)}), "required");
    }
    expect_usage(run_program({"new", "p"}), "--video");
    expect_usage(run_program({"frame", "v"}), "--at");
    expect_usage(run_program({"import", "p"}), "FILE");
    expect_usage(run_program({"export", "p", "--format", "mot"}), "--out");
    expect_usage(run_program({"frame", "v", "--at"}), "--at");
}

TEST(Cli, MalformedValuesAreWrongUsage) {
    expect_usage(run_program({"frame", "v", "--at", "x"}), "x is not a frame number");
    expect_usage(run_program({"track", "p", "--range", "9"}), "9 is not a range");
    expect_usage(run_program({"track", "p", "--track", "one"}), "one is not a track's number");
    expect_usage(run_program({"import", "p", "f", "--keyframes", "every=0"}), "every=");
    expect_usage(run_program({"import", "p", "f", "--option", "x"}), "x is not name=value");
    expect_usage(run_program({"list", "nothing"}), "nothing is not one of");
    expect_usage(run_program({"new", "p", "--video", "v", "--labels", "a", "--preset", "mot"}), "--preset");
    expect_usage(run_program({"--picture", "p.png", "--size", "big", "f"}), "big is not a size");
}

class CliList : public ::testing::TestWithParam<const char*> {};

TEST_P(CliList, PrintsOneAlignedRowALineWithItsIdFirst) {
    const Ran table = run_program({"list", GetParam()});
    EXPECT_EQ(table.status, 0);
    EXPECT_EQ(table.err, "");
    const auto json = json_of(run_program({"list", GetParam(), "--json"}));
    ASSERT_TRUE(json.is_array());
    const auto lines = lines_of(table.out);
    ASSERT_EQ(lines.size(), json.size());
    std::set<std::size_t> second_columns;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string id = json[i]["id"];
        EXPECT_THAT(lines[i], StartsWith(id + "  "));
        second_columns.insert(lines[i].find_first_not_of(' ', id.size()));
    }
    EXPECT_LE(second_columns.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Tables, CliList, ::testing::Values("formats", "commands", "keys", "trackers", "detectors"),
                         [](const auto& table) { return std::string(table.param); });

TEST(Cli, ListsWhatIsThere) {
    EXPECT_THAT(run_program({"list", "formats"}).out, HasSubstr("mot"));
    EXPECT_THAT(run_program({"list", "trackers"}).out, HasSubstr("linear"));
    EXPECT_THAT(run_program({"list", "keys"}).out, HasSubstr("Ctrl+Z"));
    EXPECT_THAT(run_program({"list", "detectors"}).out, HasSubstr("hog"));
    EXPECT_EQ(json_of(run_program({"list", "detectors", "--json"})).size(), 6U);
}

TEST(Cli, AReaderThatGoesAwayIsNoFailure) {
    const Ran ran = run_shell("\"$IB\" list commands | true; echo ${PIPESTATUS[0]}");
    EXPECT_EQ(ran.out, "0\n");
    EXPECT_EQ(ran.err, "");
}

TEST(Cli, AFullOutputIsAFailure) {
    expect_failure(run_shell("exec \"$IB\" list commands >/dev/full"), "standard output");
    expect_failure(run_shell("exec \"$IB\" --help >/dev/full"), "standard output");
}

TEST(Cli, WithoutADisplayItSaysWhatWouldWork) {
    const Ran ran = run_shell("exec env -u DISPLAY -u WAYLAND_DISPLAY \"$IB\" " + shell_word(media()));
    expect_failure(ran, "the workstation ");
    if (ran.err.find("left out of this build") == std::string::npos) {
        EXPECT_THAT(ran.err, HasSubstr("--picture PNG FILE"));
    }
}

TEST(Cli, AFileThatIsMissingIsNoUsage) { expect_failure(run_program({"missing.mp4"}), ""); }

}  // namespace
}  // namespace inbetween::test
