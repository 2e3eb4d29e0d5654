#pragma once

#include <vector>

#include "tracking/solver.h"

namespace inbetween {

/// Look for an object where nothing is said of it.
struct FindAgainTask {
    Track track;
    FrameRange range;        ///< cut to the video; frames in which the track is in view are passed over
    std::int64_t every = 5;  ///< only every so many frames are looked at
    std::size_t most = 12;   ///< candidates at most
};

/// A place at which the object may be in view again.
struct FoundAgain {
    FrameIndex frame;
    Box box;           ///< in the upright picture, on the storage grid
    double score = 0;  ///< 0..1, how much it looks like the object
};

/// Where in a range of frames something looks like the track's object at its keyframes, the likeliest first: filters
/// trained on its keyframes, laid over whole frames at several sizes. Of what is seen at one place for a while only the
/// best frame is named. Knows nothing of how camera or object move. A quadrilateral is looked for as its bounding box.
/// errors: no keyframe in view; a frame cannot be decoded; cancelled.
Result<std::vector<FoundAgain>> find_again(FrameSource& source, const FindAgainTask& task, const SolveControl& control);

/// The frames in which a track is lost: after its last keyframe in view, or, where it comes back, of the first stretch
/// outside at or after `from`.   requires: the track has keyframes.
FrameRange lost_range(const Track& track, FrameIndex from, std::int64_t frames);

}  // namespace inbetween
