#pragma once

#include <istream>
#include <string>
#include <string_view>

#include "core/formats/cvat.h"
#include "core/formats/formats.h"

namespace inbetween {

/// How a CVAT file of tracks is read and written.
struct CvatVideoOptions {
    std::string generated = "auto";
    std::string last = "auto";
    bool takes_polygons = true;
    std::int64_t task = -1;  ///< which of a project's tasks is read; -1: the video's
    bool writes_all_rows = true;
    bool writes_every_quad = true;
    bool writes_actions = true;
    bool is_rounded = false;
};

/// Reads a CVAT file of tracks, one of them held at a time.   errors: as Format::read.
Result<ReadResult> read_cvat_video(std::string_view file, std::istream& in, const Media& media,
                                   const CvatVideoOptions& how);

/// Writes a CVAT file of a video's tracks.   returns: how many boxes are in view.
std::int64_t write_cvat_video(const Annotations& annotations, const Media& media, const CvatVideoOptions& how,
                              Losses& losses, StreamedFile& file);

}  // namespace inbetween
