#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/cli/console.h"
#include "core/base/result.h"
#include "core/model/annotations.h"

namespace inbetween::cli {

/// What `track --suggest` was asked.
struct SuggestRequest {
    std::int64_t most = 3;   ///< frames a track
    double tolerance = 0.1;  ///< units: the object's size
    bool json = false;
    std::string project;  ///< as it was stated
};

/// Prints the frames of each track where a keyframe is expected to change it most, the most useful track first, or says
/// that the track is done.
void suggest(Console& console, const Annotations& annotations, const std::vector<TrackPtr>& tracks,
             const SuggestRequest& request);

}  // namespace inbetween::cli
