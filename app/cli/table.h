#pragma once

#include <string>
#include <vector>

namespace inbetween::cli {

/// Rows as aligned columns, two blanks apart, one row a line, nothing after the last cell.
std::vector<std::string> aligned(const std::vector<std::vector<std::string>>& rows);

}  // namespace inbetween::cli
