#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "tests/support/support.h"

namespace fs = std::filesystem;

namespace inbetween::test {
namespace {

/// The lines of the fenced block that follows `<!-- list WHAT -->`; empty where there is none.
std::string table_in_readme(const std::string& readme, const std::string& what) {
    const std::string mark = "<!-- list " + what + " -->\n```\n";
    const auto begin = readme.find(mark);
    if (begin == std::string::npos) return {};
    const auto first = begin + mark.size();
    return readme.substr(first, readme.find("```", first) - first);
}

class ReadmeTable : public testing::TestWithParam<const char*> {};

TEST_P(ReadmeTable, IsWhatTheProgramPrints) {
    const fs::path program = build_folder() / "inbetween";
    if (!fs::exists(program)) GTEST_SKIP() << "this build has no program";
    const auto printed = run_command(program.string() + " list " + GetParam());
    ASSERT_EQ(printed.status, 0) << printed.output;
    EXPECT_EQ(table_in_readme(file_text(source_folder() / "README.md"), GetParam()), printed.output)
        << "the README's table is the output of: inbetween list " << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Documents, ReadmeTable, testing::Values("keys", "formats", "trackers"),
                         [](const auto& each) { return std::string(each.param); });

/// Group and name of every package in third_party/packages.txt.
std::vector<std::pair<std::string, std::string>> packages() {
    std::istringstream lines(file_text(source_folder() / "third_party/packages.txt"));
    std::vector<std::pair<std::string, std::string>> found;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream fields(line);
        std::string group, package, reason;
        fields >> group >> package >> reason;
        EXPECT_FALSE(reason.empty()) << line;
        found.emplace_back(group, package);
    }
    return found;
}

TEST(Dependencies, EveryPackageIsAccountedFor) {
    const std::string page = file_text(source_folder() / "third_party/DEPENDENCIES.md");
    ASSERT_GT(packages().size(), 20U);
    for (const auto& [group, package] : packages()) {
        EXPECT_TRUE(group == "build" || group == "run" || group == "test" || group == "bench" || group == "fuzz")
            << package;
        EXPECT_NE(page.find("`" + package + "`"), std::string::npos) << package << " is not in DEPENDENCIES.md";
    }
}

TEST(Dependencies, EveryCMakeFileIsIncludedAndAccountedFor) {
    const std::string page = file_text(source_folder() / "third_party/DEPENDENCIES.md");
    const std::string all = file_text(source_folder() / "third_party/third_party.cmake");
    int files = 0;
    for (const auto& entry : fs::directory_iterator(source_folder() / "third_party")) {
        const std::string name = entry.path().filename().string();
        if (entry.path().extension() != ".cmake" || name == "third_party.cmake") continue;
        ++files;
        EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name << " is not in DEPENDENCIES.md";
        EXPECT_NE(all.find("/" + name + ")"), std::string::npos) << name << " is not in third_party.cmake";
    }
    EXPECT_GT(files, 5);
}

}  // namespace
}  // namespace inbetween::test
