#include "core/video/first_glance.h"

#include <utility>

#include "core/video/decoder.h"

namespace inbetween {

namespace {

// Pictures that are shown before the sync frame they follow come right after it; no codec holds back more.
constexpr int most_leading_packets = 16;

bool has_stated_streams(const AVCodecParameters& codec) {
    return codec.codec_id != AV_CODEC_ID_NONE && codec.width > 0 && codec.height > 0;
}

bool may_be_first(const AVPacket& packet) {
    constexpr int unwanted = AV_PKT_FLAG_DISCARD | AV_PKT_FLAG_CORRUPT;
    return packet.size > 0 && (packet.flags & AV_PKT_FLAG_KEY) != 0 && (packet.flags & unwanted) == 0 &&
           packet.pts != AV_NOPTS_VALUE;
}

// Whether none of the packets that follow is shown before one stamped `first`.
bool is_shown_first(Demuxer& demuxer, std::int64_t first) {
    const ff::PacketPtr packet = ff::make_packet();
    for (int i = 0; i < most_leading_packets; ++i) {
        if (!demuxer.read(*packet)) return !demuxer.failed();
        if (packet->pts == AV_NOPTS_VALUE || packet->pts <= first) return false;
    }
    return true;
}

}  // namespace

std::optional<FirstGlance> first_glance(const std::filesystem::path& path, const std::stop_token& stop) {
    auto demuxer = Demuxer::open(path, Demuxer::Probe::None, stop);
    if (!demuxer || !has_stated_streams(*demuxer->stream().codecpar)) return std::nullopt;
    auto decoder = Decoder::open(path.string(), demuxer->stream(), 1);
    if (!decoder) return std::nullopt;
    const ff::PacketPtr packet = ff::make_packet();
    if (!demuxer->read(*packet) || !may_be_first(*packet)) return std::nullopt;
    if (!decoder->intra_only() && !is_shown_first(*demuxer, packet->pts)) return std::nullopt;
    decoder->send(*packet);
    decoder->drain();
    ff::FramePtr frame = ff::make_frame();
    if (decoder->receive(*frame) != Decoder::Got::Frame || decoder->errors() > 0) return std::nullopt;
    if (frame->interlaced_frame != 0) return std::nullopt;
    return FirstGlance{*std::move(demuxer), std::move(frame)};
}

}  // namespace inbetween
