#pragma once

#include <filesystem>
#include <optional>

#include "app/cli/cli.h"
#include "core/base/result.h"

namespace inbetween {

/// Opens the workstation's window on a file, or on the start screen, and runs until it is closed.
/// returns: the program's exit status.   errors: no display or no OpenGL 3.3; there is no such file.
Result<int> run_workstation(const cli::WindowRequest& request);

/// Draws the workstation as it looks on a file, without a display, into a PNG.
/// errors: no EGL; the file cannot be opened, the frame or track is not there, the PNG cannot be written.
Result<Done> draw_picture(const cli::PictureRequest& request);

}  // namespace inbetween
