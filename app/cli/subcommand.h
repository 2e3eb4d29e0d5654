#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/console.h"
#include "core/base/result.h"

namespace inbetween::cli {

/// What a subcommand does once its arguments are read.   errors: it could not be done: "what: why".
using Action = std::function<Result<Done>(Console&)>;

/// One subcommand of the program: all that the dispatcher and `--help` know of it.
struct Subcommand {
    std::string_view id;     ///< "track"
    std::string_view usage;  ///< its arguments as one line: "PROJECT [--track ID...] [--method M] [--range A:B]"
    std::string_view help;   ///< one sentence
    /// Declares the arguments; the action reads them after they were parsed.
    Action (*declare)(CLI::App& app);
    /// Options that may be followed by several values, and what a further value looks like: any other argument after
    /// the first value is one of its own.
    struct Repeated {
        std::string_view option;                   ///< "--track"
        bool (*is_value)(std::string_view value);  ///< of the second and later values
    };
    std::vector<Repeated> repeated = {};
    /// What is wrong with the options that were stated together: one sentence, empty where nothing is.
    std::string (*misuse)(const CLI::App& app) = nullptr;
};

// One file each; the table that holds them is in cli.cpp.
extern const Subcommand new_subcommand;
extern const Subcommand info_subcommand;
extern const Subcommand frame_subcommand;
extern const Subcommand track_subcommand;
extern const Subcommand import_subcommand;
extern const Subcommand export_subcommand;
extern const Subcommand clips_subcommand;
extern const Subcommand detect_subcommand;
extern const Subcommand review_subcommand;
extern const Subcommand verify_subcommand;
extern const Subcommand list_subcommand;
extern const Subcommand bench_subcommand;

}  // namespace inbetween::cli
