#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/formats/format.h"

namespace inbetween {

/// How what a file says differs from what a project says of a video.
struct Differences {
    /// Tracks in which a box is missing, added or otherwise; attributes of tracks; segments; names of labels.
    std::int64_t count = 0;
    std::string first;       ///< one of them, in words; empty for none
};

/// Compares, frame by frame and by tracks (what a writer tells as lost may be tracks or boxes), what is in view in
/// both, with its attributes' values, and the segments, as far as the format carries them at all. A quad counts by its bounding box where the format
/// has boxes only; places are the same within the pixel that a format without fractions rounds to.
Differences compare_statements(const Carries& carries, const Annotations& expected, MediaId media,
                               const Annotations& found);

}  // namespace inbetween
