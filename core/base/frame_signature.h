#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace inbetween {

/// What is left of a frame when it is looked at from afar: the mean brightness of 16 x 9 equal parts of the upright
/// picture, row by row. Encoding a video again at another quality, size or codec changes it little.
/// units: 16 black, 235 white, whatever the range of the samples; what lies beyond is kept.
struct FrameSignature {
    static constexpr int columns = 16;
    static constexpr int rows = 9;
    std::array<std::uint8_t, columns * rows> luma{};
    friend bool operator==(const FrameSignature&, const FrameSignature&) = default;
};

/// All frames of a video, to tell later whether another file shows the same.
struct VideoSignature {
    std::vector<std::uint64_t> hashes;   ///< of each frame's samples: equal only where every sample is
    std::vector<FrameSignature> frames;  ///< as many as hashes

    std::int64_t size() const { return static_cast<std::int64_t>(frames.size()); }
    friend bool operator==(const VideoSignature&, const VideoSignature&) = default;
};

}  // namespace inbetween
