#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/base/result.h"
#include "core/video/ff.h"

namespace inbetween {

/// Encodes 4:2:0 frames of 8 bits and of one size as JPEG, one after the other. Samples go in as they are, whatever
/// they mean.
/// thread: one at a time.
class JpegEncoder {
public:
    /// `quality` from 2 (best) to 31, as FFmpeg's qscale.
    explicit JpegEncoder(int quality) : quality_(quality) {}
    /// The frame's bytes, good until the next call.   errors: a size that JPEG cannot hold; another one than before.
    Result<std::span<const std::uint8_t>> encode(const AVFrame& frame);

private:
    Result<Done> open(const AVFrame& frame);

    int quality_;
    ff::CodecPtr codec_;
    ff::FramePtr frame_ = ff::make_frame();
    ff::PacketPtr packet_ = ff::make_packet();
};

/// A decoder for still images of one kind, which keeps nothing of one for the next but what it allocated.
/// errors: FFmpeg has none; it does not start.
Result<ff::CodecPtr> open_still_decoder(AVCodecID kind);

/// Decodes one still image.   errors: damaged, which leaves the decoder as good as gone.
Result<ff::FramePtr> decode_still(AVCodecContext& decoder, const AVPacket& image);

/// Decodes what JpegEncoder made, in any order.
/// thread: one at a time.
class JpegDecoder {
public:
    /// Room for a JPEG of that many bytes, for decode() to read.   returns: null when out of memory.
    std::uint8_t* prepare(std::size_t bytes);
    /// Decodes what was written to the room that prepare() gave.   errors: no JPEG, or a damaged one.
    Result<ff::FramePtr> decode();

private:
    ff::CodecPtr codec_;
    ff::PacketPtr packet_ = ff::make_packet();
};

}  // namespace inbetween
