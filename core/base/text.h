#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inbetween {

/// Parses a whole decimal integer, nothing before or after it; nullopt for anything else or out of range.
std::optional<std::int64_t> parse_int(std::string_view text);

/// Parses a whole finite decimal number in the C locale; nullopt for anything else, NaN and Inf included.
std::optional<double> parse_double(std::string_view text);

/// Without blanks, tabs, CR and LF at both ends.
std::string_view trim(std::string_view text);

/// The pieces between separators, empty ones included; one empty piece for an empty text.
std::vector<std::string_view> split(std::string_view text, char separator);

/// The pieces between runs of blanks and tabs; none for a blank text.
std::vector<std::string_view> split_blanks(std::string_view text);

/// The text without ASCII capitals.
std::string to_lower(std::string_view text);

/// Orders names as a person counts: runs of digits by their value, the rest by its characters.
bool natural_less(std::string_view a, std::string_view b);

/// A number with up to `max_decimals` decimals and without trailing zeros, in the C locale: 12, 0.5, -3.25.
std::string format_number(double value, int max_decimals);

/// A random version-4 UUID in its usual 36 characters.   source: RFC 4122.
std::string make_uuid();

}  // namespace inbetween
