#pragma once

#include <opencv2/tracking.hpp>
#include <opencv2/tracking/tracking_legacy.hpp>
#include <optional>

#include "tracking/box_tracker.h"

namespace inbetween {

/// One of OpenCV's box trackers. They carry no score that means anything, so the quality only tells found from lost;
/// what a chain is worth is judged from the pixels.
class CvTracker : public BoxTracker {
public:
    using Make = cv::Ptr<cv::legacy::Tracker> (*)();
    explicit CvTracker(Make make) : make_(make) {}

    void start(const FrameImages& frame, const Box& box) override;
    TrackerStep step(const FrameImages& frame) override;

private:
    Make make_;
    cv::Ptr<cv::legacy::Tracker> tracker_;
    std::optional<ClippedBox> clipped_;
    bool alive_ = false;
    Box box_;
    Point drift_;
};

}  // namespace inbetween
