#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/formats/support.h"

namespace inbetween::test {

/// What is left of shapes once nothing tells which track they are of: frame, label, and the numbers of the box (left,
/// top, right, bottom) or quad, on the grid.
using ShownInImages = std::multiset<std::tuple<std::int64_t, std::string, std::vector<double>>>;
ShownInImages shown_in_images(const Annotations& annotations);

/// As above, each shape as the box around it.
ShownInImages boxes_in_images(const Annotations& annotations);

}  // namespace inbetween::test
