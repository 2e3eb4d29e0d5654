#include <algorithm>
#include <exception>

#include "core/video/engine_state.h"

namespace inbetween {

namespace {

// Frames decoded ahead of one who goes forward: about two seconds.
constexpr std::int64_t ahead_forward = 48;
// Going backward, a group of pictures is begun on when this part of its frames is still ready, for it is decoded from
// its start, some five times as fast as one steps; or when no more than about two seconds are.
constexpr std::int64_t ready_part_backward = 4;
constexpr std::int64_t ready_backward = 48;

}  // namespace

void FillThread::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        VideoEngine::State::Place place;
        {
            std::unique_lock lock(state_.mutex);
            const auto has_work = [&] { return !state_.cursor_works && !state_.wish && !state_.fill_is_done; };
            state_.changed.wait(lock, stop, has_work);
            if (stop.stop_requested()) return;
            place = state_.place;
            state_.fill_works = true;
        }
        const bool done = [&] {
            if (place.moves == 0 || !open()) return true;
            const auto plan = next_plan(place);
            return !plan || !follow(*plan, place, stop);
        }();
        {
            std::lock_guard lock(state_.mutex);
            state_.fill_works = false;
            state_.fill_way.reset();
            if (done && state_.place.moves == place.moves) state_.fill_is_done = true;
            if (source_) state_.fill_stats = source_->stats();
        }
        state_.changed.notify_all();
    }
}

// Makes sure of a source that knows the frames under the numbers they have now.
bool FillThread::open() {
    FrameSource::Opener opener;
    std::shared_ptr<const FrameTable> table;
    {
        std::lock_guard lock(state_.mutex);
        opener = state_.opener;
        table = state_.table;
    }
    const std::uint64_t generation = state_.cache->generation();
    if (source_ && generation == cache_generation_) {
        if (table && table != adopted_) source_->adopt(*table);
        adopted_ = table;
        return true;
    }
    source_.reset();
    auto opened = opener({.cache_bytes = 0, .proof_pixels = 0, .stop = {}, .progress = {}, .first_picture = {}});
    if (!opened) return false;
    source_ = *std::move(opened);
    fills_cache_ = source_->use_cache(state_.cache, CacheRole::Helper);
    cache_generation_ = generation;
    adopted_ = nullptr;
    return true;
}

std::size_t FillThread::frame_bytes() const {
    const FrameCache::Nearest any = state_.cache->find_nearest(FrameIndex{0});
    return any.picture ? any.picture->size_bytes() : 1;
}

std::optional<FillThread::Plan> FillThread::next_plan(const VideoEngine::State::Place& place) const {
    if (!state_.cache->contains(place.frame)) return std::nullopt;  // it did not decode, or does not fit
    return place.travel == Travel::Backward ? plan_backward(place.frame) : plan_forward(place.frame);
}

std::optional<FillThread::Plan> FillThread::plan_forward(FrameIndex here) const {
    const FrameIndex end{source_->info().frames};
    const std::size_t bytes = frame_bytes();
    const std::int64_t fit_ahead = state_.cache->frames_ahead(bytes, Travel::Forward);
    const std::int64_t fit_behind = state_.cache->frames_behind(bytes, Travel::Forward);
    const std::int64_t ahead = std::min(fit_ahead, ahead_forward);
    const std::int64_t room = fit_ahead + fit_behind - ahead - 1;
    const FrameIndex limit = std::min(end, here + ahead);
    const FrameIndex worth_having{std::max<std::int64_t>(0, here.value - fit_behind + 1)};
    const FrameIndex start = source_->decode_start(here);
    for (FrameIndex n = here - 1; n >= std::max(start, worth_having); --n) {
        if (state_.cache->contains(n)) continue;
        // The group of pictures that one is in comes with what lies ahead in one go through it, all of it where there
        // is room: who turns back finds it there.
        const FrameIndex first{std::max<std::int64_t>(start.value, here.value - std::max<std::int64_t>(room, 0))};
        return Plan{first, std::max(here, limit - 1)};
    }
    for (FrameIndex n = here + 1; n < limit; ++n) {
        if (!state_.cache->contains(n)) return Plan{n, n};
    }
    return std::nullopt;
}

std::optional<FillThread::Plan> FillThread::plan_backward(FrameIndex here) const {
    const std::size_t bytes = frame_bytes();
    const std::int64_t ahead = state_.cache->frames_ahead(bytes, Travel::Backward) - 1;
    FrameIndex missing = here - 1;
    while (missing.value >= 0 && here - missing < ahead && state_.cache->contains(missing)) --missing;
    const std::int64_t there = here - missing - 1;
    if (missing.value < 0 || there >= ahead) return std::nullopt;
    const FrameIndex start = source_->decode_start(missing);
    const std::int64_t room = ahead - there;
    const std::int64_t rest = missing - start + 1;
    // A group of pictures costs decoding it from its start: it is begun as late as that is in time.
    const std::int64_t late = std::max(rest / ready_part_backward, ready_backward);
    if (there >= std::min(late, ahead / 2)) return std::nullopt;
    return Plan{rest <= room ? start : missing - (room - 1), missing};
}

// Whether what was planned is still what one wants who has gone on to `place`, `next` being the frame it comes by next:
// a step or some the same way, or to a frame that is still to come.
bool FillThread::serves(const Plan& plan, const VideoEngine::State::Place& planned_at,
                        const VideoEngine::State::Place& place, FrameIndex next) {
    constexpr std::int64_t some_steps = 8;
    if (place.frame >= std::max(plan.keep_from, next) && place.frame <= plan.last) return true;
    if (place.travel != planned_at.travel) return false;
    const std::int64_t gone =
        place.travel == Travel::Forward ? place.frame - planned_at.frame : planned_at.frame - place.frame;
    return gone >= 0 && gone <= (plan.last - plan.keep_from) / 2 + some_steps;
}

// Frame after frame, so that each goes on where the one before has left the decoder.
// returns: false when it came to nothing and is not to be tried again from here.
bool FillThread::follow(const Plan& plan, const VideoEngine::State::Place& planned_at, const std::stop_token& stop) {
    const auto may_go_on = [this, &plan, &planned_at, stop](FrameIndex next) {
        std::unique_lock lock(state_.mutex);
        state_.fill_stats = source_->stats();
        state_.fill_way = FrameRange{std::max(plan.keep_from, next), plan.last + 1};
        state_.changed.notify_all();
        // A wish for a frame that is ready takes a moment only. To begin again somewhere else in the same group of
        // pictures would cost decoding it from its start.
        state_.changed.wait(lock, stop, [this] { return !state_.wish; });
        return !stop.stop_requested() && !state_.cursor_works && !state_.fill_is_done &&
               serves(plan, planned_at, state_.place, next);
    };
    source_->set_watch([may_go_on](FrameIndex n, const PicturePtr&) { return may_go_on(n); });
    bool has_kept = false;
    try {
        for (FrameIndex n = plan.keep_from; n <= plan.last; ++n) {
            if (state_.cache->contains(n)) continue;
            if (!may_go_on(n)) return true;
            const auto picture = source_->frame(n, n);
            if (!picture) return picture.error().kind == ErrorKind::Cancelled;
            if (!fills_cache_) state_.cache->put(n, *picture, cache_generation_);
            // What finds no place in the cache is not nearer than what is there.
            has_kept = has_kept || state_.cache->contains(n);
        }
    } catch (const std::exception&) {
        return false;  // the cursor says what is wrong with a frame when somebody wants to see it
    }
    return has_kept;
}

}  // namespace inbetween
