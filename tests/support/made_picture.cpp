#include "tests/support/made_picture.h"

#include <functional>
#include <random>

#include "core/base/check.h"

namespace inbetween::test {
namespace {

PicturePtr fill(const Made& made, const std::function<int(int component, int depth)>& code) {
    const ff::FramePtr frame = ff::make_frame();
    frame->format = made.format;
    frame->width = made.size.width;
    frame->height = made.size.height;
    frame->color_range = made.range;
    frame->colorspace = made.matrix;
    frame->color_trc = made.transfer;
    frame->color_primaries = made.primaries;
    frame->chroma_location = made.chroma;
    IB_CHECK(av_frame_get_buffer(frame.get(), 0) == 0);
    for (const AVBufferRef* buffer : frame->buf) {
        if (buffer != nullptr) std::fill_n(buffer->data, buffer->size, std::uint8_t{0});
    }
    const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(made.format);
    for (int c = 0; c < descriptor->nb_components; ++c) {
        const bool chroma = (c == 1 || c == 2) && (descriptor->flags & AV_PIX_FMT_FLAG_RGB) == 0;
        const int width = chroma ? AV_CEIL_RSHIFT(made.size.width, descriptor->log2_chroma_w) : made.size.width;
        const int height = chroma ? AV_CEIL_RSHIFT(made.size.height, descriptor->log2_chroma_h) : made.size.height;
        std::vector<std::uint16_t> row(static_cast<std::size_t>(width));
        for (int y = 0; y < height; ++y) {
            for (std::uint16_t& sample : row) sample = static_cast<std::uint16_t>(code(c, descriptor->comp[c].depth));
            av_write_image_line(row.data(), frame->data, frame->linesize, descriptor, 0, y, c, width);
        }
    }
    return std::make_shared<const Picture>(*frame, made.orientation, 1.0);
}

}  // namespace

PicturePtr make_picture(const Made& made) {
    std::mt19937 random(made.seed);
    std::uniform_real_distribution<double> share(0.5 - made.swing, 0.5 + made.swing);
    return fill(made, [&](int, int depth) { return static_cast<int>(share(random) * ((1 << depth) - 1)); });
}

PicturePtr make_flat(const Made& made, const std::array<int, 3>& codes) {
    return fill(made, [&codes](int component, int) { return codes[static_cast<std::size_t>(component % 3)]; });
}

std::string text_of(const Made& made) {
    const char* chroma = av_chroma_location_name(made.chroma);
    return fmt::format("{} {}x{} {} {} {} chroma {} {}°{}", av_get_pix_fmt_name(made.format), made.size.width,
                       made.size.height, av_color_range_name(made.range), av_color_space_name(made.matrix),
                       av_color_transfer_name(made.transfer), chroma != nullptr ? chroma : "?",
                       90 * made.orientation.quarter_turns, made.orientation.mirrored ? " mirrored" : "");
}

}  // namespace inbetween::test
