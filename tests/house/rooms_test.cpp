#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/house/sources.h"

namespace inbetween::test {
namespace {

/// A library's calls, and the rooms that may make them.
struct Calls {
    std::string what;
    std::vector<std::string> stems;  ///< how each begins
    std::regex pattern;
    std::set<std::string> rooms;
};

const std::vector<Calls>& guarded_calls() {
    static const std::vector<Calls> calls = [] {
        const auto flags = std::regex::ECMAScript | std::regex::optimize;
        return std::vector<Calls>{
            {"Dear ImGui", {"ImGui"}, std::regex(R"(\bImGui(::|_Impl))", flags), {"app/ui"}},
            {"OpenGL", {"gl"}, std::regex(R"(\bgl[A-Z]\w*\s*\()", flags), {"app/gl", "app/platform"}},
            {"EGL", {"egl"}, std::regex(R"(\begl[A-Z]\w*\s*\()", flags), {"app/platform"}},
            {"GLFW", {"glfw"}, std::regex(R"(\bglfw[A-Z]\w*\s*\()", flags), {"app/platform"}},
            {"SDL", {"SDL_"}, std::regex(R"(\bSDL_\w+)", flags), {"app/platform"}},
            {"OpenCV", {"cv::"}, std::regex(R"(\bcv::)", flags), {"tracking"}},
            {"SQLite", {"sqlite3_"}, std::regex(R"(\bsqlite3_\w+)", flags), {"core/store"}},
            {"FFmpeg",
             {"av", "sw"},
             std::regex(R"(\b(av|avcodec|avformat|avio|swr|sws)_\w+\s*\()", flags),
             {"core/video"}},
            {"matio", {"Mat_"}, std::regex(R"(\bMat_\w+\s*\()", flags), {"core/formats"}},
            {"yaml-cpp", {"YAML::"}, std::regex(R"(\bYAML::)", flags), {"core/formats"}},
            {"libxml2", {"xml"}, std::regex(R"(\bxml[A-Z]\w+\s*\()", flags), {"core/formats"}},
        };
    }();
    return calls;
}

TEST(House, ALibraryIsCalledOnlyInItsRoom) {
    for (const SourceFile& file : cpp_files()) {
        const std::string room = room_of(file.path);
        if (room == "tests") continue;
        for (const Calls& calls : guarded_calls()) {
            if (calls.rooms.contains(room)) continue;
            const auto found = find_word(file.code, calls.stems, calls.pattern);
            if (!found) continue;
            const std::size_t line = line_at(file, *found);
            ADD_FAILURE() << file.path << ":" << line << " calls " << calls.what << ": " << file.lines[line - 1];
        }
    }
}

TEST(House, TheGuardedCallsAreThere) {
    // A pattern that matches nothing in its own room guards nothing.
    for (const Calls& calls : guarded_calls()) {
        bool found = false;
        for (const SourceFile& file : cpp_files()) {
            if (calls.rooms.contains(room_of(file.path)))
                found = found || find_word(file.code, calls.stems, calls.pattern).has_value();
        }
        EXPECT_TRUE(found) << calls.what;
    }
}

TEST(House, OnlyTheSessionAndTheStoreChangeADocument) {
    const std::vector<std::string> stems{"document"};
    const std::regex apply(R"(\bdocument_?\w*(\.|->)apply\s*\()");
    for (const SourceFile& file : cpp_files()) {
        const std::string room = room_of(file.path);
        if (room == "tests" || room == "app/session" || room == "core/store" || room == "core/edit") continue;
        EXPECT_FALSE(find_word(file.code, stems, apply)) << file.path;
    }
}

TEST(House, NothingThrows) {
    const std::vector<std::string> stems{"throw"};
    const std::regex thrown(R"(\bthrow\b)");
    for (const SourceFile& file : cpp_files()) {
        if (room_of(file.path) == "tests") continue;
        if (const auto found = find_word(file.code, stems, thrown))
            ADD_FAILURE() << file.path << ":" << line_at(file, *found);
    }
}

TEST(House, CorePrintsNothing) {
    const std::vector<std::string> stems{"std::c", "printf", "puts", "fputs", "fmt::print"};
    const std::regex print(R"(\bstd::c(out|err)\b|\b(printf|puts|fputs|fmt::print)\s*\()");
    for (const SourceFile& file : cpp_files()) {
        if (!file.path.starts_with("core/") && !file.path.starts_with("tracking/")) continue;
        if (file.path == "core/base/check.cpp") continue;  // a bug's last words, before the process ends
        if (const auto found = find_word(file.code, stems, print))
            ADD_FAILURE() << file.path << ":" << line_at(file, *found);
    }
}

TEST(Sources, AWordIsFoundWhereItBeginsAndMatches) {
    const std::regex call(R"(\b(gl[A-Z]\w*|av_\w+)\s*\()");
    const std::vector<std::string> stems{"gl", "av_"};
    EXPECT_EQ(find_word("single; egl(); glow(); av_free (p); glClear();", stems, call), 23U);
    EXPECT_EQ(find_word("single; eglClear(); glClear; my_av_free();", stems, call), std::nullopt);
}

TEST(Sources, BlankingLeavesCodeAlone) {
    const std::string text = "a(\"cv::\\\"x\"); // cv::\n/* cv::\n*/ b('\\'', 1'000); auto c = R\"(cv::)\";\n";
    const std::string code = without_comments_and_literals(text);
    EXPECT_EQ(code.size(), text.size());
    EXPECT_EQ(code.find("cv::"), std::string::npos);
    EXPECT_NE(code.find("b("), std::string::npos);
    EXPECT_NE(code.find("1'000"), std::string::npos);
    EXPECT_NE(code.find("auto c"), std::string::npos);
}

}  // namespace
}  // namespace inbetween::test
