#include "tracking/box_solve.h"

#include <algorithm>
#include <cmath>

#include "tracking/guard.h"
#include "tracking/solve_memory.h"

namespace inbetween {

namespace {

/// What a keyframe shows, known already or learned.
Result<std::shared_ptr<const SizedLooks>> look_at(SpanImages& images, const StatedBox& stated) {
    SolveCacheState* const known = images.known();
    if (known != nullptr) {
        const std::lock_guard lock(known->mutex);
        if (auto kept = known->looks.find(stated)) return kept;
    }
    auto frame = images.glance(FrameIndex{stated.frame});
    if (!frame) return frame.error();
    auto look = guarded<std::shared_ptr<const SizedLooks>>(
        "appearance of the object", [&]() -> Result<std::shared_ptr<const SizedLooks>> {
            return std::make_shared<const SizedLooks>(sized_looks(frame->bgr, stated.box));
        });
    if (look && known != nullptr) {
        const std::lock_guard lock(known->mutex);
        known->looks.keep(stated, *look, bytes_of(**look), known->budget / 16);
    }
    return look;
}

}  // namespace

Result<OpenSpan> open_box_span(FrameSource& source, const SpanTask& task, const SolveControl& control,
                               std::int64_t reads_per_frame) {
    if (auto good = check_task(task); !good) return good.error();
    const Keyframe& from = from_of(task);
    const Keyframe& to = to_of(task);
    const Box* a = std::get_if<Box>(&from.shape);
    const Box* b = std::get_if<Box>(&to.shape);
    if (a == nullptr || b == nullptr) return fail("track {}: this method fills boxes only", number(task.track.id));
    const double size = std::min(pose_of(*a).size(), pose_of(*b).size());
    const std::size_t steps = steps_of(task);
    auto images =
        SpanImages::open(source, control, from.frame, size, reads_per_frame * (static_cast<std::int64_t>(steps) + 1));
    if (!images) return images.error();
    const BoxSpan span{from.frame, steps, images->image_from_picture(*a), images->image_from_picture(*b), {}};
    return OpenSpan{std::move(*images), span};
}

Result<Evidence> Evidence::open(SpanImages& images, const BoxSpan& span) {
    const auto left = look_at(images, {span.frame(0).value, span.from, images.width()});
    if (!left) return left.error();
    const auto right = look_at(images, {span.frame(span.steps).value, span.to, images.width()});
    if (!right) return right.error();
    images.count_read();
    images.count_read();
    std::vector<std::shared_ptr<const SizedLooks>> others;
    for (const StatedBox& stated : span.others) {
        auto look = look_at(images, stated);
        if (!look) return look.error();
        others.push_back(*std::move(look));
    }
    if (others.empty()) return Evidence(**left, **right);
    return guarded<Evidence>("appearance of the object", [&]() -> Result<Evidence> {
        return Evidence(joined_looks(**left, others), joined_looks(**right, others));
    });
}

double Evidence::score(const cv::Mat& bgr, const Pose& pose, double t) const {
    return guarded_or(0.0, [&] {
        const double a = left_[expected_look_size].score(bgr, pose);
        const double b = right_[expected_look_size].score(bgr, pose);
        return 0.5 * std::max(a, b) + 0.5 * ((1 - t) * a + t * b);
    });
}

Result<std::vector<std::vector<double>>> Evidence::scores(SpanImages& images, const BoxSpan& span,
                                                          const std::vector<Path>& paths) const {
    std::vector<std::vector<double>> scores(paths.size(), std::vector<double>(span.steps + 1, 1.0));
    for (std::size_t i = 1; i < span.steps; ++i) {
        auto frame = images.frame(span.frame(i));
        if (!frame) return frame.error();
        const double t = static_cast<double>(i) / static_cast<double>(span.steps);
        for (std::size_t k = 0; k < paths.size(); ++k)
            scores[k][i] = std::clamp(score(frame->bgr, paths[k][i], t), -0.2, 1.0);
    }
    return scores;
}

Result<Choice> Evidence::choose(SpanImages& images, const BoxSpan& span,
                                const std::vector<Candidate>& candidates) const {
    std::vector<Path> paths;
    for (const Candidate& candidate : candidates) paths.push_back(candidate.path);
    auto scored = scores(images, span, paths);
    if (!scored) return scored.error();
    std::vector<Choice> choices;
    for (std::size_t k = 0; k < paths.size(); ++k) choices.push_back({paths[k], k, (*scored)[k]});
    const auto mean = [&](const Choice& choice) {
        double sum = 0;
        for (std::size_t i = 1; i < span.steps; ++i) sum += choice.score[i];
        return sum / static_cast<double>(span.steps - 1);
    };
    std::size_t best = 0;
    for (std::size_t k = 1; k < choices.size(); ++k) {
        if (mean(choices[k]) - candidates[k].handicap > mean(choices[best]) - candidates[best].handicap) best = k;
    }
    return choices[best];
}

std::vector<double> confidence_of(const Choice& choice, const std::vector<double>& agreement) {
    const std::size_t n = choice.path.size() - 1;
    std::vector<double> confidence(n + 1, 1);
    for (std::size_t i = 1; i < n; ++i) {
        const double doubt = 0.74 - 3.9 * std::clamp(choice.score[i], 0.0, 1.0) - 1.24 * agreement[i];
        confidence[i] = 1 / (1 + std::exp(doubt));
    }
    return confidence;
}

void set_box_frames(SpanFill& fill, const SpanTask& task, const SpanImages& images, const Path& path,
                    const std::vector<double>& confidence) {
    std::vector<Shape> shapes;
    for (const Pose& pose : path) shapes.emplace_back(images.picture_from_image(box_of(pose)));
    set_frames(fill, task, shapes, confidence);
}

}  // namespace inbetween
