#include "tracking/follow.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "tracking/box_tracker.h"
#include "tracking/camera_motion.h"
#include "tracking/guard.h"
#include "tracking/look_filter.h"
#include "tracking/quad_step.h"

namespace inbetween {
namespace {

constexpr double least_in_picture = 0.3;  // share of the shape's box that must be in view
constexpr double collapsed = 0.12;        // confidence at which an object counts as lost, when it lasts
constexpr int patience = 5;               // frames
constexpr double smoothing = 0.5;         // of the confidence from frame to frame

/// A shape in the next frame, and how sure it is.
struct Found {
    Shape shape;  ///< in image coordinates
    double confidence = 0;
};

/// Carries one shape from frame to frame.
class Follower {
public:
    virtual ~Follower() = default;
    virtual Found step(const FrameImages& frame) = 0;
};

class BoxFollower : public Follower {
public:
    BoxFollower(const TrackerKind& kind, const FrameImages& frame, const Box& box)
        : tracker_(kind.make()), keeps_size_(!kind.finds_size), w_(box.w), h_(box.h) {
        tracker_->start(frame, box);
        look_ = guarded_or(std::optional<LookFilter>(), [&] { return std::optional(LookFilter(frame.bgr, box)); });
    }

    Found step(const FrameImages& frame) override {
        TrackerStep step = tracker_->step(frame);
        if (keeps_size_) {
            const Point centre = step.box.centre();
            step.box = {centre.x - w_ / 2, centre.y - h_ / 2, w_, h_};
        }
        const double look = look_ ? guarded_or(0.0, [&] { return look_->score(frame.bgr, pose_of(step.box)); }) : 0.0;
        const double sure = step.quality <= 0 ? 0 : 0.35 * step.quality + 0.65 * std::clamp(look / 0.8, 0.0, 1.0);
        return {step.box, sure};
    }

private:
    std::unique_ptr<BoxTracker> tracker_;
    std::optional<LookFilter> look_;
    bool keeps_size_;
    double w_;
    double h_;
};

class QuadShapeFollower : public Follower {
public:
    QuadShapeFollower(const FrameImages& frame, const Quad& quad)
        : follower_(QuadPatch::of(quad, quad), frame.gray, shifted(quad, -0.5)) {}

    Found step(const FrameImages& frame) override {
        const QuadStep step = follower_.step(frame.gray);
        return {shifted(step.quad, 0.5), std::clamp(step.quality / 0.6, 0.0, 1.0)};
    }

private:
    static Quad shifted(const Quad& quad, double by) { return std::get<Quad>(moved(quad, by, by)); }
    QuadFollower follower_;
};

double share_in_picture(const Shape& shape, const SpanImages& images) {
    const Box picture{0, 0, static_cast<double>(images.width()), static_cast<double>(images.height())};
    return overlap_share(bounding_box(shape), picture);
}

/// How far a follow may go before it meets something, and what.
struct Reach {
    std::int64_t frames = 0;
    StopReason reason = StopReason::LengthReached;
};

Reach reach_of(const FollowTask& task, std::int64_t video_frames) {
    const bool forward = task.direction == Direction::Forward;
    Reach reach{std::max<std::int64_t>(0, task.frames), StopReason::LengthReached};
    const std::int64_t to_end = forward ? video_frames - 1 - task.from.value : task.from.value;
    if (to_end < reach.frames) reach = {to_end, StopReason::VideoEnd};
    const Keyframe* next =
        forward ? task.track.keyframe_after(task.from) : task.track.keyframe_at_or_before(task.from - 1);
    if (next != nullptr) {
        const std::int64_t between = std::abs(next->frame - task.from) - 1;
        if (between < reach.frames) reach = {between, StopReason::NextKeyframe};
    }
    return reach;
}

std::unique_ptr<Follower> make_follower(const Solver& solver, const FrameImages& frame, const Shape& shape) {
    if (const Quad* quad = std::get_if<Quad>(&shape)) return std::make_unique<QuadShapeFollower>(frame, *quad);
    const TrackerKind* kind = find_tracker(solver.id);
    return kind == nullptr ? nullptr : std::make_unique<BoxFollower>(*kind, frame, std::get<Box>(shape));
}

Shape image_from_picture(const SpanImages& images, const Shape& shape) {
    return std::visit([&](const auto& s) { return Shape(images.image_from_picture(s)); }, shape);
}

Shape picture_from_image(const SpanImages& images, const Shape& shape) {
    return std::visit([&](const auto& s) { return on_grid(images.picture_from_image(s)); }, shape);
}

double size_of_shape(const Shape& shape) {
    const Box box = bounding_box(shape);
    return std::sqrt(std::max(1.0, box.w * box.h));
}

/// Drops the frames at the end in which the object was no longer really seen.
void drop_lost_end(Follow& follow) {
    while (!follow.frames.empty() && follow.frames.back().confidence < collapsed) follow.frames.pop_back();
}

/// The loop over the frames.
Result<Follow> run(SpanImages& images, Follower& follower, Follow follow, const Reach& reach) {
    const std::int64_t step = follow.direction == Direction::Forward ? 1 : -1;
    auto before = images.frame(follow.from);
    if (!before) return before.error();
    double sure = 1;
    int weak = 0;
    for (std::int64_t i = 1; i <= reach.frames; ++i) {
        auto frame = images.frame(follow.from + i * step);
        if (!frame) return frame.error();
        if (is_scene_cut(before->bgr, frame->bgr)) {
            follow.reason = StopReason::SceneCut;
            return follow;
        }
        const Found found = follower.step(*frame);
        sure = smoothing * sure + (1 - smoothing) * found.confidence;
        const Shape shape = picture_from_image(images, found.shape);
        if (!is_valid(shape) || share_in_picture(found.shape, images) < least_in_picture) {
            follow.reason = is_valid(shape) ? StopReason::LeftPicture : StopReason::LowConfidence;
            drop_lost_end(follow);
            return follow;
        }
        weak = sure < collapsed ? weak + 1 : 0;
        follow.frames.push_back({shape, static_cast<float>(sure), false});
        if (weak >= patience) {
            follow.reason = StopReason::LowConfidence;
            drop_lost_end(follow);
            return follow;
        }
        before = std::move(frame);
    }
    follow.reason = reach.reason;
    return follow;
}

}  // namespace

std::string_view name_of(StopReason reason) {
    switch (reason) {
        case StopReason::LengthReached:
            return "the asked length was reached";
        case StopReason::VideoEnd:
            return "the video ends";
        case StopReason::LeftPicture:
            return "the object left the picture";
        case StopReason::LowConfidence:
            return "the object was lost";
        case StopReason::SceneCut:
            return "the scene changes";
        case StopReason::NextKeyframe:
            return "the next keyframe was reached";
    }
    return {};
}

Result<Follow> follow(FrameSource& source, const FollowTask& task, const SolveControl& control) {
    const Keyframe* start = task.track.find_keyframe(task.from);
    if (start == nullptr || start->outside || !is_valid(start->shape))
        return fail("track {}, frame {}: no keyframe in view to follow from", number(task.track.id), task.from.value);
    const ShapeKind kind = kind_of(start->shape);
    const Solver* solver = solver_for(task.method, kind);
    if (solver == nullptr) return fail("{}: no such tracking method", task.method);
    if (!solver->reads_pixels) return fail("{}: this method cannot follow past a keyframe", solver->id);
    const Reach reach = reach_of(task, source.info().frames);
    Follow follow{.track = task.track.id,
                  .from = task.from,
                  .direction = task.direction,
                  .method = std::string(solver->id),
                  .reason = reach.reason,
                  .start = start->shape};
    if (reach.frames <= 0) return follow;
    auto images = SpanImages::open(source, control, task.from, size_of_shape(start->shape), reach.frames + 2);
    if (!images) return images.error();
    auto first = images->frame(task.from);
    if (!first) return first.error();
    const auto follower = make_follower(*solver, *first, image_from_picture(*images, start->shape));
    if (follower == nullptr) return fail("{}: this method cannot follow past a keyframe", solver->id);
    return run(*images, *follower, std::move(follow), reach);
}

std::vector<Keyframe> keyframes_of(const Follow& follow, double tolerance_px) {
    const std::size_t count = follow.frames.size();
    // Place 0 is the keyframe the follow started from, place i the shape i frames away.
    const auto shape_at = [&](std::size_t i) -> const Shape& {
        return i == 0 ? follow.start : follow.frames[i - 1].shape;
    };
    const auto fits = [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from + 1; i < to; ++i) {
            const double t = static_cast<double>(i - from) / static_cast<double>(to - from);
            if (distance(blend(shape_at(from), shape_at(to), t), shape_at(i)) > tolerance_px) return false;
        }
        return true;
    };
    // Fewest keyframes that reach each place, and the keyframe before it.
    constexpr std::size_t longest_blend = 250;
    std::vector<std::size_t> fewest(count + 1, 0);
    std::vector<std::size_t> before(count + 1, 0);
    for (std::size_t to = 1; to <= count; ++to) {
        fewest[to] = fewest[to - 1] + 1;
        before[to] = to - 1;
        for (std::size_t from = to - std::min(to, longest_blend); from + 1 < to; ++from) {
            if (fewest[from] + 1 >= fewest[to] || !fits(from, to)) continue;
            fewest[to] = fewest[from] + 1;
            before[to] = from;
        }
    }
    std::vector<Keyframe> keyframes;
    for (std::size_t i = count; i > 0; i = before[i]) {
        const auto away = static_cast<std::int64_t>(i);
        const FrameIndex frame = follow.from + (follow.direction == Direction::Forward ? away : -away);
        keyframes.push_back({.frame = frame, .shape = shape_at(i), .source = Source::Tracked});
    }
    std::sort(keyframes.begin(), keyframes.end(),
              [](const Keyframe& a, const Keyframe& b) { return a.frame < b.frame; });
    return keyframes;
}

}  // namespace inbetween
