#include <ffms.h>

#include <array>
#include <mutex>

#include "tests/bench/peers/libav.h"
#include "tests/bench/peers/peers.h"

namespace inbetween::seek {

namespace {

/// What FFMS2 says when it fails.
class Complaint {
public:
    Complaint() {
        info_.Buffer = text_.data();
        info_.BufferSize = static_cast<int>(text_.size());
    }
    FFMS_ErrorInfo* address() { return &info_; }
    Error error() const { return fail("FFMS2: {}", text_.data()); }

private:
    std::array<char, 1024> text_{};
    FFMS_ErrorInfo info_{};
};

struct SourceDeleter {
    void operator()(FFMS_VideoSource* source) const { FFMS_DestroyVideoSource(source); }
};
struct IndexDeleter {
    void operator()(FFMS_Index* index) const { FFMS_DestroyIndex(index); }
};

class Ffms2Seeker final : public Seeker {
public:
    static Result<std::unique_ptr<Seeker>> open(const std::filesystem::path& video) {
        static std::once_flag once;
        std::call_once(once, [] { FFMS_Init(0, 0); });
        Complaint complaint;
        FFMS_Indexer* indexer = FFMS_CreateIndexer(video.c_str(), complaint.address());
        if (indexer == nullptr) return complaint.error();
        FFMS_TrackTypeIndexSettings(indexer, FFMS_TYPE_VIDEO, 1, 0);
        const std::unique_ptr<FFMS_Index, IndexDeleter> index(
            FFMS_DoIndexing2(indexer, FFMS_IEH_STOP_TRACK, complaint.address()));
        if (!index) return complaint.error();
        const int track = FFMS_GetFirstIndexedTrackOfType(index.get(), FFMS_TYPE_VIDEO, complaint.address());
        if (track < 0) return complaint.error();
        constexpr int one_a_core = -1;
        auto seeker = std::make_unique<Ffms2Seeker>();
        seeker->source_.reset(FFMS_CreateVideoSource(video.c_str(), track, index.get(), one_a_core, FFMS_SEEK_NORMAL,
                                                     complaint.address()));
        if (!seeker->source_) return complaint.error();
        return std::unique_ptr<Seeker>(std::move(seeker));
    }

    Result<Done> show(FrameIndex n, Want) override {
        Complaint complaint;
        frame_ = FFMS_GetFrame(source_.get(), static_cast<int>(n.value), complaint.address());
        if (frame_ == nullptr) return complaint.error();
        return Done{};
    }

    Result<Shown> shown() override {
        const ff::FramePtr frame = ff::make_frame();
        for (std::size_t i = 0; i < 4; ++i) {
            frame->data[i] = const_cast<std::uint8_t*>(frame_->Data[i]);
            frame->linesize[i] = frame_->Linesize[i];
        }
        frame->width = frame_->EncodedWidth;
        frame->height = frame_->EncodedHeight;
        frame->format = frame_->EncodedPixelFormat;
        return shown_of(*frame, picture_);
    }

private:
    std::unique_ptr<FFMS_VideoSource, SourceDeleter> source_;
    const FFMS_Frame* frame_ = nullptr;
    std::shared_ptr<const Picture> picture_;
};

}  // namespace

Engine ffms2_engine() {
    return {"ffms2", [](const std::filesystem::path& video, Ahead) { return Ffms2Seeker::open(video); }};
}

}  // namespace inbetween::seek
