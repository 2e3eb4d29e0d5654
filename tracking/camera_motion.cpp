#include "tracking/camera_motion.h"

#include <algorithm>
#include <cmath>
#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "tracking/guard.h"

namespace inbetween {
namespace {

constexpr double working_width = 400;
constexpr int points = 200;
constexpr double inlier_px = 1.5;
constexpr double least_inliers = 0.3;

const cv::Matx23d standing(1, 0, 0, 0, 1, 0);

cv::Mat shrunk(const cv::Mat& gray) {
    const double scale = working_width / gray.cols;
    if (scale >= 1) return gray;
    cv::Mat small;
    cv::resize(gray, small, {}, scale, scale, cv::INTER_AREA);
    return small;
}

cv::Matx23d measure(const cv::Mat& before_full, const cv::Mat& after_full) {
    const cv::Mat before = shrunk(before_full);
    const cv::Mat after = shrunk(after_full);
    std::vector<cv::Point2f> from;
    cv::goodFeaturesToTrack(before, from, points, 0.01, 8);
    if (from.size() <= 12 || before.size() != after.size()) return standing;
    std::vector<cv::Point2f> to;
    std::vector<unsigned char> found;
    cv::calcOpticalFlowPyrLK(before, after, from, to, found, cv::noArray(), {15, 15}, 3);
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
    const double scale = static_cast<double>(before.cols) / before_full.cols;
    matrix(0, 2) /= scale;
    matrix(1, 2) /= scale;
    return matrix;
}

cv::Matx33d square(const cv::Matx23d& m) { return {m(0, 0), m(0, 1), m(0, 2), m(1, 0), m(1, 1), m(1, 2), 0, 0, 1}; }

cv::Point2d apply(const cv::Matx33d& m, cv::Point2d p) {
    const cv::Vec3d v = m * cv::Vec3d(p.x, p.y, 1);
    return {v[0], v[1]};
}

/// The camera's step from a frame to the next.
Result<cv::Matx23d> camera_step(SpanImages& images, FrameIndex n) {
    auto& known = images.cache().camera_steps();
    const std::pair key(n.value, images.width());
    if (const auto found = known.find(key); found != known.end()) return found->second;
    auto before = images.frame(n);
    if (!before) return before.error();
    auto after = images.frame(n + 1);
    if (!after) return after.error();
    return known.emplace(key, camera_motion(before->gray, after->gray)).first->second;
}

}  // namespace

cv::Matx23d camera_motion(const cv::Mat& before, const cv::Mat& after) {
    return guarded_or(standing, [&] { return measure(before, after); });
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

Result<Path> camera_path(SpanImages& images, const BoxSpan& span) {
    std::vector<cv::Matx33d> since_first{cv::Matx33d::eye()};
    for (std::size_t i = 0; i < span.steps; ++i) {
        auto step = camera_step(images, span.frame(i));
        if (!step) return step.error();
        since_first.push_back(square(*step) * since_first.back());
    }
    const Pose a = pose_of(span.from);
    const Pose b = pose_of(span.to);
    bool regular = false;
    const cv::Matx33d back = since_first.back().inv(cv::DECOMP_LU, &regular);
    const cv::Point2d target = regular ? apply(back, {b.x, b.y}) : cv::Point2d(b.x, b.y);
    Path path;
    for (std::size_t i = 0; i <= span.steps; ++i) {
        const double t = static_cast<double>(i) / static_cast<double>(span.steps);
        Pose pose = mix(a, b, t);
        if (regular) {
            const cv::Point2d here = apply(since_first[i], {a.x + (target.x - a.x) * t, a.y + (target.y - a.y) * t});
            pose.x = here.x;
            pose.y = here.y;
        }
        path.push_back(pose);
    }
    path.front() = a;
    path.back() = b;
    return path;
}

}  // namespace inbetween
