#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/formats/format.h"

namespace inbetween::cli {

/// The format of that id.   errors: there is none; the sentence names those there are.
Result<const Format*> named_format(std::string_view id);

/// The format to read these files by: the one named, or, for "auto", the first that knows the first file's content.
/// errors: an unknown id; a file that cannot be read; no format knows it.
Result<const Format*> format_to_read(std::string_view id, const std::vector<std::filesystem::path>& files);

}  // namespace inbetween::cli
