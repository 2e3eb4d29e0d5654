#pragma once

#include <stop_token>
#include <vector>

#include "core/base/result.h"
#include "core/video/alignment_model.h"

namespace inbetween {

/// The most likely pairs of frames, rising, near the anchors or in step from the start: dynamic programming in a band.
/// errors: cancelled.   source: Viterbi, "Error bounds for convolutional codes", 1967.
Result<std::vector<FramePair>> find_path(const AlignmentModel& model, const std::vector<FramePair>& anchors,
                                         const std::stop_token& stop);

}  // namespace inbetween
