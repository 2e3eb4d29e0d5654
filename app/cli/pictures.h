#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/cli/console.h"
#include "core/formats/format.h"
#include "core/video/picture.h"

namespace inbetween {
class ScreenConverter;
}

namespace inbetween::cli {

/// As what pictures of frames are written.
enum class PictureKind { Png, Jpeg };

/// ".png" or ".jpg".
std::string_view extension_of(PictureKind kind);

/// The frame upright in 8 bits, as on the screen, encoded.   errors: a pixel format that cannot be converted.
Result<std::string> encoded_picture(ScreenConverter& converter, const Picture& picture, PictureKind kind);

/// The frames that an export is to have beside it.
struct FramePictures {
    const Annotations& annotations;  ///< whose videos are never written over
    const Media& media;
    std::filesystem::path video;
    std::vector<FrameImage> images;
    PictureKind kind = PictureKind::Png;
};

/// Writes exact frames, each whole or not at all, with progress; those of this call are taken away again when it ends
/// early.   errors: a frame that the video has not; what the disk says; stopped by Ctrl-C.
Result<Done> write_pictures(Console& console, const FramePictures& wanted);

}  // namespace inbetween::cli
