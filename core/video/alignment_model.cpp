#include "core/video/alignment_model.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace inbetween {

namespace {

// Whole cuts of a video are rare: one in a million frames.
constexpr double rare = 13.8;
// From this share on, frames are left out or doubled as a rule: the frame rate was changed.
constexpr double as_a_rule = 0.02;

// How far a part's differences count, of what they would if all were independent: neighbouring parts err alike, and so
// do neighbouring frames. Found by measurement: with it the probabilities come true.
constexpr double independence = 0.02;
// An encoder that spends little repeats what hardly moves: there a frame may look like the one before it.
constexpr double sticking = 3;
constexpr double most_sticking = 16;

// Rounding alone.
constexpr double least_variance = 0.15;

double& nth_of(std::vector<double>& values, double share) {
    const auto nth = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), nth, values.end());
    return *nth;
}

std::size_t at(std::int64_t frame) { return static_cast<std::size_t>(frame); }

/// The least distance of a video frame to the annotated ones around a place.
int nearest_distance(const Signatures& toned, const Signatures& video, const FramePair& pair) {
    int least = std::numeric_limits<int>::max();
    const std::int64_t last = std::ssize(toned) - 1;
    for (std::int64_t i = std::max<std::int64_t>(0, pair.annotated - 2); i <= std::min(last, pair.annotated + 2); ++i) {
        least = std::min(least, distance_of(toned[at(i)], video[at(pair.video)]));
    }
    return least;
}

/// Mean square change from frame to frame around each frame.
std::vector<double> movement_around(const Signatures& video) {
    std::vector<double> changes(video.size());
    for (std::size_t j = 0; j + 1 < video.size(); ++j) changes[j] = distance_of(video[j], video[j + 1]);
    std::vector<double> around(video.size());
    if (video.size() == 1) return {std::numeric_limits<double>::infinity()};  // nothing that could be repeated
    for (std::size_t j = 0; j < video.size(); ++j) {
        const std::size_t begin = j < 2 ? 0 : j - 2;
        const std::size_t end = std::min(video.size() - 1, j + 2);
        double sum = 0;
        for (std::size_t k = begin; k < end; ++k) sum += changes[k];
        if (end > begin) around[j] = sum / static_cast<double>(end - begin) / signature_parts;
    }
    return around;
}

/// Mean square difference of matching frames around each frame; the overall one where none match.
std::vector<double> noise_around(const Signatures& toned, const Signatures& video, const std::vector<FramePair>& pairs,
                                 double overall) {
    constexpr double none = -1;
    std::vector<double> own(video.size(), none);
    for (const FramePair& pair : pairs) {
        own[at(pair.video)] =
            std::min(static_cast<double>(nearest_distance(toned, video, pair)) / signature_parts, 8 * overall);
    }
    std::vector<double> around(video.size(), overall);
    for (std::int64_t j = 0; j < std::ssize(video); ++j) {
        double sum = 0;
        int count = 0;
        for (std::int64_t k = std::max<std::int64_t>(0, j - 4); k <= std::min(std::ssize(video) - 1, j + 4); ++k) {
            if (own[at(k)] == none) continue;
            sum += own[at(k)];
            ++count;
        }
        if (count > 0) around[at(j)] = sum / count;
    }
    return around;
}

}  // namespace

ToneCurve::ToneCurve(const Signatures& annotated, const Signatures& video, const std::vector<FramePair>& pairs) {
    double n = 0;
    double a = 0;
    double b = 0;
    double aa = 0;
    double ab = 0;
    const auto for_each_part = [&](auto&& see) {
        for (const FramePair& pair : pairs) {
            for (std::size_t k = 0; k < signature_parts; ++k)
                see(static_cast<double>(annotated[at(pair.annotated)].luma[k]),
                    static_cast<double>(video[at(pair.video)].luma[k]));
        }
    };
    for_each_part([&](double from, double to) {
        n += 1;
        a += from;
        b += to;
        aa += from * from;
        ab += from * to;
    });
    const double spread = n > 0 ? aa - a * a / n : 0;
    const double gain = spread > 1 ? std::clamp((ab - a * b / n) / spread, 0.6, 1.6) : 1;
    const double offset = n > 0 ? (b - gain * a) / n : 0;

    // What is left of a straight line, at every 16th level and in between by halves of both neighbours.
    constexpr double few = 500;
    std::array<double, 18> sum{};
    std::array<double, 18> weight{};
    for_each_part([&](double from, double to) {
        const auto level = static_cast<std::size_t>(from / 16);
        const double share = from / 16 - static_cast<double>(level);
        const double left = to - (gain * from + offset);
        sum[level] += (1 - share) * left;
        weight[level] += 1 - share;
        sum[level + 1] += share * left;
        weight[level + 1] += share;
    });
    for (std::size_t from = 0; from < to_.size(); ++from) {
        const std::size_t level = from / 16;
        const double share = static_cast<double>(from % 16) / 16;
        const double bend =
            (1 - share) * sum[level] / (weight[level] + few) + share * sum[level + 1] / (weight[level + 1] + few);
        const double to = gain * static_cast<double>(from) + offset + bend;
        to_[from] = static_cast<std::uint8_t>(std::lround(std::clamp(to, 0.0, 255.0)));
    }
}

Signatures ToneCurve::applied(const Signatures& annotated) const {
    Signatures toned = annotated;
    for (FrameSignature& frame : toned) {
        for (std::uint8_t& level : frame.luma) level = to_[level];
    }
    return toned;
}

double FrameLine::distance(const FramePair& pair) const {
    return std::abs(static_cast<double>(pair.annotated) - rate * static_cast<double>(pair.video) - start);
}

namespace {

constexpr double near_line = 2;  // frames

std::int64_t count_near(const FrameLine& line, const std::vector<FramePair>& pairs) {
    return std::ranges::count_if(pairs, [&](const FramePair& pair) { return line.distance(pair) <= near_line; });
}

FrameLine line_of_rate(double rate, const std::vector<FramePair>& pairs) {
    std::vector<double> starts;
    for (const FramePair& pair : pairs)
        starts.push_back(static_cast<double>(pair.annotated) - rate * static_cast<double>(pair.video));
    return {rate, nth_of(starts, 0.5)};
}

/// By least squares of the pairs that lie near it already.
FrameLine refined(const FrameLine& line, const std::vector<FramePair>& pairs) {
    double n = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (const FramePair& pair : pairs) {
        if (line.distance(pair) > near_line) continue;
        const auto j = static_cast<double>(pair.video);
        const auto i = static_cast<double>(pair.annotated);
        n += 1;
        x += j;
        y += i;
        xx += j * j;
        xy += j * i;
    }
    const double spread = n * xx - x * x;
    if (spread <= 0) return line;
    const double rate = (n * xy - x * y) / spread;
    return {rate, (y - rate * x) / n};
}

}  // namespace

std::optional<FrameLine> find_line(const std::vector<FramePair>& pairs) {
    constexpr std::size_t fewest = 20;
    if (pairs.size() < fewest) return std::nullopt;
    std::vector<double> rates;
    const std::size_t half = pairs.size() / 2;
    for (std::size_t k = 0; k + half < pairs.size(); ++k) {
        rates.push_back(static_cast<double>(pairs[k + half].annotated - pairs[k].annotated) /
                        static_cast<double>(pairs[k + half].video - pairs[k].video));
    }
    FrameLine line = line_of_rate(nth_of(rates, 0.5), pairs);
    if (line.rate < 0.2 || line.rate > 5) return std::nullopt;
    for (int round = 0; round < 2; ++round) line = refined(line, pairs);
    const std::int64_t near = count_near(line, pairs);
    const std::int64_t near_plain = count_near(line_of_rate(1, pairs), pairs);
    const auto share = [&](std::int64_t count) {
        return static_cast<double>(count) / static_cast<double>(pairs.size());
    };
    if (share(near) < 0.8 || share(near - near_plain) < 0.2) return std::nullopt;
    return line;
}

StepCosts::StepCosts(double dropped, double doubled) {
    most_ = rare + 5;
    if (std::max(dropped, doubled) < as_a_rule) {
        step_ = 0;
        twice_ = drop_ = rare;
        further_ = 0.1;
        return;
    }
    step_ = -std::log(std::max(0.05, 1 - dropped - doubled));
    twice_ = std::min(rare, -std::log(std::max(doubled, 1e-6)));
    drop_ = std::min(rare, -std::log(std::max(dropped, 1e-6)));
    further_ = 3;
}

double StepCosts::drop(std::int64_t count) const {
    if (count <= 0) return 0;
    return std::min(drop_ + further_ * static_cast<double>(count - 1), most_);
}

double StepCosts::jump(std::int64_t count) const {
    return count < 0 ? static_cast<double>(-count) * twice_ : drop(count);
}

double AlignmentModel::pull(const FramePair& pair) const {
    if (!line) return 0;
    const double beyond = std::max(0.0, line->distance(pair) - 0.75);
    return std::min(0.5 * beyond * beyond, 8.0);
}

double AlignmentModel::cost(const FramePair& pair) const {
    const int distance = distance_of(annotated[at(pair.annotated)], video[at(pair.video)]);
    return pull(pair) + weights[at(pair.video)] * std::min(distance, 2 * limit);
}

AlignmentNoise measure_noise(const Signatures& toned, const Signatures& video, const std::vector<FramePair>& pairs) {
    AlignmentNoise noise;
    const std::int64_t frames = std::ssize(toned);
    std::vector<double> near;
    double far = 0;
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        near.push_back(static_cast<double>(nearest_distance(toned, video, pairs[k])) / signature_parts);
        // From a third to two thirds of the video away.
        const std::int64_t away = frames / 3 + static_cast<std::int64_t>(k % 64) * (frames / 3) / 64;
        far += distance_of(toned[at((pairs[k].annotated + away) % frames)], video[at(pairs[k].video)]);
    }
    if (pairs.empty()) return noise;
    noise.unrelated = far / static_cast<double>(pairs.size()) / signature_parts;
    // Not the middle one: some of the pairs may be wrong.
    constexpr double lower = 0.4;
    // Pairs that differ as strangers do are wrong, and tell nothing of noise.
    constexpr double strange = 0.1;
    constexpr double most_variance = 16;
    noise.variance =
        std::clamp(std::min(nth_of(near, lower), strange * noise.unrelated), least_variance, most_variance);
    return noise;
}

int distance_limit(const AlignmentNoise& noise) {
    const double by_noise = std::max(9.0, 6 * noise.variance);
    const double by_others = std::max(4.0, 0.2 * noise.unrelated);
    return static_cast<int>(signature_parts * std::min(by_noise, by_others));
}

std::vector<double> weigh_frames(const Signatures& toned, const Signatures& video, const std::vector<FramePair>& pairs,
                                 const AlignmentNoise& noise) {
    const std::vector<double> movement = movement_around(video);
    const std::vector<double> local = noise_around(toned, video, pairs, noise.variance);
    std::vector<double> weights(video.size());
    for (std::size_t j = 0; j < video.size(); ++j) {
        const double variance = 0.5 * noise.variance + std::max(local[j], 0.5 * noise.variance);
        const double stuck = std::min(most_sticking, 1 + sticking * variance / std::max(movement[j], 1e-3));
        // A frame that does not match must not go unseen, however noisy.
        weights[j] = std::max(independence / (2 * variance * stuck), 0.5 / distance_limit(noise));
    }
    return weights;
}

}  // namespace inbetween
