#include "app/cli/seek/measure.h"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <thread>

namespace inbetween::seek {

namespace {

using Clock = std::chrono::steady_clock;

double cpu_ms_of(clockid_t clock) {
    timespec t{};
    ::clock_gettime(clock, &t);
    return 1e3 * static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_nsec);
}

double thread_cpu_ms() { return cpu_ms_of(CLOCK_THREAD_CPUTIME_ID); }

double ms_since(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// One engine's turn at one pattern.
class Turn {
public:
    Turn(const Pattern& pattern, const Engine& engine, const std::filesystem::path& video, const Reference& reference,
         const Plan& plan, Standing& standing)
        : pattern_(pattern), engine_(engine), video_(video), reference_(reference), plan_(plan), standing_(standing) {
        if (engine.keeps_frames || pattern.opens) {
            chains_ = pattern.chains;
            return;
        }
        // A piece of each chain by turns, so that a short sample holds something of every one.
        std::vector<std::vector<Chain>> pieces;
        std::size_t most = 0;
        for (const Chain& chain : pattern.chains) {
            pieces.push_back(pieces_of(chain, std::max(plan.piece, pattern.unit), reference.sync_frames()));
            most = std::max(most, pieces.back().size());
        }
        for (std::size_t i = 0; i < most; ++i) {
            for (const auto& of_chain : pieces) {
                if (i < of_chain.size()) chains_.push_back(of_chain[i]);
            }
        }
        const auto goes_forward = [](const Chain& piece) { return piece.from && piece.frames.front() > *piece.from; };
        const auto forward = std::ranges::count_if(chains_, goes_forward);
        at_least_ = pattern.unit == 1 && forward > 0 && forward < std::ssize(chains_) ? 2 : 1;
    }

    bool is_over() const {
        if (next_ >= chains_.size()) return true;
        return !engine_.in_full && next_ >= at_least_ && spent_secs_ > plan_.sample_secs;
    }

    Result<Done> play_next() {
        const auto begin = Clock::now();
        const Chain& chain = chains_[next_++];
        auto done = pattern_.opens ? play_opening(chain) : engine_.keeps_frames ? play_whole(chain) : play_piece(chain);
        spent_secs_ += ms_since(begin) / 1e3;
        return done;
    }

    Figures& figures() { return figures_; }

private:
    /// Looks at the picture shown last.   returns: the CPU time this thread took for it.
    double check(FrameIndex n, const Result<Done>& done, Want want) {
        const double begin = thread_cpu_ms();
        const auto shown = done ? standing_.seeker->shown() : Result<Shown>(done.error());
        if (!shown) {
            ++figures_.wrong;
            if (figures_.error.empty()) figures_.error = shown.error().message;
            return thread_cpu_ms() - begin;
        }
        const bool whole = shown->pixels.samples == Samples::Planes && !shown->approximate;
        const bool right =
            whole ? reference_.is_frame(n, shown->pixels)
                  : !(shown->approximate && want == Want::Exact) && reference_.looks_like(n, shown->pixels);
        if (!right) ++figures_.wrong;
        if (shown->approximate) ++figures_.approximate;
        return thread_cpu_ms() - begin;
    }

    Result<Done> open() {
        close();
        auto opened =
            pattern_.opens && engine_.open_anew ? engine_.open_anew(video_) : engine_.open(video_, pattern_.ahead);
        if (!opened) return fail("{}: {}", engine_.id, opened.error().message);
        standing_.seeker = std::move(*opened);
        return Done{};
    }

    void close() { standing_ = {}; }

    /// Stands where the frames of a piece are to be asked for from. To an engine that keeps nothing one frame behind
    /// its back is as far as another: where it has to go back, it may come from anywhere after.
    void stand_at(const Chain& piece) {
        const FrameIndex first = piece.frames.front();
        if (!piece.from || standing_.at == piece.from) return;
        const bool goes_back = *piece.from > first;
        if (goes_back && standing_.at && *standing_.at > first) return;
        (void)standing_.seeker->show(*piece.from, Want::Exact);
    }

    Result<Done> play_opening(const Chain& chain) {
        close();
        settle();
        const double cpu = process_cpu_ms();
        const auto begin = Clock::now();
        auto opened = open();
        if (!opened) return opened;
        const FrameIndex n = chain.frames.front();
        const auto done = standing_.seeker->show(n, pattern_.want);
        figures_.wall_ms.push_back(ms_since(begin));
        figures_.cpu_ms.push_back(process_cpu_ms() - cpu);
        check(n, done, pattern_.want);
        close();
        return Done{};
    }

    Result<Done> play_whole(const Chain& chain) {
        auto opened = open();
        if (!opened) return opened;
        (void)standing_.seeker->show(chain.from.value_or(FrameIndex{0}), Want::Exact);
        if (!chain.from) settle();
        const auto tick =
            std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(pattern_.tick_secs));
        double cpu = process_cpu_ms();
        auto due = Clock::now();
        for (std::size_t i = 0; i < chain.frames.size(); ++i) {
            const auto begin = Clock::now();
            const auto done = standing_.seeker->show(chain.frames[i], pattern_.want);
            figures_.wall_ms.push_back(ms_since(begin));
            double until = process_cpu_ms();
            double looking = check(chain.frames[i], done, pattern_.want);
            if (pattern_.charge == Charge::UntilAnswer) {
                looking = 0;  // the clock had been stopped
                settle();
            } else if (i + 1 == chain.frames.size()) {
                looking += finish(chain.frames[i]);
                until = process_cpu_ms();
            } else {
                due = std::max(due + tick, Clock::now());
                std::this_thread::sleep_until(due);
                until = process_cpu_ms();
            }
            figures_.cpu_ms.push_back(until - cpu - looking);
            cpu = process_cpu_ms();
        }
        close();
        return Done{};
    }

    /// Lets the engine do what is left of a chain.   returns: the CPU time of this thread, which is not the engine's.
    double finish(FrameIndex last) {
        double looking = 0;
        if (pattern_.ends_exact) looking += check(last, standing_.seeker->show(last, Want::Exact), Want::Exact);
        const double begin = thread_cpu_ms();
        figures_.idle_cpu_ms += settle();
        return looking + thread_cpu_ms() - begin;
    }

    Result<Done> play_piece(const Chain& chain) {
        if (!standing_.seeker) {
            auto opened = open();
            if (!opened) return opened;
        }
        stand_at(chain);
        settle();
        for (const FrameIndex n : chain.frames) {
            const double cpu = process_cpu_ms();
            const auto begin = Clock::now();
            const auto done = standing_.seeker->show(n, pattern_.want);
            figures_.wall_ms.push_back(ms_since(begin));
            const double busy = process_cpu_ms() - cpu;
            const double after = pattern_.charge == Charge::UntilIdle ? settle() : 0;
            figures_.cpu_ms.push_back(busy + after);
            figures_.idle_cpu_ms += after;
            check(n, done, pattern_.want);
            standing_.at = n;
        }
        return Done{};
    }

    const Pattern& pattern_;
    const Engine& engine_;
    const std::filesystem::path& video_;
    const Reference& reference_;
    const Plan& plan_;
    std::vector<Chain> chains_;
    std::size_t at_least_ = 1;  // pieces of a sample: one each way
    std::size_t next_ = 0;
    double spent_secs_ = 0;
    Standing& standing_;
    Figures figures_;
};

double percentile(const std::vector<double>& sorted, double share) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

double process_cpu_ms() { return cpu_ms_of(CLOCK_PROCESS_CPUTIME_ID); }

double settle() {
    constexpr auto look_every = std::chrono::milliseconds(3);
    constexpr double idle_ms = 0.15;  // what the C library's own threads may take
    constexpr int quiet_looks = 2;
    constexpr double limit_ms = 60'000;
    const auto begin = Clock::now();
    const double first = process_cpu_ms() - thread_cpu_ms();
    double before = first;
    for (int quiet = 0; quiet < quiet_looks && ms_since(begin) < limit_ms;) {
        std::this_thread::sleep_for(look_every);
        const double now = process_cpu_ms() - thread_cpu_ms();
        quiet = now - before < idle_ms ? quiet + 1 : 0;
        before = now;
    }
    return before - first;
}

Spread spread_of(std::vector<double> values) {
    if (values.empty()) return {};
    std::ranges::sort(values);
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    return {sum / static_cast<double>(values.size()), percentile(values, 0.5), percentile(values, 0.95),
            percentile(values, 0.99), values.back()};
}

const Figures* PatternFigures::find(const std::string& engine) const {
    const auto found = std::ranges::find_if(engines, [&](const auto& each) { return each.first == engine; });
    return found == engines.end() ? nullptr : &found->second;
}

Result<PatternFigures> measure(const Pattern& pattern, const std::vector<Engine>& engines,
                               const std::filesystem::path& video, const Reference& reference, const Plan& plan,
                               Standings& standings) {
    std::vector<Turn> turns;
    turns.reserve(engines.size());
    Standings opened_anew;
    for (const Engine& engine : engines) {
        const bool stays = !pattern.opens && !engine.keeps_frames;
        turns.emplace_back(pattern, engine, video, reference, plan, (stays ? standings : opened_anew)[engine.id]);
    }
    for (bool all_over = false; !all_over;) {
        all_over = true;
        for (Turn& turn : turns) {
            if (turn.is_over()) continue;
            if (plan.go_on && !plan.go_on(pattern.id)) return cancelled();
            const auto played = turn.play_next();
            if (!played) return played.error();
            all_over = all_over && turn.is_over();
        }
    }
    PatternFigures result{pattern, {}};
    for (std::size_t i = 0; i < turns.size(); ++i) {
        result.engines.emplace_back(engines[i].id, std::move(turns[i].figures()));
    }
    return result;
}

}  // namespace inbetween::seek
