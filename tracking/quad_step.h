#pragma once

#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "tracking/quad_frames.h"
#include "tracking/quad_look.h"

namespace inbetween {

/// Where a quad went in a neighbouring frame.
struct QuadStep {
    Quad quad;
    double variance = 0;  ///< of all eight corner coordinates together   units: patch pixels squared
    double quality = 0;   ///< share of points that came back, times the share that moved together
};

/// Which samples of the patch, at any resolution, show the object itself: 255 there, else 0.
using QuadMask = cv::Mat;

/// Moves a quad from one frame to a neighbouring one: corners inside it tracked by optical flow, RANSAC for those that
/// move together, then a robust homography with a prior for each kind of motion.
/// requires: 8-bit gray images of one size; corners with whole numbers at pixel centres.
/// Where `mask` is given and leaves enough, only what it shows is tracked.
/// returns: nullopt when there is too little to see or the answer is absurd.
std::optional<QuadStep> step_quad(const cv::Mat& before, const cv::Mat& after, const Quad& quad, const QuadPatch& patch,
                                  const QuadMask& mask = {});

/// The frames between two keyframes and the keyframes themselves; whole numbers at pixel centres of the images.
struct QuadSpan {
    std::size_t first = 0;  ///< of the left keyframe among the QuadFrames
    std::size_t steps = 0;
    Quad from;
    Quad to;
};

/// Quads carried on from a keyframe, in the order in which they were reached; [0] is the keyframe.
struct QuadChain {
    std::vector<Quad> quads;
    std::vector<double> variance;  ///< of the step that reached it; 0 at the keyframe
    std::vector<double> quality;
};

/// Carries a quad on from frame to frame; a step that fails runs on with a fading velocity. Where a frame no longer
/// looks as the object did at its keyframe, something is in front of it, and no corners are tracked there.
class QuadFollower {
public:
    QuadFollower(const QuadPatch& patch, const cv::Mat& gray, const Quad& quad);
    /// `look` is the object's at a keyframe.
    QuadFollower(QuadLook look, cv::Mat gray, const Quad& quad);
    /// The quad in the next frame; quality 0 when it is a guess.
    QuadStep step(const cv::Mat& gray);

private:
    void see();

    QuadLook look_;
    cv::Mat last_;
    Quad quad_;
    Point velocity_;
    QuadMask shown_;
    bool is_alike_ = true;
};

/// `look` is the keyframe's on the chain's own side.   errors: a frame cannot be decoded; cancelled.
Result<QuadChain> run_quad_chain(QuadFrames& frames, const QuadSpan& span, const QuadLook& look, ChainStart start);

}  // namespace inbetween
