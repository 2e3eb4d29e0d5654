#include "tracking/follow.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "tracking/box_tracker.h"
#include "tracking/camera_motion.h"
#include "tracking/follow_check.h"
#include "tracking/guard.h"
#include "tracking/look_filter.h"
#include "tracking/quad_step.h"

namespace inbetween {
namespace {

constexpr double least_in_picture = 0.3;  // share of the shape's box that must be in view
constexpr double wholly_in_picture = 0.97;
constexpr double collapsed = 0.12;  // confidence at which an object counts as lost, when it lasts
constexpr int patience = 20;        // frames in which it may go unseen, hidden by something
constexpr double smoothing = 0.5;   // of the confidence from frame to frame

/// A shape in the next frame, and how sure it is.
struct Found {
    Shape shape;  ///< in image coordinates
    double confidence = 0;
    bool hidden = false;    ///< not seen in this frame; the shape is where it should be by now
    bool doubtful = false;  ///< it may be something else since the tracker was in doubt, which is yet to be seen
};

/// Carries one shape from frame to frame.
class Follower {
public:
    virtual ~Follower() = default;
    virtual Found step(const FrameImages& frame) = 0;
    /// Says that the path up to this frame, the latest, was confirmed by other means.
    virtual void confirm(const FrameImages& frame) = 0;
};

/// How a box's surroundings answer to what was learnt of the object.
struct Sighting {
    Pose pose;              ///< where the best answer is
    double score = 0;       ///< the best answer: about 1 at the object as it was learnt
    double expected = 0;    ///< the answer where it was expected
    double background = 0;  ///< the best answer further off than the object is large
};

/// Knows the object as it was at the start, and as it was last seen without doubt.
class Memory {
public:
    Memory(const cv::Mat& bgr, const Box& box) : first_(bgr, box) {}

    void learn(const cv::Mat& bgr, const Box& box) {
        recent_ = guarded_or(std::optional<LookFilter>(), [&] { return std::optional(LookFilter(bgr, box)); });
    }
    /// Looks for the object within `reach` cells of where it is expected.
    Sighting look(const cv::Mat& bgr, const Pose& expected, int reach) const {
        constexpr int around = 14;  // cells seen beyond the reach: the background, and what the filter spans
        const int cells = (2 * (reach + around)) | 1;
        const double size = expected.size();
        const LookPlanes planes = look_around(bgr, expected.x, expected.y, size, cells);
        const LookFilter::Spectrum spectrum = LookFilter::spectrum_of(planes);
        cv::Mat answer = first_.response(spectrum, {cells, cells});
        if (recent_) {
            const cv::Mat recent = recent_->response(spectrum, {cells, cells});
            answer = 0.5 * cv::Mat(cv::max(answer, recent)) + 0.25 * (answer + recent);
        }
        const int middle = cells / 2;
        cv::Point best;
        Sighting seen;
        seen.expected = static_cast<double>(answer.at<float>(middle, middle));
        cv::minMaxLoc(answer(cv::Rect(middle - reach, middle - reach, 2 * reach + 1, 2 * reach + 1)), nullptr,
                      &seen.score, nullptr, &best);
        best += cv::Point(middle - reach, middle - reach);
        const double cell = look_cell_px * size / look_object_px;
        seen.pose = expected;
        seen.pose.x += (best.x - middle) * cell;
        seen.pose.y += (best.y - middle) * cell;
        constexpr int off = 6;
        cv::circle(answer, best, off, cv::Scalar(-1), -1);
        cv::minMaxLoc(answer, nullptr, &seen.background);
        return seen;
    }

    /// Where the object as it was at the start is found much better, a little beside or larger or smaller: what was
    /// learnt since slid off it, and is forgotten.
    std::optional<Pose> back_to_the_start(const cv::Mat& bgr, const Pose& pose) {
        constexpr int reach = 5;  // cells; half an object
        constexpr int cells = 2 * (reach + 6) + 1;
        constexpr double least = 0.27;
        constexpr double clearly = 0.12;
        double most = std::max(least, first_.score(bgr, pose) + clearly);
        std::optional<Pose> best;
        for (const double growth : {-0.3, -0.15, 0.0, 0.15, 0.3}) {
            Pose at{pose.x, pose.y, pose.log_w + growth, pose.log_h + growth};
            const cv::Mat answer = first_.response(look_around(bgr, at.x, at.y, at.size(), cells));
            double score = 0;
            cv::Point place;
            const cv::Rect near(cells / 2 - reach, cells / 2 - reach, 2 * reach + 1, 2 * reach + 1);
            cv::minMaxLoc(answer(near), nullptr, &score, nullptr, &place);
            if (score < most) continue;
            most = score;
            const double cell = look_cell_px * at.size() / look_object_px;
            best = Pose{at.x + (place.x - reach) * cell, at.y + (place.y - reach) * cell, at.log_w, at.log_h};
        }
        if (best) recent_.reset();
        return best;
    }

    /// Which way the size has to go for the object to look more like it did at the start.   returns: -1, 0 or 1.
    int size_wish(const cv::Mat& bgr, const Pose& pose) const {
        constexpr double compared = 0.09;  // of the size
        constexpr double clearly = 0.015;
        const auto score = [&](double growth) {
            return first_.score(bgr, {pose.x, pose.y, pose.log_w + growth, pose.log_h + growth});
        };
        const double smaller = score(-compared);
        const double same = score(0);
        const double larger = score(compared);
        if (std::max({smaller, same, larger}) < 0.2) return 0;
        if (smaller > same + clearly && smaller > larger) return -1;
        return larger > same + clearly && larger > smaller ? 1 : 0;
    }

private:
    LookFilter first_;
    std::optional<LookFilter> recent_;
};

/// Runs a tracker, and holds each step against what is remembered of the object: where that is clearly seen a little
/// beside the tracker's box, the box is pulled there; where it is not seen, the box runs on with its last velocity and
/// the object is looked for in growing surroundings.
class BoxFollower : public Follower {
public:
    BoxFollower(const TrackerKind& kind, const FrameImages& frame, const Box& box)
        : tracker_(kind.make()),
          can_move_(kind.id == std::string_view("anchored")),
          keeps_size_(!kind.finds_size),
          w_(box.w),
          h_(box.h),
          pose_(pose_of(box)) {
        tracker_->start(frame, box);
        memory_ = guarded_or(std::optional<Memory>(), [&] { return std::optional(Memory(frame.bgr, box)); });
    }

    Found step(const FrameImages& frame) override {
        TrackerStep step = tracker_->step(frame);
        if (keeps_size_) {
            const Point centre = step.box.centre();
            step.box = {centre.x - w_ / 2, centre.y - h_ / 2, w_, h_};
        }
        if (!memory_) return {step.box, 0.35 * step.quality};
        return guarded_or(Found{step.box, 0}, [&] { return judged(frame, step); });
    }

    /// An object that turns looks new, though it is the same.
    void confirm(const FrameImages& frame) override {
        if (!memory_ || lost_ > 0 || doubtful_ || score_ > clear) return;
        memory_->learn(frame.bgr, box_of(pose_));
        since_learnt_ = 0;
    }

private:
    static constexpr double seen = 0.27;  // of an answer: the object is there
    static constexpr double seen_by_steady = 0.18;
    static constexpr double found_again = 0.4;  // the same after it was lost
    static constexpr double clear = 0.45;       // worth learning from
    static constexpr double least_lead = 0.12;  // over the background
    static constexpr int near_cells = 3;
    static constexpr int unsure_cells = 7;  // where the tracker itself is in doubt
    static constexpr int far_cells = 14;
    static constexpr int learn_every = 6;     // frames
    static constexpr int compare_every = 10;  // the same for a look at the start

    Found judged(const FrameImages& frame, const TrackerStep& step) {
        const bool was_lost = lost_ > 0;
        Pose expected = pose_of(step.box);
        if (was_lost && can_move_) expected = {pose_.x + velocity_.x, pose_.y + velocity_.y, pose_.log_w, pose_.log_h};
        const bool in_doubt = !was_lost && step.quality < 0.5;
        const int reach = was_lost   ? std::min(far_cells, near_cells + 1 + lost_ / 2)
                          : in_doubt ? unsure_cells
                                     : near_cells;
        Sighting sight = memory_->look(frame.bgr, expected, reach);
        if (in_doubt && can_move_) {
            // Where the tracker is in doubt the object may as well be where it would be without it.
            const Pose on = {pose_.x + velocity_.x, pose_.y + velocity_.y, pose_.log_w, pose_.log_h};
            const Sighting other = memory_->look(frame.bgr, on, reach);
            if (other.score > sight.score) {
                sight = other;
                expected = on;
            }
        }
        const double lead = sight.score - sight.background;
        // A tracker that is sure of its step may go on through a turn of the object that looks new.
        const bool is_steady = step.quality > 0.8;
        const bool is_seen = was_lost
                                 ? sight.score > found_again && lead > least_lead
                                 : sight.score > (is_steady ? seen_by_steady : seen) && lead > (is_steady ? 0.05 : 0);
        lost_ = is_seen ? 0 : lost_ + 1;
        const bool stands_out = lead > 2 * least_lead;
        if (stands_out && sight.score > clear)
            doubtful_ = false;
        else if (is_seen && (in_doubt || was_lost) && !stands_out)
            doubtful_ = true;
        Pose now = expected;
        if (can_move_ && is_seen) {
            // A tracker that drifts is pulled back step by step; one that lost the object jumps to it.
            const double gain = std::clamp((sight.score - sight.expected) / 0.2, 0.3, 1.0);
            const double pull = was_lost ? 1.0 : gain * std::clamp(lead / 0.3, 0.0, 1.0);
            now.x += pull * (sight.pose.x - expected.x);
            now.y += pull * (sight.pose.y - expected.y);
        }
        if (can_move_ && is_seen) {
            constexpr double size_step = 0.015;
            const double growth = size_step * memory_->size_wish(frame.bgr, now);
            now.log_w += growth;
            now.log_h += growth;
        }
        if (is_seen && !was_lost) {
            velocity_.x = 0.8 * velocity_.x + 0.2 * (now.x - pose_.x);
            velocity_.y = 0.8 * velocity_.y + 0.2 * (now.y - pose_.y);
        } else {
            velocity_.x *= 0.95;
            velocity_.y *= 0.95;
        }
        if (can_move_ && is_seen && ++since_compared_ >= compare_every) {
            if (const auto better = memory_->back_to_the_start(frame.bgr, now)) now = *better;
            since_compared_ = 0;
        }
        score_ = sight.score;
        pose_ = now;
        const Box box = box_of(now);
        if (can_move_ && (is_seen || lost_ > 1)) tracker_->start(frame, box);
        if (++since_learnt_ >= learn_every && stands_out && sight.score > clear && step.quality > 0.4) {
            memory_->learn(frame.bgr, box);
            since_learnt_ = 0;
        }
        const double look = std::clamp(sight.score / 0.8, 0.0, 1.0) * std::clamp(0.5 + lead / 0.4, 0.0, 1.0);
        const double sure = is_seen ? 0.25 * step.quality + 0.75 * look : 0.05;
        return {box, sure, lost_ > 0, doubtful_};
    }

    std::unique_ptr<BoxTracker> tracker_;
    std::optional<Memory> memory_;
    bool can_move_;  // the tracker can be told where the object is without learning anew
    bool keeps_size_;
    double w_;
    double h_;
    Pose pose_;
    Point velocity_;
    int lost_ = 0;           // frames in which it was not seen
    bool doubtful_ = false;  // neither flow nor look were sure of a step, and it was not clearly seen since
    int since_learnt_ = 0;
    int since_compared_ = 0;
    double score_ = 0;  // of the latest answer
};

class QuadShapeFollower : public Follower {
public:
    QuadShapeFollower(const FrameImages& frame, const Quad& quad)
        : follower_(QuadPatch::of(quad, quad), frame.gray(), shifted(quad, -0.5)) {}

    Found step(const FrameImages& frame) override {
        const QuadStep step = follower_.step(frame.gray());
        return {shifted(step.quad, 0.5), std::clamp(step.quality / 0.6, 0.0, 1.0)};
    }
    void confirm(const FrameImages&) override {}

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
    if (to_end < reach.frames) reach = {to_end, forward ? StopReason::VideoEnd : StopReason::VideoBegin};
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

/// Ends a follow in the picture, without the frames at the end in which the object was lost or in doubt.
Follow ended(Follow follow, StopReason reason, int lost_frames) {
    follow.reason = reason;
    follow.frames.resize(follow.frames.size() - static_cast<std::size_t>(lost_frames));
    return follow;
}

/// The loop over the frames.
Result<Follow> run(SpanImages& images, Follower& follower, Follow follow, const Reach& reach) {
    const std::int64_t step = follow.direction == Direction::Forward ? 1 : -1;
    auto before = images.frame(follow.from);
    if (!before) return before.error();
    std::optional<PathCheck> check;
    if (const Box* box = std::get_if<Box>(&follow.start))
        check.emplace(images, follow.from, follow.direction, images.image_from_picture(*box));
    double sure = 1;
    double last_seen_share = 1;
    int weak = 0;
    for (std::int64_t i = 1; i <= reach.frames; ++i) {
        auto frame = images.frame(follow.from + i * step);
        if (!frame) return frame.error();
        if (is_scene_cut(before->bgr, frame->bgr)) return ended(std::move(follow), StopReason::SceneCut, weak);
        const Found found = follower.step(*frame);
        sure = smoothing * sure + (1 - smoothing) * found.confidence;
        const Shape shape = picture_from_image(images, found.shape);
        const double share = share_in_picture(found.shape, images);
        if (!is_valid(shape) || share < least_in_picture) {
            // A box that ran on unseen says nothing of the object, but that it was last seen on its way out.
            const bool leaves = is_valid(shape) && (!found.hidden || last_seen_share < wholly_in_picture);
            return ended(std::move(follow), leaves ? StopReason::LeftPicture : StopReason::LowConfidence, weak);
        }
        if (!found.hidden) last_seen_share = share;
        weak = found.hidden || found.doubtful || sure < collapsed ? weak + 1 : 0;
        follow.frames.push_back({shape, static_cast<float>(sure), found.hidden});
        if (weak >= patience) return ended(std::move(follow), StopReason::LowConfidence, weak);
        if (check) check->add(std::get<Box>(found.shape), found.hidden);
        if (check && check->is_due()) {
            const auto back = check->comes_back();
            if (!back) return back.error();
            if (*back) follower.confirm(*frame);
        }
        before = std::move(frame);
    }
    // Where it ends unseen nobody knows whether it comes back.
    return ended(std::move(follow), weak > 0 ? StopReason::LowConfidence : reach.reason, weak);
}

}  // namespace

std::string_view name_of(StopReason reason) {
    switch (reason) {
        case StopReason::LengthReached:
            return "the asked length was reached";
        case StopReason::VideoBegin:
            return "the video begins";
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
    // A track that left is outside from then on; before its first keyframe nothing is said of it anyway.
    if (follow.reason == StopReason::LeftPicture && follow.direction == Direction::Forward && count > 0)
        keyframes.push_back({.frame = follow.from + static_cast<std::int64_t>(count) + 1,
                             .shape = shape_at(count),
                             .outside = true,
                             .source = Source::Tracked});
    std::sort(keyframes.begin(), keyframes.end(),
              [](const Keyframe& a, const Keyframe& b) { return a.frame < b.frame; });
    return keyframes;
}

}  // namespace inbetween
