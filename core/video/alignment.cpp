#include "core/video/alignment.h"

#include <algorithm>
#include <cmath>

#include "core/video/alignment_anchors.h"
#include "core/video/alignment_doubt.h"
#include "core/video/alignment_model.h"
#include "core/video/alignment_path.h"

namespace inbetween {

namespace {

constexpr int rounds = 3;

struct Shares {
    double dropped = 0;
    double doubled = 0;
};

/// How often steps of the pairs leave frames out or show them again.
Shares shares_of(const std::vector<FramePair>& pairs, const std::optional<FrameLine>& line) {
    if (line) return {std::clamp(line->rate - 1, 0.0, 0.45), std::clamp(1 - line->rate, 0.0, 0.45)};
    Shares shares;
    for (std::size_t k = 1; k < pairs.size(); ++k) {
        if (pairs[k].video != pairs[k - 1].video + 1) continue;
        const std::int64_t step = pairs[k].annotated - pairs[k - 1].annotated;
        if (step > 1) shares.dropped += 1;
        if (step == 0) shares.doubled += 1;
    }
    const auto steps = static_cast<double>(pairs.size()) + 1;
    return {std::min(shares.dropped / steps, 0.4), std::min(shares.doubled / steps, 0.4)};
}

/// Takes pairs off both ends that do not show the same: nothing beyond them holds them in place.
void trim(const AlignmentModel& model, std::vector<FramePair>& pairs) {
    const auto shows_the_same = [&](const FramePair& pair) {
        return distance_of(model.annotated[static_cast<std::size_t>(pair.annotated)],
                           model.video[static_cast<std::size_t>(pair.video)]) <= model.limit;
    };
    pairs.erase(pairs.begin(), std::ranges::find_if(pairs, shows_the_same));
    while (!pairs.empty() && !shows_the_same(pairs.back())) pairs.pop_back();
}

/// How alike what changes in both is, over `lag` frames.
void measure_movement(const AlignmentModel& model, const std::vector<FramePair>& pairs, double variance,
                      Alignment& result) {
    constexpr std::size_t lag = 8;
    double both = 0;
    double annotated = 0;
    double video = 0;
    std::vector<double> changes;
    for (std::size_t k = lag; k < pairs.size(); ++k) {
        const FramePair& then = pairs[k - lag];
        const FramePair& now = pairs[k];
        const std::int64_t passed = now.annotated - then.annotated;
        if (now.video - then.video != lag || passed < 1 || passed > 4 * static_cast<std::int64_t>(lag)) continue;
        const auto& a0 = model.annotated[static_cast<std::size_t>(then.annotated)].luma;
        const auto& a1 = model.annotated[static_cast<std::size_t>(now.annotated)].luma;
        const auto& v0 = model.video[static_cast<std::size_t>(then.video)].luma;
        const auto& v1 = model.video[static_cast<std::size_t>(now.video)].luma;
        double change = 0;
        for (std::size_t part = 0; part < a0.size(); ++part) {
            const double x = int{a1[part]} - int{a0[part]};
            const double y = int{v1[part]} - int{v0[part]};
            both += x * y;
            change += x * x;
            video += y * y;
        }
        annotated += change;
        changes.push_back(change / signature_parts);
    }
    if (changes.empty()) return;
    // Noise changes from frame to frame as well, and agrees with nothing.
    const double noise = 2 * variance * signature_parts * static_cast<double>(changes.size());
    const double seen = std::max(video - noise, 0.25 * video);
    result.movement = annotated > 0 && seen > 0 ? std::min(1.0, both / std::sqrt(annotated * seen)) : 0;
    // Enough in one frame of twenty.
    const auto high = changes.begin() + std::ssize(changes) * 19 / 20;
    std::nth_element(changes.begin(), high, changes.end());
    result.moves = *high > std::max(1.0, 4 * variance);
}

void count_equal(const VideoSignature& annotated, const VideoSignature& video, const std::vector<FramePair>& pairs,
                 std::vector<double>& certain, Alignment& result) {
    if (annotated.hashes.size() != annotated.frames.size() || video.hashes.size() != video.frames.size()) return;
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        const auto i = static_cast<std::size_t>(pairs[k].annotated);
        const std::uint64_t hash = annotated.hashes[i];
        if (hash != video.hashes[static_cast<std::size_t>(pairs[k].video)]) continue;
        ++result.equal;
        const bool like_last = i > 0 && annotated.hashes[i - 1] == hash;
        const bool like_next = i + 1 < annotated.hashes.size() && annotated.hashes[i + 1] == hash;
        if (!like_last && !like_next) certain[k] = 1;
    }
}

Result<Alignment> result_of(const VideoSignature& annotated, const VideoSignature& video, const AlignmentModel& model,
                            const std::vector<FramePair>& pairs, const AlignmentNoise& noise,
                            const std::stop_token& stop) {
    Alignment result;
    result.frames.assign(video.frames.size(), Alignment::none);
    result.unrelated = std::sqrt(noise.unrelated);
    result.matched = std::ssize(pairs);
    if (pairs.empty()) return result;
    double squares = 0;
    for (const FramePair& pair : pairs) {
        result.frames[static_cast<std::size_t>(pair.video)] = pair.annotated;
        squares += distance_of(model.annotated[static_cast<std::size_t>(pair.annotated)],
                               model.video[static_cast<std::size_t>(pair.video)]);
    }
    const auto count = static_cast<double>(pairs.size());
    result.difference = std::sqrt(squares / count / signature_parts);
    measure_movement(model, pairs, noise.variance, result);
    auto certain = certainties(model, pairs, stop);
    if (!certain) return certain.error();
    count_equal(annotated, video, pairs, *certain, result);
    constexpr double doubtful = 0.9;
    for (const double each : *certain) {
        result.sure += each / count;
        if (each < doubtful) ++result.alike;
    }
    return result;
}

}  // namespace

bool Alignment::is_identity(std::int64_t annotated_frames) const {
    if (std::ssize(frames) != annotated_frames) return false;
    for (std::int64_t j = 0; j < annotated_frames; ++j)
        if (frames[static_cast<std::size_t>(j)] != j) return false;
    return true;
}

std::vector<AlignedRun> Alignment::runs() const {
    std::vector<AlignedRun> runs;
    for (std::int64_t j = 0; j < std::ssize(frames); ++j) {
        const std::int64_t shows = frames[static_cast<std::size_t>(j)];
        if (shows == none) continue;
        const bool goes_on = !runs.empty() && runs.back().begin + runs.back().length == FrameIndex{j} &&
                             runs.back().annotated + runs.back().length == FrameIndex{shows};
        if (goes_on) {
            ++runs.back().length;
        } else {
            runs.push_back({FrameIndex{j}, FrameIndex{shows}, 1});
        }
    }
    return runs;
}

Result<Alignment> align(const VideoSignature& annotated, const VideoSignature& video, const std::stop_token& stop) {
    if (annotated.frames.empty() || video.frames.empty()) {
        Alignment nothing;
        nothing.frames.assign(video.frames.size(), Alignment::none);
        return nothing;
    }
    auto anchors = find_anchors(annotated.frames, video.frames, stop);
    if (!anchors) return anchors.error();
    const auto line = find_line(*anchors);
    std::vector<FramePair> pairs = *anchors;
    for (int round = 1;; ++round) {
        if (stop.stop_requested()) return cancelled();
        const Signatures toned = ToneCurve(annotated.frames, video.frames, pairs).applied(annotated.frames);
        const AlignmentNoise noise = measure_noise(toned, video.frames, pairs);
        const Shares shares = shares_of(round == 1 ? std::vector<FramePair>() : pairs, line);
        const AlignmentModel model{toned,
                                   video.frames,
                                   weigh_frames(toned, video.frames, pairs, noise),
                                   distance_limit(noise),
                                   StepCosts(shares.dropped, shares.doubled),
                                   line};
        auto path = find_path(model, *anchors, stop);
        if (!path) return path.error();
        pairs = *std::move(path);
        trim(model, pairs);
        if (round == rounds || pairs.empty()) return result_of(annotated, video, model, pairs, noise, stop);
    }
}

}  // namespace inbetween
