#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace inbetween::cli {

/// Writes a new project at `copy` with all of `project` that can be read and is sound. The original is only read.
/// returns: what was kept and what was left out, one sentence each.
/// errors: nothing can be read; `copy` exists or cannot be written, then no file is left.
Result<std::vector<std::string>> repair_project(const std::filesystem::path& project,
                                                const std::filesystem::path& copy);

}  // namespace inbetween::cli
