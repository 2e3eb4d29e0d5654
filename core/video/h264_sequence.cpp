#include "core/video/h264_sequence.h"

#include <algorithm>
#include <array>

#include "core/video/packet_bits.h"

namespace inbetween {

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr unsigned parameter_set = 7;

// Profiles whose parameter sets state chroma format and depth.
bool is_high(unsigned profile) {
    constexpr std::array high{100U, 110U, 122U, 244U, 44U, 83U, 86U, 118U, 128U, 138U, 139U, 134U, 135U};
    return std::ranges::find(high, profile) != high.end();
}

void skip_scaling_list(PacketBits& bits, int size) {
    int last = 8;
    int next = 8;
    for (int i = 0; i < size; ++i) {
        if (next != 0) next = (last + bits.signed_golomb() + 256) % 256;
        if (next != 0) last = next;
    }
}

H264Sequence read_sequence(Bytes nal) {
    const auto plain = unescaped_nal(nal);
    PacketBits bits(plain);
    H264Sequence sequence;
    bits.skip(8);
    const unsigned profile = bits.bits(8);
    bits.skip(16);  // constraints, level
    bits.golomb();  // seq_parameter_set_id
    if (is_high(profile)) {
        const unsigned chroma_format = bits.golomb();
        if (chroma_format == 3) sequence.separate_planes = bits.bit() == 1;
        bits.golomb();  // bit depths
        bits.golomb();
        bits.bit();
        if (bits.bit() == 1) {
            for (int i = 0; i < (chroma_format == 3 ? 12 : 8); ++i) {
                if (bits.bit() == 1) skip_scaling_list(bits, i < 6 ? 16 : 64);
            }
        }
    }
    sequence.frame_num_bits = static_cast<int>(std::min(bits.golomb(), 12U)) + 4;
    const unsigned order_type = bits.golomb();
    if (order_type == 0) bits.golomb();
    if (order_type == 1) {
        bits.bit();
        bits.golomb();
        bits.golomb();
        for (unsigned left = std::min(bits.golomb(), 255U); left > 0; --left) bits.golomb();
    }
    bits.golomb();  // max_num_ref_frames
    bits.bit();
    bits.golomb();  // width, height
    bits.golomb();
    sequence.frames_only = bits.bit() == 1;
    return sequence;
}

}  // namespace

std::vector<std::uint8_t> unescaped_nal(Bytes nal) {
    constexpr std::size_t enough = 1024;
    std::vector<std::uint8_t> plain;
    int zeros = 0;
    for (const std::uint8_t byte : nal.first(std::min(nal.size(), enough))) {
        if (zeros >= 2 && byte < 3) break;
        const bool escape = zeros >= 2 && byte == 3;
        zeros = byte == 0 ? zeros + 1 : 0;
        if (!escape) plain.push_back(byte);
    }
    return plain;
}

std::optional<H264Sequence> h264_sequence(Bytes extradata) {
    constexpr std::size_t avcc_head = 8;  // up to the first set
    if (extradata.size() > avcc_head && extradata[0] == 1) {
        const std::size_t size = std::size_t{extradata[6]} << 8 | extradata[7];
        if ((extradata[5] & 31U) == 0 || size < 4 || size > extradata.size() - avcc_head) return std::nullopt;
        return read_sequence(extradata.subspan(avcc_head, size));
    }
    for (std::size_t at = find_start_code(extradata, 0); at + 4 < extradata.size();
         at = find_start_code(extradata, at + 3)) {
        if ((extradata[at + 3] & 31U) == parameter_set) return read_sequence(extradata.subspan(at + 3));
    }
    return std::nullopt;
}

}  // namespace inbetween
