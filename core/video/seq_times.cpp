#include "core/video/seq_times.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace inbetween {

namespace {

constexpr std::int64_t us_a_second = 1'000'000;

bool has_microseconds(const std::vector<std::optional<SeqStamp>>& stamps) {
    bool any = false;
    for (const auto& stamp : stamps) {
        if (stamp && stamp->microseconds > 999) return false;  // it is something else
        any = any || (stamp && stamp->microseconds > 0);
    }
    return any;
}

// The places of the longest run of stamps that never falls: what is not among them is damaged.
std::vector<std::size_t> rising(const std::vector<std::optional<std::int64_t>>& times) {
    std::vector<std::size_t> ends;  // of the best run of each length, its last place
    std::vector<std::optional<std::size_t>> before(times.size());
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (!times[i]) continue;
        const auto at = std::upper_bound(ends.begin(), ends.end(), *times[i],
                                         [&](std::int64_t time, std::size_t end) { return time < *times[end]; });
        if (at != ends.begin()) before[i] = *(at - 1);
        if (at == ends.end()) {
            ends.push_back(i);
        } else {
            *at = i;
        }
    }
    std::vector<std::size_t> run;
    for (auto at = ends.empty() ? std::nullopt : std::optional(ends.back()); at; at = before[*at]) run.push_back(*at);
    std::ranges::reverse(run);
    return run;
}

SeqTimes times_by_rate(std::size_t frames, double fps) {
    constexpr double usual = 25;
    constexpr double most = 1e6;
    const bool is_rate = std::isfinite(fps) && fps > 0.001 && fps < most;
    SeqTimes result;
    result.timebase = {1000, static_cast<std::int32_t>(std::lround((is_rate ? fps : usual) * 1000))};
    for (std::size_t i = 0; i < frames; ++i) result.times.push_back(static_cast<Pts>(i));
    result.note = fmt::format("its frames have no time stamps; they follow each other at {} a second",
                              static_cast<double>(result.timebase.den) / 1000);
    return result;
}

// Puts the frames between and beside those of `run` where the intervals around them would have them.
void fill_in(std::vector<std::int64_t>& times, const std::vector<std::size_t>& run) {
    const std::size_t first = run.front();
    const std::size_t last = run.back();
    for (std::size_t i = 1; i < run.size(); ++i) {
        const auto steps = static_cast<std::int64_t>(run[i] - run[i - 1]);
        const std::int64_t from = times[run[i - 1]];
        const std::int64_t way = times[run[i]] - from;
        for (std::int64_t k = 1; k < steps; ++k)
            times[run[i - 1] + static_cast<std::size_t>(k)] = from + way / steps * k + way % steps * k / steps;
    }
    const std::int64_t mean = (times[last] - times[first]) / static_cast<std::int64_t>(last - first);
    for (std::size_t i = first; i-- > 0;) times[i] = times[i + 1] - mean;
    for (std::size_t i = last + 1; i < times.size(); ++i) times[i] = times[i - 1] + mean;
}

}  // namespace

SeqTimes times_of(const std::vector<std::optional<SeqStamp>>& stamps, double fps) {
    const bool fine = has_microseconds(stamps);
    std::vector<std::optional<std::int64_t>> stated;
    for (const auto& stamp : stamps) {
        stated.emplace_back();
        if (!stamp) continue;
        stated.back() =
            stamp->seconds * us_a_second + stamp->milliseconds * std::int64_t{1000} + (fine ? stamp->microseconds : 0);
    }
    const std::vector<std::size_t> run = rising(stated);
    const bool is_alone = stamps.size() == 1 && run.size() == 1;
    const bool tells = run.size() >= 2 && run.size() * 2 > stamps.size() && *stated[run.front()] < *stated[run.back()];
    if (!tells && !is_alone) return times_by_rate(stamps.size(), fps);
    SeqTimes result;
    result.times.resize(stamps.size());
    for (const std::size_t i : run) result.times[i] = *stated[i];
    if (!is_alone) fill_in(result.times, run);
    result.timebase = {1, fine ? static_cast<std::int32_t>(us_a_second) : 1000};
    if (!fine) {
        for (Pts& time : result.times) time = (time >= 0 ? time + 500 : time - 499) / 1000;
    }
    if (const std::size_t mended = stamps.size() - run.size(); mended > 0)
        result.note = fmt::format("{} of its {} time stamps {} missing or damaged, and {} made up from the others",
                                  mended, stamps.size(), mended == 1 ? "is" : "are", mended == 1 ? "was" : "were");
    return result;
}

}  // namespace inbetween
