#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/formats/format.h"

namespace inbetween {

// What an annotation's attributes say of its shape and its track: whether it is occluded, by how many degrees its box
// is turned.
inline constexpr std::array<std::string_view, 3> coco_own_attributes{"occluded", "track_id", "rotation"};

/// How a file of COCO's kind is read and written.
struct CocoOptions {
    std::string as, frames;
    std::int64_t first_frame = 0;
    std::string video;
    std::int64_t step = 1;
    std::string prefix;
    std::string extension;
    std::int64_t every = 1;  ///< 0: images that show something
};

/// Reads a file as a stream, in whatever order its lists come; of each annotation little more is held than its box.
/// errors: file, element and field.
Result<ReadResult> read_coco(const std::filesystem::path& path, const Media& media, const CocoOptions& how);

}  // namespace inbetween
