#pragma once

#include <string>

#include "core/video/picture.h"

namespace inbetween {

/// FFmpeg's best quality of JPEGs.
inline constexpr int best_jpeg_quality = 2;

/// Encodes a Bgr or Rgba image as JPEG, as JFIF wants it: 4:2:0, BT.601, full range. `quality` from 2 (best) to 31.
/// errors: a size that JPEG cannot hold.
Result<std::string> encode_jpeg(const Image& image, int quality = best_jpeg_quality);

}  // namespace inbetween
