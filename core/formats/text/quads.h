#pragma once

#include <cstdint>
#include <vector>

#include "core/formats/text/builder.h"
#include "core/formats/text/export.h"
#include "core/formats/text/rows.h"

namespace inbetween {

/// What a file says of a quad at a frame.
struct StatedQuad {
    FrameIndex frame;
    Quad quad;
    bool occluded = false;
    friend bool operator==(const StatedQuad&, const StatedQuad&) = default;
};

/// Eight numbers from the field `first` on, as corners; the fields are called x1, y1, ... y4.
Quad quad_field(Fields& fields, std::size_t first);

/// Tells whether the quad can be held once it is on the grid: not flat, not crossing itself.
bool is_holdable(const Quad& quad);

/// The box turned clockwise about its centre, its own top left corner first.
Quad turned(const Box& box, double degrees);

/// Keyframes at every stated frame, and an outside keyframe where a run of frames ends before `end` does. A run goes on
/// as long as the next row comes at most `step` frames later.
/// requires: rows by frame, ascending, no frame twice, all before `end`, quads that are holdable.
std::vector<Keyframe> keyframes_of_quads(const std::vector<StatedQuad>& rows, FrameIndex end, std::int64_t step = 1);

/// Every frame of the video at which the track is in view; a box as its four corners, counted.
std::vector<StatedQuad> visible_quads(const Annotations& annotations, const Track& track, Losses& losses);

/// "x1 y1 x2 y2 x3 y3 x4 y4" with that separator, each number on the storage grid.
std::string quad_text(const Quad& quad, char separator);

}  // namespace inbetween
