#pragma once

#include <cstdint>
#include <vector>

#include "app/cli/bench/truth.h"

namespace inbetween::bench {

/// Frames of an object that follow one another without a gap.
struct Run {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t frames() const { return last - first + 1; }
};

std::vector<Run> runs_of(const TrueShapes& shapes);

/// Which frames of a run are keyframes, one every `spacing` and one at both ends. A rest shorter than 0.3 of the
/// spacing joins the span before it.
std::vector<std::int64_t> keyframes_every(const Run& run, std::int64_t spacing);

/// An object as a person would have stated it: keyframes taken from the truth, outside after each run but the last.
/// requires: `frames` ascending, both ends of each run among them.
Track track_of(const TrueShapes& shapes, ShapeKind kind, TrackId id, const std::vector<std::int64_t>& frames);

/// All objects with a keyframe every `spacing` frames, their ids counted from 1.
std::vector<Track> tracks_every(const Truth& truth, std::int64_t spacing);

}  // namespace inbetween::bench
