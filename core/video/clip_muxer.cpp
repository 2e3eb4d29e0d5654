#include "core/video/clip_muxer.h"

#include <cstring>

namespace inbetween {

Result<std::unique_ptr<ClipMuxer>> ClipMuxer::open(const std::filesystem::path& path, const char* container) {
    ff::keep_quiet();
    auto muxer = std::make_unique<ClipMuxer>();
    muxer->path_ = path;
    AVFormatContext* format = nullptr;
    const int made = avformat_alloc_output_context2(&format, nullptr, container, path.c_str());
    if (made < 0) return muxer->failed(made);
    muxer->format_.reset(format);
    const int opened = avio_open(&format->pb, ("file:" + path.string()).c_str(), AVIO_FLAG_WRITE);
    if (opened < 0) return muxer->failed(opened);
    return muxer;
}

Error ClipMuxer::failed(int code) const {
    return fail("{}: cannot be written: {}", path_.string(), ff::error_text(code));
}

bool ClipMuxer::takes(AVCodecID codec) const {
    return avformat_query_codec(format_->oformat, codec, FF_COMPLIANCE_NORMAL) == 1;
}

AVStream* ClipMuxer::add(const AVCodecParameters& codec, AVRational timebase) {
    AVStream* stream = avformat_new_stream(format_.get(), nullptr);
    IB_CHECK(stream != nullptr && avcodec_parameters_copy(stream->codecpar, &codec) >= 0);
    stream->codecpar->codec_tag = 0;  // the container's own
    stream->time_base = timebase;
    timebases_.push_back(timebase);
    return stream;
}

Result<Done> ClipMuxer::begin() {
    const int begun = avformat_write_header(format_.get(), nullptr);
    if (begun < 0) return failed(begun);
    return Done{};
}

Result<Done> ClipMuxer::put(AVPacket& packet, const AVStream& stream) {
    packet.stream_index = stream.index;
    packet.pos = -1;
    av_packet_rescale_ts(&packet, timebases_[static_cast<std::size_t>(stream.index)], stream.time_base);
    const int written = av_interleaved_write_frame(format_.get(), &packet);
    if (written < 0) return failed(written);
    return Done{};
}

Result<Done> ClipMuxer::end() {
    const int ended = av_write_trailer(format_.get());
    if (ended < 0) return failed(ended);
    const int closed = avio_closep(&format_->pb);
    if (closed < 0) return failed(closed);
    return Done{};
}

void set_display_matrix(AVStream& stream, const std::int32_t* matrix) {
    if (matrix == nullptr) return;
    constexpr std::size_t bytes = 9 * sizeof(std::int32_t);
    std::uint8_t* data = av_stream_new_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, bytes);
    IB_CHECK(data != nullptr);
    std::memcpy(data, matrix, bytes);
}

}  // namespace inbetween
