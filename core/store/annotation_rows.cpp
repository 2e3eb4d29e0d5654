#include "core/store/annotation_rows.h"

#include <algorithm>
#include <cmath>

namespace inbetween {
namespace {

FrameRange hull(const FrameRange& a, const FrameRange& b) {
    if (a.empty()) return b;
    if (b.empty()) return a;
    return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

/// From the last common keyframe before the first difference to the first common one after the last difference.
FrameRange differing_keyframe_range(const std::vector<Keyframe>& a, const std::vector<Keyframe>& b) {
    std::size_t first = 0;
    while (first < a.size() && first < b.size() && a[first] == b[first]) ++first;
    if (first == a.size() && first == b.size()) return {};
    std::size_t tail = 0;
    while (first + tail < a.size() && first + tail < b.size() && a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
        ++tail;
    FrameRange range;
    for (const auto* keyframes : {&a, &b}) {
        if (keyframes->empty()) continue;
        const std::size_t last = keyframes->size() - 1;
        const FrameIndex begin = (*keyframes)[first > 0 ? first - 1 : 0].frame;
        const FrameIndex end = (*keyframes)[tail > 0 ? keyframes->size() - tail : last].frame;
        range = hull(range, {begin, end + 1});
    }
    return range;
}

FrameRange ranges_missing_in(const TrackFills& from, const TrackFills& to) {
    FrameRange range;
    for (const SpanFillPtr& fill : from) {
        const bool found = std::any_of(to.begin(), to.end(),
                                       [&](const SpanFillPtr& other) { return other == fill || *other == *fill; });
        if (!found) range = hull(range, fill->range());
    }
    return range;
}

}  // namespace

std::vector<AnnotationRow> annotation_rows(const Track& track, const TrackFills& fills, const FrameRange& range) {
    TrackFills here;  // states_in looks through all fills at every frame
    std::copy_if(fills.begin(), fills.end(), std::back_inserter(here),
                 [&](const SpanFillPtr& fill) { return !fill->range().intersect(range).empty(); });
    std::vector<AnnotationRow> rows;
    for (const FramedState& at : states_in(track, here, range)) {
        const TrackState& state = at.state;
        rows.push_back({at.frame, grid_of(state.shape), flags_of(state.outside, state.occluded), state.source,
                        std::isfinite(state.confidence) ? state.confidence : 0});
    }
    return rows;
}

FrameRange differing_frames(const Track* before, const TrackFills& fills_before, const Track* after,
                            const TrackFills& fills_after) {
    if (before == nullptr && after == nullptr) return {};
    if (before == nullptr || after == nullptr) return before != nullptr ? before->extent() : after->extent();
    FrameRange range = differing_keyframe_range(before->keyframes, after->keyframes);
    range = hull(range, ranges_missing_in(fills_before, fills_after));
    return hull(range, ranges_missing_in(fills_after, fills_before));
}

}  // namespace inbetween
