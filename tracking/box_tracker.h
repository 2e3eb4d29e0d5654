#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <tuple>
#include <vector>

#include "tracking/box_path.h"
#include "tracking/image_cache.h"
#include "tracking/span_images.h"

namespace inbetween {

/// Where a tracker found its object in a frame.
struct TrackerStep {
    Box box;
    double quality = 0;  ///< 0 lost (the box is a guess) .. 1
};

/// Follows one box from frame to neighbouring frame.
/// thread: one at a time.
class BoxTracker {
public:
    virtual ~BoxTracker() = default;
    /// Learns what the object looks like. The box may lie partly or wholly outside the frame.
    virtual void start(const FrameImages& frame, const Box& box) = 0;
    /// Finds it in the next frame; never fails, but may say quality 0.
    virtual TrackerStep step(const FrameImages& frame) = 0;
};

/// A kind of box tracker that solvers and follow() run.
struct TrackerKind {
    std::string_view id;
    bool finds_size = false;  ///< its box grows and shrinks with the object
    std::unique_ptr<BoxTracker> (*make)();
};

/// The tracker of a solver's id; null for one that has none.
const TrackerKind* find_tracker(std::string_view id);

/// What a tracker said along a span, aligned with its Path: [0] is the left keyframe's frame, whichever way it ran.
struct Chain {
    Path poses;
    std::vector<double> quality;  ///< of the step that reached the frame; 1 at the keyframe it started from
};

/// A keyframe as an input of a solve: its frame, its box in image coordinates, and the width of the images looked at.
struct StatedBox {
    std::int64_t frame = 0;
    Box box;
    int image_width = 0;
    auto key() const { return std::make_tuple(frame, box.x, box.y, box.w, box.h, image_width); }
    friend bool operator<(const StatedBox& a, const StatedBox& b) { return a.key() < b.key(); }
    friend bool operator==(const StatedBox& a, const StatedBox& b) { return a.key() == b.key(); }
};

/// The frames of a span and its two keyframes, in the images' coordinates.
struct BoxSpan {
    FrameIndex first;
    std::size_t steps = 0;  ///< frames from the left keyframe to the right one
    Box from;
    Box to;
    std::vector<StatedBox> others = {};  ///< keyframes of the track beside the span that show the object too
    FrameIndex frame(std::size_t i) const { return first + static_cast<std::int64_t>(i); }
};

/// Keeps a pose that a tracker let go of near the picture, and of a size that the keyframes `a` and `b` make likely.
Pose tamed(const Pose& pose, const Pose& a, const Pose& b, const SpanImages& images);

/// What a tracker says from one of a span's keyframes on, frame by frame: [k] is k + 1 frames from it. It depends on
/// that keyframe alone. errors: a frame cannot be decoded; cancelled.
Result<std::vector<TrackerStep>> run_tracker(SpanImages& images, const BoxSpan& span, const TrackerKind& kind,
                                             ChainStart start);

/// The chain over a span that a tracker's steps come to.   requires: run_tracker's steps of that span and start.
Chain chain_of(const std::vector<TrackerStep>& steps, const SpanImages& images, const BoxSpan& span, ChainStart start);

/// Runs a tracker over the span from one of its keyframes to the other.
/// errors: a frame cannot be decoded; cancelled.
Result<Chain> run_chain(SpanImages& images, const BoxSpan& span, const TrackerKind& kind, ChainStart start);

/// Boxes on which OpenCV's trackers work: the stated box cut to the picture and grown to a least size, and how to come
/// back from where the tracker moved it.
class ClippedBox {
public:
    ClippedBox(const Box& stated, cv::Size picture, double least_px);
    /// Tells whether there is anything of the object to see.
    bool is_visible() const { return visible_; }
    const cv::Rect2d& rect() const { return rect_; }
    /// The stated box moved and scaled as the clipped one was.
    Box stated_from(const cv::Rect2d& moved) const;

private:
    Box stated_;
    cv::Rect2d rect_;
    bool visible_ = false;
};

std::unique_ptr<BoxTracker> make_lk_tracker();
std::unique_ptr<BoxTracker> make_csrt_tracker();
std::unique_ptr<BoxTracker> make_kcf_tracker();
std::unique_ptr<BoxTracker> make_mosse_tracker();
std::unique_ptr<BoxTracker> make_medianflow_tracker();
std::unique_ptr<BoxTracker> make_camshift_tracker();

}  // namespace inbetween
