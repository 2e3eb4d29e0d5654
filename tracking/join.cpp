#include "tracking/join.h"

#include <algorithm>
#include <cmath>

namespace inbetween {
namespace {

constexpr double meeting_iou = 0.3;

/// The frames around the best meeting of both chains in which they agree; empty when they never do.
struct Meeting {
    std::size_t begin = 0;
    std::size_t best = 0;
    std::size_t end = 0;
    bool met = false;
};

Meeting find_meeting(const std::vector<double>& agreement) {
    const std::size_t n = agreement.size() - 1;
    Meeting meeting;
    double best = -1;
    for (std::size_t i = 0; i <= n; ++i) {
        // Of equal meetings the middle one, where neither chain is old.
        const double from_middle = std::abs(static_cast<double>(i) / static_cast<double>(n) - 0.5);
        if (agreement[i] - 0.02 * from_middle > best) {
            best = agreement[i] - 0.02 * from_middle;
            meeting.best = i;
        }
    }
    meeting.begin = meeting.end = meeting.best;
    meeting.met = agreement[meeting.best] > meeting_iou;
    if (!meeting.met) return meeting;
    while (meeting.begin > 0 && agreement[meeting.begin - 1] > meeting_iou) --meeting.begin;
    while (meeting.end < n && agreement[meeting.end + 1] > meeting_iou) ++meeting.end;
    return meeting;
}

/// How sure a chain still is at each frame: every weak step before takes from it.
std::vector<double> sureness(const Chain& chain, bool from_left) {
    const std::size_t n = chain.poses.size();
    std::vector<double> sure(n, 1);
    double risk = 0;
    for (std::size_t k = 1; k < n; ++k) {
        const std::size_t i = from_left ? k : n - 1 - k;
        const double weak = 1 - std::clamp(chain.quality[i] / 0.5, 0.0, 1.0);
        risk += 0.02 + 0.5 * weak;
        sure[i] = std::exp(-risk);
    }
    return sure;
}

Pose weighted(const Pose& f, double wf, const Pose& b, double wb, const Pose& base, double w_base) {
    const double total = wf + wb + w_base;
    return shifted(mix(base, f, wf / total), base, b, wb / total);
}

}  // namespace

Joined join(const Chain& forward, const Chain& backward, const Path& baseline, const JoinOptions& options) {
    const std::size_t n = baseline.size() - 1;
    Joined joined;
    for (std::size_t i = 0; i <= n; ++i) joined.agreement.push_back(iou(forward.poses[i], backward.poses[i]));
    const Meeting meeting = find_meeting(joined.agreement);
    joined.met = meeting.met;
    const std::vector<double> sure_forward = sureness(forward, true);
    const std::vector<double> sure_backward = sureness(backward, false);
    constexpr double sure_baseline = 0.5;
    for (std::size_t i = 0; i <= n; ++i) {
        Pose pose;
        if (meeting.met) {
            const double run = static_cast<double>(meeting.end - meeting.begin);
            const double into = static_cast<double>(i) - static_cast<double>(meeting.begin);
            const double t = run > 0 ? std::clamp(into / run, 0.0, 1.0) : (i > meeting.best ? 1.0 : 0.0);
            pose = mix(forward.poses[i], backward.poses[i], t);
        } else {
            pose = weighted(forward.poses[i], sure_forward[i], backward.poses[i], sure_backward[i], baseline[i],
                            sure_baseline);
        }
        const double trust = options.finds_size ? options.size_trust : 0;
        pose.log_w = baseline[i].log_w + (pose.log_w - baseline[i].log_w) * trust;
        pose.log_h = baseline[i].log_h + (pose.log_h - baseline[i].log_h) * trust;
        joined.path.push_back(pose);
    }
    joined.path.front() = baseline.front();
    joined.path.back() = baseline.back();
    return joined;
}

}  // namespace inbetween
