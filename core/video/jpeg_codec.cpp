#include "core/video/jpeg_codec.h"

#include <utility>

namespace inbetween {

Result<Done> JpegEncoder::open(const AVFrame& frame) {
    ff::keep_quiet();
    const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    if (codec == nullptr) return fail("FFmpeg has no JPEG encoder");
    ff::CodecPtr context(avcodec_alloc_context3(codec));
    if (!context) return fail("out of memory");
    context->width = frame.width;
    context->height = frame.height;
    context->pix_fmt = AV_PIX_FMT_YUVJ420P;
    context->time_base = {1, 25};
    context->thread_count = 1;
    context->flags |= AV_CODEC_FLAG_QSCALE;
    context->global_quality = quality_ * FF_QP2LAMBDA;
    context->qmin = context->qmax = quality_;
    const int opened = avcodec_open2(context.get(), codec, nullptr);
    if (opened < 0) {
        return fail("a picture of {}x{} cannot be written as JPEG: {}", frame.width, frame.height,
                    ff::error_text(opened));
    }
    codec_ = std::move(context);
    return Done{};
}

Result<std::span<const std::uint8_t>> JpegEncoder::encode(const AVFrame& frame) {
    if (!codec_) {
        if (auto opened = open(frame); !opened) return opened.error();
    }
    if (frame.width != codec_->width || frame.height != codec_->height) return fail("pictures change their size");
    av_packet_unref(packet_.get());
    if (av_frame_ref(frame_.get(), &frame) < 0) return fail("out of memory");
    // For the encoder all samples are of the full range; what they mean is kept elsewhere.
    frame_->format = AV_PIX_FMT_YUVJ420P;
    frame_->color_range = AVCOL_RANGE_JPEG;
    frame_->quality = codec_->global_quality;
    frame_->pict_type = AV_PICTURE_TYPE_NONE;
    const int sent = avcodec_send_frame(codec_.get(), frame_.get());
    const int received = sent < 0 ? sent : avcodec_receive_packet(codec_.get(), packet_.get());
    av_frame_unref(frame_.get());
    if (received < 0) return fail("a picture cannot be written as JPEG: {}", ff::error_text(received));
    return std::span<const std::uint8_t>(packet_->data, static_cast<std::size_t>(packet_->size));
}

std::uint8_t* JpegDecoder::prepare(std::size_t bytes) {
    constexpr std::size_t most = std::size_t{1} << 30;
    av_packet_unref(packet_.get());
    if (bytes > most || av_new_packet(packet_.get(), static_cast<int>(bytes)) < 0) return nullptr;
    return packet_->data;
}

Result<ff::FramePtr> JpegDecoder::decode() {
    if (!codec_) {
        ff::keep_quiet();
        const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_MJPEG);
        if (codec == nullptr) return fail("FFmpeg has no JPEG decoder");
        codec_.reset(avcodec_alloc_context3(codec));
        if (!codec_) return fail("out of memory");
        codec_->thread_count = 1;
        codec_->max_pixels = ff::max_pixels;
        const int opened = avcodec_open2(codec_.get(), codec, nullptr);
        if (opened < 0) {
            codec_.reset();
            return fail("the JPEG decoder does not start: {}", ff::error_text(opened));
        }
    }
    ff::FramePtr frame = ff::make_frame();
    const int sent = avcodec_send_packet(codec_.get(), packet_.get());
    const int received = sent < 0 ? sent : avcodec_receive_frame(codec_.get(), frame.get());
    av_packet_unref(packet_.get());
    if (received >= 0) return frame;
    // Begins anew with the next one.
    codec_.reset();
    return fail("a JPEG cannot be read: {}", ff::error_text(received));
}

}  // namespace inbetween
