#pragma once

#include <cstdint>
#include <span>

#include "core/video/ff.h"

namespace inbetween {

/// What a picture of H.264 is coded as: a whole frame, or one of its two fields.
enum class FieldParity { Frame, Top, Bottom };

/// What a packet's own bytes say, beyond what the file claims about it.
struct PacketCheck {
    bool sync = false;           ///< decoding may start here, and frames shown after it are whole
    bool shows_frame = true;     ///< a frame comes of it
    bool may_be_empty = false;   ///< perhaps no frame comes of it
    bool resets = false;         ///< frames that follow it may be left out by the decoder, whoever decodes
    bool ends_sequence = false;  ///< the packet after it resets
    bool malformed = false;      ///< its headers cannot be as they are: it is damaged, and may give no frame
    FieldParity parity = FieldParity::Frame;  ///< of a packet that holds one field alone, which field
    unsigned frame_num = 0;                   ///< of a field, the number it shares with the other one of its frame
};

/// Looks into a packet that the file marks as a sync frame or not (`marked_sync`). A mark is believed unless the bytes
/// say otherwise; codecs that are not known here are believed. Only headers are read: most damage does not show.
/// source: ITU-T H.262 6.2.3, ITU-T H.263 5.1, ISO/IEC 14496-2 6.2.3 and 6.2.5, RFC 6386 9.1, VP9 bitstream
/// specification 6.2, AV1 bitstream specification 5.9.2, GIF89a 17.
PacketCheck check_packet(const AVCodecParameters& codec, std::span<const std::uint8_t> data, bool marked_sync);

/// The same for H.264 and HEVC, which come in NAL units.
/// source: ITU-T H.264 7.3.1, 7.3.3 and D.1.7, ITU-T H.265 7.3.1.2 and 7.3.6.1.
PacketCheck check_nal_packet(const AVCodecParameters& codec, std::span<const std::uint8_t> data, bool marked_sync);

}  // namespace inbetween
