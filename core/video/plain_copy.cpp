#include "core/video/plain_copy.h"

#include <string_view>

#include "core/video/ff.h"

namespace inbetween {
namespace {

// The format nearest to one that packs its samples: with the bytes of this machine, else RGB of as many bits.
AVPixelFormat plain_format(const PixelFormat& format, AVPixelFormat from) {
    const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(from);
    const AVPixelFormat swapped = av_pix_fmt_swap_endianness(from);
    const bool is_big = (descriptor->flags & AV_PIX_FMT_FLAG_BE) != 0;
    const bool is_real = (descriptor->flags & AV_PIX_FMT_FLAG_FLOAT) != 0;
    const bool is_xyz = format.name.starts_with("xyz");
    if (is_big && !is_real && !is_xyz && swapped != AV_PIX_FMT_NONE && descriptor->comp[0].depth >= 8) return swapped;
    const bool deep = format.bit_depth > 8;
    switch (format.model) {
        case ColourModel::Gray:
            return deep ? AV_PIX_FMT_GRAY16LE : AV_PIX_FMT_GRAY8;
        case ColourModel::Yuv:
            return deep ? AV_PIX_FMT_YUV444P16LE : AV_PIX_FMT_YUV444P;
        case ColourModel::Rgb:
            break;
    }
    return deep ? AV_PIX_FMT_RGBA64LE : AV_PIX_FMT_RGBA;
}

}  // namespace

Result<PicturePtr> plain_copy(const Picture& picture) {
    const AVFrame& from = picture.av_frame();
    const auto from_format = static_cast<AVPixelFormat>(from.format);
    const ff::FramePtr frame = ff::make_frame();
    frame->format = plain_format(picture.format(), from_format);
    frame->width = from.width;
    frame->height = from.height;
    if (av_frame_get_buffer(frame.get(), 0) < 0 || av_frame_copy_props(frame.get(), &from) < 0) {
        return fail("out of memory for a picture of {}x{}", from.width, from.height);
    }
    const ff::SwsPtr sws(sws_getContext(
        from.width, from.height, from_format, from.width, from.height, static_cast<AVPixelFormat>(frame->format),
        SWS_POINT | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP | SWS_FULL_CHR_H_INT, nullptr, nullptr, nullptr));
    if (!sws) return fail("pictures of format {} cannot be converted", picture.format().name);
    // The range stays: what changes is where samples lie, not what they mean.
    const int full = picture.format().range == ColourRange::Full ? 1 : 0;
    const int* matrix = sws_getCoefficients(SWS_CS_DEFAULT);
    sws_setColorspaceDetails(sws.get(), matrix, full, matrix, full, 0, 1 << 16, 1 << 16);
    if (sws_scale(sws.get(), from.data, from.linesize, 0, from.height, frame->data, frame->linesize) <= 0) {
        return fail("a picture of format {} could not be converted", picture.format().name);
    }
    // What is turned into RGB has the colours it had, and no range of its own any more.
    frame->color_range = full != 0 ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    const double aspect =
        picture.orientation().quarter_turns % 2 == 0 ? picture.pixel_aspect() : 1 / picture.pixel_aspect();
    auto copy = std::make_shared<const Picture>(*frame, picture.orientation(), aspect, picture.format().peak_nits);
    if (copy->format().components == 0) return fail("pictures of format {} cannot be shown", picture.format().name);
    return PicturePtr(std::move(copy));
}

}  // namespace inbetween
