#include <algorithm>
#include <exception>
#include <utility>

#include "core/video/engine_state.h"

namespace inbetween {

namespace {

using std::chrono::milliseconds;

// Wishes that lie farther apart than this are a drag or a shuttle, not steps.
constexpr std::int64_t widest_step = 2;
// A hand that drags is at rest when nothing new has been wished for this long.
constexpr milliseconds rest{40};
// Frames passed on the way are shown this often: a picture a display frame and a half.
constexpr milliseconds between_passing{25};

}  // namespace

CursorThread::CursorThread(VideoEngine::State& state, std::unique_ptr<FrameSource> source)
    : state_(state), source_(std::move(source)) {
    fills_cache_ = source_->use_cache(state_.cache, CacheRole::Keeper);
    source_->set_watch([this](FrameIndex n, const PicturePtr& picture) { return frame_passed(n, picture); });
    state_.publish(*source_);
}

void CursorThread::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::optional<FrameIndex> n;
        std::shared_ptr<const FrameTable> table;
        {
            std::unique_lock lock(state_.mutex);
            const auto has_work = [&] { return state_.wish.has_value() || state_.table != adopted_; };
            state_.changed.wait(lock, stop, has_work);
            if (stop.stop_requested()) return;
            n = std::exchange(state_.wish, std::nullopt);
            table = state_.table;
            serving_ = state_.newest.load();
        }
        if (table != adopted_) {
            adopted_ = table;
            take_over_proof(*table);
        }
        if (n) serve(*n);
    }
}

void CursorThread::take_over_proof(const FrameTable& table) {
    const std::uint64_t before = state_.cache->generation();
    source_->adopt(table);
    state_.publish(*source_);
    if (state_.cache->generation() != before) {
        std::lock_guard lock(state_.mutex);
        state_.passing = {};  // under a number that may be wrong
    }
    state_.tell();
}

void CursorThread::serve(FrameIndex n) {
    stride_ = std::abs(n - last_);
    if (n != last_) travel_ = n < last_ ? Travel::Backward : Travel::Forward;
    const FrameIndex before = std::exchange(last_, n);
    state_.cache->set_focus(n, travel_);
    PicturePtr cached = state_.cache->find(n);
    {
        std::lock_guard lock(state_.mutex);
        state_.place = {n, travel_, state_.place.moves + 1};
        state_.fill_is_done = false;
        state_.cursor_works = cached == nullptr;
    }
    if (cached == nullptr) {
        const bool has_proxy = show_proxy(n);
        if (!has_proxy || std::abs(n - before) <= widest_step || comes_to_rest()) decode(n);
    }
    {
        std::lock_guard lock(state_.mutex);
        state_.cursor_works = false;
    }
    state_.changed.notify_all();
    if (cached == nullptr) return;
    if (state_.superseded(serving_)) return state_.tell();
    state_.answers.post({n, std::move(cached)});
}

bool CursorThread::show_proxy(FrameIndex n) {
    std::shared_ptr<Proxy> proxy;
    {
        std::lock_guard lock(state_.mutex);
        proxy = state_.proxy;
        // A proxy under numbers not proved is believed as far as they are sound.
        if (!state_.infos.back().sound && n.value >= state_.proved_frames) return false;
    }
    if (!proxy || !proxy->has(n)) return false;
    auto picture = proxy->frame(n);
    if (!picture) return false;
    show_passing({*std::move(picture), n, ShownFrame::Kind::Proxy});
    return true;
}

// Waits until nothing new has been wished for a moment.   returns: false when something has.
bool CursorThread::comes_to_rest() {
    std::unique_lock lock(state_.mutex);
    state_.changed.wait_for(lock, rest, [&] { return state_.wish.has_value() || state_.stopping; });
    return !state_.wish.has_value() && !state_.stopping;
}

void CursorThread::decode(FrameIndex n) {
    Result<PicturePtr> picture = cancelled();
    try {
        picture = source_->frame(n, keep_from(n));
        if (picture && !fills_cache_) picture = state_.cache->put(n, *picture);
    } catch (const std::exception& e) {
        picture = fail("frame {} could not be decoded: {}", n.value, e.what());
    }
    state_.publish(*source_);
    if (picture && !state_.cache->contains(n)) show_passing({*picture, n, ShownFrame::Kind::Exact});
    if (state_.superseded(serving_)) return state_.tell();  // in the cache, for whom it serves
    if (!picture && picture.error().kind == ErrorKind::Cancelled) return;
    state_.answers.post({n, std::move(picture)});
}

// Stepping back, the frames before will be wanted next; after a jump only the frame itself is.
FrameIndex CursorThread::keep_from(FrameIndex n) const {
    if (travel_ == Travel::Forward || stride_ > widest_step) return n;
    const PicturePtr near = state_.cache->find(n + 1);
    const std::int64_t window = near ? state_.cache->frames_ahead(near->size_bytes()) / 2 : 0;
    return std::max(source_->decode_start(n), FrameIndex{std::max<std::int64_t>(0, n.value - window)});
}

bool CursorThread::frame_passed(FrameIndex n, const PicturePtr& picture) {
    {
        std::lock_guard lock(state_.mutex);
        state_.cursor_stats = source_->stats();
    }
    const auto now = VideoEngine::State::Clock::now();
    if (state_.superseded(serving_) || now - shown_at_ >= between_passing) {
        show_passing({picture, n, ShownFrame::Kind::Nearest});
    }
    return !state_.superseded(serving_);
}

void CursorThread::show_passing(ShownFrame shown) {
    {
        std::lock_guard lock(state_.mutex);
        // What is nearer to the place is better than what was passed on the way there.
        const bool is_same = state_.passing.picture != nullptr && state_.passing.frame == last_;
        if (shown.kind == ShownFrame::Kind::Nearest && is_same) return;
        std::swap(state_.passing, shown);
        shown_at_ = VideoEngine::State::Clock::now();
    }
    state_.tell();
}

}  // namespace inbetween
