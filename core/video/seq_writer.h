#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <vector>

#include "core/base/frame.h"
#include "core/base/result.h"
#include "core/video/frame_source.h"

namespace inbetween {

/// As what a Norpix sequence keeps its pictures.
enum class SeqPictures { Jpeg, Png, Raw };

/// A Norpix sequence to be made of frames of a video.
struct SeqRequest {
    std::filesystem::path out;
    std::vector<FrameIndex> frames;  ///< rising, at least one, all within the video
    SeqPictures pictures = SeqPictures::Jpeg;
    int quality = 95;  ///< of JPEGs: 1 to 100 (best), about as libjpeg counts
};

/// Whether the file is a sequence that write_seq() made.
bool is_own_seq(const std::filesystem::path& path);

/// Writes frames as a sequence, upright and in 8 bits as they are seen on the screen, gray ones of a gray video, with
/// their own times. It stands under its name, in place of what stood there, once it was read back and holds as many
/// frames at these times, and their very pixels unless they are JPEGs.
/// errors: cancelled; the disk; what would be read back otherwise.
Result<Done> write_seq(FrameSource& source, const SeqRequest& request, const std::stop_token& stop,
                       const std::function<void(double share)>& progress);

}  // namespace inbetween
