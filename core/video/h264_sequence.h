#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace inbetween {

/// What a sequence parameter set of H.264 says about the slices that follow it.
struct H264Sequence {
    int frame_num_bits = 4;
    bool separate_planes = false;  ///< each slice states its colour plane
    bool frames_only = true;       ///< no picture is coded in fields
};

/// The beginning of a NAL unit without the bytes that keep start codes out of it, as far as the next start code.
std::vector<std::uint8_t> unescaped_nal(std::span<const std::uint8_t> nal);

/// The first sequence parameter set of a stream's extradata, whether avcC or start codes; nothing where there is none.
/// source: ITU-T H.264 7.3.2.1.1, ISO/IEC 14496-15 5.3.3.1.
std::optional<H264Sequence> h264_sequence(std::span<const std::uint8_t> extradata);

}  // namespace inbetween
