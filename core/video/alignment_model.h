#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "core/base/frame_signature.h"

// What the steps of an alignment share: the distance of two frames, the costs of going from one pair of frames to the
// next, and the measures of noise by which both are weighed. Costs are negative logarithms of probabilities.
namespace inbetween {

/// A frame of the video looked at and the frame of the annotated one that it shows.
struct FramePair {
    std::int64_t video = 0;
    std::int64_t annotated = 0;
};

using Signatures = std::vector<FrameSignature>;

/// Numbers in a signature.
inline constexpr int signature_parts = FrameSignature::columns * FrameSignature::rows;

/// The sum of squared differences of two signatures.
inline int distance_of(const FrameSignature& a, const FrameSignature& b) {
    int sum = 0;
    for (std::size_t i = 0; i < a.luma.size(); ++i) {
        const int difference = int{a.luma[i]} - int{b.luma[i]};
        sum += difference * difference;
    }
    return sum;
}

/// How brightness of the annotated video comes out in the other: another range, gamma or contrast.
class ToneCurve {
public:
    /// Fitted to frames that show the same.
    ToneCurve(const Signatures& annotated, const Signatures& video, const std::vector<FramePair>& pairs);
    /// The signatures as the other video would show them.
    Signatures applied(const Signatures& annotated) const;

private:
    std::array<std::uint8_t, 256> to_{};
};

/// Where a steady change of the frame rate puts frames: annotated = rate * video + start.
struct FrameLine {
    double rate = 1;
    double start = 0;
    double distance(const FramePair& pair) const;
};

/// The line that the pairs follow, unless they follow one of rate 1 as well, or none.
std::optional<FrameLine> find_line(const std::vector<FramePair>& pairs);

/// What it costs to go on otherwise than from a frame to the next.
class StepCosts {
public:
    /// `dropped` and `doubled`: the share of steps that leave frames out, or show the same one again; below 2 % the
    /// frames are taken for untouched but for single cuts.
    StepCosts(double dropped, double doubled);
    /// The plain step.
    double step() const { return step_; }
    /// The same frame again.
    double twice() const { return twice_; }
    /// `count` frames left out.
    double drop(std::int64_t count) const;
    /// Frames left out (positive), or shown again (negative).
    double jump(std::int64_t count) const;
    double first_drop() const { return drop_; }
    double each_further_drop() const { return further_; }
    double most_of_drop() const { return most_; }
    /// Beginning frames that show nothing annotated, and ending them.
    static constexpr double enter_foreign = 13.8;
    static constexpr double leave_foreign = 6.9;

private:
    double step_;
    double twice_;
    double drop_;
    double further_;
    double most_;
};

/// One round's view of both videos.
struct AlignmentModel {
    const Signatures& annotated;  ///< through the tone curve
    const Signatures& video;
    std::vector<double> weights;  ///< of each video frame's distances: small where noise is large or little moves
    int limit = 0;                ///< the distance beyond which frames do not show the same
    StepCosts costs;
    std::optional<FrameLine> line;

    /// What it costs to take the pair for the same frame.
    double cost(const FramePair& pair) const;
    /// The part of it that does not depend on pictures.
    double pull(const FramePair& pair) const;
};

/// Measures of one round, from pairs thought to be right.
struct AlignmentNoise {
    double variance = 1;   ///< of a part's difference between matching frames
    double unrelated = 0;  ///< mean square of it between frames that do not belong together
};
AlignmentNoise measure_noise(const Signatures& toned, const Signatures& video, const std::vector<FramePair>& pairs);

/// The model's weights: what distances tell in each frame of the video.
std::vector<double> weigh_frames(const Signatures& toned, const Signatures& video, const std::vector<FramePair>& pairs,
                                 const AlignmentNoise& noise);

/// The distance beyond which frames do not show the same.
int distance_limit(const AlignmentNoise& noise);

}  // namespace inbetween
