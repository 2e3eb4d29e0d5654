#pragma once

#include <cstdint>

#include "core/base/frame_signature.h"

namespace inbetween::test {

/// How a made-up scene is filmed.
struct SceneOptions {
    std::uint64_t seed = 1;
    double speed = 1;         ///< of what moves; 0: nothing does
    double background = 40;   ///< contrast of what stands still, in levels
    std::uint64_t place = 1;  ///< scenes of one place have the same background
};

/// The signatures of a video of a place with waves of light moving over it. Every frame has a hash of its own.
VideoSignature filmed(std::int64_t frames, const SceneOptions& options = {});

/// How a video was encoded again.
struct Encoding {
    double noise = 0.7;  ///< of each part, in levels
    double gain = 1;
    double offset = 0;
    double gamma = 1;
    std::uint64_t seed = 7;
};

/// The same frames, encoded again: no sample is as it was.
VideoSignature encoded(const VideoSignature& video, const Encoding& encoding = {});

/// The frames of a video by their numbers; those below zero are of another scene.
VideoSignature edited(const VideoSignature& video, const std::vector<std::int64_t>& frames);

/// `begin`, ..., `end` - 1.
std::vector<std::int64_t> numbers(std::int64_t begin, std::int64_t end);

}  // namespace inbetween::test
