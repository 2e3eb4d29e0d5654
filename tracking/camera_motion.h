#pragma once

#include <opencv2/core.hpp>

#include "tracking/box_tracker.h"

namespace inbetween {

/// How the whole picture moved between two frames, as a similarity; the identity when no motion explains enough of it.
/// requires: gray images of one size.   units: image pixels.
cv::Matx23d camera_motion(const cv::Mat& before, const cv::Mat& after);

/// Tells whether two neighbouring frames belong to different shots.
bool is_scene_cut(const cv::Mat& before_bgr, const cv::Mat& after_bgr);

/// The path between the keyframes that an object takes if it moves evenly over the ground while the camera moves as it
/// does. Sizes change evenly in their logarithms.
/// errors: a frame cannot be decoded; cancelled.
Result<Path> camera_path(SpanImages& images, const BoxSpan& span);

}  // namespace inbetween
