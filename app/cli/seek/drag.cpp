#include "app/cli/seek/drag.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>
#include <random>
#include <semaphore>
#include <thread>

#include "app/cli/seek/measure.h"
#include "app/cli/seek/own_engine.h"

namespace inbetween::seek {

namespace {

using Clock = std::chrono::steady_clock;

double ms_between(Clock::time_point a, Clock::time_point b) {
    return std::chrono::duration<double, std::milli>(b - a).count();
}

Clock::duration duration_of(double secs) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(secs));
}

/// Where the mouse is, tick by tick.
class Hand {
public:
    Hand(std::int64_t frames, unsigned seed) : last_(static_cast<double>(frames - 1)), random_(seed) {}

    FrameIndex next() {
        if (ticks_left_-- <= 0) choose();
        at_ += speed_;
        if (at_ < 0 || at_ > last_) {
            at_ = std::clamp(at_, 0.0, last_);
            speed_ = -speed_;
        }
        return FrameIndex{static_cast<std::int64_t>(at_)};
    }

private:
    double share() { return static_cast<double>(random_()) / 4294967296.0; }

    void choose() {
        const double kind = share();
        const double way = share() < 0.5 ? -1 : 1;
        ticks_left_ = 5 + static_cast<int>(share() * 60);
        if (kind < 0.40) {
            speed_ = way * last_ * (0.002 + 0.012 * share());  // the whole video in 70 to 500 ticks
        } else if (kind < 0.65) {
            speed_ = way * (0.2 + 3 * share());
        } else if (kind < 0.80) {
            speed_ = 0;
        } else {
            // One place after the other, each given up before anything can have come of it.
            at_ = share() * last_;
            speed_ = 0;
            if (share() < 0.7) ticks_left_ = static_cast<int>(share() * 3);
        }
    }

    double last_;
    std::mt19937 random_;
    double at_ = 0;
    double speed_ = 0;
    int ticks_left_ = 0;
};

/// Who watches the screen.
class Watcher {
public:
    Watcher(VideoEngine& engine, DragReport& report) : engine_(engine), report_(report) {}

    void wish(FrameIndex n, Clock::time_point now) {
        if (wished_ && *wished_ == n) return;
        const bool was_shown = is_there();
        wished_ = n;
        if (was_shown || report_.places == 0) wanting_since_ = now;
        resting_since_ = now;
        ++report_.places;
        engine_.request(n);
    }

    void look() {
        (void)engine_.drain();
        const ShownFrame best = engine_.best(*wished_);
        const auto now = Clock::now();
        if (best.picture == nullptr) return;
        const bool other = on_screen_.picture == nullptr || best.frame != on_screen_.frame;
        const bool exact = best.kind == ShownFrame::Kind::Exact;
        if (!other && (!exact || exact_)) return;
        if (!is_there()) report_.gaps_ms.push_back(ms_between(wanting_since_, now));
        on_screen_ = best;
        exact_ = exact;
        wanting_since_ = now;
        if (is_exact()) report_.rests_ms.push_back(ms_between(resting_since_, now));
        count(best);
    }

    /// What is on screen is of the frame wished for.
    bool is_there() const { return on_screen_.picture != nullptr && on_screen_.frame == wished_; }
    bool is_exact() const { return is_there() && exact_; }
    /// A gap that has not ended counts, too.
    void end(Clock::time_point now) {
        if (!is_there()) report_.gaps_ms.push_back(ms_between(wanting_since_, now));
    }

private:
    void count(const ShownFrame& shown) {
        if (shown.kind == ShownFrame::Kind::Exact) ++report_.exact;
        if (shown.kind == ShownFrame::Kind::Proxy) ++report_.proxy;
        if (shown.kind == ShownFrame::Kind::Nearest) ++report_.nearest;
        const Pixels pixels = pixels_of(*shown.picture);
        const bool exact = shown.kind == ShownFrame::Kind::Exact;
        report_.unchecked.push_back(
            {shown.frame, shown.kind, hash_of(pixels), exact ? Signature() : signature_of(pixels)});
    }

    VideoEngine& engine_;
    DragReport& report_;
    std::optional<FrameIndex> wished_;
    ShownFrame on_screen_;
    bool exact_ = false;  // on_screen_
    Clock::time_point wanting_since_;
    Clock::time_point resting_since_;
};

/// Has the most memory held be counted from now on, where the system allows that.
void forget_most_resident() { std::ofstream("/proc/self/clear_refs") << "5"; }

std::uint64_t most_resident_bytes() {
    std::ifstream in("/proc/self/status");
    std::uint64_t kib = 0;
    for (std::string word; in >> word;) {
        if (word == "VmHWM:") in >> kib;
    }
    return kib << 10;
}

double mebibytes(std::uint64_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

}  // namespace

std::int64_t DragReport::gaps_over(double ms) const {
    return std::ranges::count_if(gaps_ms, [&](double gap) { return gap > ms; });
}

void DragReport::check(const Reference& reference) {
    std::vector<Sighting> past_the_reference;
    for (Sighting& shown : unchecked) {
        if (reference.ends_early() && shown.frame.value >= reference.frames()) {
            past_the_reference.push_back(std::move(shown));
            continue;
        }
        // What is passed on the way may be a proxy or not.
        bool right = reference.is_frame(shown.frame, shown.hash);
        if (shown.kind != ShownFrame::Kind::Exact) right = right || reference.looks_like(shown.frame, shown.signature);
        if (!right) ++wrong;
    }
    unchecked = std::move(past_the_reference);
}

std::uint64_t resident_bytes() {
    std::ifstream in("/proc/self/statm");
    std::uint64_t all = 0, resident = 0;
    in >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

Result<DragReport> drag(const std::filesystem::path& video, const std::filesystem::path& cache, std::size_t cache_bytes,
                        const DragOptions& options) {
    DragReport report;
    forget_most_resident();
    report.memory.push_back({0, resident_bytes(), 0});
    std::counting_semaphore<> woken{0};
    VideoEngine::Options engine_options;
    engine_options.cache_bytes = cache_bytes;
    engine_options.wake = [&woken] { woken.release(); };
    const auto opened = open_engine(video, cache, std::move(engine_options));
    if (!opened) return opened.error();
    VideoEngine& engine = **opened;
    Watcher watcher(engine, report);
    Hand hand(engine.info().frames, options.seed);
    const auto begin = Clock::now();
    const auto remember = [&] {
        const double secs = ms_between(begin, Clock::now()) / 1e3;
        report.most_cached_bytes = std::max<std::uint64_t>(report.most_cached_bytes, engine.cached_bytes());
        if (secs < report.memory.back().secs + options.sample_secs && report.memory.size() > 1) return;
        report.memory.push_back({secs, resident_bytes(), engine.cached_bytes()});
    };
    const auto is_over = [&](std::int64_t tick) {
        return options.ticks > 0 ? tick >= options.ticks : ms_between(begin, Clock::now()) >= 1e3 * options.secs;
    };
    auto due = begin;
    for (std::int64_t tick = 0; !is_over(tick); ++tick) {
        const double share = ms_between(begin, Clock::now()) / 1e3 / options.secs;
        if (options.go_on && !options.go_on(std::min(1.0, share))) return cancelled();
        watcher.wish(hand.next(), Clock::now());
        watcher.look();
        due += duration_of(options.tick_secs);
        while (woken.try_acquire_until(due)) watcher.look();
        remember();
    }
    constexpr std::chrono::seconds patience{60};
    const auto deadline = Clock::now() + patience;
    watcher.look();
    while (!watcher.is_exact() && woken.try_acquire_until(deadline)) watcher.look();
    watcher.end(Clock::now());
    report.ended_on_the_frame = watcher.is_exact();
    remember();
    report.most_resident_bytes = most_resident_bytes();
    return report;
}

namespace {

cli::Json json_of(const DragReport& report) {
    const auto spread = [](const std::vector<double>& values) {
        const Spread s = spread_of(values);
        return cli::Json{{"mean", s.mean}, {"p50", s.p50}, {"p95", s.p95}, {"p99", s.p99}, {"max", s.max}};
    };
    cli::Json memory = cli::Json::array();
    for (const MemorySample& sample : report.memory) {
        memory.push_back(cli::Json::array({sample.secs, sample.resident_bytes, sample.cached_bytes}));
    }
    return cli::Json{{"places", report.places},
                     {"pictures", report.pictures()},
                     {"exact", report.exact},
                     {"proxy", report.proxy},
                     {"nearest", report.nearest},
                     {"checked", report.checked()},
                     {"wrong", report.wrong},
                     {"ended_on_the_frame", report.ended_on_the_frame},
                     {"gaps_ms", spread(report.gaps_ms)},
                     {"gaps", report.gaps_ms.size()},
                     {"gaps_over_100_ms", report.gaps_over(100)},
                     {"rests_ms", spread(report.rests_ms)},
                     {"rests", report.rests_ms.size()},
                     {"most_cached_bytes", report.most_cached_bytes},
                     {"resident_before_bytes", report.memory.front().resident_bytes},
                     {"most_resident_bytes", report.most_resident_bytes},
                     {"memory_secs_resident_cached", std::move(memory)}};
}

std::vector<std::string> lines_of(const DragReport& report, std::uint64_t budget_bytes) {
    const Spread gaps = spread_of(report.gaps_ms);
    const Spread rests = spread_of(report.rests_ms);
    const std::uint64_t before = report.memory.front().resident_bytes;
    return {
        fmt::format("places {}, pictures {} exact, {} proxies, {} of other frames; ended on the frame: {}",
                    report.places, report.exact, report.proxy, report.nearest,
                    report.ended_on_the_frame ? "yes" : "no"),
        fmt::format("wrong {} of {} held against a plain decode", report.wrong, report.checked()),
        fmt::format("gaps between new pictures: {}, p50 {:.1f} ms, p95 {:.1f}, p99 {:.1f}, max {:.1f}, over 100 ms: {}",
                    report.gaps_ms.size(), gaps.p50, gaps.p95, gaps.p99, gaps.max, report.gaps_over(100)),
        fmt::format("from a place to its exact frame, where the hand waited: {}, p50 {:.1f} ms, p95 {:.1f}, max {:.1f}",
                    report.rests_ms.size(), rests.p50, rests.p95, rests.max),
        fmt::format("decoded frames kept: at most {:.0f} MiB of {:.0f}; resident: {:.0f} MiB before, at most {:.0f}",
                    mebibytes(report.most_cached_bytes), mebibytes(budget_bytes), mebibytes(before),
                    mebibytes(report.most_resident_bytes)),
    };
}

}  // namespace

Result<Drags> drag_twice(const std::filesystem::path& video, const std::filesystem::path& cache,
                         std::size_t cache_bytes, const DragOptions& options) {
    auto fresh = drag(video, cache, cache_bytes, options);
    if (!fresh) return fresh.error();
    const auto rest = survey(video, cache, options.go_on);
    if (!rest) return rest.error();
    auto surveyed = drag(video, cache, cache_bytes, options);
    if (!surveyed) return surveyed.error();
    return Drags{*std::move(fresh), *std::move(surveyed), cache_bytes};
}

cli::Json json_of(const Drags& drags) {
    return cli::Json{
        {"fresh", json_of(drags.fresh)}, {"surveyed", json_of(drags.surveyed)}, {"budget_bytes", drags.budget_bytes}};
}

std::vector<std::string> lines_of(const Drags& drags) {
    std::vector<std::string> lines{"dragging over a video that is new, while it is surveyed"};
    for (auto& line : lines_of(drags.fresh, drags.budget_bytes)) lines.push_back("  " + line);
    lines.emplace_back("dragging over the same video, surveyed");
    for (auto& line : lines_of(drags.surveyed, drags.budget_bytes)) lines.push_back("  " + line);
    return lines;
}

}  // namespace inbetween::seek
