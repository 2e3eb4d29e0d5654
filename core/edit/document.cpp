#include "core/edit/document.h"

#include <algorithm>

#include "core/base/check.h"

namespace inbetween {
namespace {

// Enough that many undo steps find their fills again, little enough that a long session stays small.
constexpr std::size_t kept_fills_per_track = 512;

void put_in_order(TrackFills& fills, SpanFillPtr fill) {
    std::erase_if(fills, [&](const SpanFillPtr& old) { return old->range() == fill->range(); });
    const auto at = std::find_if(fills.begin(), fills.end(),
                                 [&](const SpanFillPtr& old) { return old->range().begin > fill->range().begin; });
    fills.insert(at, std::move(fill));
}

bool has_fill(const Annotations& annotations, TrackId id, const FrameRange& range) {
    const TrackFills& fills = annotations.fills_of(id);
    return std::any_of(fills.begin(), fills.end(), [&](const SpanFillPtr& fill) { return fill->range() == range; });
}

}  // namespace

Document::Document(Annotations annotations) {
    for (const auto& [id, fills] : annotations.fills) kept_[id] = fills;
    annotations_ = std::make_shared<const Annotations>(std::move(annotations));
}

void Document::apply(const ChangeSet& change) {
    Annotations next = applied(change, *annotations_);
    for (const TrackEdit& edit : change.tracks) revive_fills(next, edit.id);
    annotations_ = std::make_shared<const Annotations>(std::move(next));
}

void Document::revive_fills(Annotations& annotations, TrackId id) const {
    const Track* track = annotations.find_track(id);
    const auto kept = kept_.find(id);
    if (track == nullptr || kept == kept_.end()) return;
    for (auto fill = kept->second.rbegin(); fill != kept->second.rend(); ++fill) {
        if (is_current(**fill, *track) && !has_fill(annotations, id, (*fill)->range()))
            put_in_order(annotations.fills[id], *fill);
    }
}

bool Document::set_fill(SpanFillPtr fill) {
    const TrackId id = fill->track;
    const Track* track = annotations_->find_track(id);
    if (track == nullptr || !is_current(*fill, *track)) return false;
    keep_fill(fill);
    Annotations next = *annotations_;
    put_in_order(next.fills[id], std::move(fill));
    annotations_ = std::make_shared<const Annotations>(std::move(next));
    return true;
}

void Document::keep_fill(SpanFillPtr fill) {
    auto& kept = kept_[fill->track];
    std::erase_if(kept, [&](const SpanFillPtr& old) { return old->inputs == fill->inputs && old->left == fill->left; });
    if (kept.size() >= kept_fills_per_track) kept.erase(kept.begin());
    kept.push_back(std::move(fill));
}

void Document::clear_fills(TrackId id, const FrameRange& range) {
    Annotations next = *annotations_;
    const auto fills = next.fills.find(id);
    if (fills == next.fills.end()) return;
    const auto touches = [&](const SpanFillPtr& fill) { return !fill->range().intersect(range).empty(); };
    for (const SpanFillPtr& fill : fills->second)
        if (touches(fill)) std::erase(kept_[id], fill);
    std::erase_if(fills->second, touches);
    if (fills->second.empty()) next.fills.erase(fills);
    annotations_ = std::make_shared<const Annotations>(std::move(next));
}

}  // namespace inbetween
