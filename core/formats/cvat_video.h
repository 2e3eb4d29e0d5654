#pragma once

#include <string>
#include <string_view>

#include "core/formats/cvat.h"
#include "core/formats/formats.h"

namespace inbetween {

/// How a CVAT file of tracks is read and written.
struct CvatVideoOptions {
    std::string generated = "auto";
    bool holds_last = true;
    bool takes_polygons = true;
    bool writes_all_rows = true;
    bool writes_every_quad = true;
    bool writes_actions = true;
    bool is_rounded = false;
};

/// Reads the text of a CVAT file of tracks.   errors: as Format::read.
Result<ReadResult> read_cvat_video(std::string_view file, std::string_view text, const Media& media,
                                   const CvatVideoOptions& how);

/// A CVAT file of a video's tracks.
struct CvatVideoText {
    std::string text;
    std::int64_t boxes = 0;
};
CvatVideoText cvat_video_text(const Annotations& annotations, const Media& media, const CvatVideoOptions& how,
                              Losses& losses);

}  // namespace inbetween
