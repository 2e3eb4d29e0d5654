#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <exception>

#include "core/video/engine_state.h"

namespace inbetween {

namespace {

// Below everything a person waits for; the decoder's own threads inherit it.
constexpr int background_niceness = 10;
// How often the owner is told of what has been found.
constexpr std::chrono::milliseconds between_news{500};

void work_in_background() { setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), background_niceness); }

int threads_in_background() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / 2); }

}  // namespace

void SurveyThread::run(const std::stop_token& stop) {
    work_in_background();
    try {
        survey(stop);
    } catch (const std::exception&) {
        // What has been found stands; the rest stays provisional.
    }
    {
        std::lock_guard lock(state_.mutex);
        state_.survey_is_over = true;
    }
    if (!stop.stop_requested()) state_.tell();
}

void SurveyThread::survey(const std::stop_token& stop) {
    if (!state_.wait_for_cursor_and_fill(stop)) return;
    take_over_entry(stop);
    FrameSource::Opener opener;
    std::shared_ptr<const FrameTable> known;
    {
        std::lock_guard lock(state_.mutex);
        opener = state_.opener;
        known = state_.table;
        proved_ = state_.infos.back().exactness == Exactness::Proved;
        frames_ = state_.infos.back().frames;
        size_ = state_.infos.back().decoded_size;
    }
    OpenOptions options;
    options.cache_bytes = 0;
    options.threads = threads_in_background();
    options.proof_pixels = 0;
    auto source = opener(options);
    if (!source) return;
    if (known) (*source)->adopt(*known);
    open_proxy(stop);
    if (!go_through(**source, stop)) return;
    state_.survey_share = 1;
    state_.proved_frames = (*source)->info().frames;
    // One that came to its limit is finished, too; one of a file that was changed meanwhile is of no use.
    const bool unchanged = !state_.options.entry || state_.options.entry->video_is_unchanged();
    if (proxy_ && !proxy_->finished() && unchanged) (void)proxy_->finish();
    if (auto table = (*source)->table(); table && !proved_) {
        {
            std::lock_guard lock(state_.mutex);
            state_.table = std::move(table);
        }
        state_.changed.notify_all();
    }
    store(stop);
}

// What an earlier survey of this very file has found.
void SurveyThread::take_over_entry(const std::stop_token& stop) {
    const auto& entry = state_.options.entry;
    if (!entry || !entry->check(stop)) return;
    entry->touch();
    if (const auto bytes = entry->load(ThumbnailStrip::kind)) has_thumbnails_ = state_.thumbnails->restore(*bytes);
    auto table = entry->load_table();
    if (!table) return;
    {
        std::lock_guard lock(state_.mutex);
        if (state_.infos.back().exactness == Exactness::Proved) return;
        state_.table = std::make_shared<const FrameTable>(*std::move(table));
    }
    state_.changed.notify_all();
}

void SurveyThread::open_proxy(const std::stop_token& stop) {
    ProxyOptions options{.limit_bytes = state_.options.proxy_bytes};
    const auto& entry = state_.options.entry;
    if (entry && entry->trusted()) {
        auto opened = Proxy::open(entry->proxy_path());
        if (!opened) {
            const std::uint64_t wanted = std::min(options.limit_bytes, likely_proxy_bytes(size_, frames_));
            options.limit_bytes = std::min(options.limit_bytes, entry->make_room(wanted));
            opened = Proxy::resume(entry->proxy_path(), options, stop);
        }
        if (!opened) opened = Proxy::create(entry->proxy_path(), options);
        if (opened) proxy_ = *std::move(opened);
    }
    if (!proxy_) {
        auto made = Proxy::temporary({.limit_bytes = state_.options.proxy_bytes});
        if (made) proxy_ = *std::move(made);
    }
    std::lock_guard lock(state_.mutex);
    state_.proxy = proxy_;
}

bool SurveyThread::see(FrameIndex n, const PicturePtr& picture, const std::stop_token& stop) {
    if (proxy_) proxy_->append(n, *picture);
    if (!has_thumbnails_) (void)state_.thumbnails->offer(n, *picture);  // one that fails is a gap in the strip
    if (state_.options.on_survey && !state_.options.on_survey(n, picture)) return false;
    state_.proved_frames = std::max(state_.proved_frames.load(), n.value + 1);
    state_.survey_share = static_cast<double>(n.value + 1) / static_cast<double>(std::max<std::int64_t>(frames_, 1));
    const auto now = VideoEngine::State::Clock::now();
    if (now - told_at_ >= between_news) {
        told_at_ = now;
        state_.tell();
    }
    return state_.wait_for_cursor_and_fill(stop);
}

// returns: whether the end was reached.
bool SurveyThread::go_through(FrameSource& source, const std::stop_token& stop) {
    if (!proved_ && source.info().exactness != Exactness::Proved) {
        return source.prove(stop, {}, [&](FrameIndex n, const PicturePtr& picture) { return see(n, picture, stop); })
            .has_value();
    }
    const std::int64_t frames = source.info().frames;
    state_.proved_frames = frames;
    const bool from_start = state_.options.on_survey || !proxy_ || !has_thumbnails_;
    const bool wanted = (proxy_ && proxy_->growing()) || from_start;
    PicturePtr last;
    for (FrameIndex n{from_start ? 0 : proxy_->frames()}; wanted && n.value < frames; ++n) {
        // Of a frame that is lost, what is small shows the one before, so that it goes on with those after it.
        if (auto picture = source.frame(n)) last = *picture;
        if (!last || !see(n, last, stop)) return false;
    }
    return true;
}

// A cache that cannot be written costs the next time the survey, and nothing else.
void SurveyThread::store(const std::stop_token& stop) {
    const auto& entry = state_.options.entry;
    if (!entry) return;
    std::shared_ptr<const FrameTable> table;
    {
        std::lock_guard lock(state_.mutex);
        table = state_.table;
    }
    if (table && !proved_) (void)entry->store_table(*table, stop);
    if (!has_thumbnails_) (void)entry->store(ThumbnailStrip::kind, state_.thumbnails->bytes());
}

}  // namespace inbetween
