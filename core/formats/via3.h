#pragma once

#include <string>
#include <string_view>

#include "core/formats/format.h"
#include "core/formats/text/actions.h"
#include "core/formats/text/images.h"

namespace inbetween {

// The attributes that files of VIA 3 are written with.
inline constexpr std::string_view via3_segment_attribute = "TEMPORAL-SEGMENTS";
inline constexpr std::string_view via3_label_attribute = "label";
inline constexpr std::string_view via3_track_attribute = "track";
inline constexpr std::string_view via3_occluded_attribute = "occluded";

/// What the options of the format come to.
struct Via3Options {
    std::string video;
    double time_offset = 0;
    std::string label;     ///< empty: auto
    std::string identity;  ///< empty: none
    ImageOptions images;
};

/// errors: a value that makes no sense.
Result<Via3Options> via3_options(const FormatOptions& stated);

/// Reads a csv of either version, or a project as VIA 3 saves it: actions as segments of the video, shapes at moments
/// as tracks. errors: malformed row; a video that is not in it; no action within the video's time.
Result<ReadResult> read_via3_text(std::string_view file, std::string_view text, const Media& media,
                                  const Via3Options& how);

/// Writes a csv of version 3.0.8 and later: a row an action, and a row a frame at which a track is in view.
Result<WriteReport> write_via3(const WriteRequest& request);

}  // namespace inbetween
