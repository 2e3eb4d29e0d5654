#include "core/video/alignment_doubt.h"

#include <algorithm>
#include <cmath>

namespace inbetween {

namespace {

constexpr std::int64_t widest_shift = 16;
// Odds beyond this are no more certain, and stay far from overflow.
constexpr double most = 50;

/// The logarithm of a sum of two numbers given as logarithms.
double log_sum(double a, double b) {
    const double greater = std::max(a, b);
    return greater + std::log1p(std::exp(-std::abs(a - b)));
}

/// Logarithms of the weights of all ways to be on the path, and off it by a shift, up to one frame.
struct Ways {
    double on = 0;
    double off = 0;
    Ways scaled() const { return {0, off - on}; }
};

/// One shift against the path. A way leaves the path and comes back wherever it likes, and pays for what it does
/// otherwise: a cut that lies elsewhere is a shift between both places and costs nothing more.
class Shifted {
public:
    Shifted(const AlignmentModel& model, const std::vector<FramePair>& path, const std::vector<double>& path_costs,
            std::int64_t shift)
        : model_(model), path_(path), path_costs_(path_costs), shift_(shift), gains_(path.size()) {
        for (std::size_t k = 0; k < path.size(); ++k) gains_[k] = gain(k);
    }

    /// Adds the odds of each pair being off by the shift.
    void add_odds(std::vector<double>& odds) const {
        std::vector<double> forward(path_.size());  // off over on, before the frame's own backward ways
        Ways ways{0, begin() + gains_[0]};
        forward[0] = ways.off;
        for (std::size_t k = 1; k < path_.size(); ++k) {
            const Ways last = ways;
            ways.on = log_sum(last.on, last.off + change(k, -shift_));
            ways.off = log_sum(last.off, last.on + change(k, shift_)) + gains_[k];
            ways = ways.scaled();
            forward[k] = ways.off;
        }
        ways = {0, end()};
        for (std::size_t k = path_.size(); k-- > 0;) {
            odds[k] += std::exp(std::min(forward[k] + ways.off - ways.on, most));
            if (k == 0) break;
            const Ways next = ways;
            ways.on = log_sum(next.on, next.off + change(k, shift_) + gains_[k]);
            ways.off = log_sum(next.off + gains_[k], next.on + change(k, -shift_));
            ways = ways.scaled();
        }
    }

private:
    /// How much better the shifted frame fits; what lies outside of the video neither fits nor does not.
    double gain(std::size_t k) const {
        const FramePair other{path_[k].video, path_[k].annotated + shift_};
        if (other.annotated < 0 || other.annotated >= std::ssize(model_.annotated)) return 0;
        return path_costs_[k] - model_.cost(other);
    }
    /// What a way saves that turns the path's jump before pair k into one by `more`.
    double change(std::size_t k, std::int64_t more) const {
        const std::int64_t passed = path_[k].video - path_[k - 1].video;
        if (passed != 1) return 0;  // foreign frames lie between: what follows them has no step to keep
        const std::int64_t jump = path_[k].annotated - path_[k - 1].annotated - passed;
        return model_.costs.jump(jump) - model_.costs.jump(jump + more);
    }
    // At the ends a way may be off for little: a video that stands still must not seem certain because it is whole.
    double begin() const {
        constexpr double little = 2;
        if (path_.front().video > 0) return -little;  // foreign frames lie before
        const std::int64_t cut = path_.front().annotated;
        if (cut + shift_ < 0) return -little;
        return std::max(-little, model_.costs.drop(cut) - model_.costs.drop(cut + shift_));
    }
    double end() const {
        if (path_.back().video + 1 < std::ssize(model_.video)) return 0;
        const std::int64_t cut = std::ssize(model_.annotated) - 1 - path_.back().annotated;
        return std::max(0.0, model_.costs.drop(cut) - model_.costs.drop(cut - shift_));
    }

    const AlignmentModel& model_;
    const std::vector<FramePair>& path_;
    const std::vector<double>& path_costs_;
    std::int64_t shift_;
    std::vector<double> gains_;
};

}  // namespace

Result<std::vector<double>> certainties(const AlignmentModel& model, const std::vector<FramePair>& path,
                                        const std::stop_token& stop) {
    std::vector<double> odds(path.size());
    if (path.empty()) return odds;
    std::vector<double> path_costs;
    for (const FramePair& pair : path) path_costs.push_back(model.cost(pair));
    for (std::int64_t shift = -widest_shift; shift <= widest_shift; ++shift) {
        if (stop.stop_requested()) return cancelled();
        if (shift != 0) Shifted(model, path, path_costs, shift).add_odds(odds);
    }
    for (double& each : odds) each = 1 / (1 + each);
    return odds;
}

}  // namespace inbetween
