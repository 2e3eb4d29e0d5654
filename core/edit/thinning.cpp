#include <algorithm>
#include <array>
#include <limits>

#include "core/base/text.h"
#include "core/edit/operations.h"

namespace inbetween::edit {
namespace {

/// The numbers by which distance() compares shapes: edges of a box, corners of a quad.
struct Numbers {
    std::array<double, 8> at{};
    std::size_t count = 0;
};

Numbers numbers_of(const Shape& shape) {
    if (const Box* box = std::get_if<Box>(&shape)) return {{box->x, box->y, box->right(), box->bottom()}, 4};
    Numbers numbers{.count = 8};
    for (std::size_t i = 0; i < 4; ++i) {
        const Point& corner = std::get<Quad>(shape).corners[i];
        numbers.at[2 * i] = corner.x;
        numbers.at[2 * i + 1] = corner.y;
    }
    return numbers;
}

/// Which straight ways lead on from a keyframe, all keyframes passed so far staying within the tolerance of them: each
/// keyframe passed narrows the slopes that a number may have.
class Cone {
public:
    Cone(const Keyframe& apex, double tolerance_px)
        : apex_(apex), from_(numbers_of(apex.shape)), tolerance_(tolerance_px + rounding_px) {
        least_.fill(-std::numeric_limits<double>::infinity());
        most_.fill(std::numeric_limits<double>::infinity());
    }

    bool holds(const Keyframe& end) const {
        const auto frames = static_cast<double>(end.frame - apex_.frame);
        const Numbers to = numbers_of(end.shape);
        for (std::size_t i = 0; i < to.count; ++i) {
            const double slope = (to.at[i] - from_.at[i]) / frames;
            if (slope < least_[i] || slope > most_[i]) return false;
        }
        return true;
    }

    /// Goes past a keyframe.   returns: whether there is a way on.
    bool pass(const Keyframe& passed) {
        if (passed.occluded != apex_.occluded) return false;
        const auto frames = static_cast<double>(passed.frame - apex_.frame);
        const Numbers by = numbers_of(passed.shape);
        for (std::size_t i = 0; i < by.count; ++i) {
            least_[i] = std::max(least_[i], (by.at[i] - tolerance_ - from_.at[i]) / frames);
            most_[i] = std::min(most_[i], (by.at[i] + tolerance_ - from_.at[i]) / frames);
            if (least_[i] > most_[i]) return false;
        }
        return true;
    }

private:
    /// What is within the tolerance but for the rounding of a blend is within it.
    static constexpr double rounding_px = 1e-6;

    const Keyframe& apex_;
    Numbers from_;
    double tolerance_;
    std::array<double, 8> least_{};
    std::array<double, 8> most_{};
};

/// The fewest keyframes of the run [begin, end) whose blend stays within the tolerance of all: a shortest way from the
/// first to the last over spans that reproduce what lies in them, found breadth first.
/// source: Imai and Iri, "Polygonal approximations of a curve", 1988 (with the slopes kept as they narrow).
std::vector<std::size_t> fewest_within(const std::vector<Keyframe>& keyframes, std::size_t begin, std::size_t end,
                                       double tolerance_px) {
    constexpr std::size_t unreached = std::numeric_limits<std::size_t>::max();
    const std::size_t last = end - 1;
    std::vector<std::size_t> from(end - begin, unreached);
    const auto expand = [&](std::size_t left, std::vector<std::size_t>& reached) {
        Cone cone(keyframes[left], tolerance_px);
        for (std::size_t right = left + 1; right < end; ++right) {
            if (from[right - begin] == unreached && cone.holds(keyframes[right])) {
                from[right - begin] = left;
                reached.push_back(right);
            }
            if (!cone.pass(keyframes[right])) return;
        }
    };
    std::vector<std::size_t> level{begin};
    while (last != begin && from[last - begin] == unreached) {
        std::vector<std::size_t> reached;
        // The farthest first: where the end is near, the others need not be looked at.
        for (auto left = level.rbegin(); left != level.rend() && from[last - begin] == unreached; ++left)
            expand(*left, reached);
        std::sort(reached.begin(), reached.end());
        level = std::move(reached);
    }
    std::vector<std::size_t> kept{last};
    while (kept.back() != begin) kept.push_back(from[kept.back() - begin]);
    std::reverse(kept.begin(), kept.end());
    return kept;
}

/// The keyframes to keep of a run in view.
std::vector<std::size_t> kept_of_run(const std::vector<Keyframe>& keyframes, std::size_t begin, std::size_t end,
                                     const Thinning& thinning) {
    if (thinning.kind == Thinning::Kind::Tolerance) return fewest_within(keyframes, begin, end, thinning.tolerance_px);
    std::vector<std::size_t> kept;
    for (std::size_t i = begin; i < end; ++i) {
        const bool is_due = thinning.kind == Thinning::Kind::All || i == begin || i + 1 == end ||
                            keyframes[i].frame - keyframes[kept.back()].frame >= thinning.every;
        if (is_due) kept.push_back(i);
    }
    return kept;
}

}  // namespace

Result<Thinning> parse_thinning(std::string_view text) {
    const auto equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
    if (text == "all") return Thinning{};
    if (name == "every") {
        const auto every = parse_int(value);
        if (every && *every >= 1) return Thinning{.kind = Thinning::Kind::Every, .every = *every};
        return fail("keyframes: every= takes a whole number from 1, not '{}'", value);
    }
    if (name == "tolerance") {
        const auto tolerance = parse_double(value);
        if (tolerance && *tolerance >= 0)
            return Thinning{.kind = Thinning::Kind::Tolerance, .tolerance_px = *tolerance};
        return fail("keyframes: tolerance= takes pixels from 0, not '{}'", value);
    }
    return fail("keyframes: '{}' is none of all, every=N, tolerance=PX", text);
}

Track thinned(const Track& track, const Thinning& thinning) {
    Track kept = track;
    kept.keyframes.clear();
    const auto& keyframes = track.keyframes;
    for (std::size_t i = 0; i < keyframes.size();) {
        std::size_t end = i;
        while (end < keyframes.size() && !keyframes[end].outside) ++end;
        if (end == i) {
            kept.keyframes.push_back(keyframes[i++]);
            continue;
        }
        for (const std::size_t index : kept_of_run(keyframes, i, end, thinning))
            kept.keyframes.push_back(keyframes[index]);
        i = end;
    }
    return kept;
}

}  // namespace inbetween::edit
