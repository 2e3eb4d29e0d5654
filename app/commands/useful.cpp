#include "app/commands/useful.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "tracking/solver.h"

namespace inbetween {
namespace {

/// How far one may be off, in both directions together, and still overlap by 0.7.   units: the object's size.
constexpr double good_reach = 0.17;
/// How far an object wanders in one frame, in x and y each, against an even movement: by experience.   units: the
/// object's size.
constexpr double wander_a_frame = 0.06;
/// How far an object strays from an even movement in the middle of so many frames, in x and y each, and of how many
/// keyframes' word that counts; over other spans it is as their length to this power.   units: the object's size.
constexpr double usual_stray = 0.32;
constexpr double usual_steps = 25;
constexpr double stray_growth = 1.5;
constexpr double usual_weight = 2;
/// The chance that a picture tells what is not so: however sure fills are, a long span is looked at sooner or later.
constexpr double misled = 0.02;
/// Frames offered of one span, and places looked at in a long one.
constexpr int most_of_a_span = 8;
constexpr std::size_t most_places = 256;

/// What is not known of a span yet: how far the object is from where it is shown, in x and y each, as a normal
/// distribution of this spread.
struct Doubt {
    FrameIndex first;            ///< the left keyframe's
    std::vector<double> spread;  ///< frame by frame, from the left keyframe to the right one, both 0
    std::vector<double> unseen;  ///< the same, had the picture told nothing
};

/// The mean distance that a spread stands for.
double distance_of(double spread) { return std::min(1.0, spread * std::sqrt(std::numbers::pi / 2)); }

/// The spread by which a frame overlaps the truth with this chance: the chance to be within reach r is 1 -
/// exp(-r²/2s²).
double spread_of(double confidence) {
    const double missed = 1 - std::clamp(confidence, 0.0, 1 - 1e-6);
    if (missed >= 1) return 1;
    return std::min(1.0, good_reach / std::sqrt(-2 * std::log(missed)));
}

/// The expected square of a change, counted only where it is needed: where the object is out of reach.
double needed_change(double spread) {
    if (spread <= 0) return 0;
    const double reach = good_reach * good_reach;
    const double variance = 2 * spread * spread;
    return std::exp(-reach / variance) * (reach + variance);
}

/// How much of what is found at `a` is true of `b` too, between keyframes at 0 and `steps`: the squared correlation of
/// a path that wanders from the one keyframe to the other (a Brownian bridge).
double told(std::size_t a, std::size_t b, std::size_t steps) {
    const auto [near, far] = std::minmax(a, b);
    return static_cast<double>(near) * static_cast<double>(steps - far) /
           (static_cast<double>(far) * static_cast<double>(steps - near));
}

/// The share of the doubt at `b` that is gone once `a` is stated.
double settled(std::size_t a, std::size_t b, std::size_t steps) {
    return 1 - std::sqrt(std::max(0.0, 1 - told(a, b, steps)));
}

/// The spread of a span that nobody has looked at: a path that wanders from the one keyframe to the other.
double linear_spread(std::size_t i, std::size_t steps) {
    const auto before = static_cast<double>(i);
    const auto after = static_cast<double>(steps) - before;
    return std::min(1.0, wander_a_frame * std::sqrt(before * after / static_cast<double>(steps)));
}

/// How far a box is off the middle way between two others, in x and y each.   units: the object's size.
double off_even(const Box& before, const Box& box, const Box& after, double way) {
    const double size = std::max(1.0, std::sqrt(std::sqrt(before.w * before.h * after.w * after.h)));
    const auto off = [&](double a, double at, double b) { return (a + (b - a) * way - at) / size; };
    return std::hypot(off(before.x + before.w / 2, box.x + box.w / 2, after.x + after.w / 2),
                      off(before.y + before.h / 2, box.y + box.h / 2, after.y + after.h / 2)) /
           std::numbers::sqrt2;
}

/// The share of a stray in the middle of usual_steps that is to be expected at frame `i` of `steps`.
double share_of_stray(double i, double steps) {
    return 4 * i * (steps - i) / (steps * steps) * std::pow(steps / usual_steps, stray_growth);
}

/// How far the object strays in the middle of usual_steps: what its keyframes tell that do not lie between their
/// neighbours, and what is usual.
double stray_of(const Track& track) {
    double sum = usual_weight * usual_stray * usual_stray;
    double weight = usual_weight;
    const auto& keyframes = track.keyframes;
    for (std::size_t k = 1; k + 1 < keyframes.size(); ++k) {
        if (keyframes[k - 1].outside || keyframes[k].outside || keyframes[k + 1].outside) continue;
        const auto before = static_cast<double>(keyframes[k].frame - keyframes[k - 1].frame);
        const auto steps = static_cast<double>(keyframes[k + 1].frame - keyframes[k - 1].frame);
        const double off = off_even(bounding_box(keyframes[k - 1].shape), bounding_box(keyframes[k].shape),
                                    bounding_box(keyframes[k + 1].shape), before / steps);
        const double stray = off / share_of_stray(before, steps);
        sum += stray * stray;
        weight += 1;
    }
    return std::sqrt(sum / weight);
}

/// What the picture tells and what the keyframes tell, both true: narrower than either.
double joined(double seen, double moved) { return 1 / std::sqrt(1 / (seen * seen) + 1 / (moved * moved)); }

Doubt doubt_of(const Keyframe& from, const Keyframe& to, const SpanFill* fill, double stray) {
    const auto steps = static_cast<std::size_t>(to.frame - from.frame);
    Doubt doubt{from.frame, std::vector<double>(steps + 1, 0), std::vector<double>(steps + 1, 0)};
    const Solver* solver = fill == nullptr ? nullptr : find_solver(fill->method);
    const bool saw_pixels = fill != nullptr && (solver == nullptr || solver->reads_pixels);
    for (std::size_t i = 1; i < steps; ++i) {
        doubt.spread[i] = doubt.unseen[i] = linear_spread(i, steps);
        if (!saw_pixels) continue;
        const double moved = stray * share_of_stray(static_cast<double>(i), static_cast<double>(steps));
        doubt.unseen[i] = std::min(1.0, moved);
        doubt.spread[i] = joined(spread_of(static_cast<double>(fill->frames[i - 1].confidence)), moved);
    }
    return doubt;
}

/// The change that is needed at a frame: what the picture tells is believed, but for the chance that it misleads.
double needed_at(const Doubt& doubt, std::size_t i) {
    return (1 - misled) * needed_change(doubt.spread[i]) + misled * needed_change(doubt.unseen[i]);
}

/// The frame whose statement settles most of the needed change, if any is in doubt by the tolerance.
std::optional<UsefulFrame> best_of(const Doubt& doubt, double tolerance) {
    const std::size_t steps = doubt.spread.size() - 1;
    const std::size_t stride = std::max<std::size_t>(1, steps / most_places);
    const auto in_doubt = [&](std::size_t i) {
        return doubt.spread[i] > 0 && distance_of(doubt.spread[i]) >= tolerance;
    };
    // Of a long span, frames are taken together.
    std::vector<double> needed((steps + stride - 1) / stride, 0);
    for (std::size_t b = 1; b < steps; ++b) needed[b / stride] += needed_at(doubt, b);
    const auto place = [&](std::size_t k) { return std::clamp<std::size_t>(k * stride + stride / 2, 1, steps - 1); };
    std::optional<UsefulFrame> best;
    for (std::size_t at = 1; at < steps; ++at) {
        // Every so many frames, and the first of each run in doubt.
        if (!in_doubt(at) || (at % stride != 0 && in_doubt(at - 1))) continue;
        double worth = 0;
        for (std::size_t k = 0; k < needed.size(); ++k) worth += needed[k] * settled(at, place(k), steps);
        if (!best || worth > best->worth)
            best = {{}, doubt.first + static_cast<std::int64_t>(at), worth, distance_of(doubt.spread[at])};
    }
    return best;
}

/// What is in doubt once a frame is stated.
void settle(Doubt& doubt, FrameIndex stated) {
    const auto at = static_cast<std::size_t>(stated - doubt.first);
    const std::size_t steps = doubt.spread.size() - 1;
    for (std::size_t b = 1; b < steps; ++b) {
        const double left = 1 - settled(at, b, steps);
        doubt.spread[b] *= left;
        doubt.unseen[b] *= left;
    }
}

const SpanFill* fill_from(const TrackFills& fills, FrameIndex left) {
    const auto fill =
        std::find_if(fills.begin(), fills.end(), [&](const SpanFillPtr& other) { return other->from().frame == left; });
    return fill == fills.end() ? nullptr : fill->get();
}

}  // namespace

double expected_change(double confidence) { return distance_of(spread_of(confidence)); }

double expected_change_of_linear(std::size_t i, std::size_t steps) { return distance_of(linear_spread(i, steps)); }

std::vector<UsefulFrame> useful_frames(const Track& track, const TrackFills& fills, double tolerance) {
    std::vector<UsefulFrame> frames;
    const double stray = stray_of(track);
    for (std::size_t i = 0; i + 1 < track.keyframes.size(); ++i) {
        const Keyframe& from = track.keyframes[i];
        const Keyframe& to = track.keyframes[i + 1];
        if (from.outside || to.outside || to.frame - from.frame < 2) continue;
        Doubt doubt = doubt_of(from, to, fill_from(fills, from.frame), stray);
        for (int n = 0; n < most_of_a_span; ++n) {
            auto best = best_of(doubt, tolerance);
            if (!best) break;
            best->track = track.id;
            best->rank = n;
            frames.push_back(*best);
            settle(doubt, best->frame);
        }
    }
    std::ranges::stable_sort(frames, [](const UsefulFrame& a, const UsefulFrame& b) { return a.worth > b.worth; });
    return frames;
}

std::vector<UsefulFrame> useful_frames(const Annotations& annotations, const Track& track, double tolerance) {
    return useful_frames(track, annotations.fills_of(track.id), tolerance);
}

}  // namespace inbetween
