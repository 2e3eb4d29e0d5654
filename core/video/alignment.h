#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "core/base/frame.h"
#include "core/base/frame_signature.h"
#include "core/base/result.h"

namespace inbetween {

/// Frames that go on side by side in two videos.
struct AlignedRun {
    FrameIndex begin;      ///< the first one, in the video looked at
    FrameIndex annotated;  ///< the frame of the annotated video that it shows
    std::int64_t length = 0;
    friend bool operator==(const AlignedRun&, const AlignedRun&) = default;
};

/// Which frame of the annotated video each frame of another one shows, by what they look like.
struct Alignment {
    static constexpr std::int64_t none = -1;

    std::vector<std::int64_t> frames;  ///< of each frame of the video: the annotated one it shows, or none; never falls
    std::int64_t matched = 0;          ///< frames that show an annotated one
    std::int64_t equal = 0;            ///< of those: equal in every sample
    std::int64_t alike = 0;            ///< of those: that look too much like their neighbours to be told from them
    double difference = 0;             ///< root mean square between matched frames, in levels of 255
    double unrelated = 0;              ///< the same between frames that do not belong together
    double movement = 0;  ///< correlation of what changes from frame to frame in both, 0 unrelated, 1 the same
    bool moves = false;   ///< there is enough movement to tell by
    double sure = 0;      ///< the share of the matched frames that is expected to be right

    /// Every frame of the one shows the same frame of the other.   units: frames of the annotated video.
    bool is_identity(std::int64_t annotated_frames) const;
    /// The frames that show an annotated one, as runs.
    std::vector<AlignedRun> runs() const;
};

/// Finds how the frames of two videos belong together, in order, where some may have been cut out, put in, left out or
/// shown twice.   errors: cancelled.   thread: any.
/// source: chaining of anchors, a band around it, and the most likely path of a hidden Markov model (Viterbi 1967) with
/// the probability of each frame by forward and backward sums.
Result<Alignment> align(const VideoSignature& annotated, const VideoSignature& video, const std::stop_token& stop = {});

}  // namespace inbetween
