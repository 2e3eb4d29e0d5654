#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "tracking/span_images.h"

namespace inbetween {

/// The gray images of one span, kept while they are within a budget, since a solve goes over them several times.
class QuadFrames {
public:
    /// `first` is the left keyframe's frame, `steps` the frames from there to the right one's.
    QuadFrames(SpanImages& images, FrameIndex first, std::size_t steps);

    std::size_t steps() const { return kept_.size() - 1; }
    /// The frame `i` frames after the left keyframe.   errors: it cannot be decoded; cancelled.
    Result<cv::Mat> gray(std::size_t i);

private:
    SpanImages* images_;
    FrameIndex first_;
    std::vector<cv::Mat> kept_;
    std::size_t bytes_ = 0;
};

}  // namespace inbetween
