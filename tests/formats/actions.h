#pragma once

#include <set>
#include <string>
#include <tuple>

#include "tests/formats/support.h"

namespace inbetween::test {

/// What a person sees of segments: their labels and their frames.
using Said = std::multiset<std::tuple<std::string, std::int64_t, std::int64_t>>;
Said said_in(const Annotations& annotations);

/// Adds a segment to the annotations' video, or to a track; its label is made when it is new.
void add_segment(Annotations& made, const std::string& label, std::int64_t begin, std::int64_t end,
                 TrackId track = TrackId{});

/// A video whose frames follow one another at uneven times, from 5 s on.
Media uneven_media(std::uint32_t seed);

/// Segments that overlap, touch, last one frame or the whole video, with names in several scripts; every other one on
/// uneven_media. The same for the same seed.
Annotations random_actions(std::uint32_t seed);

}  // namespace inbetween::test
