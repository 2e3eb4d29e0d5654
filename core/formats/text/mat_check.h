#pragma once

#include <string_view>

#include "core/base/result.h"

namespace inbetween {

/// Checks that the bytes are a level 5 MATLAB file of plain data, in which every element lies within the one around it
/// and holds as much as its dimensions say. libmatio believes what a file says of its sizes, so a damaged one is told
/// here, before it is let near.
/// errors: not a MATLAB file; one of version 7.3; damaged, cut, or holding something that is not plain data.
/// source: MathWorks, "MAT-File Format", level 5.
Result<Done> check_mat_bytes(std::string_view file, std::string_view bytes);

}  // namespace inbetween
