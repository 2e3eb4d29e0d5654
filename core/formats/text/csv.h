#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inbetween {

/// The fields of one comma-separated record, without blanks around them; a field in double quotes is taken as it is,
/// a doubled quote in it as one.
/// returns: nullopt when a quote is left open or something stands after a closed one.   source: RFC 4180.
std::optional<std::vector<std::string>> csv_fields(std::string_view line);

/// A text as one field: in double quotes when it holds a comma, a quote or a line end.
std::string csv_field(std::string_view text);

}  // namespace inbetween
