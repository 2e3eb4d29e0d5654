#pragma once

#include <cstdint>
#include <vector>

#include "core/model/span_fill.h"

namespace inbetween::bench {

/// One frame between keyframes: what was filled in against the truth.
struct Sample {
    double iou = 0;       ///< of boxes, or of the areas of quadrilaterals
    double mean_px = 0;   ///< quadrilaterals: mean distance of the four corners
    double worst_px = 0;  ///< quadrilaterals: that of the worst corner
    double confidence = 0;
};

/// requires: both of one kind.
Sample sample_of(const FilledFrame& filled, const Shape& truth);

/// Intersection over union of two quadrilaterals' areas; either may be concave, neither self-crossing.
double iou(const Quad& a, const Quad& b);

/// Figures of the frames between keyframes of a sequence, or the mean of those of several sequences.
struct Score {
    std::int64_t frames = 0;
    std::int64_t keyframes = 0;
    double miou = 0;
    double share_50 = 0;  ///< of frames with an IoU of at least 0.5
    double share_70 = 0;
    double median_px = 0;  ///< quadrilaterals: of the frames' mean corner distances
    double under_5 = 0;    ///< quadrilaterals: share of frames whose worst corner is less than 5 px off
    double under_2 = 0;
    double over_20 = 0;
    double auc = 0.5;  ///< how often a frame of IoU >= .7 has a higher confidence than one below; ties count half
    double cpu_secs = 0;

    double cpu_ms() const { return frames == 0 ? 0 : 1000 * cpu_secs / static_cast<double>(frames); }
};

/// requires: all of one kind.
Score score_of(const std::vector<Sample>& samples);

/// Each figure's mean over sequences, whatever their lengths; frames, keyframes and CPU time are sums. The area under
/// the curve is left alone: a sequence without a bad frame has none.
Score mean_of(const std::vector<Score>& sequences);

/// How often a good sample has a higher confidence than a bad one; 0.5 where there are no good or no bad ones.
double roc_area(const std::vector<Sample>& samples);

/// Frames of like confidence.
struct Bin {
    double from = 0;  ///< confidence at least this, and less than `to`; the last bin holds 1 too
    double to = 0;
    std::int64_t frames = 0;
    double said = 0;  ///< mean confidence
    double share_70 = 0;
    double miou = 0;
};

/// What confidence meant: tenths, and above 0.9 finer.
std::vector<Bin> reliability_of(const std::vector<Sample>& samples);

}  // namespace inbetween::bench
