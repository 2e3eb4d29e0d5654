#include "app/cli/seek/own_engine.h"

#include <chrono>
#include <semaphore>

#include "core/video/video_engine.h"

namespace inbetween::seek {

namespace {

constexpr std::size_t cache_bytes = std::size_t{1} << 30;
constexpr std::chrono::seconds patience{60};

class OwnSeeker final : public Seeker {
public:
    OwnSeeker(std::unique_ptr<FrameSource> source, Ahead ahead)
        : engine_(std::move(source), {.cache_bytes = cache_bytes,
                                      .fill = ahead == Ahead::Yes,
                                      .survey = false,
                                      .entry = nullptr,
                                      .wake = [this] { woken_.release(); },
                                      .on_survey = {}}) {}

    Result<Done> show(FrameIndex n, Want) override {
        picture_ = nullptr;
        const auto deadline = std::chrono::steady_clock::now() + patience;
        engine_.request(n);
        for (;;) {
            picture_ = engine_.find(n);
            if (picture_) return Done{};
            if (!woken_.try_acquire_until(deadline)) return fail("frame {} did not come", n.value);
            for (const DecodedFrame& frame : engine_.drain()) {
                if (frame.frame != n) continue;
                if (!frame.picture) return frame.picture.error();
                picture_ = *frame.picture;
                return Done{};
            }
        }
    }

    Result<Shown> shown() override { return Shown{pixels_of(*picture_), false}; }

private:
    std::counting_semaphore<> woken_{0};
    PicturePtr picture_;
    VideoEngine engine_;
};

}  // namespace

Engine own_engine() {
    const auto open = [](const std::filesystem::path& video, Ahead ahead) -> Result<std::unique_ptr<Seeker>> {
        auto source = open_frame_source(video);
        if (!source) return source.error();
        return std::unique_ptr<Seeker>(std::make_unique<OwnSeeker>(std::move(*source), ahead));
    };
    return {.id = "inbetween", .open = open, .keeps_frames = true, .in_full = true, .approximates = true};
}

}  // namespace inbetween::seek
