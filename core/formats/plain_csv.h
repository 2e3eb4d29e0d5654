#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/formats/format.h"

namespace inbetween {

/// A record of the program's own csv, as texts; what it does not state is empty.
struct PlainCsvRow {
    std::string record;
    std::string track, segment, label;
    std::string frame, end, pts, seconds;
    std::string x, y, w, h;
    std::string x1, y1, x2, y2, x3, y3, x4, y4;
    std::string provenance, source, occluded, outside, confidence;
    std::string attribute, name, value;
};

/// A column of it.
struct PlainColumn {
    std::string_view name;
    std::string PlainCsvRow::*field;
    std::string_view help;
};

// clang-format off
/// The columns, in the order in which they are written; a reader goes by the header's names.
inline constexpr std::array plain_columns{
    PlainColumn{"record", &PlainCsvRow::record, "what the row states: schema, media, time, label, attribute, track, value, fill, shape or segment"},
    PlainColumn{"track", &PlainCsvRow::track, "number of the track; of a segment: empty where it is of the video"},
    PlainColumn{"segment", &PlainCsvRow::segment, "number of the segment"},
    PlainColumn{"label", &PlainCsvRow::label, "name of the label, also of a track's and a segment's"},
    PlainColumn{"frame", &PlainCsvRow::frame, "frame, from 0; value and segment: the first; fill: the keyframe before"},
    PlainColumn{"end", &PlainCsvRow::end, "value and segment: the first frame after; fill: the keyframe after"},
    PlainColumn{"pts", &PlainCsvRow::pts, "the frame's time stamp, in ticks of the media's timebase"},
    PlainColumn{"seconds", &PlainCsvRow::seconds, "from the first frame"},
    PlainColumn{"x", &PlainCsvRow::x, "a box's left edge, in pixels from the picture's left edge"},
    PlainColumn{"y", &PlainCsvRow::y, "its upper edge"},
    PlainColumn{"w", &PlainCsvRow::w, "its width"},
    PlainColumn{"h", &PlainCsvRow::h, "its height"},
    PlainColumn{"x1", &PlainCsvRow::x1, "a quad's first corner's x: corners go clockwise, from the object's own top left one"},
    PlainColumn{"y1", &PlainCsvRow::y1, "its first corner's y"},
    PlainColumn{"x2", &PlainCsvRow::x2, "its second corner's x"},
    PlainColumn{"y2", &PlainCsvRow::y2, "its second corner's y"},
    PlainColumn{"x3", &PlainCsvRow::x3, "its third corner's x"},
    PlainColumn{"y3", &PlainCsvRow::y3, "its third corner's y"},
    PlainColumn{"x4", &PlainCsvRow::x4, "its fourth corner's x"},
    PlainColumn{"y4", &PlainCsvRow::y4, "its fourth corner's y"},
    PlainColumn{"provenance", &PlainCsvRow::provenance, "keyframe (stated), filled (by a solver), linear (a blend of the keyframes around), held (the keyframe before); empty: keyframe"},
    PlainColumn{"source", &PlainCsvRow::source, "manual, tracked, interpolated, imported or detected"},
    PlainColumn{"occluded", &PlainCsvRow::occluded, "0 or 1"},
    PlainColumn{"outside", &PlainCsvRow::outside, "0 or 1: not in view, the shape is where it was last"},
    PlainColumn{"confidence", &PlainCsvRow::confidence, "0 to 1"},
    PlainColumn{"attribute", &PlainCsvRow::attribute, "number of the attribute"},
    PlainColumn{"name", &PlainCsvRow::name, "what the value is: a property, an attribute's name, a solver's id"},
    PlainColumn{"value", &PlainCsvRow::value, "the value; time: the hash of the frame's samples; fill: first and last keyframe that it was computed from"}};
// clang-format on

/// The columns of a quad's corners: x1, y1, ... y4.
inline constexpr std::array plain_corner_fields{&PlainCsvRow::x1, &PlainCsvRow::y1, &PlainCsvRow::x2, &PlainCsvRow::y2,
                                                &PlainCsvRow::x3, &PlainCsvRow::y3, &PlainCsvRow::x4, &PlainCsvRow::y4};

/// Reads the program's own csv row by row.   errors: file, line and column.
Result<ReadResult> read_plain_csv(const ReadRequest& request);

}  // namespace inbetween
