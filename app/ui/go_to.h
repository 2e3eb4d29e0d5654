#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/model/annotations.h"

namespace inbetween {

/// The frame that a person typed: "1200" a frame, "+25" and "-25" so many on and back, "12.5s", "1:02.5" and "0:01:02"
/// a time from the first frame (the frame on screen then), "pts 90000" the frame with that time stamp or the last one
/// before it. Clamped to the video.
/// errors: anything else, in one sentence.
Result<FrameIndex> parse_place(std::string_view text, const Media& media, FrameIndex now);

}  // namespace inbetween
