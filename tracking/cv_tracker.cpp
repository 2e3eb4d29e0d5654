#include "tracking/cv_tracker.h"

#include "tracking/guard.h"

namespace inbetween {
namespace {

constexpr double least_side_px = 8;  // CSRT and KCF fail on thinner boxes
constexpr double found_quality = 0.7;
constexpr int seed = 1;

}  // namespace

void CvTracker::start(const FrameImages& frame, const Box& box) {
    box_ = box;
    clipped_.emplace(box, frame.bgr.size(), least_side_px);
    if (!clipped_->is_visible()) return;
    cv::setRNGSeed(seed);
    alive_ = guarded_or(false, [&] {
        tracker_ = make_();
        if (!tracker_->init(frame.bgr, clipped_->rect())) return false;
        // KCF learns at its first update, from the frame given then: let that be the keyframe's own.
        cv::Rect2d same;
        tracker_->update(frame.bgr, same);
        return true;
    });
}

TrackerStep CvTracker::step(const FrameImages& frame) {
    cv::Rect2d moved;
    const bool found = alive_ && guarded_or(false, [&] { return tracker_->update(frame.bgr, moved); });
    if (found && moved.width > 1 && moved.height > 1) {
        const Box next = clipped_->stated_from(moved);
        drift_ = {next.centre().x - box_.centre().x, next.centre().y - box_.centre().y};
        box_ = next;
        return {box_, found_quality};
    }
    // Lost: run on for a little in the old direction.
    box_.x += drift_.x;
    box_.y += drift_.y;
    drift_ = {drift_.x * 0.8, drift_.y * 0.8};
    return {box_, 0};
}

}  // namespace inbetween
