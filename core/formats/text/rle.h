#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/shape.h"

namespace inbetween {

/// Pixels of a picture as runs, column after column from the top left: [begin, end) of x * height + y.
struct PixelRun {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    friend bool operator==(const PixelRun&, const PixelRun&) = default;
};

/// A mask: runs in order that do not touch.
using PixelRuns = std::vector<PixelRun>;

/// Decodes COCO's compressed run lengths.
/// returns: nullopt where the text is none, or does not come to width x height pixels.
/// source: cocoapi, common/maskApi.c, rleFrString.
std::optional<PixelRuns> decode_rle(std::string_view text, std::int64_t width, std::int64_t height);

/// Encodes a mask as COCO's compressed run lengths.   source: cocoapi, common/maskApi.c, rleToString.
std::string encode_rle(const PixelRuns& runs, std::int64_t width, std::int64_t height);

/// The box around a mask, on pixel edges.   requires: a mask that is not empty.
Box box_around(const PixelRuns& runs, std::int64_t height);

/// The pixels of a picture whose centres lie within the shape.
PixelRuns pixels_of(const Shape& shape, std::int64_t width, std::int64_t height);

/// The pixels of `runs` that are not of `taken`.
PixelRuns without(const PixelRuns& runs, const PixelRuns& taken);

/// The pixels of either.
PixelRuns united(const PixelRuns& a, const PixelRuns& b);

std::int64_t pixel_count(const PixelRuns& runs);

}  // namespace inbetween
