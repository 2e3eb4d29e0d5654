#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace inbetween::bare {

/// What a library needs for a file's bytes with no annotations behind them: the measure that a format is held against.
enum class Kind { Text, Xml, Json };

/// A file taken apart into what its library is told when it emits it: numbers as numbers, names as texts.
class Calls {
public:
    virtual ~Calls() = default;
    /// Emits the file again, buffered.
    virtual void write(const std::filesystem::path& path) const = 0;
};

/// Takes a file's text apart.
std::unique_ptr<Calls> calls_of(Kind kind, std::string_view text);

/// Parses a file: every row and field, element and attribute, or value; numbers of rows of text are converted.
/// returns: how many there were, so that no compiler leaves the work out.
std::int64_t parse(Kind kind, const std::filesystem::path& path);

// Of each kind.
std::unique_ptr<Calls> calls_of_text(std::string_view text);
std::unique_ptr<Calls> calls_of_xml(std::string_view text);
std::unique_ptr<Calls> calls_of_json(std::string_view text);
std::int64_t parse_text(const std::filesystem::path& path);
std::int64_t parse_xml(const std::filesystem::path& path);
std::int64_t parse_json(const std::filesystem::path& path);

/// A number as the digits of a text state it, so that the same digits come out of formatting it.
struct Number {
    double value = 0;
    int decimals = -1;  ///< -1: it is no number that formatting gives again
};
Number number_of(std::string_view digits);

}  // namespace inbetween::bare
