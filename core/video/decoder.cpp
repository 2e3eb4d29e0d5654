#include "core/video/decoder.h"

#include <algorithm>

#include <utility>

#include "core/video/hardware_device.h"

namespace inbetween {

namespace {

// Codecs whose frames are the same on several threads as on one, as long as the decoder does not complain. FFmpeg's
// MPEG-4 decoder differs on interlaced B-frames, its Theora decoder loses frames at a new header, its VP8 decoder
// differs without a word where data is damaged.
bool same_on_threads(AVCodecID codec) {
    switch (codec) {
        case AV_CODEC_ID_H264:
        case AV_CODEC_ID_HEVC:
        case AV_CODEC_ID_VP9:
        case AV_CODEC_ID_AV1:
        case AV_CODEC_ID_MPEG1VIDEO:
        case AV_CODEC_ID_MPEG2VIDEO:
            return true;
        default:
            break;
    }
    const AVCodecDescriptor* descriptor = avcodec_descriptor_get(codec);
    return descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_INTRA_ONLY) != 0;
}

int most_threads(int wanted) {
#ifdef __SANITIZE_THREAD__
    return std::min(wanted, 1);  // libav is not instrumented: the sanitizer cannot see how its threads hand over
#else
    return wanted;
#endif
}

// A decoder that fails again and again while draining never says that it is done.
constexpr int max_errors_while_draining = 1000;

}  // namespace

Result<Decoder> Decoder::open(const std::string& file, const AVStream& stream, int threads,
                              std::shared_ptr<HardwareDevice> device) {
    const AVCodecID id = stream.codecpar->codec_id;
    const AVCodec* codec = device ? device->find_decoder(id) : avcodec_find_decoder(id);
    if (codec == nullptr && device) return fail("{}: there is no decoder for {}", device->name(), avcodec_get_name(id));
    if (codec == nullptr) {
        return fail("{}: FFmpeg has no decoder for {}", file, avcodec_get_name(stream.codecpar->codec_id));
    }
    Decoder decoder;
    decoder.context_->codec.reset(avcodec_alloc_context3(codec));
    if (!decoder.context_->codec) return fail("{}: out of memory", file);
    AVCodecContext& context = decoder.codec();
    const int copied = avcodec_parameters_to_context(&context, stream.codecpar);
    if (copied < 0) return fail("{}: {}", file, ff::error_text(copied));
    context.framerate = stream.avg_frame_rate;
    context.pkt_timebase = stream.time_base;
    context.max_pixels = ff::max_pixels;
    context.thread_count = same_on_threads(stream.codecpar->codec_id) ? most_threads(threads) : 1;
    if (device) {
        context.thread_count = 1;
        device->prepare(context);
        decoder.context_->device = std::move(device);
    }
    decoder.complaints().hear(context);
    const int opened = avcodec_open2(&context, codec, nullptr);
    if (opened < 0) return fail("{}: {} does not start: {}", file, codec->name, ff::error_text(opened));
    return decoder;
}

void Decoder::send(const AVPacket& packet, std::int64_t position) {
    codec().reordered_opaque = position;
    complaints().set_current(position);
    const int result = avcodec_send_packet(&codec(), &packet);
    if (result < 0 && result != AVERROR_EOF) {
        complaints().note(position);
        waiting_ = true;
        return;
    }
    waiting_ = false;
}

void Decoder::drain() {
    avcodec_send_packet(&codec(), nullptr);
    draining_ = true;
    waiting_ = false;
}

Decoder::Got Decoder::receive(AVFrame& frame) {
    if (waiting_) return Got::NeedsPacket;
    for (;;) {
        const int result = avcodec_receive_frame(&codec(), &frame);
        if (result >= 0) {
            const bool marked = frame.decode_error_flags != 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0;
            if (marked) complaints().note(frame.reordered_opaque);
            return fetch(frame) ? Got::Frame : Got::End;
        }
        if (result == AVERROR_EOF) return Got::End;
        if (result != AVERROR(EAGAIN)) complaints().note_current();
        if (!draining_) {
            waiting_ = true;
            return Got::NeedsPacket;
        }
        if (++errors_while_draining_ > max_errors_while_draining) return Got::End;
    }
}

/// Brings a frame from the device into memory.   returns: whether it is there.
bool Decoder::fetch(AVFrame& frame) {
    if (!context_->device) return true;
    ff::FramePtr decoded = ff::make_frame();
    av_frame_move_ref(decoded.get(), &frame);
    auto fetched = context_->device->fetch(std::move(decoded), codec());
    if (!fetched) {
        device_problem_ = fetched.error().message;
        return false;
    }
    av_frame_move_ref(&frame, fetched->get());
    return true;
}

void Decoder::flush() {
    avcodec_flush_buffers(&codec());
    waiting_ = true;
    draining_ = false;
    errors_while_draining_ = 0;
    complaints().forget_positions();
}

bool Decoder::marks_nonref_well() const {
    switch (codec().codec_id) {
        case AV_CODEC_ID_H264:
        case AV_CODEC_ID_MPEG1VIDEO:
        case AV_CODEC_ID_MPEG2VIDEO:
        case AV_CODEC_ID_MPEG4:
            return true;
        default:
            return false;
    }
}

bool Decoder::intra_only() const {
    const AVCodecDescriptor* descriptor = avcodec_descriptor_get(codec().codec_id);
    return descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_INTRA_ONLY) != 0;
}

}  // namespace inbetween
