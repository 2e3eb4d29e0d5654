#include "app/cli/seek/own_engine.h"

#include <chrono>
#include <optional>
#include <semaphore>
#include <thread>

#include "app/cli/seek/measure.h"
#include "core/video/cached_source.h"
#include "core/video/video_engine.h"

namespace fs = std::filesystem;

namespace inbetween::seek {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds patience{60};

/// As the workstation opens a video: little is kept and proved on the way.
OpenOptions opening_options(const std::stop_token& stop) {
    OpenOptions options;
    options.cache_bytes = std::size_t{64} << 20;
    options.proof_pixels = 32'000'000;
    options.stop = stop;
    return options;
}

/// An engine in use.
class OwnSeeker final : public Seeker {
public:
    static Result<std::unique_ptr<Seeker>> open(const fs::path& video, const fs::path& cache, Ahead ahead) {
        auto seeker = std::make_unique<OwnSeeker>();
        VideoEngine::Options options;
        options.cache_bytes = default_cache_bytes;
        options.fill = ahead == Ahead::Yes;
        options.wake = [woken = &seeker->woken_] { woken->release(); };
        auto engine = open_engine(video, cache, std::move(options));
        if (!engine) return engine.error();
        seeker->engine_ = *std::move(engine);
        // It takes the table and the proxy over; where they are there, there is nothing to survey.
        const auto deadline = Clock::now() + patience;
        while (!seeker->engine_->is_surveyed() && seeker->woken_.try_acquire_until(deadline)) {
        }
        return std::unique_ptr<Seeker>(std::move(seeker));
    }

    Result<Done> show(FrameIndex n, Want want) override {
        const auto deadline = Clock::now() + patience;
        engine_->request(n);
        for (;;) {
            shown_ = engine_->best(n);
            const bool is_it = shown_.picture != nullptr && shown_.frame == n;
            if (is_it && shown_.kind == ShownFrame::Kind::Exact) return Done{};
            if (is_it && shown_.kind == ShownFrame::Kind::Proxy && want == Want::First) return Done{};
            if (!woken_.try_acquire_until(deadline)) return fail("frame {} did not come", n.value);
            for (const DecodedFrame& frame : engine_->drain()) {
                if (frame.frame == n && !frame.picture) return frame.picture.error();
            }
        }
    }

    Result<Shown> shown() override { return Shown{pixels_of(*shown_.picture), shown_.kind != ShownFrame::Kind::Exact}; }

private:
    std::counting_semaphore<> woken_{0};
    ShownFrame shown_;
    std::unique_ptr<VideoEngine> engine_;  // last: its threads wake the others
};

/// A video being opened: its first picture comes before it is indexed.
class OpeningSeeker final : public Seeker {
public:
    explicit OpeningSeeker(const fs::path& video)
        : thread_([this, video](const std::stop_token& stop) {
              OpenOptions options = opening_options(stop);
              options.first_picture = [this](PicturePtr picture) { post(std::move(picture)); };
              const auto source = open_frame_source(video, options);
              if (!source) post(source.error());
          }) {}

    Result<Done> show(FrameIndex n, Want) override {
        IB_CHECK(n.value == 0);
        if (!there_.try_acquire_for(patience)) return fail("no first picture came");
        return first_->has_value() ? Result<Done>(Done{}) : first_->error();
    }
    Result<Shown> shown() override { return Shown{pixels_of(***first_), false}; }

private:
    void post(Result<PicturePtr> first) {
        if (first_) return;
        first_ = std::move(first);
        there_.release();
    }

    std::optional<Result<PicturePtr>> first_;  // the thread's own until there_
    std::binary_semaphore there_{0};
    std::jthread thread_;
};

}  // namespace

Engine own_engine(const fs::path& cache) {
    return {.id = "inbetween",
            .open = [cache](const fs::path& video, Ahead ahead) { return OwnSeeker::open(video, cache, ahead); },
            .open_anew = [](const fs::path& video) -> Result<std::unique_ptr<Seeker>> {
                return std::unique_ptr<Seeker>(std::make_unique<OpeningSeeker>(video));
            },
            .keeps_frames = true,
            .in_full = true,
            .approximates = true};
}

Result<std::unique_ptr<VideoEngine>> open_engine(const fs::path& video, const fs::path& cache,
                                                 VideoEngine::Options options) {
    const auto disk = DiskCache::open(cache);
    if (!disk) return disk.error();
    auto opened = open_cached_source(video, opening_options({}), &*disk);
    if (!opened) return opened.error();
    options.entry = std::move(opened->entry);
    return std::make_unique<VideoEngine>(std::move(opened->source), std::move(options));
}

Result<Survey> survey(const fs::path& video, const fs::path& cache, const std::function<bool(double share)>& go_on) {
    const double cpu = process_cpu_ms();
    const auto begin = Clock::now();
    VideoEngine::Options options;
    options.cache_bytes = default_cache_bytes;
    options.fill = false;
    const auto engine = open_engine(video, cache, std::move(options));
    if (!engine) return engine.error();
    while (!(*engine)->is_surveyed()) {
        if (go_on && !go_on((*engine)->survey_share())) return cancelled();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    Survey survey{process_cpu_ms() - cpu, std::chrono::duration<double, std::milli>(Clock::now() - begin).count(), 0};
    const auto disk = DiskCache::open(cache);
    if (disk) survey.disk_bytes = disk->size_bytes();
    return survey;
}

}  // namespace inbetween::seek
