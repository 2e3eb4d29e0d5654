#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace inbetween {

/// An attribute of a row, by name.
using ViaValue = std::pair<std::string, std::string>;

/// What a file says of one span of time, or of a shape at a moment or in an image.
struct ViaRow {
    std::string video;   ///< its file's name without the ending
    std::string folder;  ///< the last folder that the file lies in, if one is named
    std::vector<double> times;
    std::vector<double> shape;
    std::vector<ViaValue> values;
    std::int64_t line = 0;                            ///< 0: a project's files are not told by lines
    std::string shape_field = "spatial_coordinates";  ///< what errors call the shape
};

/// All that a file says.
struct ViaRows {
    std::vector<ViaRow> rows;
    std::int64_t undeclared = 0;   ///< values of attributes that the file does not describe, left out
    bool lost_attributes = false;  ///< a spreadsheet took the quotes out of their description
};

/// The rows of a csv of either version, or of a project as VIA 3 itself saves it.
/// errors: malformed file, by line and column or by path.
Result<ViaRows> via3_rows_of(std::string_view file, std::string_view text);

}  // namespace inbetween
