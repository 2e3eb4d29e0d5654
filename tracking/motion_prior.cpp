#include "tracking/motion_prior.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "tracking/camera_motion.h"
#include "tracking/fill.h"
#include "tracking/pchip.h"

namespace inbetween {
namespace {

constexpr std::size_t most_neighbours = 1;     // that the path goes by, on each side: with more, more edits undo a fill
constexpr std::size_t most_witnesses = 3;      // that tell how far it is to be trusted, on each side
constexpr std::int64_t longest_gap_spans = 4;  // to a neighbour, in lengths of the span
constexpr double standing_sizes = 0.25;        // what moves less over the span stands
constexpr double most_error = 2;               // sizes; what is farther off is only "far off"

/// A keyframe as the prior sees it.
struct Knot {
    FrameIndex frame;
    Pose pose;
    Point ground;  ///< its centre where it lies in the first frame
};

using Knots = std::vector<Knot>;

enum Motion : std::size_t { InPicture, OverGround, Smooth, motions };
using Weights = std::array<double, motions>;

double time_of(const Knot& knot, const Knots& knots) { return static_cast<double>(knot.frame - knots.front().frame); }

/// Where a motion through the knots has the object at a frame between knots[left] and the next.
Pose predict(Motion motion, const Knots& knots, std::size_t left, FrameIndex at, const CameraTrack& camera) {
    const Knot& a = knots[left];
    const Knot& b = knots[left + 1];
    const double t = static_cast<double>(at - a.frame) / static_cast<double>(b.frame - a.frame);
    Pose pose = mix(a.pose, b.pose, t);
    if (motion == InPicture) return pose;
    Point ground{a.ground.x + (b.ground.x - a.ground.x) * t, a.ground.y + (b.ground.y - a.ground.y) * t};
    if (motion == Smooth && knots.size() > 2) {
        const auto curve = [&](auto value) {
            std::vector<double> times;
            std::vector<double> values;
            for (const Knot& knot : knots) {
                times.push_back(time_of(knot, knots));
                values.push_back(value(knot));
            }
            return Pchip(std::move(times), std::move(values)).at(static_cast<double>(at - knots.front().frame));
        };
        ground = {curve([](const Knot& k) { return k.ground.x; }), curve([](const Knot& k) { return k.ground.y; })};
        pose.log_w = curve([](const Knot& k) { return k.pose.log_w; });
        pose.log_h = curve([](const Knot& k) { return k.pose.log_h; });
    }
    const Point centre = camera.image_from_ground(at, ground);
    pose.x = centre.x;
    pose.y = centre.y;
    return pose;
}

Pose blended(const Weights& weights, const Knots& knots, std::size_t left, FrameIndex at, const CameraTrack& camera) {
    Pose sum;
    for (std::size_t m = 0; m < motions; ++m)
        sum = shifted(sum, {}, predict(static_cast<Motion>(m), knots, left, at, camera), weights[m]);
    return sum;
}

/// How far off a prediction of a left-out knot is, as if it lay in the middle between its neighbours.
double error_of(const Pose& predicted, const Knot& truth, const Knot& before, const Knot& after) {
    const double t = static_cast<double>(truth.frame - before.frame) / static_cast<double>(after.frame - before.frame);
    const double size = std::sqrt(before.pose.size() * after.pose.size());
    const double gap = std::hypot(predicted.x - truth.pose.x, predicted.y - truth.pose.y) / std::max(1.0, size);
    return std::min(most_error, gap / std::sqrt(4 * t * (1 - t)));
}

/// What a motion is tried with: the knots nearest to a gap, at most two on each side of it.
struct Gap {
    Knots rest;
    std::size_t left = 0;  ///< rest[left] and the next are its sides
};

/// The gap that is there when knots[k] and `wider` more on each side of it are left out.
Gap gap_without(const Knots& knots, std::size_t k, std::size_t wider) {
    const std::size_t before = k - wider;  // one past the left side
    const std::size_t after = k + wider + 1;
    Gap gap;
    const std::size_t first = before >= 2 ? before - 2 : 0;
    for (std::size_t i = first; i < before; ++i) gap.rest.push_back(knots[i]);
    gap.left = gap.rest.size() - 1;
    for (std::size_t i = after; i < std::min(after + 2, knots.size()); ++i) gap.rest.push_back(knots[i]);
    return gap;
}

/// Each motion's error at knots[k] when it is left out.
Weights left_out_errors(const Knots& knots, std::size_t k, const CameraTrack& camera) {
    const Gap gap = gap_without(knots, k, 0);
    Weights errors{};
    for (std::size_t m = 0; m < motions; ++m)
        errors[m] = error_of(predict(static_cast<Motion>(m), gap.rest, gap.left, knots[k].frame, camera), knots[k],
                             gap.rest[gap.left], gap.rest[gap.left + 1]);
    return errors;
}

/// What leaving out keyframes tells of a span's motions.
struct Trial {
    Weights weights{0.15, 0.85, 0};  ///< what is usual where nothing could be tried
    double error = 0;                ///< of the blend, over a gap twice as long as the span
    int witnesses = 0;
};

/// Tries the motions at every inner knot; those at the span's own ends, knots[left] and the next, count twice.
Trial try_motions(const Knots& knots, std::size_t left, const CameraTrack& camera) {
    Trial trial;
    if (knots.size() < 3) return trial;
    Weights sum{};
    Weights of_ends{};
    double ends = 0;
    for (std::size_t k = 1; k + 1 < knots.size(); ++k) {
        const Weights errors = left_out_errors(knots, k, camera);
        const bool is_end = k == left || k == left + 1;
        for (std::size_t m = 0; m < motions; ++m) {
            sum[m] += errors[m];
            if (is_end) of_ends[m] += errors[m];
        }
        ends += is_end ? 1 : 0;
        ++trial.witnesses;
    }
    double total = 0;
    Weights error{};
    for (std::size_t m = 0; m < motions; ++m) {
        error[m] = (of_ends[m] + sum[m] / trial.witnesses) / (ends + 1);
        trial.weights[m] = std::pow(error[m] + 0.02, -4);
        total += trial.weights[m];
    }
    for (std::size_t m = 0; m < motions; ++m) {
        trial.weights[m] /= total;
        trial.error += trial.weights[m] * error[m];
    }
    return trial;
}

/// By how much an error over a gap is larger than over one half as long, learned from gaps of two and of four spans: an
/// even walker's is a quarter of it, an erratic object's nearly the same. What is usual where that cannot be tried.
double growth_with_gap(const Knots& knots, const Weights& weights, const CameraTrack& camera) {
    constexpr double usual = 0.5;
    if (knots.size() < 7) return usual;
    double of_two = 0;
    double of_four = 0;
    double tried = 0;
    for (std::size_t k = 2; k + 2 < knots.size(); ++k) {
        const auto squared = [&](std::size_t wider) {
            const Gap gap = gap_without(knots, k, wider);
            const double e = error_of(blended(weights, gap.rest, gap.left, knots[k].frame, camera), knots[k],
                                      gap.rest[gap.left], gap.rest[gap.left + 1]);
            return e * e;
        };
        of_two += squared(0);
        of_four += squared(1);
        ++tried;
    }
    // Few trials say little: a quarter of a typical error is added to one side, one to the other.
    const double doubt = std::max(1e-4, of_four / tried) / tried;
    return std::clamp(std::sqrt((of_two / tried + 0.25 * doubt) / (of_four / tried + doubt)), 0.25, 1.2);
}

Knot knot_of(const Box& box, FrameIndex frame, const CameraTrack& camera) {
    const Pose pose = pose_of(box);
    return {frame, pose, camera.ground_from_image(frame, {pose.x, pose.y})};
}

/// Keyframes in front of a span that are asked, and behind it.
struct Witnesses {
    std::size_t before = 0;
    std::size_t after = 0;
};

Witnesses witnesses_of(const SpanTask& task) {
    const auto& keyframes = task.track.keyframes;
    const std::int64_t longest = longest_gap_spans * static_cast<std::int64_t>(steps_of(task)) + 10;
    const auto joins = [&](std::size_t nearer, std::size_t farther) {
        return !keyframes[nearer].outside && !keyframes[farther].outside &&
               std::abs(keyframes[farther].frame - keyframes[nearer].frame) <= longest;
    };
    Witnesses asked;
    while (asked.before < std::min(most_witnesses, task.left) &&
           joins(task.left - asked.before, task.left - asked.before - 1))
        ++asked.before;
    const std::size_t right = task.left + 1;
    while (asked.after < most_witnesses && right + asked.after + 1 < keyframes.size() &&
           joins(right + asked.after, right + asked.after + 1))
        ++asked.after;
    return asked;
}

}  // namespace

FrameRange prior_frames(const SpanTask& task) {
    const auto& keyframes = task.track.keyframes;
    const auto [before, after] = witnesses_of(task);
    return {keyframes[task.left - before].frame, keyframes[task.left + 1 + after].frame + 1};
}

Neighbours neighbours_of(const SpanTask& task) {
    const auto [before, after] = witnesses_of(task);
    return {std::min(before, most_neighbours), std::min(after, most_neighbours)};
}

Result<Path> even_path(SpanImages& images, const BoxSpan& span) {
    auto camera = CameraTrack::measure(images, span.frame(0), span.frame(span.steps));
    if (!camera) return camera.error();
    const Knots knots{knot_of(span.from, span.frame(0), *camera), knot_of(span.to, span.frame(span.steps), *camera)};
    Path path;
    for (std::size_t i = 0; i <= span.steps; ++i) path.push_back(predict(OverGround, knots, 0, span.frame(i), *camera));
    path.front() = pose_of(span.from);
    path.back() = pose_of(span.to);
    return path;
}

Result<MotionPrior> motion_prior(SpanImages& images, const SpanTask& task, const BoxSpan& span) {
    const auto& keyframes = task.track.keyframes;
    const auto [before, after] = witnesses_of(task);
    const std::size_t first = task.left - before;
    const std::size_t last = task.left + 1 + after;
    auto camera = CameraTrack::measure(images, keyframes[first].frame, keyframes[last].frame);
    if (!camera) return camera.error();
    Knots knots;
    for (std::size_t i = first; i <= last; ++i) {
        const Box box = images.image_from_picture(std::get<Box>(keyframes[i].shape));
        knots.push_back(knot_of(box, keyframes[i].frame, *camera));
    }
    MotionPrior prior;
    prior.before = std::min(before, most_neighbours);
    prior.after = std::min(after, most_neighbours);
    const Trial trial = try_motions(knots, before, *camera);
    prior.witnesses = trial.witnesses;
    prior.error = trial.error * growth_with_gap(knots, trial.weights, *camera);
    const auto begin = knots.begin() + static_cast<std::ptrdiff_t>(before - prior.before);
    const Knots near(begin, begin + static_cast<std::ptrdiff_t>(prior.before + 2 + prior.after));
    for (std::size_t i = 0; i <= span.steps; ++i) {
        prior.path.push_back(blended(trial.weights, near, prior.before, span.frame(i), *camera));
        const Pose over_ground = predict(OverGround, near, prior.before, span.frame(i), *camera);
        const Pose flat = predict(InPicture, near, prior.before, span.frame(i), *camera);
        prior.camera_stands = prior.camera_stands && centre_gap(flat, over_ground) < standing_sizes;
    }
    prior.path.front() = pose_of(span.from);
    prior.path.back() = pose_of(span.to);
    return prior;
}

}  // namespace inbetween
