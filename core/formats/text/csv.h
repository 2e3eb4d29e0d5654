#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inbetween {

/// The fields of one comma-separated record, without blanks around them; a field in double quotes is taken as it is,
/// a doubled quote in it as one.
/// returns: nullopt when a quote is left open or something stands after a closed one.   source: RFC 4180.
std::optional<std::vector<std::string>> csv_fields(std::string_view line);

/// A text as one field: in double quotes when it holds a comma, a quote or a line end, or a blank at an end.
std::string csv_field(std::string_view text);

/// Reads the records of a csv file one by one; a field in double quotes may hold line ends. Blank lines are no records.
class CsvRecords {
public:
    /// The file must be open and outlive it.
    explicit CsvRecords(std::istream& in) : in_(&in) {}

    /// The next record, without its line end; nullopt at the end of the file.
    std::optional<std::string_view> next();
    /// The line in which the record last handed out begins, from 1.
    std::int64_t line() const { return first_line_; }

private:
    std::istream* in_;
    std::string record_;
    std::int64_t line_ = 0;
    std::int64_t first_line_ = 0;
};

}  // namespace inbetween
