#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "core/video/h264_sequence.h"
#include "core/video/packet_bits.h"
#include "core/video/packet_check.h"

namespace inbetween {

namespace {

using Bytes = std::span<const std::uint8_t>;

// Walks the NAL units of a packet, whether they stand behind lengths (mp4, mkv) or start codes (ts, avi, raw).
class NalWalk {
public:
    NalWalk(Bytes data, int length_bytes) : data_(data), length_bytes_(length_bytes) {
        // Some files claim lengths and hold start codes.
        if (length_bytes == 4 && data.size() > 4 && data[0] == 0 && data[1] == 0 && data[2] == 0 && data[3] == 1) {
            length_bytes_ = 0;
        }
    }

    std::optional<Bytes> next() { return length_bytes_ > 0 ? next_by_length() : next_by_start_code(); }
    bool by_length() const { return length_bytes_ > 0; }
    /// Whether a length does not fit the packet.
    bool broken() const { return broken_; }

private:
    std::optional<Bytes> next_by_length() {
        const auto width = static_cast<std::size_t>(length_bytes_);
        if (data_.size() < width || data_.size() < 4) return std::nullopt;  // FFmpeg passes over a shorter rest
        std::size_t length = 0;
        for (std::size_t i = 0; i < width; ++i) length = length << 8 | data_[i];
        broken_ = length == 0 || length > data_.size() - width;
        if (broken_) return std::nullopt;
        const Bytes nal = data_.subspan(width, length);
        data_ = data_.subspan(width + length);
        return nal;
    }

    std::optional<Bytes> next_by_start_code() {
        const std::size_t at = find_start_code(data_, 0);
        if (data_.size() - at <= 3) return std::nullopt;
        // The end of a unit is looked for only when the next one is wanted: most of a packet is its slices.
        data_ = data_.subspan(at + 3);
        return data_;
    }

    Bytes data_;
    int length_bytes_;
    bool broken_ = false;
};

int nal_length_bytes(const AVCodecParameters& codec) {
    const Bytes extra(codec.extradata, codec.extradata == nullptr ? 0 : static_cast<std::size_t>(codec.extradata_size));
    if (codec.codec_id == AV_CODEC_ID_H264 && extra.size() >= 7 && extra[0] == 1) return (extra[4] & 3) + 1;
    const bool start_code = extra.size() >= 3 && extra[0] == 0 && extra[1] == 0 && extra[2] <= 1;
    if (codec.codec_id == AV_CODEC_ID_HEVC && extra.size() >= 23 && !start_code) return (extra[21] & 3) + 1;
    return 0;
}

// The recovery point's frame count, where the SEI holds one: 0 means whole from here on, more means later.
std::optional<unsigned> recovery_frames(Bytes nal) {
    const auto plain = unescaped_nal(nal);
    const Bytes sei(plain);
    std::size_t at = 1;
    while (at + 2 < sei.size()) {
        unsigned type = 0;
        while (at < sei.size() && sei[at] == 0xFF) type += sei[at++];
        if (at < sei.size()) type += sei[at++];
        std::size_t size = 0;
        while (at < sei.size() && sei[at] == 0xFF) size += sei[at++];
        if (at < sei.size()) size += sei[at++];
        if (type == 6 && at < sei.size()) return PacketBits(sei.subspan(at)).golomb();
        if (size > sei.size() - at) return std::nullopt;
        at += size;
    }
    return std::nullopt;
}

struct SliceHead {
    bool intra = false;
    bool sound = false;
    FieldParity parity = FieldParity::Frame;
    unsigned frame_num = 0;
};

SliceHead slice_head(Bytes nal, const std::optional<H264Sequence>& sequence) {
    constexpr unsigned max_type = 9;
    constexpr unsigned max_parameter_set = 255;
    SliceHead head;
    PacketBits bits(nal.subspan(1));
    bits.golomb();  // first_mb_in_slice
    const unsigned type = bits.golomb();
    head.intra = type == 2 || type == 4 || type == 7 || type == 9;
    head.sound = type <= max_type && bits.golomb() <= max_parameter_set;
    if (!head.sound || !sequence || sequence->frames_only) return head;
    // Escapes may stand in what follows.
    const auto plain = unescaped_nal(nal.first(std::min<std::size_t>(nal.size(), 32)));
    bits = PacketBits(Bytes(plain).subspan(1));
    for (int i = 0; i < 3; ++i) bits.golomb();
    if (sequence->separate_planes) bits.skip(2);
    head.frame_num = bits.bits(sequence->frame_num_bits);
    if (bits.bit() == 1) head.parity = bits.bit() == 1 ? FieldParity::Bottom : FieldParity::Top;
    return head;
}

PacketCheck check_h264(NalWalk walk, const std::optional<H264Sequence>& sequence, bool marked_sync) {
    PacketCheck check;
    std::optional<unsigned> recovery;
    bool instant = false;
    bool slices = false;
    bool all_intra = true;
    while (const auto nal = walk.next()) {
        if (nal->size() < 2) continue;
        const unsigned type = (*nal)[0] & 31U;
        check.malformed = check.malformed || ((*nal)[0] & 0x80U) != 0;
        if (type == 6 && !recovery) recovery = recovery_frames(*nal);
        if (type != 1 && type != 2 && type != 5) continue;
        const SliceHead head = slice_head(*nal, sequence);
        if (!slices) {
            check.malformed = check.malformed || !head.sound;
            check.parity = head.parity;
            check.frame_num = head.frame_num;
        }
        if (head.parity != check.parity) check.parity = FieldParity::Frame;  // both fields of one
        slices = true;
        instant = instant || type == 5;
        all_intra = all_intra && type == 1 && head.intra;
        // Where units must be searched for, only those of a possible sync frame and of fields are.
        if (!walk.by_length() && (!marked_sync || instant) && check.parity == FieldParity::Frame) break;
    }
    check.sync = marked_sync && (instant || (slices && all_intra && recovery == 0U));
    check.may_be_empty = !slices;
    check.malformed = check.malformed || walk.broken();
    return check;
}

PacketCheck check_hevc(NalWalk walk, bool marked_sync) {
    PacketCheck check;
    bool slices = false;
    while (const auto nal = walk.next()) {
        if (nal->size() < 3) continue;
        const unsigned type = ((*nal)[0] >> 1) & 63U;
        const bool other_layer = ((*nal)[0] & 1U) != 0 || ((*nal)[1] >> 3) != 0;
        check.malformed = check.malformed || ((*nal)[0] & 0x80U) != 0 || ((*nal)[1] & 7U) == 0;
        if (type == 36 || type == 37) check.ends_sequence = true;
        if (type >= 32 || other_layer || slices) continue;
        slices = true;
        check.sync = marked_sync && type >= 16 && type <= 21;
        check.resets = marked_sync && type >= 16 && type <= 18;
        // The first slice of a picture says so of itself.
        check.malformed = check.malformed || ((*nal)[2] & 0x80U) == 0;
    }
    check.may_be_empty = !slices;
    check.malformed = check.malformed || walk.broken();
    return check;
}

}  // namespace

PacketCheck check_nal_packet(const AVCodecParameters& codec, Bytes data, bool marked_sync) {
    const NalWalk walk(data, nal_length_bytes(codec));
    if (codec.codec_id == AV_CODEC_ID_HEVC) return check_hevc(walk, marked_sync);
    const Bytes extra(codec.extradata, codec.extradata == nullptr ? 0 : static_cast<std::size_t>(codec.extradata_size));
    return check_h264(walk, h264_sequence(extra), marked_sync);
}

}  // namespace inbetween
