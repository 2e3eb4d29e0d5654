#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "tests/house/sources.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

/// Files that may be longer than 500 lines, each for a reason that its commit states.
const std::set<std::string> long_files{};

TEST(Form, FilesKeepUnderFiveHundredLines) {
    for (const SourceFile& file : cpp_files()) {
        if (long_files.contains(file.path)) continue;
        EXPECT_LE(file.lines.size(), 500U) << file.path;
    }
}

TEST(Form, HeadersSayPragmaOnceFirst) {
    for (const SourceFile& file : cpp_files()) {
        if (!file.path.ends_with(".h")) continue;
        ASSERT_FALSE(file.lines.empty()) << file.path;
        EXPECT_EQ(file.lines[0], "#pragma once") << file.path;
    }
}

TEST(Form, LinesKeepUnderTheColumnLimit) {
    for (const SourceFile& file : cpp_files()) {
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            // A literal or a table row that is worth more whole may pass; nothing is near twice the limit.
            EXPECT_LE(file.lines[i].size(), 240U) << file.path << ":" << i + 1;
        }
    }
}

TEST(Form, NoFileSpeaksOfWorkLeftOrOfAMachine) {
    // Written apart, so that this file does not find itself.
    const std::regex words(
        "\\bTO"
        "DO\\b|\\bFIX"
        "ME\\b|\\bXX"
        "X\\b|\\bHA"
        "CK\\b|\\bfor "
        "now\\b|\\bnot "
        "implemented\\b|"
        "/wo"
        "rk/|/ho"
        "me/|/ro"
        "ot/");
    const std::vector<std::string> stems{"TO", "FIX", "XX", "HA", "for ", "not ", "/w", "/h", "/r"};
    for (const SourceFile& file : text_files()) {
        const auto found = find_word(file.text, stems, words);
        if (!found) continue;
        const std::size_t line = line_at(file, *found);
        ADD_FAILURE() << file.path << ":" << line << ": " << file.lines[line - 1];
    }
}

TEST(Form, EveryFolderOfTheTopHasAReadmeOfAtMostFortyLines) {
    for (const char* folder : {"core", "tracking", "app", "shaders", "tests", "third_party"}) {
        const std::string text = file_text(source_folder() / folder / "README.md");
        EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 40) << folder;
    }
}

TEST(Form, LinksInTheDocumentsLeadSomewhere) {
    const std::regex link(R"(\]\(([^)#:]+)(#[^)]*)?\))");
    for (const SourceFile& file : text_files()) {
        if (!file.path.ends_with(".md")) continue;
        const auto folder = (source_folder() / file.path).parent_path();
        for (std::sregex_iterator it(file.text.begin(), file.text.end(), link), end; it != end; ++it) {
            EXPECT_TRUE(std::filesystem::exists(folder / (*it)[1].str())) << file.path << ": " << (*it)[1].str();
        }
    }
}

TEST(Form, InvariantsNameTestsThatExist) {
    // Only the names written as `Suite.Test` in the architecture page's list of invariants.
    const std::string page = file_text(source_folder() / "core/ARCHITECTURE.md");
    const auto begin = page.find("## Invariants");
    ASSERT_NE(begin, std::string::npos);
    const std::string part = page.substr(begin, page.find("\n## ", begin + 1) - begin);
    const std::regex name("`([A-Z][A-Za-z0-9]*)\\.([A-Z][A-Za-z0-9]*)`");
    int names = 0;
    for (std::sregex_iterator it(part.begin(), part.end(), name), end; it != end; ++it, ++names) {
        const std::regex test("TEST(_F|_P)?\\(" + (*it)[1].str() + ",\\s*" + (*it)[2].str() + "\\)");
        bool found = false;
        for (const SourceFile& file : cpp_files()) {
            if (!file.path.starts_with("tests/") || file.text.find((*it)[2].str()) == std::string::npos) continue;
            found = found || std::regex_search(file.text, test);
        }
        EXPECT_TRUE(found) << it->str();
    }
    EXPECT_GE(names, 10);
}

}  // namespace
}  // namespace inbetween::test
