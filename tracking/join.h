#pragma once

#include <vector>

#include "tracking/box_tracker.h"

namespace inbetween {

/// Two chains made one path, exact at both keyframes.
struct Joined {
    Path path;
    std::vector<double> agreement;  ///< IoU of the two chains at each frame, 0..1
    bool met = false;               ///< they agree somewhere; else the path leans on the baseline
};

struct JoinOptions {
    bool finds_size = true;   ///< else sizes are the baseline's
    double size_trust = 0.5;  ///< share of a chain's size against the baseline's
};

/// Goes from the forward chain to the backward one over the run of frames around their best meeting where they agree.
/// Where they never meet, chains count by how sure they still are, against the baseline.
/// requires: chains and baseline of one length.
Joined join(const Chain& forward, const Chain& backward, const Path& baseline, const JoinOptions& options);

}  // namespace inbetween
