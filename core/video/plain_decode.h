#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "core/base/frame.h"
#include "core/base/result.h"
#include "core/video/picture.h"

namespace inbetween {

/// What a plain decode puts out: the frame's number by counting, the picture, and what the file says of it.
struct PlainFrame {
    FrameIndex frame;
    const Picture& picture;
    bool sync = false;   ///< decoding may begin with it
    double seconds = 0;  ///< its time stamp as the container counts, not from the first frame; 0 where it has none
};

/// Sees a frame; returns false to end the decode there.
using PlainSink = std::function<bool(const PlainFrame&)>;

/// Decodes a file from its start and counts what comes out: no index, no seek, no cache. What every other way to a
/// frame is measured against.
/// errors: those of opening a file.
Result<Done> plain_decode(const std::filesystem::path& path, int threads, const PlainSink& sink);

/// Copies the beginning of a video into another file without encoding it again: all that comes before the first sync
/// frame at or after `frames` packets, in the container that the name of `to` ends with.
/// returns: the packets copied.
/// errors: those of opening a file; a container that does not take the codec; a file that cannot be written.
Result<std::int64_t> copy_beginning(const std::filesystem::path& from, const std::filesystem::path& to,
                                    std::int64_t frames);

}  // namespace inbetween
