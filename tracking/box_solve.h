#pragma once

#include <memory>
#include <vector>

#include "tracking/box_tracker.h"
#include "tracking/fill.h"
#include "tracking/sized_look.h"

namespace inbetween {

/// A box span with its images, ready to be worked on.
struct OpenSpan {
    SpanImages images;
    BoxSpan span;
};

/// errors: the task is not one for boxes; a frame cannot be decoded; cancelled.
Result<OpenSpan> open_box_span(FrameSource& source, const SpanTask& task, const SolveControl& control,
                               std::int64_t reads_per_frame);

/// Fills a span with a tracker run from both keyframes.
Result<SpanFill> solve_two_ways(FrameSource& source, const SpanTask& task, const SolveControl& control,
                                const TrackerKind& kind);

/// A path that may fill a span, and by how much its score must beat the path before it in the list.
struct Candidate {
    Path path;
    double handicap = 0;
};

/// The candidate that the pixels speak for.
struct Choice {
    Path path;
    std::size_t index = 0;      ///< in the list of candidates
    std::vector<double> score;  ///< of the path at each frame, about 0..1
};

/// What both keyframes say of how the object looks. Where there are keyframes beside the span, half of each one's word
/// is theirs: what one keyframe alone shows, by a cover or a turn, finds little in between.
class Evidence {
public:
    /// errors: a frame cannot be decoded; cancelled.
    static Result<Evidence> open(SpanImages& images, const BoxSpan& span);
    /// How much the object is at a pose in a frame: half the better keyframe's word, half both by nearness in time.
    double score(const cv::Mat& bgr, const Pose& pose, double t) const;
    /// The scores of paths at every frame, 1 at both keyframes.
    /// errors: a frame cannot be decoded; cancelled.
    Result<std::vector<std::vector<double>>> scores(SpanImages& images, const BoxSpan& span,
                                                    const std::vector<Path>& paths) const;
    /// The first candidate unless a later one's mean score beats it by that one's handicap.
    Result<Choice> choose(SpanImages& images, const BoxSpan& span, const std::vector<Candidate>& candidates) const;

    const SizedLooks& left() const { return left_; }
    const SizedLooks& right() const { return right_; }

private:
    Evidence(SizedLooks left, SizedLooks right) : left_(std::move(left)), right_(std::move(right)) {}
    SizedLooks left_;
    SizedLooks right_;
};

/// How sure a path is at each frame, as the chance that it overlaps the truth by 0.7 or more: from how much it looks
/// like the object and how well both chains agree, weighed by logistic regression on vtest.avi, MOT16-13 and single
/// objects.
std::vector<double> confidence_of(const Choice& choice, const std::vector<double>& agreement);

/// Turns a path in image coordinates into the frames of a fill.
void set_box_frames(SpanFill& fill, const SpanTask& task, const SpanImages& images, const Path& path,
                    const std::vector<double>& confidence);

}  // namespace inbetween
