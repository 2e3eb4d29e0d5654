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
        auto opened = open_still_decoder(AV_CODEC_ID_MJPEG);
        if (!opened) return opened.error();
        codec_ = *std::move(opened);
    }
    auto frame = decode_still(*codec_, *packet_);
    av_packet_unref(packet_.get());
    if (!frame) codec_.reset();  // begins anew with the next one
    return frame;
}

Result<ff::CodecPtr> open_still_decoder(AVCodecID kind) {
    ff::keep_quiet();
    const AVCodec* codec = avcodec_find_decoder(kind);
    if (codec == nullptr) return fail("FFmpeg has no decoder for {}", avcodec_get_name(kind));
    ff::CodecPtr decoder(avcodec_alloc_context3(codec));
    if (!decoder) return fail("out of memory");
    decoder->thread_count = 1;
    decoder->max_pixels = ff::max_pixels;
    const int opened = avcodec_open2(decoder.get(), codec, nullptr);
    if (opened < 0) return fail("the decoder of {} does not start: {}", codec->name, ff::error_text(opened));
    return decoder;
}

Result<ff::FramePtr> decode_still(AVCodecContext& decoder, const AVPacket& image) {
    ff::FramePtr frame = ff::make_frame();
    const int sent = avcodec_send_packet(&decoder, &image);
    const int received = sent < 0 ? sent : avcodec_receive_frame(&decoder, frame.get());
    if (received >= 0) return frame;
    return fail("its {} cannot be read: {}", avcodec_get_name(decoder.codec_id), ff::error_text(received));
}

}  // namespace inbetween
