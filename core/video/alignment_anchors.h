#pragma once

#include <stop_token>
#include <vector>

#include "core/base/result.h"
#include "core/video/alignment_model.h"

namespace inbetween {

/// Pairs of frames that show the same, rising in both videos, found by looking for frames spread over the video in all
/// of the annotated one. Brightness and contrast may differ. Few or none where nothing tells frames apart.
/// requires: neither is empty.   errors: cancelled.
Result<std::vector<FramePair>> find_anchors(const Signatures& annotated, const Signatures& video,
                                            const std::stop_token& stop);

}  // namespace inbetween
