#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>
#include <optional>
#include <vector>

#include "tracking/box_solve.h"
#include "tracking/guard.h"
#include "tracking/methods.h"

namespace inbetween {
namespace {

constexpr double least_side_px = 6;

/// Follows the object's hues: back projection of its hue histogram, then CamShift.
/// source: Bradski, "Computer Vision Face Tracking For Use in a Perceptual User Interface", 1998.
class CamShiftTracker : public BoxTracker {
public:
    void start(const FrameImages& frame, const Box& box) override {
        box_ = box;
        clipped_.emplace(box, frame.bgr.size(), least_side_px);
        if (!clipped_->is_visible()) return;
        alive_ = guarded_or(false, [&] { return learn(frame); });
    }

    TrackerStep step(const FrameImages& frame) override {
        if (!alive_ || !guarded_or(false, [&] { return shift(frame); })) return {box_, 0};
        box_ = clipped_->stated_from(window_);
        return {box_, 0.4};
    }

private:
    static void split_hue(const cv::Mat& bgr, cv::Mat& hsv, cv::Mat& coloured) {
        cv::cvtColor(bgr, hsv, cv::COLOR_BGR2HSV);
        cv::inRange(hsv, cv::Scalar(0, 30, 32), cv::Scalar(180, 255, 255), coloured);
    }

    bool learn(const FrameImages& frame) {
        const cv::Rect2d& r = clipped_->rect();
        window_ = cv::Rect(static_cast<int>(r.x), static_cast<int>(r.y), static_cast<int>(r.width),
                           static_cast<int>(r.height)) &
                  cv::Rect({}, frame.bgr.size());
        if (window_.empty()) return false;
        cv::Mat hsv;
        cv::Mat coloured;
        split_hue(frame.bgr(window_), hsv, coloured);
        cv::calcHist(std::vector<cv::Mat>{hsv}, {0}, coloured, histogram_, {32}, {0, 180});
        cv::normalize(histogram_, histogram_, 0, 255, cv::NORM_MINMAX);
        return cv::countNonZero(coloured) > 0;
    }

    bool shift(const FrameImages& frame) {
        cv::Mat hsv;
        cv::Mat coloured;
        cv::Mat likely;
        split_hue(frame.bgr, hsv, coloured);
        cv::calcBackProject(std::vector<cv::Mat>{hsv}, {0}, histogram_, likely, {0, 180}, 1);
        likely &= coloured;
        cv::Rect window = window_;
        cv::CamShift(likely, window, cv::TermCriteria(cv::TermCriteria::COUNT | cv::TermCriteria::EPS, 10, 1));
        if (window.width <= 1 || window.height <= 1) return false;
        window_ = window;
        return true;
    }

    std::optional<ClippedBox> clipped_;
    bool alive_ = false;
    Box box_;
    cv::Rect window_;
    cv::Mat histogram_;
};

Result<SpanFill> solve(FrameSource& source, const SpanTask& task, const SolveControl& control) {
    return solve_two_ways(source, task, control, *find_tracker("camshift"));
}

}  // namespace

std::unique_ptr<BoxTracker> make_camshift_tracker() { return std::make_unique<CamShiftTracker>(); }

const Solver camshift_solver{.id = "camshift",
                             .name = "CamShift from both ends",
                             .help = "For objects of one strong colour that nothing near them has.",
                             .solve = solve};

}  // namespace inbetween
