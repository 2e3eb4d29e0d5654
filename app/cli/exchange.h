#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace inbetween::cli {

/// Names from pieces "FROM=TO", or files of such lines, in which those that are blank or begin with # say nothing.
/// errors: a piece that is neither; a file's line without "="; a name stated twice.
Result<std::map<std::string, std::string, std::less<>>> names_of(const std::vector<std::string>& stated);

}  // namespace inbetween::cli
