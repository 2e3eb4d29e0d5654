#include "core/video/decode_thread.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "core/base/mailbox.h"
#include "core/video/frame_cache.h"

namespace inbetween {

namespace {

// Frames fetched ahead of need while nothing is wished for. Backward a whole group of pictures must be decoded before
// the first of them is there, so more is asked for in time.
constexpr std::int64_t prefetch_forward = 8;
constexpr std::int64_t prefetch_backward = 32;

}  // namespace

struct DecodeThread::State {
    State(std::unique_ptr<FrameSource> frames, std::size_t cache_bytes, std::function<void()> on_news)
        : source(std::move(frames)),
          cache(std::make_shared<FrameCache>(cache_bytes)),
          wake(std::move(on_news)),
          answers(wake),
          source_fills_cache(source->use_cache(cache, CacheRole::Keeper)) {
        publish();
        source->set_watch([this](FrameIndex, const PicturePtr&) { return frame_passed(); });
    }

    void run(const std::stop_token& stop);
    void serve(FrameIndex n);
    void prefetch();
    Result<PicturePtr> fetch(FrameIndex n);
    bool frame_passed();
    std::optional<FrameIndex> next_to_prefetch() const;
    bool superseded() const { return newest.load() != serving || stopping.load(); }
    void publish();
    void tell() {
        if (wake) wake();
    }

    // The decode thread's own after the constructor.
    std::unique_ptr<FrameSource> source;
    std::uint64_t serving = 0;  // the generation of the wish being served
    bool answering = false;     // a wish is being served, not a prefetch
    bool idle = true;           // nothing left to prefetch
    FrameIndex last;            // served last
    int direction = 1;          // of travel

    const std::shared_ptr<FrameCache> cache;
    const std::function<void()> wake;
    Mailbox<DecodedFrame> answers;
    const bool source_fills_cache;
    std::atomic<std::uint64_t> newest = 0;  // the generation of the newest wish
    std::atomic<bool> stopping = false;

    mutable std::mutex mutex;
    std::condition_variable_any wished;
    std::optional<FrameIndex> wish;                       // guarded by mutex
    DecodeStats stats;                                    // guarded by mutex
    std::list<VideoInfo> infos;                           // guarded by mutex; entries stay where they are
    std::shared_ptr<const std::vector<Pts>> time_stamps;  // guarded by mutex

    std::jthread thread;  // last: ends before what it uses
};

void DecodeThread::State::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::optional<FrameIndex> n;
        {
            std::unique_lock lock(mutex);
            wished.wait(lock, stop, [&] { return wish.has_value() || !idle; });
            if (stop.stop_requested()) return;
            n = std::exchange(wish, std::nullopt);
            if (n) serving = newest.load();
        }
        if (n) {
            serve(*n);
        } else {
            prefetch();
        }
    }
}

void DecodeThread::State::serve(FrameIndex n) {
    answering = true;
    auto picture = fetch(n);
    answering = false;
    publish();
    if (n != last) direction = n < last ? -1 : 1;
    last = n;
    idle = !picture.has_value();
    if (superseded()) {
        tell();  // the frame is in the cache, for whom it serves
        return;
    }
    if (!picture && picture.error().kind == ErrorKind::Cancelled) return;
    answers.post({n, std::move(picture)});
}

void DecodeThread::State::prefetch() {
    const auto n = next_to_prefetch();
    idle = !n || !fetch(*n);
    publish();
}

// The nearest frame ahead that is not cached, within the depth and half the cache.
std::optional<FrameIndex> DecodeThread::State::next_to_prefetch() const {
    const PicturePtr here = cache->find(last);
    if (!here) return std::nullopt;
    const auto fitting =
        static_cast<std::int64_t>(cache->budget_bytes() / std::max<std::size_t>(here->size_bytes(), 1));
    const std::int64_t depth = std::min(direction > 0 ? prefetch_forward : prefetch_backward, fitting / 2);
    for (std::int64_t i = 1; i <= depth; ++i) {
        const FrameIndex n = last + direction * i;
        if (n.value < 0 || n.value >= source->info().frames) return std::nullopt;
        if (!cache->contains(n)) return n;
    }
    return std::nullopt;
}

Result<PicturePtr> DecodeThread::State::fetch(FrameIndex n) {
    try {
        auto picture = source->frame(n);
        if (picture && !source_fills_cache) {
            cache->set_focus(n);
            return cache->put(n, *picture);
        }
        return picture;
    } catch (const std::exception& e) {
        return fail("frame {} could not be decoded: {}", n.value, e.what());
    }
}

bool DecodeThread::State::frame_passed() {
    {
        std::lock_guard lock(mutex);
        stats = source->stats();
    }
    if (superseded()) return false;
    if (answering) tell();
    return true;
}

// Lets the owner see what the source knows now: numbers may have been proved, or corrected, by decoding.
void DecodeThread::State::publish() {
    const VideoInfo& now = source->info();
    const bool changed = infos.empty() || infos.back().frames != now.frames || infos.back().exactness != now.exactness;
    std::shared_ptr<std::vector<Pts>> stamps;
    if (changed) {
        stamps = std::make_shared<std::vector<Pts>>();
        stamps->reserve(static_cast<std::size_t>(now.frames));
        for (FrameIndex n; n.value < now.frames; ++n) stamps->push_back(source->pts(n));
    }
    std::lock_guard lock(mutex);
    stats = source->stats();
    if (!changed) return;
    infos.push_back(now);
    time_stamps = std::move(stamps);
}

DecodeThread::DecodeThread(std::unique_ptr<FrameSource> source, std::size_t cache_bytes, std::function<void()> wake)
    : state_(std::make_unique<State>(std::move(source), cache_bytes, std::move(wake))) {
    state_->thread = std::jthread([state = state_.get()](const std::stop_token& stop) { state->run(stop); });
}

DecodeThread::~DecodeThread() {
    state_->stopping = true;
    state_->thread.request_stop();
    state_->thread.join();
}

const VideoInfo& DecodeThread::info() const {
    std::lock_guard lock(state_->mutex);
    return state_->infos.back();
}

Pts DecodeThread::pts(FrameIndex n) const {
    std::lock_guard lock(state_->mutex);
    const std::vector<Pts>& stamps = *state_->time_stamps;
    if (stamps.empty()) return 0;
    return stamps[static_cast<std::size_t>(std::clamp<std::int64_t>(n.value, 0, std::ssize(stamps) - 1))];
}

void DecodeThread::request(FrameIndex n) {
    {
        std::lock_guard lock(state_->mutex);
        state_->wish = n;
        ++state_->newest;
    }
    state_->wished.notify_one();
}

PicturePtr DecodeThread::find(FrameIndex n) const { return state_->cache->find(n); }

DecodeThread::Nearest DecodeThread::find_nearest(FrameIndex n) const {
    auto nearest = state_->cache->find_nearest(n);
    return {nearest.frame, std::move(nearest.picture)};
}

std::vector<DecodedFrame> DecodeThread::drain() { return state_->answers.drain(); }

std::size_t DecodeThread::cached_bytes() const { return state_->cache->size_bytes(); }

DecodeStats DecodeThread::stats() const {
    std::lock_guard lock(state_->mutex);
    return state_->stats;
}

}  // namespace inbetween
