#include "core/base/text.h"
#include "core/edit/operations.h"

namespace inbetween::edit {
namespace {

bool blend_reproduces(const std::vector<Keyframe>& keyframes, std::size_t left, std::size_t right, double tolerance) {
    const Keyframe& a = keyframes[left];
    const Keyframe& b = keyframes[right];
    for (std::size_t i = left + 1; i < right; ++i) {
        const double t = static_cast<double>(keyframes[i].frame - a.frame) / static_cast<double>(b.frame - a.frame);
        if (keyframes[i].occluded != a.occluded) return false;
        if (distance(blend(a.shape, b.shape, t), keyframes[i].shape) > tolerance) return false;
    }
    return true;
}

/// The keyframe to keep next after `left`, in a run in view that ends before `end`.
std::size_t next_kept(const std::vector<Keyframe>& keyframes, std::size_t left, std::size_t end,
                      const Thinning& thinning) {
    std::size_t next = left + 1;
    switch (thinning.kind) {
        case Thinning::Kind::All:
            break;
        case Thinning::Kind::Every:
            while (next + 1 < end && keyframes[next].frame - keyframes[left].frame < thinning.every) ++next;
            break;
        case Thinning::Kind::Tolerance:
            while (next + 1 < end && blend_reproduces(keyframes, left, next + 1, thinning.tolerance_px)) ++next;
            break;
    }
    return next;
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
        kept.keyframes.push_back(keyframes[i]);
        std::size_t end = i;
        while (end < keyframes.size() && !keyframes[end].outside) ++end;
        i = end > i + 1 ? next_kept(keyframes, i, end, thinning) : i + 1;
    }
    return kept;
}

}  // namespace inbetween::edit
