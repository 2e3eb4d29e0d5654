#include "tests/bench/enlarged.h"

extern "C" {
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
}

namespace inbetween::test {
namespace {

class EnlargedSource final : public FrameSource {
public:
    EnlargedSource(std::unique_ptr<FrameSource> source, int times)
        : source_(std::move(source)), info_(source_->info()), times_(times) {
        info_.decoded_size = {info_.decoded_size.width * times, info_.decoded_size.height * times};
    }

    const VideoInfo& info() const override { return info_; }
    using FrameSource::frame;
    Result<PicturePtr> frame(FrameIndex n) override {
        auto picture = source_->frame(n);
        if (!picture) return picture;
        const AVFrame& from = (*picture)->av_frame();
        const std::unique_ptr<AVFrame, void (*)(AVFrame*)> to(av_frame_alloc(), [](AVFrame* f) { av_frame_free(&f); });
        av_frame_copy_props(to.get(), &from);
        to->format = from.format;
        to->width = from.width * times_;
        to->height = from.height * times_;
        if (av_frame_get_buffer(to.get(), 0) < 0) return fail("frame {}: out of memory", n.value);
        const auto format = static_cast<AVPixelFormat>(from.format);
        SwsContext* sws = sws_getContext(from.width, from.height, format, to->width, to->height, format, SWS_BICUBIC,
                                         nullptr, nullptr, nullptr);
        if (sws == nullptr) return fail("frame {}: cannot be enlarged", n.value);
        sws_scale(sws, from.data, from.linesize, 0, from.height, to->data, to->linesize);
        sws_freeContext(sws);
        return PicturePtr(std::make_shared<const Picture>(*to, (*picture)->orientation(), (*picture)->sample_aspect()));
    }
    Pts pts(FrameIndex n) const override { return source_->pts(n); }
    DecodeStats stats() const override { return source_->stats(); }

private:
    std::unique_ptr<FrameSource> source_;
    VideoInfo info_;
    int times_;
};

}  // namespace

std::unique_ptr<FrameSource> enlarged(std::unique_ptr<FrameSource> source, int times) {
    if (times == 1) return source;
    return std::make_unique<EnlargedSource>(std::move(source), times);
}

bench::Truth enlarged(bench::Truth truth, int times) {
    for (bench::TrueShapes& shapes : truth.objects) {
        for (auto& [frame, shape] : shapes) {
            if (auto* box = std::get_if<Box>(&shape))
                *box = {box->x * times, box->y * times, box->w * times, box->h * times};
        }
    }
    return truth;
}

}  // namespace inbetween::test
