#pragma once

#include <vector>

#include "core/model/annotations.h"

namespace inbetween {

/// A frame at which a look, and perhaps a keyframe, is worth most.
struct UsefulFrame {
    TrackId track{};
    FrameIndex frame;
    double worth = 0;  ///< larger is better; of no unit
};

/// One frame of each span of a track that is not stated, the most useful first: where the fill doubts most, away from
/// keyframes, since a keyframe beside another tells little. A linear span is doubted alike everywhere: its middle.
std::vector<UsefulFrame> useful_frames(const Track& track, const TrackFills& fills);
std::vector<UsefulFrame> useful_frames(const Annotations& annotations, const Track& track);

}  // namespace inbetween
