#pragma once

#include <cstdint>

#include "core/base/result.h"
#include "core/video/ff.h"

namespace inbetween {

/// Gives every frame of a video the size and pixel format of its first one, as the ffmpeg program does for its output,
/// with rows that run downward.
/// thread: one at a time.
class FrameShaper {
public:
    /// The frame itself, or its copy in the first frame's shape. The first call states the shape.
    /// errors: a format that cannot be converted; out of memory.
    Result<ff::FramePtr> shape(ff::FramePtr frame);

private:
    bool stated_ = false;
    int width_ = 0;
    int height_ = 0;
    int format_ = AV_PIX_FMT_NONE;
};

/// A hash of the picture's samples, to tell whether two frames are the same.
std::uint64_t hash64(const AVFrame& frame);

}  // namespace inbetween
