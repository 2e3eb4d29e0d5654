#include "core/video/packet_check.h"

#include <cstddef>
#include <optional>

namespace inbetween {

namespace {

using Bytes = std::span<const std::uint8_t>;

// Of an MPEG-4 picture that holds nothing but its type and time.
constexpr std::size_t max_mpeg4_header_bytes = 5;

// Walks the NAL units of a packet, whether they stand behind lengths (mp4, mkv) or start codes (ts, avi, raw).
class NalWalk {
public:
    NalWalk(Bytes data, int length_bytes) : data_(data), length_bytes_(length_bytes) {}

    std::optional<Bytes> next() { return length_bytes_ > 0 ? next_by_length() : next_by_start_code(); }

private:
    std::optional<Bytes> next_by_length() {
        const auto width = static_cast<std::size_t>(length_bytes_);
        if (data_.size() < width) return std::nullopt;
        std::size_t length = 0;
        for (std::size_t i = 0; i < width; ++i) length = length << 8 | data_[i];
        if (length == 0 || length > data_.size() - width) return std::nullopt;
        const Bytes nal = data_.subspan(width, length);
        data_ = data_.subspan(width + length);
        return nal;
    }

    std::optional<Bytes> next_by_start_code() {
        std::size_t at = find_start_code(0);
        if (at == data_.size()) return std::nullopt;
        const std::size_t begin = at + 3;
        const std::size_t end = find_start_code(begin);
        const Bytes nal = data_.subspan(begin, end - begin);
        data_ = data_.subspan(end);
        if (nal.empty()) return std::nullopt;
        return nal;
    }

    std::size_t find_start_code(std::size_t from) const {
        for (std::size_t i = from; i + 3 <= data_.size(); ++i) {
            if (data_[i] == 0 && data_[i + 1] == 0 && data_[i + 2] == 1) return i;
        }
        return data_.size();
    }

    Bytes data_;
    int length_bytes_;
};

int nal_length_bytes(const AVCodecParameters& codec) {
    const Bytes extra(codec.extradata, codec.extradata == nullptr ? 0 : static_cast<std::size_t>(codec.extradata_size));
    if (codec.codec_id == AV_CODEC_ID_H264 && extra.size() >= 7 && extra[0] == 1) return (extra[4] & 3) + 1;
    const bool start_code = extra.size() >= 3 && extra[0] == 0 && extra[1] == 0 && extra[2] <= 1;
    if (codec.codec_id == AV_CODEC_ID_HEVC && extra.size() >= 23 && !start_code) return (extra[21] & 3) + 1;
    return 0;
}

// Reads bits and Exp-Golomb numbers of a NAL unit. Emulation prevention is left in: what is read here is short.
class Bits {
public:
    explicit Bits(Bytes data) : data_(data) {}
    unsigned bit() {
        const std::size_t byte = at_ / 8;
        if (byte >= data_.size()) return 0;
        const unsigned value = (data_[byte] >> (7 - at_ % 8)) & 1U;
        ++at_;
        return value;
    }
    unsigned golomb() {
        int zeros = 0;
        while (bit() == 0) {
            if (++zeros > 31 || at_ / 8 >= data_.size()) return ~0U;
        }
        unsigned value = 1;
        for (; zeros > 0; --zeros) value = value << 1 | bit();
        return value - 1;
    }

private:
    Bytes data_;
    std::size_t at_ = 0;
};

// The recovery point's frame count, where the SEI holds one: 0 means whole from here on, more means later.
std::optional<unsigned> recovery_frames(Bytes sei) {
    std::size_t at = 1;
    while (at + 2 < sei.size()) {
        unsigned type = 0;
        while (at < sei.size() && sei[at] == 0xFF) type += sei[at++];
        if (at < sei.size()) type += sei[at++];
        std::size_t size = 0;
        while (at < sei.size() && sei[at] == 0xFF) size += sei[at++];
        if (at < sei.size()) size += sei[at++];
        if (type == 6 && at < sei.size()) return Bits(sei.subspan(at)).golomb();
        if (size > sei.size() - at) return std::nullopt;
        at += size;
    }
    return std::nullopt;
}

bool is_intra_slice(Bytes nal) {
    Bits bits(nal.subspan(1));
    bits.golomb();  // first_mb_in_slice
    const unsigned type = bits.golomb();
    return type == 2 || type == 4 || type == 7 || type == 9;
}

PacketCheck check_h264(const AVCodecParameters& codec, Bytes data, bool marked_sync) {
    PacketCheck check;
    if (!marked_sync) return check;
    NalWalk walk(data, nal_length_bytes(codec));
    std::optional<unsigned> recovery;
    bool slices = false;
    bool all_intra = true;
    while (const auto nal = walk.next()) {
        const unsigned type = (*nal)[0] & 31U;
        if (type == 5) {
            check.sync = true;
            return check;
        }
        if (type == 6 && !recovery) recovery = recovery_frames(*nal);
        if (type == 1) {
            slices = true;
            all_intra = all_intra && is_intra_slice(*nal);
        }
    }
    check.sync = slices && all_intra && recovery == 0U;
    return check;
}

PacketCheck check_hevc(const AVCodecParameters& codec, Bytes data, bool marked_sync) {
    PacketCheck check;
    if (!marked_sync) return check;
    NalWalk walk(data, nal_length_bytes(codec));
    while (const auto nal = walk.next()) {
        const unsigned type = ((*nal)[0] >> 1) & 63U;
        if (type >= 32) continue;
        check.sync = type >= 16 && type <= 21;
        check.resets = type >= 16 && type <= 18;
        break;
    }
    return check;
}

PacketCheck check_mpeg4(Bytes data, bool marked_sync) {
    PacketCheck check;
    check.sync = marked_sync;
    for (std::size_t i = 0; i + 4 < data.size(); ++i) {
        if (data[i] != 0 || data[i + 1] != 0 || data[i + 2] != 1 || data[i + 3] != 0xB6) continue;
        check.sync = marked_sync && (data[i + 4] >> 6) == 0;
        // A picture that is not coded ends with its header.
        check.may_be_empty = data.size() - (i + 4) <= max_mpeg4_header_bytes;
        break;
    }
    return check;
}

PacketCheck check_vp8(Bytes data, bool marked_sync) {
    PacketCheck check;
    check.sync = marked_sync;
    if (data.empty()) return check;
    check.sync = marked_sync && (data[0] & 1U) == 0;
    check.shows_frame = ((data[0] >> 4) & 1U) != 0;
    return check;
}

PacketCheck check_vp9(Bytes data, bool marked_sync) {
    PacketCheck check;
    check.sync = marked_sync;
    if (data.empty() || (data.back() & 0xE0U) == 0xC0U) return check;  // a superframe ends with a shown frame
    Bits bits(data);
    bits.bit();
    bits.bit();
    const unsigned low = bits.bit();
    const unsigned high = bits.bit();
    if (low == 1 && high == 1) bits.bit();
    if (bits.bit() == 1) {  // show_existing_frame
        check.sync = false;
        return check;
    }
    const bool inter = bits.bit() == 1;
    check.sync = marked_sync && !inter;
    check.shows_frame = bits.bit() == 1;
    return check;
}

}  // namespace

PacketCheck check_packet(const AVCodecParameters& codec, Bytes data, bool marked_sync) {
    switch (codec.codec_id) {
        case AV_CODEC_ID_H264:
            return check_h264(codec, data, marked_sync);
        case AV_CODEC_ID_HEVC:
            return check_hevc(codec, data, marked_sync);
        case AV_CODEC_ID_MPEG4:
            return check_mpeg4(data, marked_sync);
        case AV_CODEC_ID_VP8:
            return check_vp8(data, marked_sync);
        case AV_CODEC_ID_VP9:
            return check_vp9(data, marked_sync);
        default:
            break;
    }
    PacketCheck believed;
    believed.sync = marked_sync;
    return believed;
}

}  // namespace inbetween
