#pragma once

#include <string>

#include "core/video/picture.h"

namespace inbetween {

/// Encodes a Bgr or Rgba image as JPEG of FFmpeg's best quality, as JFIF wants it: 4:2:0, BT.601, full range.
/// errors: a size that JPEG cannot hold.
Result<std::string> encode_jpeg(const Image& image);

}  // namespace inbetween
