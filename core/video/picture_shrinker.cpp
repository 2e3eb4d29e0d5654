#include "core/video/picture_shrinker.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/video/box_filter.h"
#include "core/video/ff.h"
#include "core/video/full_range.h"

namespace inbetween {

namespace {

struct PoolFree {
    void operator()(AVBufferPool* pool) const { av_buffer_pool_uninit(&pool); }
};

constexpr int row_alignment = 64;

int rounded_up(int value, int to) { return (value + to - 1) / to * to; }

// 4:2:0 frames of 8 bits in memory that is used again.
class Frames {
public:
    Result<ff::FramePtr> take(Size size) {
        const int stride = rounded_up(size.width, 2 * row_alignment);
        const int chroma_rows = (size.height + 1) / 2;
        const auto luma = static_cast<std::size_t>(stride) * static_cast<std::size_t>(size.height);
        const auto chroma = static_cast<std::size_t>(stride / 2) * static_cast<std::size_t>(chroma_rows);
        const std::size_t bytes = luma + 2 * chroma + AV_INPUT_BUFFER_PADDING_SIZE;
        if (bytes != bytes_) {
            pool_.reset(av_buffer_pool_init(bytes, nullptr));
            bytes_ = bytes;
        }
        ff::FramePtr frame = ff::make_frame();
        frame->buf[0] = pool_ ? av_buffer_pool_get(pool_.get()) : nullptr;
        if (frame->buf[0] == nullptr) return fail("out of memory for a picture of {}x{}", size.width, size.height);
        frame->format = AV_PIX_FMT_YUV420P;
        frame->width = size.width;
        frame->height = size.height;
        frame->data[0] = frame->buf[0]->data;
        frame->data[1] = frame->data[0] + luma;
        frame->data[2] = frame->data[1] + chroma;
        frame->linesize[0] = stride;
        frame->linesize[1] = frame->linesize[2] = stride / 2;
        return frame;
    }

private:
    std::unique_ptr<AVBufferPool, PoolFree> pool_;
    std::size_t bytes_ = 0;
};

// A 4:4:4 frame of 8 bits.
Result<ff::FramePtr> whole_chroma_frame(Size size) {
    ff::FramePtr frame = ff::make_frame();
    frame->format = AV_PIX_FMT_YUV444P;
    frame->width = size.width;
    frame->height = size.height;
    if (av_frame_get_buffer(frame.get(), 0) < 0) {
        return fail("out of memory for a picture of {}x{}", size.width, size.height);
    }
    return frame;
}

// How the planes of a picture shrink to 4:2:0 when its sides are divided by `divisor`; false where boxes cannot do it.
bool boxes_for(const PixelFormat& format, int divisor, BoxSize& chroma) {
    if (!format.planar || format.bit_depth < 8) return false;
    if (format.model == ColourModel::Gray) return true;
    if (format.model != ColourModel::Yuv) return false;
    const int whole = 2 * divisor;
    chroma = {whole >> format.chroma_shift_x, whole >> format.chroma_shift_y};
    return chroma.across >= 1 && chroma.down >= 1 && chroma.across <= 4 && chroma.down <= 4;
}

AVChromaLocation chroma_location(const AVFrame& from, const PixelFormat& format) {
    const bool as_wide = format.chroma_shift_x == 0;
    const bool as_high = format.chroma_shift_y == 0;
    if (format.model != ColourModel::Yuv || (as_wide && as_high)) return AVCHROMA_LOC_CENTER;
    if (as_high) return AVCHROMA_LOC_LEFT;
    if (from.chroma_location == AVCHROMA_LOC_UNSPECIFIED && format.name.starts_with("yuvj")) return AVCHROMA_LOC_CENTER;
    return from.chroma_location;
}

// States what is otherwise guessed from size and format, which are no longer the same.
void describe(const Picture& picture, AVFrame& to) {
    const AVFrame& from = picture.av_frame();
    const PixelFormat& format = picture.format();
    to.color_range = format.range == ColourRange::Full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    to.color_primaries = from.color_primaries;
    to.color_trc = from.color_trc;
    to.chroma_location = chroma_location(from, format);
    to.colorspace = from.colorspace;
    const bool stated = from.colorspace != AVCOL_SPC_UNSPECIFIED && from.colorspace != AVCOL_SPC_RESERVED;
    if (format.model == ColourModel::Rgb) {
        to.colorspace = AVCOL_SPC_SMPTE170M;
        to.color_range = AVCOL_RANGE_JPEG;
    } else if (!stated) {
        to.colorspace = format.matrix == ColourMatrix::Bt709 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
    }
}

}  // namespace

struct PictureShrinker::Tools {
    // What an SwsContext was made for.
    struct Job {
        int from_width = 0;
        int from_height = 0;
        int from_format = AV_PIX_FMT_NONE;
        Size to;
        AVPixelFormat to_format = AV_PIX_FMT_NONE;
        bool rgb = false;
        bool full = false;
        friend bool operator==(const Job&, const Job&) = default;
    };

    std::array<Frames, 4> frames;  // one for each size in a chain of halvings
    BoxFilter filter;
    ff::SwsPtr sws;
    Job job;

    Result<Done> set_job(const Job& wanted) {
        if (sws && job == wanted) return Done{};
        // swscale's shortcuts from red, green and blue know the limited range only; exact rounding takes none.
        const int flags = wanted.rgb ? SWS_AREA | SWS_ACCURATE_RND : SWS_AREA;
        sws.reset(sws_getContext(wanted.from_width, wanted.from_height, without_range(wanted.from_format),
                                 wanted.to.width, wanted.to.height, wanted.to_format, flags, nullptr, nullptr,
                                 nullptr));
        job = wanted;
        const char* name = av_get_pix_fmt_name(static_cast<AVPixelFormat>(wanted.from_format));
        if (!sws) return fail("pictures of format {} cannot be converted", name != nullptr ? name : "unknown");
        // Samples keep their meaning; red, green and blue become those of JPEG.
        const int* matrix = sws_getCoefficients(SWS_CS_ITU601);
        const int range = wanted.full ? 1 : 0;
        sws_setColorspaceDetails(sws.get(), matrix, wanted.rgb ? 1 : range, matrix, wanted.rgb ? 1 : range, 0, 1 << 16,
                                 1 << 16);
        return Done{};
    }

    Result<PicturePtr> by_swscale(const Picture& picture, Result<ff::FramePtr> frame) {
        if (!frame) return frame.error();
        const AVFrame& from = picture.av_frame();
        AVFrame& to = **frame;
        const bool rgb = picture.format().model == ColourModel::Rgb;
        const bool full = picture.format().range == ColourRange::Full;
        const auto format = static_cast<AVPixelFormat>(to.format);
        auto set = set_job({from.width, from.height, from.format, {to.width, to.height}, format, rgb, full});
        if (!set) return set.error();
        const int rows = sws_scale(sws.get(), from.data, from.linesize, 0, from.height, to.data, to.linesize);
        if (rows <= 0) return fail("a picture of format {} could not be converted", picture.format().name);
        return finish(picture, to);
    }

    Result<PicturePtr> by_boxes(const Picture& picture, int divisor, const BoxSize& chroma, Frames& pool) {
        const Size size = picture.decoded_size();
        auto frame = pool.take({(size.width + divisor - 1) / divisor, (size.height + divisor - 1) / divisor});
        if (!frame) return frame.error();
        AVFrame& to = **frame;
        const int depth = picture.format().bit_depth;
        filter.shrink(picture.planes()[0], depth, {divisor, divisor}, to.data[0], to.linesize[0]);
        const auto chroma_bytes =
            static_cast<std::size_t>(to.linesize[1]) * static_cast<std::size_t>((to.height + 1) / 2);
        for (int i = 1; i <= 2; ++i) {
            if (picture.format().model == ColourModel::Gray) {
                std::fill_n(to.data[i], chroma_bytes, std::uint8_t{128});
            } else {
                const Plane& plane = picture.planes()[static_cast<std::size_t>(i)];
                filter.shrink(plane, depth, chroma, to.data[i], to.linesize[i]);
            }
        }
        return finish(picture, to);
    }

    static Result<PicturePtr> finish(const Picture& picture, AVFrame& to) {
        describe(picture, to);
        return PicturePtr(std::make_shared<const Picture>(to, picture.orientation(), picture.sample_aspect(),
                                                          picture.format().peak_nits));
    }

    // One step of the chain: sides divided by 1 or 2.
    Result<PicturePtr> divided(const Picture& picture, int divisor, Frames& pool) {
        BoxSize chroma;
        if (boxes_for(picture.format(), divisor, chroma)) return by_boxes(picture, divisor, chroma, pool);
        return by_swscale(picture, pool.take(halved_size(picture.decoded_size(), divisor - 1)));
    }
};

PictureShrinker::PictureShrinker() : tools_(std::make_unique<Tools>()) {}
PictureShrinker::~PictureShrinker() = default;

Size halved_size(Size size, int times) {
    for (; times > 0; --times) size = {(size.width + 1) / 2, (size.height + 1) / 2};
    return size;
}

Result<PicturePtr> PictureShrinker::halved(const Picture& picture, int times) {
    auto small = tools_->divided(picture, times > 0 ? 2 : 1, tools_->frames[0]);
    for (int done = 1; done < times && small; ++done) {
        const auto at = std::min<std::size_t>(static_cast<std::size_t>(done), tools_->frames.size() - 1);
        small = tools_->divided(**small, 2, tools_->frames[at]);
    }
    return small;
}

Result<PicturePtr> PictureShrinker::scaled(const Picture& picture, Size decoded_size) {
    // Halving first is several times as fast as a wide filter, and as good.
    int times = 0;
    for (Size half = halved_size(picture.decoded_size(), 1);
         half.width >= 2 * decoded_size.width && half.height >= 2 * decoded_size.height; half = halved_size(half, 1)) {
        ++times;
    }
    if (times == 0) return tools_->by_swscale(picture, whole_chroma_frame(decoded_size));
    auto small = halved(picture, times);
    if (!small) return small;
    return tools_->by_swscale(**small, whole_chroma_frame(decoded_size));
}

}  // namespace inbetween
