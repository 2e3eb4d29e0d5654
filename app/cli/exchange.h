#pragma once

#include <filesystem>
#include <map>
#include <string>
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

/// Names from pieces "FROM=TO", or files of such lines, in which those that are blank or begin with # say nothing.
/// errors: a piece that is neither; a file's line without "="; a name stated twice.
Result<std::map<std::string, std::string, std::less<>>> names_of(const std::vector<std::string>& stated);

}  // namespace inbetween::cli
