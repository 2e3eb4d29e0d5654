#pragma once

#include <stop_token>
#include <vector>

#include "core/base/result.h"
#include "core/video/alignment_model.h"

namespace inbetween {

/// How likely each pair of a path is to be right, against the same frames shifted by up to 16 over any stretch.
/// returns: one probability a pair.   errors: cancelled.
Result<std::vector<double>> certainties(const AlignmentModel& model, const std::vector<FramePair>& path,
                                        const std::stop_token& stop);

}  // namespace inbetween
