#pragma once

#include <vector>

#include "core/model/annotations.h"

namespace inbetween {

/// When each frame of a video is shown, by its own time stamps, in seconds from the first. Never falls: where a file's
/// stamps jump back, as where two recordings were joined, time goes on by the usual distance of two frames.
class PlayTimes {
public:
    PlayTimes() = default;
    explicit PlayTimes(const Media& media);

    FrameIndex last() const;
    /// Clamped to the video.
    double at(FrameIndex n) const;
    /// The last frame that is shown no later than so many seconds after the first; the first before that.
    FrameIndex frame_at(double seconds) const;
    /// The first frame that is shown no earlier; the last after that. Going backward a frame stays as long as forward.
    FrameIndex frame_from(double seconds) const;

private:
    std::vector<double> seconds_;  // one a frame, rising
};

}  // namespace inbetween
