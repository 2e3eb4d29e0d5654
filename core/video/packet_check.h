#pragma once

#include <cstdint>
#include <span>

#include "core/video/ff.h"

namespace inbetween {

/// What a packet's own bytes say, beyond what the file claims about it.
struct PacketCheck {
    bool sync = false;          ///< decoding may start here, and frames shown after it are whole
    bool shows_frame = true;    ///< a frame comes of it
    bool may_be_empty = false;  ///< perhaps no frame comes of it
    bool resets = false;        ///< frames that follow it may be left out by the decoder, whoever decodes
};

/// Looks into a packet that the file marks as a sync frame or not (`marked_sync`). A mark is believed unless the bytes
/// say otherwise; codecs that are not known here are believed.
/// source: ITU-T H.264 7.3.1 and D.1.7, ITU-T H.265 7.3.1.2, ISO/IEC 14496-2 6.2.5, RFC 6386 9.1, VP9 bitstream
/// specification 6.2.
PacketCheck check_packet(const AVCodecParameters& codec, std::span<const std::uint8_t> data, bool marked_sync);

}  // namespace inbetween
