#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "core/base/mailbox.h"
#include "core/video/frame_cache.h"
#include "core/video/proxy.h"
#include "core/video/thumbnails.h"
#include "core/video/video_engine.h"

// For the engine's own source files: what its threads share, and the threads.
namespace inbetween {

/// What the threads of a VideoEngine share.
struct VideoEngine::State {
    using Clock = std::chrono::steady_clock;

    State(Options stated, std::int64_t frames);

    /// Where one is and which way one goes, with a number that grows when that changes.
    struct Place {
        FrameIndex frame;
        Travel travel = Travel::Forward;
        std::uint64_t moves = 0;
    };

    /// Lets the owner see what a source knows now: numbers may have been proved, or corrected, by decoding.
    void publish(const FrameSource& source);
    void tell() const {
        if (options.wake) options.wake();
    }
    /// Has the survey wait until nobody else has work.   returns: false when the engine is ending.
    bool wait_for_cursor_and_fill(const std::stop_token& stop);
    bool superseded(std::uint64_t serving) const { return newest.load() != serving || stopping.load(); }

    const Options options;
    const std::shared_ptr<FrameCache> cache;
    const std::shared_ptr<ThumbnailStrip> thumbnails;
    Mailbox<DecodedFrame> answers;
    std::atomic<std::uint64_t> newest = 0;  // the generation of the newest wish
    std::atomic<bool> stopping = false;
    std::atomic<double> survey_share = 0;
    std::atomic<std::int64_t> proved_frames = 0;

    mutable std::mutex mutex;
    std::condition_variable_any changed;                  // whenever one of the following does
    std::optional<FrameIndex> wish;                       // guarded by mutex
    bool cursor_works = false;                            // guarded by mutex
    bool fill_works = false;                              // guarded by mutex
    bool fill_is_done = false;                            // guarded by mutex; for the place as it is
    std::optional<FrameRange> fill_way;                   // guarded by mutex; frames that the fill will soon have kept
    bool survey_is_over = false;                          // guarded by mutex
    Place place;                                          // guarded by mutex
    ShownFrame passing;                                   // guarded by mutex; decoded last, kept by nobody else
    DecodeStats cursor_stats;                             // guarded by mutex
    DecodeStats fill_stats;                               // guarded by mutex
    std::list<VideoInfo> infos;                           // guarded by mutex; entries stay where they are
    std::shared_ptr<const std::vector<Pts>> time_stamps;  // guarded by mutex
    FrameSource::Opener opener;                           // guarded by mutex; as the cursor's source knows the video
    std::shared_ptr<const FrameTable> table;              // guarded by mutex; what the survey has proved
    std::shared_ptr<Proxy> proxy;                         // guarded by mutex
};

/// Serves wishes.
/// thread: run() is the cursor thread.
class CursorThread {
public:
    CursorThread(VideoEngine::State& state, std::unique_ptr<FrameSource> source);
    void run(const std::stop_token& stop);

private:
    void take_over_proof(const FrameTable& table);
    void serve(FrameIndex n);
    bool goes_fast(FrameIndex n);
    std::shared_ptr<Proxy> proxy_with(FrameIndex n) const;
    bool show_proxy(Proxy& proxy, FrameIndex n);
    bool comes_to_rest();
    bool fill_brings(FrameIndex n) const;
    PicturePtr wait_for_fill(FrameIndex n);
    void decode(FrameIndex n);
    FrameIndex keep_from(FrameIndex n) const;
    bool frame_passed(FrameIndex n, const PicturePtr& picture);
    void show_passing(ShownFrame shown);

    struct Wished {
        FrameIndex frame;
        VideoEngine::State::Clock::time_point at;
    };

    VideoEngine::State& state_;
    std::unique_ptr<FrameSource> source_;
    const double frame_rate_;    // roughly, over the whole video
    std::deque<Wished> lately_;  // one way
    bool fills_cache_ = false;   // of itself
    std::uint64_t serving_ = 0;  // the generation of the wish being served
    FrameIndex last_;            // served last
    std::int64_t stride_ = 0;    // frames from the wish before
    Travel travel_ = Travel::Forward;
    std::shared_ptr<const FrameTable> adopted_;
    VideoEngine::State::Clock::time_point shown_at_;
};

/// Decodes what will be wanted next.
/// thread: run() is the fill thread.
class FillThread {
public:
    explicit FillThread(VideoEngine::State& state) : state_(state) {}
    void run(const std::stop_token& stop);

private:
    /// Frames to be decoded: up to `last`, kept from `keep_from` on.
    struct Plan {
        FrameIndex keep_from;
        FrameIndex last;
    };
    static bool serves(const Plan& plan, const VideoEngine::State::Place& planned_at,
                       const VideoEngine::State::Place& place, FrameIndex next);
    bool open();
    std::optional<Plan> next_plan(const VideoEngine::State::Place& place) const;
    std::optional<Plan> plan_forward(FrameIndex here) const;
    std::optional<Plan> plan_backward(FrameIndex here) const;
    bool follow(const Plan& plan, const VideoEngine::State::Place& planned_at, const std::stop_token& stop);
    std::size_t frame_bytes() const;

    VideoEngine::State& state_;
    std::unique_ptr<FrameSource> source_;
    std::shared_ptr<const FrameTable> adopted_;
    bool fills_cache_ = false;  // of itself
    std::uint64_t cache_generation_ = 0;
};

/// Decodes all of the video once.
/// thread: run() is the survey thread.
class SurveyThread {
public:
    explicit SurveyThread(VideoEngine::State& state) : state_(state) {}
    void run(const std::stop_token& stop);

private:
    void survey(const std::stop_token& stop);
    void take_over_entry(const std::stop_token& stop);
    void open_proxy(const std::stop_token& stop);
    bool see(FrameIndex n, const PicturePtr& picture, const std::stop_token& stop);
    bool go_through(FrameSource& source, const std::stop_token& stop);
    void store(const std::stop_token& stop);

    VideoEngine::State& state_;
    bool proved_ = false;
    std::int64_t frames_ = 0;
    Size size_;
    std::shared_ptr<Proxy> proxy_;
    bool has_thumbnails_ = false;  // all of them, from disk
    VideoEngine::State::Clock::time_point told_at_;
};

}  // namespace inbetween
