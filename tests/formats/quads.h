#pragma once

#include <map>
#include <utility>

#include "tests/formats/support.h"

namespace inbetween::test {

/// Tracks of quads as a person might state them: turning, partly out of the picture, with pauses and ends of their own.
/// The same for the same seed.
Annotations random_quads(std::uint32_t seed);

/// Where a quad is in view: by track and frame, its corners on the grid, and whether it is occluded.
using QuadsInView = std::map<std::pair<TrackId, std::int64_t>, std::pair<Quad, bool>>;
QuadsInView quads_in_view(const Annotations& annotations);

}  // namespace inbetween::test
