#include "core/video/picture.h"

#include <algorithm>
#include <array>

#include "core/base/check.h"
#include "core/video/ff.h"

namespace inbetween {

namespace {

// The packed data as one plane of whole pixels.
std::vector<Plane> packed_plane(const AVFrame& frame) {
    const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
    const int bytes = (av_get_padded_bits_per_pixel(descriptor) + 7) / 8;
    return {{frame.data[0], frame.linesize[0], {frame.width, frame.height}, std::max(bytes, 1)}};
}

std::vector<Plane> planes_of(const AVFrame& frame, const PixelFormat& format) {
    int count = 0;
    for (int i = 0; i < format.components; ++i) {
        count = std::max(count, format.samples[static_cast<std::size_t>(i)].plane + 1);
    }
    // Several samples of one plane a pixel: a plane of pixels.
    if (count <= 1 && !format.planar) return packed_plane(frame);
    std::vector<Plane> planes;
    const int bytes = format.bytes_per_sample();
    for (int i = 0; i < count; ++i) {
        const bool chroma = i > 0 && format.model == ColourModel::Yuv;
        const Size size = chroma ? Size{AV_CEIL_RSHIFT(frame.width, format.chroma_shift_x),
                                        AV_CEIL_RSHIFT(frame.height, format.chroma_shift_y)}
                                 : Size{frame.width, frame.height};
        planes.push_back({frame.data[i], frame.linesize[i], size, bytes});
    }
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

Picture::Picture(const AVFrame& frame, Orientation orientation, double sample_aspect, double peak_nits)
    : frame_(av_frame_clone(&frame)),
      orientation_(orientation),
      pixel_aspect_(orientation.quarter_turns % 2 == 0 ? sample_aspect : 1 / sample_aspect) {
    IB_CHECK(frame_ != nullptr && frame_->data[0] != nullptr);
    format_ = pixel_format_of(*frame_);
    const bool is_hdr = format_.transfer == Transfer::Pq || format_.transfer == Transfer::Hlg;
    if (is_hdr && format_.peak_nits <= 0) format_.peak_nits = peak_nits;
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
