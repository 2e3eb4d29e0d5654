#pragma once

#include <opencv2/core.hpp>

#include "tracking/box_tracker.h"

namespace inbetween {

/// How the whole picture moved between two frames, as a similarity; the identity when no motion explains enough of it.
/// requires: gray images of one size.   units: image pixels.
cv::Matx23d camera_motion(const cv::Mat& before, const cv::Mat& after);

/// Has the camera's steps in a range of frames measured and kept, in one run through the video.   requires: a cache in
/// `control`.   units: object_size as for SpanImages.   errors: a frame cannot be decoded; cancelled.
Result<Done> learn_camera_steps(FrameSource& source, const SolveControl& control, const FrameRange& range,
                                double object_size);

/// Tells whether two neighbouring frames belong to different shots.
bool is_scene_cut(const cv::Mat& before_bgr, const cv::Mat& after_bgr);

/// What the camera did over some frames.
class CameraTrack {
public:
    /// errors: a frame cannot be decoded; cancelled.
    static Result<CameraTrack> measure(SpanImages& images, FrameIndex first, FrameIndex last);

    /// A place of frame `at`, told where it lies in the first frame.
    Point ground_from_image(FrameIndex at, Point p) const;
    Point image_from_ground(FrameIndex at, Point p) const;

private:
    FrameIndex first_;
    std::vector<cv::Matx23d> image_from_ground_;
    std::vector<cv::Matx23d> ground_from_image_;
};

}  // namespace inbetween
