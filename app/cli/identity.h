#pragma once

#include <filesystem>
#include <string>

#include "app/cli/console.h"
#include "core/model/annotations.h"
#include "core/video/video_match.h"

namespace inbetween::cli {

/// What `verify --video` was asked.
struct IdentityQuestion {
    std::filesystem::path project;
    std::filesystem::path video;
    bool every_frame = false;  ///< compare the frames even where the files look the same
    bool json = false;
};

/// Holds the frames of a video against the annotated ones; Ctrl-C stops it.   errors: cancelled.
Result<VideoMatch> compare(Console& console, const VideoSignature& annotated, const VideoSignature& video);

/// Says whether the video is the one that was annotated, and if not, which frame of that one each of its frames shows.
/// errors: the annotations do not fit it as they stand; it cannot be told; cancelled.
Result<Done> check_identity(Console& console, const IdentityQuestion& question, const Media& media);

}  // namespace inbetween::cli
