#pragma once

#include <filesystem>
#include <optional>
#include <regex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inbetween::test {

/// One file of the clone, read.
struct SourceFile {
    std::string path;                ///< from the clone's root, with forward slashes: "core/base/result.h"
    std::string text;                ///< as it is
    std::string code;                ///< the same length, with comments and the insides of literals blanked out
    std::vector<std::string> lines;  ///< of `text`
};

/// Every C++ file of core, tracking, app and tests, in order of path.
const std::vector<SourceFile>& cpp_files();

/// Every file of the clone that git would keep: no build folders, no pictures.
const std::vector<SourceFile>& text_files();

/// The room of the house that a file stands in, by its path: "core/video", "tracking", "app/session" for the files
/// directly in app/, "app/main" for main, gui and workstation there, "tests"; empty for anything else.
std::string room_of(std::string_view path);

/// One `#include` line.
struct Include {
    const SourceFile* from = nullptr;
    std::size_t line = 0;  ///< from 1
    std::string name;      ///< "core/base/result.h"
    bool quoted = false;   ///< "..." and not <...>
};
std::vector<Include> includes_of(const SourceFile& file);

/// The number of the line (from 1) that holds this offset of the text.
std::size_t line_at(const SourceFile& file, std::size_t offset);

/// Where a pattern first matches at the beginning of a word, or of a path, that starts with one of `stems`, which each
/// match does: far quicker than the pattern alone.
std::optional<std::size_t> find_word(std::string_view text, std::span<const std::string> stems,
                                     const std::regex& pattern);

/// The code with comments and the insides of string and character literals turned into blanks; line ends stay.
std::string without_comments_and_literals(std::string_view text);

}  // namespace inbetween::test
