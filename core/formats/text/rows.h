#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/model/shape.h"

namespace inbetween {

/// The line of a text file: what every error of a text reader names.
struct Place {
    std::string_view file;
    std::int64_t line = 0;  ///< from 1; 0: the file as a whole
};

/// "file:line: field: why", or "file: field: why" for the file as a whole.
Error row_error(const Place& place, std::string_view field, std::string_view why);

/// Hands out the lines of a text one by one, without line ends (LF or CRLF) and without a byte order mark.
/// The text must outlive it.
class Lines {
public:
    Lines(std::string_view file, std::string_view text);

    /// The next line, blank ones included; nullopt at the end.
    std::optional<std::string_view> next();
    /// The next line with something in it.
    std::optional<std::string_view> next_filled();
    /// Where the line last handed out stands.
    Place place() const { return {file_, line_}; }

private:
    std::string_view file_;
    std::string_view rest_;
    std::int64_t line_ = 0;
};

/// Hands out the lines of a file as Lines does, holding little more of it than a line. A line is good until the next.
class FileLines {
public:
    /// The name and the open file must outlive it.
    FileLines(std::string_view file, std::istream& in);

    std::optional<std::string_view> next();
    std::optional<std::string_view> next_filled();
    Place place() const { return {file_, line_}; }

private:
    bool read_more();

    std::string_view file_;
    std::istream& in_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;  ///< of what is held and was not handed out
    std::size_t end_ = 0;
    std::int64_t line_ = 0;
};

/// The text without a UTF-8 byte order mark at its start.
std::string_view without_bom(std::string_view text);

/// Tells whether a text is UTF-8 without control characters, so that it may become a name.   source: RFC 3629.
bool is_clean_utf8(std::string_view text);

/// Splits a row at a separator; the pieces are put behind those that are there, without blanks around them.
void split_into(std::vector<std::string_view>& pieces, std::string_view line, char separator);

/// Reads the fields of one row by position and type. The first thing wrong is kept as error(); what is read after it
/// is of no meaning.
class Fields {
public:
    Fields(Place place, std::vector<std::string_view> fields) : place_(place), fields_(std::move(fields)) {}

    /// Goes on with another row, whose fields are put where those of the last were.   requires: nothing was wrong.
    std::vector<std::string_view>& restart(Place place) {
        place_ = place;
        fields_.clear();
        return fields_;
    }

    std::size_t size() const { return fields_.size(); }
    Place place() const { return place_; }
    /// errors: fewer fields than that; the error names the field and how many there are.
    std::string_view text(std::size_t index, std::string_view name);
    /// A whole number from `least` to `most`.
    std::int64_t integer(std::size_t index, std::string_view name, std::int64_t least, std::int64_t most);
    /// A finite number whose amount is at most `most`.
    double number(std::size_t index, std::string_view name, double most);
    /// "0" or "1".
    bool flag(std::size_t index, std::string_view name);
    /// States what is wrong with a field, unless something was wrong before.
    void reject(std::string_view name, std::string_view why);

    const std::optional<Error>& error() const { return error_; }

private:
    Place place_;
    std::vector<std::string_view> fields_;
    std::optional<Error> error_;
};

/// The largest number of pixels that a coordinate may have.
inline constexpr double largest_coordinate_px = 1e6;
/// The largest frame number, and identity, that a reader takes.
inline constexpr std::int64_t largest_frame = 1'000'000'000;
inline constexpr std::int64_t largest_number = 1'000'000'000'000;

/// A text made fit for one line: what is unprintable or no UTF-8 becomes "?", what is after `longest` bytes "...".
std::string one_line_of(std::string_view text, std::size_t longest = 300);

/// A text made fit for an error message: at most 40 bytes, in quotes, nothing unprintable.
std::string in_quotes(std::string_view text);

/// A coordinate, put on the storage grid, with the fewest decimals that lead back to that point of it: 31.03, 12,
/// 0.0625.
std::string grid_number(double stated);
void append_grid_number(std::string& text, double stated);
void append_number(std::string& text, std::int64_t number);

}  // namespace inbetween
