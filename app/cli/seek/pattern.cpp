#include "app/cli/seek/pattern.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace inbetween::seek {

namespace {

constexpr double display_tick_secs = 1.0 / 60;
constexpr double stepping_tick_secs = 1.0 / 20;
constexpr double quick_tick_secs = 1.0 / 50;

struct Counts {
    int random, back, step_chains, drag, chains, swings;
    double shuttle_secs;  // at each speed
    double step_secs;
};

Counts counts_of(Length length) {
    if (length == Length::Quick) return {4, 200, 1, 40, 1, 6, 0.2, quick_tick_secs};
    return {40, 200, 4, 100, 3, 12, 0.5, stepping_tick_secs};
}

FrameIndex clamped(const Footage& footage, double n) {
    return FrameIndex{std::clamp(static_cast<std::int64_t>(std::floor(n)), std::int64_t{0}, footage.frames - 1)};
}

/// The bits of i from low to high, as a fraction.
double van_der_corput(unsigned i) {
    double value = 0;
    for (double part = 0.5; i != 0; i >>= 1, part /= 2) {
        if ((i & 1U) != 0) value += part;
    }
    return value;
}

/// The same pieces, the middle one first, then those at the quarters, the eighths and so on.
std::vector<Chain> spread(std::vector<Chain> pieces) {
    std::vector<bool> taken(pieces.size());
    std::vector<Chain> ordered;
    for (unsigned i = 1; ordered.size() < pieces.size(); ++i) {
        const auto k = static_cast<std::size_t>(van_der_corput(i) * static_cast<double>(pieces.size()));
        if (taken[k]) continue;
        taken[k] = true;
        ordered.push_back(std::move(pieces[k]));
    }
    return ordered;
}

/// Frames in groups of pictures chosen at random. How far into its group each lies is spread evenly, however few are
/// taken: that is what a cold request costs.
std::vector<FrameIndex> scattered(const Footage& footage, int count) {
    std::vector<FrameIndex> starts = footage.sync_frames;
    if (starts.empty() || starts.front().value != 0) starts.insert(starts.begin(), FrameIndex{0});
    std::mt19937 random(20);
    std::vector<FrameIndex> frames;
    for (unsigned i = 1; frames.size() < static_cast<std::size_t>(count); ++i) {
        const std::size_t group = random() % starts.size();
        const FrameIndex begin = starts[group];
        const FrameIndex end = group + 1 < starts.size() ? starts[group + 1] : FrameIndex{footage.frames};
        const double into = van_der_corput(i) * static_cast<double>(end - begin);
        frames.push_back(clamped(footage, static_cast<double>(begin.value) + into));
    }
    return frames;
}

std::vector<Chain> one_each(const std::vector<FrameIndex>& frames) {
    std::vector<Chain> chains;
    for (const FrameIndex n : frames) chains.push_back({std::nullopt, {n}});
    return chains;
}

/// Chains of up to `count` requests, `step` frames apart, as long as the video lasts, from places all over it.
std::vector<Chain> strides(const Footage& footage, int chains, int count, int step) {
    const std::int64_t fitting = (footage.frames - 1) / std::abs(step);
    const std::int64_t length = std::min<std::int64_t>(count, fitting);
    const std::int64_t room = footage.frames - 1 - length * std::abs(step);
    std::vector<Chain> made;
    for (int i = 0; i < chains && length > 0; ++i) {
        const std::int64_t low = room * (i + 1) / (chains + 1);
        FrameIndex at{step > 0 ? low : low + length * -step};
        Chain chain{at, {}};
        for (std::int64_t k = 0; k < length; ++k) chain.frames.push_back(at = at + step);
        made.push_back(std::move(chain));
    }
    return made;
}

/// Chains of `count` steps back. How far into its group of pictures each begins is spread evenly, for the groups that a
/// chain comes through have to be decoded from their starts; in a video too short for that they lie anywhere.
std::vector<Chain> steps_back(const Footage& footage, int chains, int count) {
    std::vector<FrameIndex> starts = footage.sync_frames;
    if (starts.empty() || starts.front().value != 0) starts.insert(starts.begin(), FrameIndex{0});
    std::vector<Chain> made;
    for (int i = 0; i < chains; ++i) {
        const double share = (i + 0.5) / chains;
        const auto groups = std::ssize(starts);
        for (auto k = groups * (i + 1) / (chains + 1); k < groups; ++k) {
            const FrameIndex begin = starts[static_cast<std::size_t>(k)];
            const FrameIndex end =
                k + 1 < groups ? starts[static_cast<std::size_t>(k) + 1] : FrameIndex{footage.frames};
            FrameIndex at = begin + static_cast<std::int64_t>(share * static_cast<double>(end - begin));
            if (at.value < count) continue;
            Chain chain{at, {}};
            for (int step = 0; step < count; ++step) chain.frames.push_back(at = at - 1);
            made.push_back(std::move(chain));
            break;
        }
    }
    return made.empty() ? strides(footage, chains, count, -1) : made;
}

/// L pressed again and again up to 16 times the speed, then J down to as much backward; a request where the frame
/// changes.
std::vector<Chain> shuttle(const Footage& footage, double secs) {
    Chain chain{clamped(footage, static_cast<double>(footage.frames) / 5), {}};
    double at = static_cast<double>(chain.from->value);
    FrameIndex last = *chain.from;
    for (const int direction : {1, -1}) {
        for (const int speed : {1, 2, 4, 8, 16}) {
            for (double t = 0; t < secs; t += display_tick_secs) {
                at += direction * speed * footage.frame_rate * display_tick_secs;
                const FrameIndex n = clamped(footage, at);
                if (n != last) chain.frames.push_back(n);
                last = n;
            }
        }
    }
    return {chain};
}

/// Back and forth over a sync frame, wider each time: one before it, on it, two before it, one after it, ...
std::vector<Chain> swings(const Footage& footage, int chains, int count) {
    std::vector<Chain> made;
    const std::int64_t syncs = static_cast<std::int64_t>(footage.sync_frames.size());
    for (int i = 0; i < chains; ++i) {
        const auto k = static_cast<std::size_t>(syncs * (i + 1) / (chains + 1));
        const std::int64_t middle =
            syncs < 2 ? footage.frames / 2 : footage.sync_frames[std::max<std::size_t>(k, 1)].value;
        Chain chain{FrameIndex{std::min(middle, footage.frames - 1)}, {}};
        for (int swing = 0; swing < count; ++swing) {
            chain.frames.push_back(clamped(footage, static_cast<double>(middle - 1 - swing)));
            chain.frames.push_back(clamped(footage, static_cast<double>(middle + swing)));
        }
        made.push_back(std::move(chain));
    }
    return made;
}

}  // namespace

const std::vector<std::string>& pattern_ids() {
    static const std::vector<std::string> ids{
        "cold_random", "cold_random_first_picture", "step_back", "drag_forward", "drag_back", "jkl", "ping_pong",
        "open"};
    return ids;
}

std::vector<Pattern> patterns_for(const Footage& footage, Length length) {
    const Counts n = counts_of(length);
    const auto targets = one_each(scattered(footage, n.random));
    const std::vector<Chain> opens(length == Length::Quick ? 4 : 20, Chain{std::nullopt, {FrameIndex{0}}});
    std::vector<Pattern> all{
        {.id = "cold_random",
         .meaning = "a frame anywhere, nothing of it cached, until it is exact",
         .ahead = Ahead::No,
         .chains = targets},
        {.id = "cold_random_first_picture",
         .meaning = "the same, until the first picture of it",
         .want = Want::First,
         .ahead = Ahead::No,
         .charge = Charge::UntilAnswer,
         .exact_pattern = "cold_random",
         .chains = targets},
        {.id = "step_back",
         .meaning = "steps back, 20 a second (50 where it is quick), each until it is exact",
         .tick_secs = n.step_secs,
         .chains = steps_back(footage, n.step_chains, n.back)},
        {.id = "drag_forward",
         .meaning = "a drag forward, 10 frames in each display frame",
         .want = Want::First,
         .tick_secs = display_tick_secs,
         .ends_exact = true,
         .chains = strides(footage, n.chains, n.drag, 10)},
        {.id = "drag_back",
         .meaning = "a drag backward, 10 frames in each display frame",
         .want = Want::First,
         .tick_secs = display_tick_secs,
         .ends_exact = true,
         .chains = strides(footage, n.chains, n.drag, -10)},
        {.id = "jkl",
         .meaning = "shuttling at 1 to 16 times the speed forward, then backward",
         .want = Want::First,
         .tick_secs = display_tick_secs,
         .ends_exact = true,
         .chains = shuttle(footage, n.shuttle_secs)},
        {.id = "ping_pong",
         .meaning = "back and forth over a sync frame, each until it is exact",
         .unit = 2,
         .chains = swings(footage, n.chains, n.swings)},
        {.id = "open",
         .meaning = "opening the file, until its first picture",
         .want = Want::First,
         .opens = true,
         .charge = Charge::UntilAnswer,
         .chains = opens},
    };
    for (Pattern& pattern : all) {
        std::erase_if(pattern.chains, [](const Chain& chain) { return chain.frames.empty(); });
    }
    std::erase_if(all, [](const Pattern& pattern) { return pattern.chains.empty(); });
    return all;
}

std::vector<Chain> pieces_of(const Chain& chain, std::size_t length, const std::vector<FrameIndex>& sync_frames) {
    std::vector<Chain> ways[2];  // backward, forward
    for (std::size_t begin = 0; begin < chain.frames.size(); begin += length) {
        const std::size_t end = std::min(chain.frames.size(), begin + length);
        Chain piece;
        piece.from = begin == 0 ? chain.from : std::optional(chain.frames[begin - 1]);
        piece.frames.assign(chain.frames.begin() + static_cast<std::ptrdiff_t>(begin),
                            chain.frames.begin() + static_cast<std::ptrdiff_t>(end));
        const bool forward = piece.from && piece.frames.front() > *piece.from;
        ways[forward ? 1 : 0].push_back(std::move(piece));
    }
    const auto into_group = [&](const Chain& piece) {
        const FrameIndex n = piece.frames.front();
        const auto after = std::ranges::upper_bound(sync_frames, n);
        return after == sync_frames.begin() ? n.value : n - *std::prev(after);
    };
    for (auto& pieces : ways) {
        std::ranges::stable_sort(pieces, {}, into_group);
        pieces = spread(std::move(pieces));
    }
    std::vector<Chain> all;
    for (std::size_t i = 0; i < std::max(ways[0].size(), ways[1].size()); ++i) {
        for (auto& pieces : ways) {
            if (i < pieces.size()) all.push_back(std::move(pieces[i]));
        }
    }
    return all;
}

}  // namespace inbetween::seek
