#include "core/video/packet_check.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/video/packet_bits.h"

namespace inbetween {

namespace {

using Bytes = std::span<const std::uint8_t>;

PacketCheck check_mpeg12(const AVCodecParameters& codec, Bytes data, bool marked_sync) {
    // A row of macroblocks is a slice; pictures are whole pairs of rows where they come in fields.
    const unsigned last_row = codec.height > 0 ? static_cast<unsigned>((codec.height + 31) / 32 * 2) : 0xAF;
    PacketCheck check;
    bool pictures = false;
    bool slices = false;
    for (std::size_t at = find_start_code(data, 0); at + 5 < data.size(); at = find_start_code(data, at + 3)) {
        const unsigned code = data[at + 3];
        const bool slice = code >= 0x01 && code <= 0xAF;
        slices = slices || slice;
        check.malformed = check.malformed || (slice && code > last_row);
        if (code != 0) continue;
        const unsigned type = (data[at + 5] >> 3) & 7U;
        if (!pictures) check.sync = marked_sync && type == 1;
        check.malformed = check.malformed || type == 0 || type > 4;
        pictures = true;
    }
    check.may_be_empty = !pictures || !slices;
    return check;
}

// How many bits the time of an MPEG-4 picture takes, by the layer's header in the extradata; 0 where it is not known.
int mpeg4_time_bits(Bytes extra) {
    std::size_t at = find_start_code(extra, 0);
    while (at + 4 < extra.size() && (extra[at + 3] < 0x20 || extra[at + 3] > 0x2F)) at = find_start_code(extra, at + 3);
    if (at + 4 >= extra.size()) return 0;
    PacketBits bits(extra.subspan(at + 4));
    bits.skip(1 + 8);                        // random_accessible_vol, video_object_type_indication
    if (bits.bit() == 1) bits.skip(4 + 3);   // verid, priority
    if (bits.bits(4) == 15) bits.skip(16);   // aspect_ratio_info, the aspect itself
    if (bits.bit() == 1) {                   // vol_control_parameters
        bits.skip(2 + 1);                    // chroma_format, low_delay
        if (bits.bit() == 1) bits.skip(79);  // vbv_parameters
    }
    if (bits.bits(2) != 0 || bits.bit() != 1) return 0;  // another shape than a rectangle; the marker
    const unsigned resolution = bits.bits(16);
    int count = 1;
    while (resolution > 1 && ((resolution - 1) >> count) != 0) ++count;
    return resolution == 0 ? 0 : count;
}

PacketCheck check_mpeg4(const AVCodecParameters& codec, Bytes data, bool marked_sync) {
    // Of a picture that holds nothing but its type and time.
    constexpr std::size_t max_header_bytes = 5;
    PacketCheck check;
    check.sync = marked_sync;
    std::size_t at = find_start_code(data, 0);
    while (at + 4 < data.size() && data[at + 3] != 0xB6) at = find_start_code(data, at + 3);
    if (at + 4 >= data.size()) {
        check.may_be_empty = true;
        return check;
    }
    PacketBits bits(data.subspan(at + 4));
    const bool intra = bits.bits(2) == 0;
    check.sync = marked_sync && intra;
    check.may_be_empty = data.size() - (at + 4) <= max_header_bytes;
    const Bytes extra(codec.extradata, codec.extradata == nullptr ? 0 : static_cast<std::size_t>(codec.extradata_size));
    const int time_bits = mpeg4_time_bits(extra);
    if (time_bits == 0) return check;
    int seconds = 0;
    while (bits.bit() == 1 && ++seconds < 64) {
    }
    check.malformed = seconds == 64 || bits.bit() == 0;
    bits.skip(static_cast<std::size_t>(time_bits));
    check.malformed = check.malformed || bits.bit() == 0;
    check.may_be_empty = check.may_be_empty || bits.bit() == 0;  // vop_coded
    return check;
}

PacketCheck check_h263(Bytes data, bool marked_sync) {
    PacketCheck check;
    PacketBits bits(data);
    check.may_be_empty = bits.bits(22) != 0x20;
    bits.skip(8 + 2 + 3);  // temporal reference, marker, three flags
    const unsigned format = bits.bits(3);
    if (format == 7) {
        if (bits.bits(3) == 1) bits.skip(18);  // what holds until it is said anew
        check.sync = marked_sync && bits.bits(3) == 0;
    } else {
        check.sync = marked_sync && bits.bit() == 0;
    }
    return check;
}

PacketCheck check_vp8(Bytes data, bool marked_sync) {
    PacketCheck check;
    if (data.size() < 3) return {.malformed = true};
    const bool key = (data[0] & 1U) == 0;
    const std::size_t first_part = (data[0] | std::size_t{data[1]} << 8 | std::size_t{data[2]} << 16) >> 5;
    const std::size_t header = key ? 10 : 3;
    check.sync = marked_sync && key;
    check.shows_frame = ((data[0] >> 4) & 1U) != 0;
    const bool named = !key || (data.size() >= header && data[3] == 0x9D && data[4] == 0x01 && data[5] == 0x2A);
    check.malformed = !named || first_part + header > data.size();
    return check;
}

struct Vp9Frame {
    bool key = false;
    bool shown = false;
    bool sound = false;
};

Vp9Frame vp9_frame(Bytes data) {
    Vp9Frame frame;
    PacketBits bits(data);
    frame.sound = bits.bits(2) == 2;
    const unsigned low = bits.bit();
    const unsigned high = bits.bit();
    if (low == 1 && high == 1) frame.sound = frame.sound && bits.bit() == 0;
    if (bits.bit() == 1) {  // show_existing_frame
        frame.shown = true;
        return frame;
    }
    frame.key = bits.bit() == 0;
    frame.shown = bits.bit() == 1;
    bits.bit();  // error_resilient_mode
    if (frame.key) frame.sound = frame.sound && bits.bits(24) == 0x498342;
    return frame;
}

PacketCheck check_vp9(Bytes data, bool marked_sync) {
    if (data.empty()) return {};
    const unsigned mark = data.back();
    const std::size_t count = (mark & 7U) + 1;
    const std::size_t width = ((mark >> 3) & 3U) + 1;
    const std::size_t index_bytes = 2 + width * count;
    const bool superframe =
        (mark & 0xE0U) == 0xC0U && data.size() >= index_bytes && data[data.size() - index_bytes] == mark;
    PacketCheck check;
    if (!superframe) {
        const Vp9Frame frame = vp9_frame(data);
        check.sync = marked_sync && frame.key;
        check.shows_frame = frame.shown;
        check.malformed = !frame.sound;
        return check;
    }
    Bytes sizes = data.last(index_bytes).subspan(1);
    Bytes rest = data.first(data.size() - index_bytes);
    int shown = 0;
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t size = 0;
        for (std::size_t byte = 0; byte < width; ++byte) size |= std::size_t{sizes[i * width + byte]} << (8 * byte);
        if (size == 0 || size > rest.size()) {
            check.malformed = true;
            break;
        }
        const Vp9Frame frame = vp9_frame(rest.first(size));
        if (i == 0) check.sync = marked_sync && frame.key;
        check.malformed = check.malformed || !frame.sound;
        shown += frame.shown ? 1 : 0;
        rest = rest.subspan(size);
    }
    check.shows_frame = shown > 0;
    check.may_be_empty = shown > 1;
    return check;
}

// One unit of an AV1 packet; nothing where it does not fit.
struct Obu {
    unsigned type = 0;
    Bytes payload;
};

std::optional<Obu> next_obu(Bytes& data) {
    if (data.empty() || (data[0] & 0x80U) != 0) return std::nullopt;
    const unsigned head = data[0];
    std::size_t at = (head & 4U) != 0 ? 2 : 1;
    std::size_t size = data.size() - std::min(at, data.size());
    if ((head & 2U) != 0) {
        size = 0;
        for (int shift = 0; shift < 56; shift += 7) {
            if (at >= data.size()) return std::nullopt;
            const unsigned byte = data[at++];
            size |= std::size_t{byte & 127U} << shift;
            if ((byte & 128U) == 0) break;
        }
    }
    if (at > data.size() || size > data.size() - at) return std::nullopt;
    const Obu unit{(head >> 3) & 15U, data.subspan(at, size)};
    data = data.subspan(at + size);
    return unit;
}

PacketCheck check_av1(Bytes data, bool marked_sync) {
    constexpr unsigned frame_header = 3;
    constexpr unsigned frame = 6;
    PacketCheck check;
    int shown = 0;
    bool frames = false;
    bool still = false;
    while (!data.empty()) {
        const auto unit = next_obu(data);
        if (!unit) {
            check.malformed = true;
            break;
        }
        PacketBits bits(unit->payload);
        if (unit->type == 1) still = ((bits.bits(5)) & 1U) != 0;  // reduced_still_picture_header
        if (unit->type != frame_header && unit->type != frame) continue;
        const bool existing = !still && bits.bit() == 1;
        const bool key = still || (!existing && bits.bits(2) == 0);
        const bool shows = still || existing || bits.bit() == 1;
        if (!frames) check.sync = marked_sync && key && shows;
        frames = true;
        shown += shows ? 1 : 0;
    }
    check.shows_frame = shown > 0 || check.malformed;
    check.may_be_empty = shown > 1;
    return check;
}

PacketCheck check_theora(Bytes data, bool marked_sync) {
    PacketCheck check;
    const bool header = !data.empty() && (data[0] & 0x80U) != 0;
    check.sync = marked_sync && !header && !data.empty() && (data[0] & 0x40U) == 0;
    check.shows_frame = !header;
    return check;
}

// Where a GIF begins nothing stands on its canvas; other pictures are drawn over what was there, whatever they cover.
PacketCheck check_gif(Bytes data, bool marked_sync) {
    constexpr std::string_view name = "GIF8";
    PacketCheck check;
    check.sync = marked_sync && data.size() > name.size() && std::equal(name.begin(), name.end(), data.begin());
    return check;
}

}  // namespace

PacketCheck check_packet(const AVCodecParameters& codec, Bytes data, bool marked_sync) {
    switch (codec.codec_id) {
        case AV_CODEC_ID_H264:
        case AV_CODEC_ID_HEVC:
            return check_nal_packet(codec, data, marked_sync);
        case AV_CODEC_ID_MPEG1VIDEO:
        case AV_CODEC_ID_MPEG2VIDEO:
            return check_mpeg12(codec, data, marked_sync);
        case AV_CODEC_ID_MPEG4:
            return check_mpeg4(codec, data, marked_sync);
        case AV_CODEC_ID_H263:
        case AV_CODEC_ID_H263P:
            return check_h263(data, marked_sync);
        case AV_CODEC_ID_VP8:
            return check_vp8(data, marked_sync);
        case AV_CODEC_ID_VP9:
            return check_vp9(data, marked_sync);
        case AV_CODEC_ID_AV1:
            return check_av1(data, marked_sync);
        case AV_CODEC_ID_THEORA:
            return check_theora(data, marked_sync);
        case AV_CODEC_ID_GIF:
            return check_gif(data, marked_sync);
        default:
            break;
    }
    PacketCheck believed;
    believed.sync = marked_sync;
    return believed;
}

}  // namespace inbetween
