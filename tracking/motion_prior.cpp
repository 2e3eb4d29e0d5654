#include "tracking/motion_prior.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "tracking/camera_motion.h"
#include "tracking/fill.h"
#include "tracking/pchip.h"

namespace inbetween {
namespace {

constexpr std::size_t most_neighbours = 1;     // on each side: with more, more edits would undo a fill
constexpr std::int64_t longest_gap_spans = 4;  // to a neighbour, in lengths of the span
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

/// Leaves out knots[k] and predicts it from the rest.
template <class Predict>
double left_out_error(const Knots& knots, std::size_t k, Predict predict_at) {
    Knots rest = knots;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(k));
    return error_of(predict_at(rest, k - 1, knots[k].frame), knots[k], knots[k - 1], knots[k + 1]);
}

/// The motions' weights by their errors at left-out knots, without any by what is usual.
Weights weights_of(const Knots& knots, const CameraTrack& camera) {
    if (knots.size() < 3) return {0.15, 0.85, 0};
    Weights weights{};
    double total = 0;
    for (std::size_t m = 0; m < motions; ++m) {
        double error = 0;
        for (std::size_t k = 1; k + 1 < knots.size(); ++k) {
            error += left_out_error(knots, k, [&](const Knots& rest, std::size_t left, FrameIndex at) {
                return predict(static_cast<Motion>(m), rest, left, at, camera);
            });
        }
        weights[m] = std::pow(error / static_cast<double>(knots.size() - 2) + 0.02, -4);
        total += weights[m];
    }
    for (double& weight : weights) weight /= total;
    return weights;
}

/// The error to be expected in the span's middle. A left-out knot is missed over about twice the span's length, which
/// says too much: an error that grows by chance, like a random walk's, or like a bend's, is half to a quarter of it.
double expected_error(const Knots& knots, const Weights& weights, const CameraTrack& camera) {
    constexpr double over_half_the_length = 0.5;
    if (knots.size() < 3) return 0;
    double sum = 0;
    for (std::size_t k = 1; k + 1 < knots.size(); ++k) {
        sum += left_out_error(knots, k, [&](const Knots& rest, std::size_t left, FrameIndex at) {
            return blended(weights, rest, left, at, camera);
        });
    }
    return over_half_the_length * sum / static_cast<double>(knots.size() - 2);
}

Knot knot_of(const Box& box, FrameIndex frame, const CameraTrack& camera) {
    const Pose pose = pose_of(box);
    return {frame, pose, camera.ground_from_image(frame, {pose.x, pose.y})};
}

}  // namespace

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
    const std::int64_t longest = longest_gap_spans * static_cast<std::int64_t>(span.steps) + 10;
    MotionPrior prior;
    const auto joins = [&](const Keyframe& nearer, const Keyframe& farther) {
        return !nearer.outside && !farther.outside && std::abs(farther.frame - nearer.frame) <= longest;
    };
    while (prior.before < most_neighbours && prior.before < task.left &&
           joins(keyframes[task.left - prior.before], keyframes[task.left - prior.before - 1]))
        ++prior.before;
    while (prior.after < most_neighbours && task.left + 2 + prior.after < keyframes.size() &&
           joins(keyframes[task.left + 1 + prior.after], keyframes[task.left + 2 + prior.after]))
        ++prior.after;
    const std::size_t first = task.left - prior.before;
    const std::size_t last = task.left + 1 + prior.after;
    auto camera = CameraTrack::measure(images, keyframes[first].frame, keyframes[last].frame);
    if (!camera) return camera.error();
    Knots knots;
    for (std::size_t i = first; i <= last; ++i) {
        const Box box = images.image_from_picture(std::get<Box>(keyframes[i].shape));
        knots.push_back(knot_of(box, keyframes[i].frame, *camera));
    }
    prior.witnesses = static_cast<int>(knots.size()) - 2;
    const Weights weights = weights_of(knots, *camera);
    prior.error = expected_error(knots, weights, *camera);
    for (std::size_t i = 0; i <= span.steps; ++i) {
        prior.path.push_back(blended(weights, knots, prior.before, span.frame(i), *camera));
        prior.even.push_back(predict(OverGround, knots, prior.before, span.frame(i), *camera));
    }
    prior.path.front() = prior.even.front() = pose_of(span.from);
    prior.path.back() = prior.even.back() = pose_of(span.to);
    return prior;
}

}  // namespace inbetween
