#include "core/video/video_engine.h"

#include <algorithm>
#include <utility>

#include "core/video/engine_state.h"

namespace inbetween {

VideoEngine::State::State(Options stated, std::int64_t frames)
    : options(std::move(stated)),
      cache(std::make_shared<FrameCache>(options.cache_bytes)),
      thumbnails(std::make_shared<ThumbnailStrip>(frames)),
      answers(options.wake) {}

void VideoEngine::State::publish(const FrameSource& source) {
    const VideoInfo& now = source.info();
    const bool is_new = infos.empty() || infos.back().frames != now.frames || infos.back().exactness != now.exactness ||
                        infos.back().sound != now.sound || infos.back().decoder != now.decoder;
    std::shared_ptr<std::vector<Pts>> stamps;
    FrameSource::Opener further;
    if (is_new) {
        stamps = std::make_shared<std::vector<Pts>>();
        stamps->reserve(static_cast<std::size_t>(now.frames));
        for (FrameIndex n; n.value < now.frames; ++n) stamps->push_back(source.pts(n));
        further = source.opener();
    }
    std::lock_guard lock(mutex);
    cursor_stats = source.stats();
    if (!is_new) return;
    infos.push_back(now);
    time_stamps = std::move(stamps);
    opener = std::move(further);
    if (now.exactness == Exactness::Proved) proved_frames = now.frames;
}

bool VideoEngine::State::wait_for_cursor_and_fill(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    changed.wait(lock, stop, [&] { return !cursor_works && !fill_works && !wish; });
    return !stop.stop_requested();
}

// The threads of the engine, with what they share: ended in the order that lets none be waited for in vain.
struct VideoEngine::Threads {
    Threads(std::unique_ptr<FrameSource> source, Options options)
        : state(std::move(options), source->info().frames),
          cursor(state, std::move(source)),
          fill(state),
          survey(state) {
        running.emplace_back([this](const std::stop_token& stop) { cursor.run(stop); });
        if (state.options.fill) running.emplace_back([this](const std::stop_token& stop) { fill.run(stop); });
        state.survey_is_over = !state.options.survey;
        if (state.options.survey) running.emplace_back([this](const std::stop_token& stop) { survey.run(stop); });
    }
    ~Threads() {
        state.stopping = true;
        for (std::jthread& thread : running) thread.request_stop();
        state.changed.notify_all();
        running.clear();
    }

    State state;
    CursorThread cursor;
    FillThread fill;
    SurveyThread survey;
    std::vector<std::jthread> running;
};

VideoEngine::VideoEngine(std::unique_ptr<FrameSource> source, Options options)
    : threads_(std::make_unique<Threads>(std::move(source), std::move(options))), state_(threads_->state) {}

VideoEngine::~VideoEngine() = default;

const VideoInfo& VideoEngine::info() const {
    std::lock_guard lock(state_.mutex);
    return state_.infos.back();
}

Pts VideoEngine::pts(FrameIndex n) const {
    std::lock_guard lock(state_.mutex);
    const std::vector<Pts>& stamps = *state_.time_stamps;
    if (stamps.empty()) return 0;
    return stamps[static_cast<std::size_t>(std::clamp<std::int64_t>(n.value, 0, std::ssize(stamps) - 1))];
}

void VideoEngine::request(FrameIndex n) {
    {
        std::lock_guard lock(state_.mutex);
        state_.wish = n;
        ++state_.newest;
    }
    state_.changed.notify_all();
}

PicturePtr VideoEngine::find(FrameIndex n) const {
    if (PicturePtr cached = state_.cache->find(n)) return cached;
    std::lock_guard lock(state_.mutex);
    const ShownFrame& passing = state_.passing;
    return passing.kind == ShownFrame::Kind::Exact && passing.frame == n ? passing.picture : nullptr;
}

ShownFrame VideoEngine::best(FrameIndex n) const {
    if (PicturePtr exact = find(n)) return {std::move(exact), n, ShownFrame::Kind::Exact};
    FrameCache::Nearest near = state_.cache->find_nearest(n);
    std::lock_guard lock(state_.mutex);
    const ShownFrame& passing = state_.passing;
    const bool has_passing = passing.picture != nullptr;
    if (has_passing && (near.picture == nullptr || std::abs(passing.frame - n) <= std::abs(near.frame - n))) {
        const bool is_it = passing.frame == n;
        return {passing.picture, passing.frame, is_it ? passing.kind : ShownFrame::Kind::Nearest};
    }
    return {std::move(near.picture), near.frame, ShownFrame::Kind::Nearest};
}

std::vector<DecodedFrame> VideoEngine::drain() { return state_.answers.drain(); }

double VideoEngine::survey_share() const { return state_.survey_share; }

std::int64_t VideoEngine::proved_frames() const { return state_.proved_frames; }

std::shared_ptr<const Thumbnails> VideoEngine::thumbnails() const { return state_.thumbnails->snapshot(); }

std::shared_ptr<const FrameTable> VideoEngine::table() const {
    std::lock_guard lock(state_.mutex);
    return state_.table;
}

FrameSource::Opener VideoEngine::opener() const {
    std::lock_guard lock(state_.mutex);
    return state_.opener;
}

std::size_t VideoEngine::cached_bytes() const { return state_.cache->size_bytes(); }

DecodeStats VideoEngine::stats() const {
    std::lock_guard lock(state_.mutex);
    return state_.cursor_stats;
}

DecodeStats VideoEngine::fill_stats() const {
    std::lock_guard lock(state_.mutex);
    return state_.fill_stats;
}

bool VideoEngine::is_idle() const {
    std::lock_guard lock(state_.mutex);
    const bool filled = !state_.options.fill || state_.fill_is_done;
    return !state_.wish && !state_.cursor_works && !state_.fill_works && filled;
}

bool VideoEngine::is_surveyed() const {
    std::lock_guard lock(state_.mutex);
    return state_.survey_is_over;
}

}  // namespace inbetween
