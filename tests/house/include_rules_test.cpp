#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "tests/house/sources.h"
#include "tests/support/support.h"

namespace inbetween::test {
namespace {

using Rooms = std::set<std::string>;

const Rooms core_rooms{"core/base", "core/model", "core/edit", "core/store", "core/video", "core/formats"};

Rooms with_core(Rooms more) {
    more.insert(core_rooms.begin(), core_rooms.end());
    return more;
}

/// Which rooms a room may include, besides itself. Nothing includes upward.
const std::map<std::string, Rooms>& may_include() {
    static const std::map<std::string, Rooms> rules{
        {"core/base", {}},
        {"core/model", {"core/base"}},
        {"core/edit", {"core/model", "core/base"}},
        {"core/store", {"core/edit", "core/model", "core/base"}},
        {"core/video", {"core/base"}},
        {"core/formats", {"core/model", "core/base"}},
        {"tracking", {"core/video", "core/model", "core/base"}},
        {"app/session", with_core({"tracking"})},
        {"app/commands", with_core({"tracking", "app/session"})},
        {"app/input", {"core/base", "app/commands"}},
        {"app/strings", {"core/base"}},
        {"app/platform", {"core/base", "core/video", "app/input"}},
        {"app/gl", {"core/base", "core/video"}},
        // The panels see stored, decoded and tracked things through the session alone; of formats they show the table.
        {"app/ui",
         {"core/base", "core/model", "core/edit", "core/formats", "app/session", "app/commands", "app/input",
          "app/platform", "app/gl", "app/strings"}},
        // The command line runs where there is no window to speak of.
        {"app/cli", with_core({"tracking", "app/session", "app/commands", "app/input", "app/strings"})},
        {"app/main", with_core({"tracking", "app/session", "app/commands", "app/input", "app/strings", "app/platform",
                                "app/gl", "app/ui", "app/cli"})},
    };
    return rules;
}

/// Which rooms may include the headers of a library, by how their names begin.
const std::map<std::string, Rooms>& library_rooms() {
    static const std::map<std::string, Rooms> rules{
        {"libav", {"core/video"}},
        {"libsw", {"core/video"}},
        {"sqlite3.h", {"core/store"}},
        {"matio.h", {"core/formats"}},
        {"libxml/", {"core/formats"}},
        {"yaml-cpp/", {"core/formats"}},
        {"google/protobuf/", {"core/formats"}},
        {"boost/", {"core/formats"}},
        {"opencv2/", {"tracking"}},
        {"CLI/", {"app/cli"}},
        {"imgui", {"app/ui"}},
        {"backends/imgui", {"app/ui"}},
        {"GLFW/", {"app/platform"}},
        {"SDL", {"app/platform"}},
        {"epoxy/gl.h", {"app/gl", "app/platform"}},
        {"epoxy/egl", {"app/platform"}},
        {"nlohmann/", {"app/cli", "core/formats"}},
    };
    return rules;
}

std::string place(const Include& include) {
    return include.from->path + ":" + std::to_string(include.line) + " includes " + include.name;
}

TEST(House, EverySourceStandsInARoomThatTheRulesKnow) {
    ASSERT_GT(cpp_files().size(), 100U);
    for (const SourceFile& file : cpp_files()) {
        const std::string room = room_of(file.path);
        EXPECT_TRUE(room == "tests" || may_include().contains(room)) << file.path << " stands in '" << room << "'";
    }
}

TEST(House, NothingIncludesUpward) {
    for (const SourceFile& file : cpp_files()) {
        const std::string room = room_of(file.path);
        if (room == "tests") continue;
        for (const Include& include : includes_of(file)) {
            if (!include.quoted) continue;
            const std::string other = room_of(include.name);
            if (other.empty()) continue;
            EXPECT_TRUE(other == room || may_include().at(room).contains(other)) << place(include);
        }
    }
}

TEST(House, QuotedIncludesNameAFileFromTheRoot) {
    for (const SourceFile& file : cpp_files()) {
        for (const Include& include : includes_of(file)) {
            if (!include.quoted) continue;
            const bool there = std::filesystem::exists(source_folder() / include.name);
            EXPECT_TRUE(there) << place(include);
        }
    }
}

TEST(House, ALibraryIsIncludedOnlyInItsRoom) {
    for (const SourceFile& file : cpp_files()) {
        const std::string room = room_of(file.path);
        if (room == "tests") continue;
        for (const Include& include : includes_of(file)) {
            for (const auto& [beginning, rooms] : library_rooms()) {
                if (!include.name.starts_with(beginning) || include.quoted) continue;
                EXPECT_TRUE(rooms.contains(room)) << place(include);
            }
        }
    }
}

TEST(House, HeadersOfCoreIncludeNoLibraryButThoseOfItsOwnRoomAndFmt) {
    const Rooms video_headers{"core/video"};
    for (const SourceFile& file : cpp_files()) {
        if (!file.path.starts_with("core/") || !file.path.ends_with(".h")) continue;
        for (const Include& include : includes_of(file)) {
            if (include.quoted || include.name.find('/') == std::string::npos) continue;
            // The formats' common parts speak JSON to each other, and to nobody else.
            const bool json = include.name.starts_with("nlohmann/") && file.path.starts_with("core/formats/text/");
            const bool own = (include.name.starts_with("libav") || include.name.starts_with("libsw")) &&
                             video_headers.contains(room_of(file.path));
            EXPECT_TRUE(own || json || include.name.starts_with("fmt/") || include.name.starts_with("sys/"))
                << place(include);
        }
    }
}

TEST(House, TheJsonOfFormatsIsIncludedByFormatsOnly) {
    for (const SourceFile& file : cpp_files()) {
        if (file.path.starts_with("core/formats/") || room_of(file.path) == "tests") continue;
        for (const Include& include : includes_of(file))
            EXPECT_NE(include.name, "core/formats/text/json.h") << place(include);
    }
}

TEST(House, TheRulesHaveNoCycle) {
    // A room may be reached from itself only by going up and down again, which the rules must not allow.
    std::map<std::string, int> level;
    for (std::size_t round = 0; round <= may_include().size(); ++round) {
        for (const auto& [room, below] : may_include()) {
            for (const std::string& other : below) level[room] = std::max(level[room], level[other] + 1);
        }
    }
    for (const auto& [room, height] : level) EXPECT_LE(height, static_cast<int>(may_include().size())) << room;
}

}  // namespace
}  // namespace inbetween::test
