#pragma once

#include "core/video/ff.h"

namespace inbetween {

/// The pixel format that swscale wants in place of one of FFmpeg's full-range twins, which it names by range instead;
/// any other format is itself.
AVPixelFormat without_range(int format);

}  // namespace inbetween
