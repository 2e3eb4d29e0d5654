#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/frame.h"
#include "core/base/result.h"
#include "core/video/picture.h"

namespace inbetween::cli {

/// What `inbetween --picture PNG FILE` asks for.
struct PictureRequest {
    std::filesystem::path out;
    std::filesystem::path file;
    FrameIndex frame;
    std::string select;  ///< a track's number; empty: none
    Size size{1600, 1000};
};

/// What `inbetween [FILE]` asks for.
struct WindowRequest {
    std::optional<std::filesystem::path> file;
    std::string hardware = "off";  ///< one of hardware_wishes
};

/// The workstation as the command line sees it. Null where it was left out of the build.
struct Workstation {
    /// Opens the window on a file, or without one.   returns: the exit status.   errors: there is no display.
    Result<int> (*run)(const WindowRequest& request) = nullptr;
    /// Draws the workstation without a display.
    Result<Done> (*draw)(const PictureRequest& request) = nullptr;
};

/// A subcommand's name and what it is for.
struct SubcommandName {
    std::string_view id;
    std::string_view usage;
    std::string_view help;
};
std::vector<SubcommandName> all_subcommands();

/// Runs the program with these arguments, its name left out.
/// returns: the exit status: 0 done, 1 it could not be done, 2 wrong usage.
int run_program(const std::vector<std::string>& arguments, const Workstation& workstation);

}  // namespace inbetween::cli
