#include "core/video/picture.h"

#include <algorithm>
#include <array>

#include "core/base/check.h"
#include "core/video/ff.h"

namespace inbetween {

namespace {

bool is_native_endian(const AVPixFmtDescriptor& descriptor) {
    // Every machine this is built for is little-endian.
    return (descriptor.flags & AV_PIX_FMT_FLAG_BE) == 0;
}

// Whether each component lies in a plane of its own, one sample after the other, in its low bits.
bool has_plain_planes(const AVPixFmtDescriptor& descriptor, const AVFrame& frame) {
    if ((descriptor.flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM |
                             AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BAYER)) != 0 ||
        !is_native_endian(descriptor)) {
        return false;
    }
    const int shown = descriptor.nb_components < 3 ? 1 : 3;
    for (int i = 0; i < shown; ++i) {
        const AVComponentDescriptor& component = descriptor.comp[i];
        const int bytes = component.depth > 8 ? 2 : 1;
        if (component.plane != i || component.step != bytes || component.offset != 0 || component.shift != 0 ||
            component.depth > 16 || frame.data[i] == nullptr) {
            return false;
        }
    }
    return true;
}

ColourMatrix matrix_of(const AVFrame& frame) {
    switch (frame.colorspace) {
        case AVCOL_SPC_BT709:
            return ColourMatrix::Bt709;
        case AVCOL_SPC_BT470BG:
        case AVCOL_SPC_SMPTE170M:
        case AVCOL_SPC_SMPTE240M:
        case AVCOL_SPC_FCC:
            return ColourMatrix::Bt601;
        case AVCOL_SPC_BT2020_NCL:
        case AVCOL_SPC_BT2020_CL:
            return ColourMatrix::Bt2020;
        default:
            // Nothing stated: high definition was made for BT.709, what is smaller for BT.601.
            return std::min(frame.width, frame.height) < 720 ? ColourMatrix::Bt601 : ColourMatrix::Bt709;
    }
}

bool is_full_range_format(int format) {
    return format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_YUVJ422P || format == AV_PIX_FMT_YUVJ444P ||
           format == AV_PIX_FMT_YUVJ440P || format == AV_PIX_FMT_YUVJ411P;
}

PixelFormat format_of(const AVFrame& frame) {
    const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
    IB_CHECK(descriptor != nullptr);
    PixelFormat format;
    format.name = descriptor->name;
    const bool rgb = (descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BAYER)) != 0;
    format.model = rgb ? ColourModel::Rgb : descriptor->nb_components < 3 ? ColourModel::Gray : ColourModel::Yuv;
    format.bit_depth = descriptor->comp[0].depth;
    format.chroma_shift_x = descriptor->log2_chroma_w;
    format.chroma_shift_y = descriptor->log2_chroma_h;
    format.planar = has_plain_planes(*descriptor, frame);
    format.matrix = matrix_of(frame);
    const bool unstated_full = format.model != ColourModel::Yuv || is_full_range_format(frame.format);
    const bool full = frame.color_range == AVCOL_RANGE_JPEG ||
                      (frame.color_range == AVCOL_RANGE_UNSPECIFIED && unstated_full) ||
                      is_full_range_format(frame.format) || format.model == ColourModel::Rgb;
    format.range = full ? ColourRange::Full : ColourRange::Limited;
    return format;
}

std::vector<Plane> planes_of(const AVFrame& frame, const PixelFormat& format) {
    std::vector<Plane> planes;
    if (!format.planar) {
        const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
        const int bytes = (av_get_padded_bits_per_pixel(descriptor) + 7) / 8;
        planes.push_back({frame.data[0], frame.linesize[0], {frame.width, frame.height}, std::max(bytes, 1)});
        return planes;
    }
    const int bytes = format.bit_depth > 8 ? 2 : 1;
    planes.push_back({frame.data[0], frame.linesize[0], {frame.width, frame.height}, bytes});
    if (format.model == ColourModel::Gray) return planes;
    const Size chroma{AV_CEIL_RSHIFT(frame.width, format.chroma_shift_x),
                      AV_CEIL_RSHIFT(frame.height, format.chroma_shift_y)};
    for (int i = 1; i <= 2; ++i) planes.push_back({frame.data[i], frame.linesize[i], chroma, bytes});
    return planes;
}

std::size_t buffer_bytes(const AVFrame& frame) {
    std::size_t bytes = 0;
    for (const AVBufferRef* buffer : frame.buf) {
        if (buffer != nullptr) bytes += buffer->size;
    }
    return bytes;
}

}  // namespace

Size upright_size(Size decoded, const Orientation& orientation) {
    return orientation.quarter_turns % 2 == 0 ? decoded : Size{decoded.height, decoded.width};
}

Picture::Picture(const AVFrame& frame, Orientation orientation, double sample_aspect)
    : frame_(av_frame_clone(&frame)),
      orientation_(orientation),
      pixel_aspect_(orientation.quarter_turns % 2 == 0 ? sample_aspect : 1 / sample_aspect) {
    IB_CHECK(frame_ != nullptr && frame_->data[0] != nullptr);
    format_ = format_of(*frame_);
    planes_ = planes_of(*frame_, format_);
    size_bytes_ = sizeof(Picture) + sizeof(AVFrame) + buffer_bytes(*frame_);
}

Picture::~Picture() { av_frame_free(&frame_); }

Size Picture::decoded_size() const { return {frame_->width, frame_->height}; }

std::string framemd5(const Picture& picture) {
    const AVFrame& frame = picture.av_frame();
    const auto format = static_cast<AVPixelFormat>(frame.format);
    const int bytes = av_image_get_buffer_size(format, frame.width, frame.height, 1);
    IB_CHECK(bytes > 0);
    std::vector<std::uint8_t> packed(static_cast<std::size_t>(bytes));
    av_image_copy_to_buffer(packed.data(), bytes, frame.data, frame.linesize, format, frame.width, frame.height, 1);
    std::array<std::uint8_t, 16> digest{};
    av_md5_sum(digest.data(), packed.data(), packed.size());
    std::string text;
    for (const std::uint8_t byte : digest) text += fmt::format("{:02x}", byte);
    return text;
}

}  // namespace inbetween
