#include "core/video/frame_shaper.h"

#include <xxhash.h>

#include <cstddef>
#include <memory>

#include "core/base/check.h"

namespace inbetween {

namespace {

Result<ff::FramePtr> blank(int width, int height, int format) {
    ff::FramePtr frame = ff::make_frame();
    frame->width = width;
    frame->height = height;
    frame->format = format;
    if (av_frame_get_buffer(frame.get(), 0) < 0) return fail("out of memory for a frame of {}x{}", width, height);
    return frame;
}

bool runs_upward(const AVFrame& frame) { return frame.linesize[0] < 0; }

Result<ff::FramePtr> copied_downward(const AVFrame& frame) {
    auto copy = blank(frame.width, frame.height, frame.format);
    if (!copy) return copy;
    if (av_frame_copy(copy->get(), &frame) < 0 || av_frame_copy_props(copy->get(), &frame) < 0) {
        return fail("a frame could not be copied");
    }
    return copy;
}

}  // namespace

Result<ff::FramePtr> FrameShaper::shape(ff::FramePtr frame) {
    if (frame->width <= 0 || frame->height <= 0 || frame->data[0] == nullptr) return fail("a frame without a picture");
    if (!stated_) {
        stated_ = true;
        width_ = frame->width;
        height_ = frame->height;
        format_ = frame->format;
    }
    if (frame->width == width_ && frame->height == height_ && frame->format == format_) {
        if (!runs_upward(*frame)) return frame;
        return copied_downward(*frame);
    }
    auto shaped = blank(width_, height_, format_);
    if (!shaped) return shaped;
    const ff::SwsPtr sws(sws_getContext(frame->width, frame->height, static_cast<AVPixelFormat>(frame->format), width_,
                                        height_, static_cast<AVPixelFormat>(format_), SWS_BICUBIC, nullptr, nullptr,
                                        nullptr));
    if (!sws) return fail("a frame changes its format to one that cannot be converted");
    sws_scale(sws.get(), frame->data, frame->linesize, 0, frame->height, (*shaped)->data, (*shaped)->linesize);
    if (av_frame_copy_props(shaped->get(), frame.get()) < 0) return fail("out of memory for a frame");
    return shaped;
}

std::uint64_t hash64(const AVFrame& frame) {
    const auto format = static_cast<AVPixelFormat>(frame.format);
    const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(format);
    IB_CHECK(descriptor != nullptr);
    const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
    IB_CHECK(state != nullptr);
    XXH3_64bits_reset(state.get());
    const bool palette = (descriptor->flags & AV_PIX_FMT_FLAG_PAL) != 0;
    const int planes = av_pix_fmt_count_planes(format);
    for (int i = 0; i < planes; ++i) {
        if (palette && i == 1) break;
        const bool chroma = i == 1 || i == 2;
        const int rows = chroma ? AV_CEIL_RSHIFT(frame.height, descriptor->log2_chroma_h) : frame.height;
        const int bytes = av_image_get_linesize(format, frame.width, i);
        for (int y = 0; y < rows; ++y) {
            XXH3_64bits_update(state.get(), frame.data[i] + std::ptrdiff_t{frame.linesize[i]} * y,
                               static_cast<std::size_t>(bytes));
        }
    }
    if (palette) XXH3_64bits_update(state.get(), frame.data[1], AVPALETTE_SIZE);
    return XXH3_64bits_digest(state.get());
}

}  // namespace inbetween
