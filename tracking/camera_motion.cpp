#include "tracking/camera_motion.h"

#include <algorithm>
#include <cmath>
#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "tracking/guard.h"
#include "tracking/solve_memory.h"

namespace inbetween {
namespace {

constexpr double working_width = 400;
constexpr int points = 100;
constexpr double inlier_px = 1.5;
constexpr double least_inliers = 0.3;

const cv::Matx23d standing(1, 0, 0, 0, 1, 0);

cv::Mat shrunk(const cv::Mat& gray) {
    if (gray.cols <= working_width) return gray;
    // Halves first: OpenCV makes them many times faster than an odd step of the same length.
    cv::Mat small = gray;
    while (small.cols >= 2 * working_width) {
        cv::Mat half;
        cv::resize(small, half, {small.cols / 2, small.rows / 2}, 0, 0, cv::INTER_AREA);
        small = half;
    }
    const double scale = working_width / gray.cols;
    cv::Mat scaled;
    cv::resize(small, scaled, {cvRound(gray.cols * scale), cvRound(gray.rows * scale)}, 0, 0, cv::INTER_AREA);
    return scaled;
}

/// Corners to follow, found at half the size: that takes a quarter of the time, and flow finds them in full.
std::vector<cv::Point2f> corners_of(const cv::Mat& gray) {
    cv::Mat half;
    cv::resize(gray, half, {gray.cols / 2, gray.rows / 2}, 0, 0, cv::INTER_AREA);
    std::vector<cv::Point2f> corners;
    cv::goodFeaturesToTrack(half, corners, points, 0.01, 4);
    for (cv::Point2f& corner : corners) corner = corner * 2 + cv::Point2f(0.5F, 0.5F);
    return corners;
}

using View = ImageCache::CameraView;

const cv::Size flow_window(15, 15);
constexpr int flow_levels = 3;

View view_of(const cv::Mat& gray) {
    View view;
    view.gray = shrunk(gray);
    view.scale = static_cast<double>(view.gray.cols) / gray.cols;
    cv::buildOpticalFlowPyramid(view.gray, view.pyramid, flow_window, flow_levels, false);
    return view;
}

cv::Matx23d measure(const View& before, const View& after) {
    std::vector<cv::Point2f> from = corners_of(before.gray);
    if (from.size() <= 12 || before.gray.size() != after.gray.size()) return standing;
    std::vector<cv::Point2f> to;
    std::vector<unsigned char> found;
    cv::calcOpticalFlowPyrLK(before.pyramid, after.pyramid, from, to, found, cv::noArray(), flow_window, flow_levels);
    std::vector<cv::Point2f> p;
    std::vector<cv::Point2f> q;
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (!found[i]) continue;
        p.push_back(from[i]);
        q.push_back(to[i]);
    }
    if (p.size() <= 10) return standing;
    std::vector<unsigned char> inliers;
    cv::setRNGSeed(1);
    const cv::Mat motion = cv::estimateAffinePartial2D(p, q, inliers, cv::RANSAC, inlier_px, 300);
    const auto agreeing = std::count_if(inliers.begin(), inliers.end(), [](unsigned char in) { return in != 0; });
    if (motion.empty() || static_cast<double>(agreeing) <= least_inliers * static_cast<double>(p.size()))
        return standing;
    cv::Matx23d matrix = motion;
    matrix(0, 2) /= before.scale;
    matrix(1, 2) /= before.scale;
    return matrix;
}

Point apply(const cv::Matx23d& m, Point p) {
    return {m(0, 0) * p.x + m(0, 1) * p.y + m(0, 2), m(1, 0) * p.x + m(1, 1) * p.y + m(1, 2)};
}

/// First `a`, then `b`.
cv::Matx23d after(const cv::Matx23d& a, const cv::Matx23d& b) {
    const auto square = [](const cv::Matx23d& m) {
        return cv::Matx33d(m(0, 0), m(0, 1), m(0, 2), m(1, 0), m(1, 1), m(1, 2), 0, 0, 1);
    };
    return (square(b) * square(a)).get_minor<2, 3>(0, 0);
}

/// The motion back; the identity for one that flattens everything.
cv::Matx23d inverse(const cv::Matx23d& m) {
    const double det = m(0, 0) * m(1, 1) - m(0, 1) * m(1, 0);
    if (std::abs(det) < 1e-9) return standing;
    const double a = m(1, 1) / det;
    const double b = -m(0, 1) / det;
    const double c = -m(1, 0) / det;
    const double d = m(0, 0) / det;
    return {a, b, -(a * m(0, 2) + b * m(1, 2)), c, d, -(c * m(0, 2) + d * m(1, 2))};
}

/// A frame as the camera's motion is measured on it; what it cannot be made of is empty.
Result<View> camera_view(SpanImages& images, FrameIndex n) {
    const std::pair key(n.value, images.width());
    auto& [last_key, last] = images.cache().last_camera_view();
    if (last_key == key) return last;
    auto frame = images.glance(n);
    if (!frame) return frame.error();
    last = guarded_or(View{}, [&] { return view_of(frame->gray()); });
    last_key = key;
    return last;
}

/// The camera's step from a frame to the next; kept once it is known.
Result<cv::Matx23d> camera_step(SpanImages& images, FrameIndex n) {
    const std::pair key(n.value, images.width());
    auto& of_job = images.cache().camera_steps();
    if (const auto found = of_job.find(key); found != of_job.end()) return found->second;
    SolveCacheState* const known = images.known();
    if (known != nullptr) {
        const std::lock_guard lock(known->mutex);
        const auto found = known->camera_steps.find(key);
        if (found != known->camera_steps.end()) return of_job[key] = found->second;
    }
    const auto before = camera_view(images, n);
    if (!before) return before.error();
    const auto after = camera_view(images, n + 1);
    if (!after) return after.error();
    const cv::Matx23d step = guarded_or(standing, [&] { return inbetween::measure(*before, *after); });
    of_job[key] = step;
    if (known != nullptr) {
        const std::lock_guard lock(known->mutex);
        known->camera_steps[key] = step;
    }
    return step;
}

}  // namespace

cv::Matx23d camera_motion(const cv::Mat& before, const cv::Mat& after) {
    return guarded_or(standing, [&] { return inbetween::measure(view_of(before), view_of(after)); });
}

Result<Done> learn_camera_steps(FrameSource& source, const SolveControl& control, const FrameRange& range,
                                double object_size) {
    auto images = SpanImages::open(source, control, range.begin, object_size, 1);
    if (!images) return images.error();
    for (FrameIndex n = range.begin; n + 1 < range.end; ++n) {
        if (auto step = camera_step(*images, n); !step) return step.error();
    }
    return Done{};
}

bool is_scene_cut(const cv::Mat& before_bgr, const cv::Mat& after_bgr) {
    return guarded_or(false, [&] {
        const auto histogram = [](const cv::Mat& bgr) {
            cv::Mat small;
            cv::Mat counts;
            cv::resize(bgr, small, {64, 64}, 0, 0, cv::INTER_AREA);
            cv::calcHist(std::vector<cv::Mat>{small}, {0, 1, 2}, cv::noArray(), counts, {6, 6, 6},
                         {0, 256, 0, 256, 0, 256});
            return cv::Mat(counts / (64.0 * 64.0));
        };
        constexpr double least_common = 0.45;
        return cv::compareHist(histogram(before_bgr), histogram(after_bgr), cv::HISTCMP_INTERSECT) < least_common;
    });
}

Result<CameraTrack> CameraTrack::measure(SpanImages& images, FrameIndex first, FrameIndex last) {
    CameraTrack track;
    track.first_ = first;
    track.image_from_ground_.push_back(standing);
    track.ground_from_image_.push_back(standing);
    for (FrameIndex n = first; n < last; ++n) {
        auto step = camera_step(images, n);
        if (!step) return step.error();
        track.image_from_ground_.push_back(after(track.image_from_ground_.back(), *step));
        track.ground_from_image_.push_back(inverse(track.image_from_ground_.back()));
    }
    return track;
}

Point CameraTrack::ground_from_image(FrameIndex at, Point p) const {
    return apply(ground_from_image_[static_cast<std::size_t>(at - first_)], p);
}

Point CameraTrack::image_from_ground(FrameIndex at, Point p) const {
    return apply(image_from_ground_[static_cast<std::size_t>(at - first_)], p);
}

}  // namespace inbetween
