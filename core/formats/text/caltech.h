#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/format.h"
#include "core/formats/text/export.h"
#include "core/formats/text/rows.h"

namespace inbetween {

// What the Caltech pedestrian formats (vbb, vbb text, bbGt text) have in common.
// source: Dollar et al., evaluation code 3.2.1, vbb.m and bbGt.m.

/// An object in one frame, in the file's coordinates: the first pixel's are (1, 1) unless an option says otherwise.
struct CaltechRow {
    std::int64_t frame = 1;  ///< from 1
    Box pos;
    bool occluded = false;
    bool lock = false;             ///< a labeller stated it
    std::array<double, 4> posv{};  ///< the visible part: left, top, width, height; zeros: not stated
};

struct CaltechObject {
    std::string label;
    bool hide = false;
    std::vector<CaltechRow> rows;  ///< by frame, ascending
};

struct CaltechVideo {
    std::int64_t frames = 0;
    std::vector<CaltechObject> objects;
};

/// The options that the formats share.
inline constexpr FormatOption caltech_offset_option{
    "offset", "1|0.5|0", "1",
    "what is taken from the file's left and top to reach pixels that count from 0: 1 as the field does, 0.5 for pixel "
    "edges, 0 for files that count from 0 already"};
inline constexpr FormatOption caltech_posv_option{
    "posv", "keep|drop", "keep",
    "the visible part of an occluded box, as the attribute 'visible' (left top width height)"};

struct CaltechOptions {
    double offset = 1;
    bool keeps_posv = true;
};
Result<CaltechOptions> caltech_options(const Format& format, const FormatOptions& stated);

/// Names of attributes that these formats carry.
inline constexpr std::string_view visible_attribute = "visible";
inline constexpr std::string_view hide_attribute = "hide";
inline constexpr std::string_view bbgt_ignore_attribute = "ignore";

/// The visible part as the text of an attribute in the picture's coordinates, and back; zeros for anything else.
std::string visible_text(const std::array<double, 4>& posv, double offset);
std::array<double, 4> visible_part(std::string_view text, double offset);

/// Turns objects into tracks: a keyframe at every frame, a pause or an end as outside.
/// errors: nothing lies within the video.
Result<ReadResult> annotations_of(std::string_view file, const CaltechVideo& video, const Media& media,
                                  const CaltechOptions& how);

/// Turns the tracks of one video into objects, each present in every frame from its first to its last: a track that
/// pauses becomes several, counted as a loss.
CaltechVideo caltech_video_of(const Annotations& annotations, MediaId media, const CaltechOptions& how, Losses& losses);

/// How many boxes the objects state.
std::int64_t box_count(const CaltechVideo& video);

}  // namespace inbetween
