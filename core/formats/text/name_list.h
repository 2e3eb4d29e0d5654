#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace inbetween {

/// The names of a text file, one a line: of classes by their numbers.
/// errors: the file cannot be read; a name that is not UTF-8.
Result<std::vector<std::string>> read_name_list(const std::filesystem::path& path);

/// The names as such a file's text.
std::string name_list_text(const std::vector<std::string>& names);

}  // namespace inbetween
