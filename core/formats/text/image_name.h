#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inbetween {

/// The number that the stem of an image's name ends with: 12 of "walk/frame_000012.png", and of Roboflow's
/// "walk_mp4-12_jpg.rf.HASH.jpg", who puts a hash behind what was the name.
std::optional<std::int64_t> number_at_end(std::string_view image_name);

/// "frame_" and 12 and ".png" make "frame_000012.png".
std::string image_name(std::string_view prefix, std::int64_t number, std::string_view extension);

}  // namespace inbetween
