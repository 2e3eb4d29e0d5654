#include "tests/bench/peers/libav.h"

namespace inbetween::seek {

Result<Libav> Libav::open(const std::filesystem::path& video, int threads) {
    Libav libav;
    AVFormatContext* format = nullptr;
    int status = avformat_open_input(&format, video.c_str(), nullptr, nullptr);
    if (status < 0) return fail("{}: {}", video.string(), ff::error_text(status));
    libav.format_.reset(format);
    status = avformat_find_stream_info(format, nullptr);
    if (status < 0) return fail("{}: {}", video.string(), ff::error_text(status));
    const AVCodec* decoder = nullptr;
    libav.stream_ = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
    if (libav.stream_ < 0) return fail("{}: {}", video.string(), ff::error_text(libav.stream_));
    libav.codec_.reset(avcodec_alloc_context3(decoder));
    avcodec_parameters_to_context(libav.codec_.get(), libav.stream().codecpar);
    libav.codec_->pkt_timebase = libav.stream().time_base;
    libav.codec_->thread_count = threads;
    status = avcodec_open2(libav.codec_.get(), decoder, nullptr);
    if (status < 0) return fail("{}: {}", video.string(), ff::error_text(status));
    libav.packet_ = ff::make_packet();
    return libav;
}

bool Libav::read(AVPacket& packet) {
    for (;;) {
        av_packet_unref(&packet);
        if (av_read_frame(format_.get(), &packet) < 0) return false;
        if (packet.stream_index == stream_) return true;
    }
}

ff::FramePtr Libav::next() {
    ff::FramePtr frame = ff::make_frame();
    for (;;) {
        const int status = avcodec_receive_frame(codec_.get(), frame.get());
        if (status >= 0) return frame;
        if (status == AVERROR_EOF || draining_) return nullptr;
        if (read(*packet_)) {
            avcodec_send_packet(codec_.get(), packet_.get());
        } else {
            avcodec_send_packet(codec_.get(), nullptr);
            draining_ = true;
        }
    }
}

bool Libav::seek(std::int64_t ts) {
    draining_ = false;
    if (av_seek_frame(format_.get(), stream_, ts, AVSEEK_FLAG_BACKWARD) < 0) return false;
    avcodec_flush_buffers(codec_.get());
    return true;
}

Shown shown_of(const AVFrame& frame, std::shared_ptr<const Picture>& keep) {
    keep = std::make_shared<const Picture>(frame, Orientation{}, 1);
    return {pixels_of(*keep), false};
}

}  // namespace inbetween::seek
