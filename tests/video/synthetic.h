#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "core/video/ff.h"
#include "core/video/picture.h"

namespace inbetween::test {

/// A picture of one colour in a planar or packed format of libav.
inline PicturePtr flat_picture(int width, int height, AVPixelFormat format, std::uint8_t value,
                               Orientation orientation = {}, double aspect = 1) {
    ff::FramePtr frame = ff::make_frame();
    frame->width = width;
    frame->height = height;
    frame->format = format;
    IB_CHECK(av_frame_get_buffer(frame.get(), 0) >= 0);
    for (const AVBufferRef* buffer : frame->buf) {
        if (buffer != nullptr) std::fill_n(buffer->data, buffer->size, value);
    }
    return std::make_shared<const Picture>(*frame, orientation, aspect);
}

}  // namespace inbetween::test
