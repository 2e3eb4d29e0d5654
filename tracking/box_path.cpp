#include "tracking/box_path.h"

#include <algorithm>
#include <cmath>

namespace inbetween {

double Pose::size() const { return std::exp((log_w + log_h) / 2); }

Pose pose_of(const Box& box) {
    constexpr double least = 1 / shape_grid_per_px;
    return {box.centre().x, box.centre().y, std::log(std::max(box.w, least)), std::log(std::max(box.h, least))};
}

Box box_of(const Pose& pose) {
    const double w = std::exp(pose.log_w);
    const double h = std::exp(pose.log_h);
    return {pose.x - w / 2, pose.y - h / 2, w, h};
}

Pose mix(const Pose& a, const Pose& b, double t) { return shifted(a, a, b, t); }

Pose shifted(const Pose& pose, const Pose& from, const Pose& to, double share) {
    return {pose.x + (to.x - from.x) * share, pose.y + (to.y - from.y) * share,
            pose.log_w + (to.log_w - from.log_w) * share, pose.log_h + (to.log_h - from.log_h) * share};
}

double centre_gap(const Pose& a, const Pose& b) {
    return std::hypot(a.x - b.x, a.y - b.y) / std::max(1e-9, (a.size() + b.size()) / 2);
}

double iou(const Pose& a, const Pose& b) { return iou(box_of(a), box_of(b)); }

Path linear_path(const Box& from, const Box& to, std::size_t steps) {
    Path path;
    path.reserve(steps + 1);
    for (std::size_t i = 0; i <= steps; ++i) {
        const double t = static_cast<double>(i) / static_cast<double>(steps);
        path.push_back(pose_of(std::get<Box>(blend(from, to, t))));
    }
    return path;
}

}  // namespace inbetween
