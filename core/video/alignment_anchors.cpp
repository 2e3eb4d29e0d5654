#include "core/video/alignment_anchors.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace inbetween {

namespace {

constexpr std::int64_t most_probes = 768;
constexpr std::size_t candidates_a_probe = 4;
// A picture with less contrast than this says nothing.   units: levels.
constexpr double least_contrast = 3;
// Squared distance that is nothing: rounding in every part.
constexpr double nothing = 100;
constexpr double least_weight = 0.1;
// Frames that look alike around a candidate make it useless: how far around is looked.
constexpr std::int64_t ring_begin = 8;
constexpr std::int64_t ring_end = 32;
// Candidates looked back at, some 150 probes.
constexpr std::size_t reach = 600;

/// The brightness of a picture: its sum, and its squared contrast.
struct Moments {
    double sum = 0;
    double contrast = 0;
};

Moments moments_of(const FrameSignature& frame) {
    int sum = 0;
    int squares = 0;
    for (const int level : frame.luma) {
        sum += level;
        squares += level * level;
    }
    return {static_cast<double>(sum), squares - static_cast<double>(sum) * sum / signature_parts};
}

std::vector<Moments> moments_of(const Signatures& frames) {
    std::vector<Moments> moments;
    moments.reserve(frames.size());
    for (const FrameSignature& frame : frames) moments.push_back(moments_of(frame));
    return moments;
}

int product_of(const FrameSignature& a, const FrameSignature& b) {
    int sum = 0;
    for (std::size_t i = 0; i < a.luma.size(); ++i) sum += int{a.luma[i]} * int{b.luma[i]};
    return sum;
}

struct Candidate {
    FramePair pair;
    double weight = 0;  // logarithm of how much better it fits than others
};

double median(std::span<double> values) {
    const auto middle = values.begin() + std::ssize(values) / 2;
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

class Search {
public:
    Search(const Signatures& annotated, const Signatures& video)
        : annotated_(annotated),
          video_(video),
          annotated_moments_(moments_of(annotated)),
          video_moments_(moments_of(video)),
          left_(annotated.size()) {}

    void look_for(std::int64_t probe, std::vector<Candidate>& found) {
        const auto j = static_cast<std::size_t>(probe);
        if (video_moments_[j].contrast < signature_parts * least_contrast * least_contrast) return;
        for (std::size_t i = 0; i < annotated_.size(); ++i) left_[i] = left_unexplained(i, j);
        scratch_ = left_;
        const double usual = median(scratch_);
        for (const std::int64_t i : lowest()) {
            const double here = left_[static_cast<std::size_t>(i)];
            double weight = 0.5 * std::log((usual + nothing) / (here + nothing));
            for (const std::int64_t side : {-1, 1}) weight = std::min(weight, weight_of_side(i, side));
            if (weight > least_weight) found.push_back({{probe, i}, weight});
        }
    }

private:
    /// What is left of the video's picture when the annotated one, brightened and stretched to fit, is taken away.
    double left_unexplained(std::size_t i, std::size_t j) const {
        const Moments& from = annotated_moments_[i];
        const Moments& to = video_moments_[j];
        const double both = product_of(annotated_[i], video_[j]) - from.sum * to.sum / signature_parts;
        const double gain = from.contrast > 1 ? std::clamp(both / from.contrast, 0.6, 1.6) : 1;
        return to.contrast + gain * gain * from.contrast - 2 * gain * both;
    }

    /// The best places, none close to a better one.
    std::vector<std::int64_t> lowest() const {
        constexpr std::int64_t apart = 6;
        std::vector<std::int64_t> places;
        const std::int64_t frames = std::ssize(left_);
        for (std::int64_t i = 0; i < frames; ++i) {
            bool is_lowest = true;
            for (std::int64_t k = std::max<std::int64_t>(0, i - apart); k <= std::min(frames - 1, i + apart); ++k) {
                const double other = left_[static_cast<std::size_t>(k)];
                const double own = left_[static_cast<std::size_t>(i)];
                if (other < own || (other == own && k < i)) {
                    is_lowest = false;
                    break;
                }
            }
            if (is_lowest) places.push_back(i);
        }
        const std::size_t count = std::min(candidates_a_probe, places.size());
        std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(count), places.end(),
                          [&](std::int64_t a, std::int64_t b) {
                              return left_[static_cast<std::size_t>(a)] < left_[static_cast<std::size_t>(b)];
                          });
        places.resize(count);
        return places;
    }

    double weight_of_side(std::int64_t i, std::int64_t side) {
        scratch_.clear();
        for (std::int64_t away = ring_begin; away <= ring_end; away += 2) {
            const std::int64_t k = i + side * away;
            if (k >= 0 && k < std::ssize(left_)) scratch_.push_back(left_[static_cast<std::size_t>(k)]);
        }
        if (scratch_.size() < 3) return std::numeric_limits<double>::infinity();  // an end of the video
        return std::log((median(scratch_) + nothing) / (left_[static_cast<std::size_t>(i)] + nothing));
    }

    const Signatures& annotated_;
    const Signatures& video_;
    std::vector<Moments> annotated_moments_;
    std::vector<Moments> video_moments_;
    std::vector<double> left_;
    std::vector<double> scratch_;
};

/// What it costs a chain to go from one candidate to another: nothing in step, up to the weight of a good one.
double link_cost(const FramePair& from, const FramePair& to) {
    const auto passed = static_cast<double>(to.video - from.video);
    const double out_of_step = std::abs(static_cast<double>(to.annotated - from.annotated) - passed);
    return std::min(1.0, out_of_step / (0.25 * passed + 2));
}

/// The heaviest chain that rises in both videos.
std::vector<FramePair> best_chain(const std::vector<Candidate>& candidates) {
    constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::vector<double> weights(candidates.size());
    std::vector<std::size_t> before(candidates.size(), none);
    for (std::size_t k = 0; k < candidates.size(); ++k) {
        const FramePair& to = candidates[k].pair;
        weights[k] = candidates[k].weight;
        for (std::size_t p = k > reach ? k - reach : 0; p < k; ++p) {
            const FramePair& from = candidates[p].pair;
            if (from.video >= to.video || from.annotated > to.annotated) continue;
            const double weight = weights[p] + candidates[k].weight - link_cost(from, to);
            if (weight <= weights[k]) continue;
            weights[k] = weight;
            before[k] = p;
        }
    }
    std::vector<FramePair> chain;
    if (candidates.empty()) return chain;
    auto at = static_cast<std::size_t>(std::ranges::max_element(weights) - weights.begin());
    for (; at != none; at = before[at]) chain.push_back(candidates[at].pair);
    std::ranges::reverse(chain);
    return chain;
}

}  // namespace

Result<std::vector<FramePair>> find_anchors(const Signatures& annotated, const Signatures& video,
                                            const std::stop_token& stop) {
    Search search(annotated, video);
    std::vector<Candidate> candidates;
    const std::int64_t frames = std::ssize(video);
    const std::int64_t probes = std::min(frames, most_probes);
    for (std::int64_t k = 0; k < probes; ++k) {
        if (stop.stop_requested()) return cancelled();
        search.look_for((2 * k + 1) * frames / (2 * probes), candidates);
    }
    return best_chain(candidates);
}

}  // namespace inbetween
