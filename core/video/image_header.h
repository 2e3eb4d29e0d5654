#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "core/base/result.h"
#include "core/video/picture.h"

namespace inbetween {

/// The size that the head of an image file states, for JPEG, PNG, BMP and PNM; nullopt for others and for a head that
/// was cut before it says so.
/// source: ITU-T T.81 B.2.2, W3C PNG 11.2.2, netpbm ppm(5).
std::optional<Size> size_in_header(std::string_view head);

/// The size of an image file as it will be decoded, from its head where that says so.
/// errors: unreadable, not an image.
Result<Size> image_size(const std::filesystem::path& file);

}  // namespace inbetween
