#include "tests/cli/program.h"

#include <gmock/gmock.h>

#include <sstream>

namespace inbetween::test {

using ::testing::HasSubstr;

std::string shell_word(const std::string& text) {
    std::string safe = "'";
    for (const char c : text) {
        if (c == '\'') {
            safe += "'\\''";
        } else {
            safe += c;
        }
    }
    return safe + "'";
}

Ran run_shell(const std::string& line) {
    const TemporaryFolder folder;
    const std::string script = (folder / "line.sh").string();
    // What one run finds out about a video is not to be known to the next, unless a test says so.
    const std::string cache =
        "export XDG_CACHE_HOME=\"${INBETWEEN_TEST_CACHE:-" + (folder / "cache").string() + "}\"\n";
    write_text(script, cache + "IB=" + shell_word((build_folder() / "inbetween").string()) + "\n" + line + "\n");
    const std::string out = (folder / "out").string();
    const std::string err = (folder / "err").string();
    Ran ran;
    ran.status = run_command("bash " + shell_word(script) + " >" + shell_word(out) + " 2>" + shell_word(err)).status;
    ran.out = file_text(out);
    ran.err = file_text(err);
    return ran;
}

Ran run_program(const std::vector<std::string>& arguments) {
    std::string line = "exec \"$IB\"";
    for (const auto& argument : arguments) line += " " + shell_word(argument);
    return run_shell(line);
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

nlohmann::json json_of(const Ran& ran) {
    EXPECT_EQ(ran.status, 0) << ran.err;
    auto json = nlohmann::json::parse(ran.out, nullptr, false);
    EXPECT_FALSE(json.is_discarded()) << ran.out;
    return json;
}

std::string media(const std::string& name) { return (build_folder() / "media" / name).string(); }

std::string two_tracks() {
    std::ostringstream rows;
    for (int i = 0; i < 100; ++i) rows << i + 1 << ",1," << 11 + i << ",71,30,40,1,1,1\n";
    for (int i = 20; i <= 80; ++i) {
        if (i > 60 && i < 70) continue;
        rows << i + 1 << ",2," << 101 + i % 7 << ",81,24.5,30,1,1,1\n";
    }
    return rows.str();
}

void ProjectTest::make_project(const std::string& keyframes) {
    run_well({"new", project_, "--video", media(), "--labels", "person,car"});
    write_text(path("gt.txt"), two_tracks());
    if (keyframes.empty()) return;
    run_well({"import", project_, "--format", "mot", path("gt.txt"), "--keyframes", keyframes});
}

std::string ProjectTest::run_well(const std::vector<std::string>& arguments) const {
    const Ran ran = run_program(arguments);
    EXPECT_EQ(ran.status, 0) << arguments[0] << ": " << ran.err;
    EXPECT_EQ(ran.err, "") << arguments[0];
    return ran.out;
}

std::string ProjectTest::export_mot(const std::string& project, const std::string& out) const {
    const Ran ran = run_program({"export", project, "--format", "mot", "--out", out});
    EXPECT_EQ(ran.status, 0) << ran.err;
    return ran.out;
}

nlohmann::json ProjectTest::info() const { return json_of(run_program({"info", project_, "--json"})); }

void expect_failure(const Ran& ran, const std::string& what) {
    EXPECT_EQ(ran.status, 1) << ran.out << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(what));
}

void expect_usage(const Ran& ran, const std::string& what) {
    EXPECT_EQ(ran.status, 2) << ran.out << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("usage: inbetween"));
    EXPECT_THAT(ran.err, HasSubstr(what));
}

}  // namespace inbetween::test
