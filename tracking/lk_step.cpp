#include "tracking/lk_step.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>
#include <vector>

#include "tracking/box_tracker.h"
#include "tracking/guard.h"

namespace inbetween {
namespace {

constexpr int grid = 6;
constexpr int corners = 30;
constexpr double margin_share = 0.9;  // of the box's longer side, around it
constexpr double margin_px = 24;
constexpr double small_px = 24;   // smaller objects are looked at twice as large
constexpr double large_px = 224;  // larger ones at half the size, or a quarter: halves are quick to make
constexpr int pyramid_levels = 3;
constexpr double round_trip_px = 0.8;
constexpr double together_px = 1.5;
constexpr double middle_sigma = 0.3;  // of the box's sides
constexpr std::size_t least_points = 6;

/// The part of both frames around the box, at the scale at which flow works best.
struct Crop {
    cv::Mat before;
    cv::Mat after;
    double scale = 1;
    cv::Rect2d box;  ///< in the crop, pixel centres at whole numbers
};

/// The image at half its size, or twice.
cv::Mat halved(const cv::Mat& image) {
    cv::Mat half;
    cv::resize(image, half, image.size() / 2, 0, 0, cv::INTER_AREA);
    return half;
}

cv::Mat doubled(const cv::Mat& image) {
    cv::Mat twice;
    cv::resize(image, twice, image.size() * 2, 0, 0, cv::INTER_LINEAR);
    return twice;
}

bool crop_around(const FrameImages& before, const FrameImages& after, const Box& box, Crop& crop) {
    const double longer = std::max(box.w, box.h);
    const double pad = longer * margin_share + margin_px;
    const cv::Rect whole({}, before.bgr.size());
    const cv::Rect2d around(box.x - pad, box.y - pad, box.w + 2 * pad, box.h + 2 * pad);
    cv::Rect part = cv::Rect(around & cv::Rect2d(whole)) & whole;
    int halvings = 0;
    while (longer * crop.scale > large_px) {
        crop.scale /= 2;
        ++halvings;
    }
    part.width = part.width >> halvings << halvings;
    part.height = part.height >> halvings << halvings;
    if (part.width < 16 || part.height < 16 || before.bgr.size() != after.bgr.size()) return false;
    crop.before = before.gray(part);
    crop.after = after.gray(part);
    for (int i = 0; i < halvings; ++i) {
        crop.before = halved(crop.before);
        crop.after = halved(crop.after);
    }
    if (longer < small_px) {
        crop.scale = 2;
        crop.before = doubled(crop.before);
        crop.after = doubled(crop.after);
    }
    crop.box = {(box.x - part.x) * crop.scale - 0.5, (box.y - part.y) * crop.scale - 0.5, box.w * crop.scale,
                box.h * crop.scale};
    return true;
}

std::vector<cv::Point2f> points_of(const Crop& crop) {
    std::vector<cv::Point2f> points;
    for (int j = 0; j < grid; ++j) {
        for (int i = 0; i < grid; ++i) {
            points.emplace_back(static_cast<float>(crop.box.x + crop.box.width * (0.08 + 0.84 * (i + 0.5) / grid)),
                                static_cast<float>(crop.box.y + crop.box.height * (0.08 + 0.84 * (j + 0.5) / grid)));
        }
    }
    const cv::Rect inside = cv::Rect(crop.box) & cv::Rect({}, crop.before.size());
    if (inside.area() > 64) {
        std::vector<cv::Point2f> found;
        cv::goodFeaturesToTrack(crop.before(inside), found, corners, 0.01, 3);
        for (const cv::Point2f& p : found)
            points.emplace_back(p.x + static_cast<float>(inside.x), p.y + static_cast<float>(inside.y));
    }
    std::erase_if(points, [&](const cv::Point2f& p) {
        return p.x <= 1 || p.y <= 1 || p.x >= static_cast<float>(crop.before.cols - 2) ||
               p.y >= static_cast<float>(crop.before.rows - 2);
    });
    return points;
}

struct Flow {
    cv::Point2d at;  ///< from the middle of the box
    cv::Point2d move;
    double weight = 0;
};

/// The moves of the points that come back to where they started when tracked back again.
std::vector<Flow> flow_of(const Crop& crop, const std::vector<cv::Point2f>& points) {
    std::vector<cv::Point2f> there;
    std::vector<cv::Point2f> back;
    std::vector<unsigned char> found;
    std::vector<unsigned char> returned;
    const cv::Size window(15, 15);
    const cv::TermCriteria until(cv::TermCriteria::COUNT | cv::TermCriteria::EPS, 20, 0.03);
    // Built once for the way there and the way back.
    std::vector<cv::Mat> before;
    std::vector<cv::Mat> after;
    cv::buildOpticalFlowPyramid(crop.before, before, window, pyramid_levels);
    cv::buildOpticalFlowPyramid(crop.after, after, window, pyramid_levels);
    cv::calcOpticalFlowPyrLK(before, after, points, there, found, cv::noArray(), window, pyramid_levels, until);
    cv::calcOpticalFlowPyrLK(after, before, there, back, returned, cv::noArray(), window, pyramid_levels, until);
    const cv::Point2d middle(crop.box.x + crop.box.width / 2, crop.box.y + crop.box.height / 2);
    std::vector<Flow> flows;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!found[i] || !returned[i] || cv::norm(back[i] - points[i]) >= round_trip_px) continue;
        Flow flow{cv::Point2d(points[i]) - middle, cv::Point2d(there[i]) - cv::Point2d(points[i])};
        const double u = flow.at.x / crop.box.width;
        const double v = flow.at.y / crop.box.height;
        flow.weight = std::exp(-(u * u + v * v) / (2 * middle_sigma * middle_sigma));
        flows.push_back(flow);
    }
    return flows;
}

/// The value at which half of the flows' weight lies below.
template <class Value>
double weighted_median(const std::vector<Flow>& flows, Value value) {
    std::vector<std::pair<double, double>> sorted;
    double total = 0;
    for (const Flow& flow : flows) {
        sorted.emplace_back(value(flow), flow.weight);
        total += flow.weight;
    }
    std::sort(sorted.begin(), sorted.end());
    double below = 0;
    for (const auto& [v, weight] : sorted) {
        below += weight;
        if (below >= total / 2) return v;
    }
    return sorted.empty() ? 0 : sorted.back().first;
}

/// A translation of the middle and a change of size: move = shift + (scale - 1) * at.
struct Fit {
    cv::Point2d shift;
    double scale = 1;
    double residual(const Flow& flow) const { return cv::norm(flow.move - (shift + (scale - 1) * flow.at)); }
};

Fit fit(const std::vector<Flow>& flows, const cv::Rect2d& box) {
    Fit fit{{weighted_median(flows, [](const Flow& f) { return f.move.x; }),
             weighted_median(flows, [](const Flow& f) { return f.move.y; })}};
    for (int round = 0; round < 3; ++round) {
        const double spread =
            std::max(0.5, 1.5 * weighted_median(flows, [&](const Flow& f) { return fit.residual(f); }));
        double total = 0;
        cv::Point2d at;
        cv::Point2d move;
        std::vector<double> weights;
        for (const Flow& f : flows) {
            const double r = fit.residual(f) / spread;
            weights.push_back(f.weight / (1 + r * r));
            total += weights.back();
            at += weights.back() * f.at;
            move += weights.back() * f.move;
        }
        at *= 1 / total;
        move *= 1 / total;
        double along = 0;
        double across = total * 0.02 * box.width * box.height / 4;  // holds the size where points lie close together
        for (std::size_t i = 0; i < flows.size(); ++i) {
            const cv::Point2d from_mean = flows[i].at - at;
            along += weights[i] * from_mean.dot(flows[i].move - move);
            across += weights[i] * from_mean.dot(from_mean);
        }
        fit.scale = 1 + std::clamp(along / across, -0.1, 0.1);
        fit.shift = move - (fit.scale - 1) * at;
    }
    return fit;
}

LkMotion measure(const FrameImages& before, const FrameImages& after, const Box& box) {
    Crop crop;
    if (!crop_around(before, after, box, crop)) return {};
    const std::vector<cv::Point2f> points = points_of(crop);
    if (points.size() < least_points) return {};
    const std::vector<Flow> flows = flow_of(crop, points);
    if (flows.size() < least_points) return {};
    const Fit found = fit(flows, crop.box);
    double total = 0;
    double together = 0;
    for (const Flow& flow : flows) {
        total += flow.weight;
        if (found.residual(flow) < together_px) together += flow.weight;
    }
    const double came_back = static_cast<double>(flows.size()) / static_cast<double>(points.size());
    return {found.shift.x / crop.scale, found.shift.y / crop.scale, std::log(found.scale),
            total > 0 ? came_back * together / total : 0};
}

class LkTracker : public BoxTracker {
public:
    void start(const FrameImages& frame, const Box& box) override {
        last_ = frame;
        state_ = {.pose = pose_of(box), .velocity = {}};
    }

    TrackerStep step(const FrameImages& frame) override {
        state_ = lk_followed(state_, last_, frame);
        last_ = frame;
        return {box_of(state_.pose), state_.quality};
    }

private:
    FrameImages last_;
    LkState state_;
};

}  // namespace

LkMotion lk_motion(const FrameImages& before, const FrameImages& after, const Box& box) {
    return guarded_or(LkMotion{}, [&] { return measure(before, after, box); });
}

LkState lk_followed(const LkState& state, const FrameImages& before, const FrameImages& after) {
    constexpr double lost = 0.08;
    const LkMotion& v = state.velocity;
    LkMotion motion = lk_motion(before, after, box_of(state.pose));
    if (motion.quality < lost) motion = {v.dx * 0.9, v.dy * 0.9, v.growth * 0.9, motion.quality};
    LkState next{state.pose, {}, motion.quality};
    next.velocity = {0.5 * (v.dx + motion.dx), 0.5 * (v.dy + motion.dy), 0.5 * v.growth + 0.25 * motion.growth};
    next.pose.x += motion.dx;
    next.pose.y += motion.dy;
    next.pose.log_w += motion.growth;
    next.pose.log_h += motion.growth;
    return next;
}

std::unique_ptr<BoxTracker> make_lk_tracker() { return std::make_unique<LkTracker>(); }

}  // namespace inbetween
