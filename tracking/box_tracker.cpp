#include "tracking/box_tracker.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace inbetween {
namespace {

constexpr std::array<TrackerKind, 6> trackers{{{"anchored", true, make_lk_tracker},
                                               {"csrt", true, make_csrt_tracker},
                                               {"kcf", false, make_kcf_tracker},
                                               {"mosse", false, make_mosse_tracker},
                                               {"medianflow", true, make_medianflow_tracker},
                                               {"camshift", false, make_camshift_tracker}}};

constexpr double most_growth = 4;  // against the larger keyframe, and below the smaller one

bool is_finite(const Box& box) {
    return std::isfinite(box.x) && std::isfinite(box.y) && std::isfinite(box.w) && std::isfinite(box.h) && box.w > 0 &&
           box.h > 0;
}

}  // namespace

Pose tamed(const Pose& pose, const Pose& a, const Pose& b, const SpanImages& images) {
    const double slack = std::log(most_growth);
    Pose kept = pose;
    kept.log_w = std::clamp(pose.log_w, std::min(a.log_w, b.log_w) - slack, std::max(a.log_w, b.log_w) + slack);
    kept.log_h = std::clamp(pose.log_h, std::min(a.log_h, b.log_h) - slack, std::max(a.log_h, b.log_h) + slack);
    const double reach_x = std::exp(kept.log_w) / 2;
    const double reach_y = std::exp(kept.log_h) / 2;
    kept.x = std::clamp(pose.x, std::min({-reach_x, a.x, b.x}), std::max({images.width() + reach_x, a.x, b.x}));
    kept.y = std::clamp(pose.y, std::min({-reach_y, a.y, b.y}), std::max({images.height() + reach_y, a.y, b.y}));
    return kept;
}

const TrackerKind* find_tracker(std::string_view id) {
    const auto found = std::find_if(trackers.begin(), trackers.end(), [&](const auto& kind) { return kind.id == id; });
    return found == trackers.end() ? nullptr : &*found;
}

Result<std::vector<TrackerStep>> run_tracker(SpanImages& images, const BoxSpan& span, const TrackerKind& kind,
                                             ChainStart start) {
    std::vector<TrackerStep> steps;
    const auto tracker = kind.make();
    for (std::size_t i = 0; i <= span.steps; ++i) {
        auto frame = images.frame(span.frame(start == ChainStart::Left ? i : span.steps - i));
        if (!frame) return frame.error();
        if (i == 0)
            tracker->start(*frame, box_of(pose_of(start == ChainStart::Left ? span.from : span.to)));
        else
            steps.push_back(tracker->step(*frame));
    }
    return steps;
}

Chain chain_of(const std::vector<TrackerStep>& steps, const SpanImages& images, const BoxSpan& span, ChainStart start) {
    Pose pose = pose_of(start == ChainStart::Left ? span.from : span.to);
    Chain chain{{pose}, {1}};
    for (const TrackerStep& step : steps) {
        const bool told = is_finite(step.box);
        if (told) pose = tamed(pose_of(step.box), pose_of(span.from), pose_of(span.to), images);
        chain.poses.push_back(pose);
        chain.quality.push_back(told ? std::clamp(step.quality, 0.0, 1.0) : 0);
    }
    if (start == ChainStart::Right) {
        std::reverse(chain.poses.begin(), chain.poses.end());
        std::reverse(chain.quality.begin(), chain.quality.end());
    }
    return chain;
}

Result<Chain> run_chain(SpanImages& images, const BoxSpan& span, const TrackerKind& kind, ChainStart start) {
    const auto steps = run_tracker(images, span, kind, start);
    if (!steps) return steps.error();
    return chain_of(*steps, images, span, start);
}

ClippedBox::ClippedBox(const Box& stated, cv::Size picture, double least_px) : stated_(stated) {
    const double left = std::clamp(stated.x, 0.0, static_cast<double>(picture.width));
    const double top = std::clamp(stated.y, 0.0, static_cast<double>(picture.height));
    const double right = std::clamp(stated.right(), 0.0, static_cast<double>(picture.width));
    const double bottom = std::clamp(stated.bottom(), 0.0, static_cast<double>(picture.height));
    visible_ = right - left > 0.5 && bottom - top > 0.5 && picture.width >= least_px && picture.height >= least_px;
    if (!visible_) return;
    const double w = std::max(right - left, least_px);
    const double h = std::max(bottom - top, least_px);
    rect_ = {std::clamp((left + right - w) / 2, 0.0, picture.width - w),
             std::clamp((top + bottom - h) / 2, 0.0, picture.height - h), w, h};
}

Box ClippedBox::stated_from(const cv::Rect2d& moved) const {
    const double sx = moved.width / rect_.width;
    const double sy = moved.height / rect_.height;
    return {moved.x + (stated_.x - rect_.x) * sx, moved.y + (stated_.y - rect_.y) * sy, stated_.w * sx, stated_.h * sy};
}

}  // namespace inbetween
