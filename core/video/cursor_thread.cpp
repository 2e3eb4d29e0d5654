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
// How far back one looks to tell how fast one goes, and how many wishes tell it.
constexpr milliseconds pace_window{150};
constexpr std::size_t least_wishes_of_a_pace = 4;
// Who goes so many times as fast as the video plays sees small pictures, which cost less than what is passed.
constexpr double hurried_pace = 2.5;
// Frames passed on the way are shown this often: a picture a display frame and a half.
constexpr milliseconds between_passing{25};

// Frames a second, roughly, over the whole video.
double frame_rate_of(const FrameSource& source) {
    constexpr double usual = 25;
    const VideoInfo& info = source.info();
    if (info.frames < 2 || info.timebase.den <= 0) return usual;
    const double ticks = static_cast<double>(source.pts(FrameIndex{info.frames - 1}) - source.pts(FrameIndex{0}));
    const double secs = ticks * info.timebase.num / info.timebase.den;
    return secs > 0 ? static_cast<double>(info.frames - 1) / secs : usual;
}

}  // namespace

CursorThread::CursorThread(VideoEngine::State& state, std::unique_ptr<FrameSource> source)
    : state_(state), source_(std::move(source)), frame_rate_(frame_rate_of(*source_)) {
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
    last_ = n;
    const std::shared_ptr<Proxy> proxy = proxy_with(n);
    const bool passes = goes_fast(n) && proxy != nullptr;
    state_.cache->set_focus(n, travel_);
    PicturePtr cached = state_.cache->find(n);
    const bool steps = stride_ <= widest_step && !passes;
    bool brought = false;
    {
        std::lock_guard lock(state_.mutex);
        brought = cached == nullptr && steps && fill_brings(n);
        state_.place = {n, travel_, state_.place.moves + 1};
        state_.fill_is_done = passes;  // what it made ready would be passed, too
        state_.cursor_works = cached == nullptr && !brought;
    }
    state_.changed.notify_all();  // the fill waits while there is a wish
    const bool has_proxy = cached == nullptr && proxy != nullptr && show_proxy(*proxy, n);
    if (brought) cached = wait_for_fill(n);
    if (state_.superseded(serving_) && (cached != nullptr || brought)) {
        state_.tell();
    } else if (cached != nullptr) {
        state_.answers.post({n, std::move(cached)});
    } else if (!has_proxy || steps || comes_to_rest()) {
        decode(n);
    }
    {
        std::lock_guard lock(state_.mutex);
        state_.cursor_works = false;
    }
    state_.changed.notify_all();
    if (passes && comes_to_rest()) {
        {
            std::lock_guard lock(state_.mutex);
            state_.fill_is_done = false;
        }
        state_.changed.notify_all();
    }
}

// Whether wishes have come one way for a while, faster than anybody looks at frames.
bool CursorThread::goes_fast(FrameIndex n) {
    const auto now = VideoEngine::State::Clock::now();
    const bool turned =
        lately_.size() > 1 && (n < lately_.back().frame) != (lately_.back().frame < lately_.front().frame);
    if (turned) lately_.clear();
    while (!lately_.empty() && now - lately_.front().at > pace_window) lately_.pop_front();
    lately_.push_back({n, now});
    if (lately_.size() < least_wishes_of_a_pace) return false;
    const std::chrono::duration<double> secs = now - lately_.front().at;
    return static_cast<double>(std::abs(n - lately_.front().frame)) > hurried_pace * frame_rate_ * secs.count();
}

std::shared_ptr<Proxy> CursorThread::proxy_with(FrameIndex n) const {
    std::lock_guard lock(state_.mutex);
    // A proxy under numbers not proved is believed as far as they are sound.
    if (!state_.infos.back().sound && n.value >= state_.proved_frames) return nullptr;
    return state_.proxy && state_.proxy->has(n) ? state_.proxy : nullptr;
}

bool CursorThread::show_proxy(Proxy& proxy, FrameIndex n) {
    auto picture = proxy.frame(n);
    if (!picture) return false;
    show_passing({*std::move(picture), n, ShownFrame::Kind::Proxy});
    return true;
}

// Whether the fill comes by frame n before the cursor could.   requires: state_.mutex is held.
bool CursorThread::fill_brings(FrameIndex n) const {
    return state_.fill_way && state_.fill_way->contains(n) && state_.fill_way->begin >= source_->decode_start(n);
}

// returns: frame n once the fill has come by it; null when something else is wished for, or the fill has other work.
PicturePtr CursorThread::wait_for_fill(FrameIndex n) {
    std::unique_lock lock(state_.mutex);
    state_.changed.wait(lock, [&] { return state_.wish || state_.stopping || !fill_brings(n); });
    if (state_.wish || state_.stopping) return nullptr;
    PicturePtr found = state_.cache->find(n);
    state_.cursor_works = found == nullptr;
    return found;
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
    const std::int64_t window = near ? state_.cache->frames_ahead(near->size_bytes(), travel_) / 2 : 0;
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
