#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/formats/format.h"

namespace inbetween::fuzz {

/// What one input gives a reader: options, and files by their names in a folder. As bytes it is the one file itself,
/// or lines "@@ option NAME=VALUE" and "@@ file NAME", each of the latter followed by what the file holds.
struct Input {
    FormatOptions options;
    std::vector<std::pair<std::string, std::string>> files;  ///< the one that is read first; others lie beside it
};

/// Any bytes as an input for the format. Names that would leave the folder are left out.
Input unpacked(const Format& format, std::string_view bytes);

/// The input as bytes that unpacked() takes apart again.   requires: every file but the last ends with a line end.
std::string packed(const Input& input);

/// The samples of a format in the clone, as inputs: a folder whole, else each file that the format knows with those
/// beside it.
std::vector<std::string> sample_seeds(const Format& format);

/// Words of the format for libFuzzer's -dict: its options, and the names and keys of its samples.
std::string dictionary(const Format& format);

/// A folder for the files of one input after the other, removed at the end.
class Scratch {
public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Lets the format read the input, and write and read again what it found.
/// returns: what a reader must never do (an error that is no sentence, annotations that cannot be held, a file that its
/// own reader refuses), in words; nullopt where all is well, also where the input is refused.
std::optional<std::string> problem_with(const Format& format, std::string_view bytes, const Scratch& scratch);

/// Tells whether the format reads the input.
bool is_read(const Format& format, std::string_view bytes, const Scratch& scratch);

}  // namespace inbetween::fuzz
