// Turning pictures into upright 8-bit images, and those into PNG and JPEG.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

#include "core/base/check.h"
#include "core/video/encode_jpeg.h"
#include "core/video/ff.h"
#include "core/video/full_range.h"
#include "core/video/jpeg_codec.h"
#include "core/video/picture.h"
#include "core/video/turn.h"

namespace inbetween {

namespace {

// Pixels that swscale handles at once, at most.
constexpr int row_alignment = 32;

AVPixelFormat av_format(ImageChannels channels) {
    switch (channels) {
        case ImageChannels::Gray:
            return AV_PIX_FMT_GRAY8;
        case ImageChannels::Bgr:
            return AV_PIX_FMT_BGR24;
        case ImageChannels::Rgba:
            break;
    }
    return AV_PIX_FMT_RGBA;
}

// For pictures that programs look at; those that swscale does not know become the nearest.
int sws_matrix(ColourMatrix matrix) {
    switch (matrix) {
        case ColourMatrix::Bt709:
        case ColourMatrix::DisplayP3:
            return SWS_CS_ITU709;
        case ColourMatrix::Bt2020:
        case ColourMatrix::Bt2020Cl:
        case ColourMatrix::ICtCp:
            return SWS_CS_BT2020;
        case ColourMatrix::Smpte240m:
            return SWS_CS_SMPTE240M;
        case ColourMatrix::Fcc:
            return SWS_CS_FCC;
        default:
            return SWS_CS_ITU601;
    }
}

Size fit(Size size, Size limit) {
    if (limit.width <= 0 || limit.height <= 0 || (size.width <= limit.width && size.height <= limit.height)) {
        return size;
    }
    const double scale =
        std::min(static_cast<double>(limit.width) / size.width, static_cast<double>(limit.height) / size.height);
    return {std::clamp(static_cast<int>(std::lround(size.width * scale)), 1, limit.width),
            std::clamp(static_cast<int>(std::lround(size.height * scale)), 1, limit.height)};
}

// Converts into `pixels`, rows `stride` bytes apart.
Result<Done> convert_into(const Picture& picture, AVPixelFormat to, Size size, std::uint8_t* pixels, int stride) {
    const AVFrame& from = picture.av_frame();
    const bool scaled = size.width != from.width || size.height != from.height;
    const int flags = scaled ? SWS_AREA : SWS_BICUBIC;
    const ff::SwsPtr sws(sws_getContext(from.width, from.height, without_range(from.format), size.width, size.height,
                                        to, flags, nullptr, nullptr, nullptr));
    if (!sws) return fail("pictures of format {} cannot be converted", picture.format().name);
    const int full = picture.format().range == ColourRange::Full ? 1 : 0;
    const int* matrix = sws_getCoefficients(sws_matrix(picture.format().matrix));
    sws_setColorspaceDetails(sws.get(), matrix, full, matrix, 1, 0, 1 << 16, 1 << 16);
    std::uint8_t* const planes[] = {pixels, nullptr, nullptr, nullptr};
    const int strides[] = {stride, 0, 0, 0};
    const int rows = sws_scale(sws.get(), from.data, from.linesize, 0, from.height, planes, strides);
    if (rows <= 0) return fail("a picture of format {} could not be converted", picture.format().name);
    return Done{};
}

Result<ff::FramePtr> blank_frame(AVPixelFormat format, Size size) {
    ff::FramePtr frame = ff::make_frame();
    frame->format = format;
    frame->width = size.width;
    frame->height = size.height;
    if (av_frame_get_buffer(frame.get(), 0) < 0) {
        return fail("out of memory for a picture of {}x{}", size.width, size.height);
    }
    return frame;
}

// Whether the first plane is gray already but for its range.
bool is_8_bit_luma(const PixelFormat& format) { return format.planar && format.bit_depth == 8; }

// Luma as gray of the full range. Much faster than swscale, and the trackers ask for it at every frame.
void copy_luma(const AVFrame& from, ColourRange range, AVFrame& to) {
    for (int y = 0; y < from.height; ++y) {
        const std::uint8_t* source = from.data[0] + std::ptrdiff_t{from.linesize[0]} * y;
        std::uint8_t* target = to.data[0] + std::ptrdiff_t{to.linesize[0]} * y;
        if (range == ColourRange::Full) {
            std::memcpy(target, source, static_cast<std::size_t>(from.width));
            continue;
        }
        for (int x = 0; x < from.width; ++x) {
            const int value = ((source[x] - 16) * 76309 + (1 << 15)) >> 16;  // 255 / 219 in 16 bits
            target[x] = static_cast<std::uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
        }
    }
}

Result<ff::FramePtr> convert(const Picture& picture, AVPixelFormat to, Size size) {
    auto out = blank_frame(to, size);
    if (!out) return out;
    if (to == AV_PIX_FMT_GRAY8 && size == picture.decoded_size() && is_8_bit_luma(picture.format())) {
        copy_luma(picture.av_frame(), picture.format().range, **out);
        return out;
    }
    auto converted = convert_into(picture, to, size, (*out)->data[0], (*out)->linesize[0]);
    if (!converted) return converted.error();
    return out;
}

}  // namespace

Size upright_image_size(const Picture& picture, Size limit) { return fit(picture.upright_size(), limit); }

Result<Done> write_upright_image(const Picture& picture, ImageChannels channels, Size limit, std::uint8_t* pixels) {
    const Size scaled = inbetween::upright_size(upright_image_size(picture, limit), picture.orientation());
    const int samples = static_cast<int>(channels);
    // swscale writes rows of such a width without a gap and not beyond them.
    const bool fits_rows = scaled.width % row_alignment == 0 && channels != ImageChannels::Gray;
    if (picture.orientation() == Orientation{} && fits_rows)
        return convert_into(picture, av_format(channels), scaled, pixels, scaled.width * samples);
    auto converted = convert(picture, av_format(channels), scaled);
    if (!converted) return converted.error();
    const AVFrame& turned = **converted;
    copy_turned({turned.data[0], turned.linesize[0], scaled.width, 0, scaled.height}, samples,
                walk_of(scaled, picture.orientation()), pixels);
    return Done{};
}

Result<Image> upright_image(const Picture& picture, ImageChannels channels, Size limit) {
    Image image;
    image.size = upright_image_size(picture, limit);
    image.channels = static_cast<int>(channels);
    image.pixels.resize(static_cast<std::size_t>(image.size.width) * static_cast<std::size_t>(image.size.height) *
                        static_cast<std::size_t>(image.channels));
    auto written = write_upright_image(picture, channels, limit, image.pixels.data());
    if (!written) return written.error();
    return image;
}

Result<std::string> encode_png(const Image& image) {
    ff::keep_quiet();
    const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_PNG);
    if (codec == nullptr) return fail("FFmpeg has no PNG encoder");
    const ff::CodecPtr context(avcodec_alloc_context3(codec));
    const ff::FramePtr frame = ff::make_frame();
    const ff::PacketPtr packet = ff::make_packet();
    const AVPixelFormat format = image.channels == 1   ? AV_PIX_FMT_GRAY8
                                 : image.channels == 3 ? AV_PIX_FMT_RGB24
                                                       : AV_PIX_FMT_RGBA;
    frame->format = context->pix_fmt = format;
    frame->width = context->width = image.size.width;
    frame->height = context->height = image.size.height;
    context->time_base = {1, 25};
    if (avcodec_open2(context.get(), codec, nullptr) < 0 || av_frame_get_buffer(frame.get(), 0) < 0) {
        return fail("a picture of {}x{} cannot be written as PNG", image.size.width, image.size.height);
    }
    const auto row_bytes = static_cast<std::size_t>(image.size.width) * static_cast<std::size_t>(image.channels);
    for (int y = 0; y < image.size.height; ++y) {
        const std::uint8_t* from = image.pixels.data() + row_bytes * static_cast<std::size_t>(y);
        std::uint8_t* to = frame->data[0] + std::ptrdiff_t{frame->linesize[0]} * y;
        std::memcpy(to, from, row_bytes);
        if (image.channels != 3) continue;
        for (std::size_t x = 0; x < row_bytes; x += 3) std::swap(to[x], to[x + 2]);  // images are B, G, R
    }
    const int sent = avcodec_send_frame(context.get(), frame.get());
    const int received = sent < 0 ? sent : avcodec_receive_packet(context.get(), packet.get());
    if (received < 0) return fail("the picture could not be written as PNG: {}", ff::error_text(received));
    return std::string(reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size));
}

Result<std::string> encode_jpeg(const Image& image, int quality) {
    IB_CHECK(image.channels != 1);
    ff::keep_quiet();
    const Size size = image.size;
    const AVPixelFormat from = image.channels == 3 ? AV_PIX_FMT_BGR24 : AV_PIX_FMT_RGBA;
    const ff::SwsPtr sws(sws_getContext(size.width, size.height, from, size.width, size.height, AV_PIX_FMT_YUV420P,
                                        SWS_BICUBIC | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
    auto frame = blank_frame(AV_PIX_FMT_YUV420P, size);
    if (!frame) return frame.error();
    if (!sws) return fail("a picture of {}x{} cannot be written as JPEG", size.width, size.height);
    const int* matrix = sws_getCoefficients(SWS_CS_ITU601);
    sws_setColorspaceDetails(sws.get(), matrix, 1, matrix, 1, 0, 1 << 16, 1 << 16);
    const std::uint8_t* const planes[] = {image.pixels.data(), nullptr, nullptr, nullptr};
    const int strides[] = {size.width * image.channels, 0, 0, 0};
    if (sws_scale(sws.get(), planes, strides, 0, size.height, (*frame)->data, (*frame)->linesize) <= 0)
        return fail("a picture of {}x{} could not be converted", size.width, size.height);
    JpegEncoder encoder(quality);
    const auto bytes = encoder.encode(**frame);
    if (!bytes) return bytes.error();
    return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

}  // namespace inbetween
