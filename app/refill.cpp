#include "app/refill.h"

#include <algorithm>

namespace inbetween {
namespace {

/// A span of a track that had been tracked before an edit, keyframes included.
struct TrackedSpan {
    FrameIndex from;
    FrameIndex to;
    std::string method;
};

std::vector<TrackedSpan> tracked_spans(const Annotations& before, TrackId id, const std::vector<FillWish>& under_way) {
    std::vector<TrackedSpan> spans;
    const Track* track = before.find_track(id);
    if (track == nullptr) return spans;
    for (const SpanFillPtr& fill : before.fills_of(id))
        spans.push_back({fill->from().frame, fill->to().frame, fill->method});
    for (const FillWish& wish : under_way) {
        if (wish.track != id || track->find_keyframe(wish.left) == nullptr) continue;
        if (const Keyframe* right = track->keyframe_after(wish.left))
            spans.push_back({wish.left, right->frame, wish.method});
    }
    return spans;
}

/// The method of the tracked span that has the most frames in common with from..to; empty when none has any.
std::string method_by_overlap(const std::vector<TrackedSpan>& spans, FrameIndex from, FrameIndex to) {
    std::string method;
    std::int64_t most = 0;
    for (const TrackedSpan& span : spans) {
        const std::int64_t common = std::min(to, span.to) - std::max(from, span.from);
        if (common <= most) continue;
        most = common;
        method = span.method;
    }
    return method;
}

std::string method_of_neighbour(const std::vector<TrackedSpan>& spans, FrameIndex from, FrameIndex to) {
    for (const TrackedSpan& span : spans)
        if (span.to == from || span.from == to) return span.method;
    return {};
}

bool was_span(const Track* before, FrameIndex from, FrameIndex to) {
    if (before == nullptr || before->find_keyframe(from) == nullptr) return false;
    const Keyframe* next = before->keyframe_after(from);
    return next != nullptr && next->frame == to;
}

/// What was tracked in the other tracks of the change: halves of a split and merged tracks go on with it.
std::vector<TrackedSpan> tracked_elsewhere(const Annotations& before, const ChangeSet& change, TrackId id,
                                           const std::vector<FillWish>& under_way) {
    std::vector<TrackedSpan> spans;
    for (const TrackEdit& edit : change.tracks) {
        if (edit.id == id || edit.before == nullptr) continue;
        const auto more = tracked_spans(before, edit.id, under_way);
        spans.insert(spans.end(), more.begin(), more.end());
    }
    return spans;
}

}  // namespace

std::vector<FillWish> fills_to_renew(const Annotations& before, const Annotations& after, const ChangeSet& change,
                                     const std::vector<FillWish>& under_way) {
    std::vector<FillWish> wishes;
    for (const TrackEdit& edit : change.tracks) {
        if (edit.after == nullptr) continue;
        const auto own = tracked_spans(before, edit.id, under_way);
        const auto others = tracked_elsewhere(before, change, edit.id, under_way);
        if (own.empty() && others.empty()) continue;
        const TrackFills& fills = after.fills_of(edit.id);
        const std::vector<Keyframe>& keyframes = edit.after->keyframes;
        for (std::size_t left = 0; left + 1 < keyframes.size(); ++left) {
            const FrameIndex from = keyframes[left].frame;
            const FrameIndex to = keyframes[left + 1].frame;
            if (keyframes[left].outside || keyframes[left + 1].outside || to == from + 1) continue;
            const auto fills_it = [&](const SpanFillPtr& fill) { return fill->from().frame == from; };
            if (std::any_of(fills.begin(), fills.end(), fills_it)) continue;
            std::string method = method_by_overlap(own, from, to);
            const bool is_new = !was_span(edit.before.get(), from, to);
            if (method.empty() && is_new) method = method_by_overlap(others, from, to);
            if (method.empty() && is_new) method = method_of_neighbour(own, from, to);
            if (!method.empty()) wishes.push_back({edit.id, from, std::move(method)});
        }
    }
    return wishes;
}

}  // namespace inbetween
