#pragma once

#include <CLI/App.hpp>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace inbetween::cli {

/// Names from pieces "FROM=TO", or files of such lines, in which those that are blank or begin with # say nothing.
/// errors: a piece that is neither; a file's line without "="; a name stated twice.
Result<std::map<std::string, std::string, std::less<>>> names_of(const std::vector<std::string>& stated);

/// What is wrong with a format's name, as far as it is stated; "auto" is good where a format can be found out.
std::string check_format_to_read(const std::string& id);
std::string check_format_to_write(const std::string& id);

/// What is wrong with the options of the format that was stated: `--format` and `--option` of a subcommand.
/// returns: one sentence; empty where nothing is, or the format is to be found out.
std::string format_misuse(const CLI::App& app);

}  // namespace inbetween::cli
