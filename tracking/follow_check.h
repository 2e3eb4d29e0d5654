#pragma once

#include <cstddef>
#include <vector>

#include "tracking/box_tracker.h"
#include "tracking/follow.h"

namespace inbetween {

/// Holds a followed path against optical flow that runs back along it: what comes back to where it set out from may
/// have changed its look on the way, but was not exchanged for something else.
/// source: Kalal, Mikolajczyk, Matas, "Forward-backward error: automatic detection of tracking failures", 2010.
class PathCheck {
public:
    /// units: `start` in the images' coordinates.
    PathCheck(SpanImages& images, FrameIndex from, Direction direction, const Box& start);

    /// The path one frame on. Flow does not pass behind what hides an object: where it is seen again a new way begins.
    void add(const Box& box, bool hidden);
    /// Tells whether so many frames went by since it was last asked that it is time to look back.
    bool is_due() const;
    /// Whether flow from the latest frame comes back to the path's place of the last time.   requires: is_due().
    /// errors: a frame cannot be decoded; cancelled.
    Result<bool> comes_back();

private:
    SpanImages& images_;
    FrameIndex from_;
    std::int64_t step_;
    std::vector<Box> path_;   ///< since the last time
    std::int64_t begin_ = 0;  ///< frames from the start to path_[0]
    bool hidden_ = false;
};

}  // namespace inbetween
