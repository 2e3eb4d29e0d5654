#include "core/video/frame_cache.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace inbetween {

namespace {

// A frame behind is worth keeping as much as one this many times as far ahead. Going backward a whole group of pictures
// is decoded for its last frame, so nearly all room is for what lies that way: a group that fits is decoded once.
std::int64_t behind_weight(Travel travel) { return travel == Travel::Forward ? 3 : 15; }

}  // namespace

PicturePtr FrameCache::find(FrameIndex n) const {
    std::lock_guard lock(mutex_);
    const auto at = frames_.find(n);
    return at == frames_.end() ? nullptr : at->second;
}

bool FrameCache::contains(FrameIndex n) const {
    std::lock_guard lock(mutex_);
    return frames_.contains(n);
}

FrameCache::Nearest FrameCache::find_nearest(FrameIndex n) const {
    std::lock_guard lock(mutex_);
    if (frames_.empty()) return {n, nullptr};
    auto later = frames_.lower_bound(n);
    if (later == frames_.end()) later = std::prev(later);
    if (later != frames_.begin()) {
        const auto earlier = std::prev(later);
        if (later->first < n || n - earlier->first <= later->first - n) {
            const auto nearer = later->first < n ? later : earlier;
            return {nearer->first, nearer->second};
        }
    }
    return {later->first, later->second};
}

void FrameCache::set_focus(FrameIndex n) {
    std::lock_guard lock(mutex_);
    focus_ = n;
}

void FrameCache::set_focus(FrameIndex n, Travel travel) {
    std::lock_guard lock(mutex_);
    focus_ = n;
    travel_ = travel;
}

// From the focus, with what lies behind counted as farther away.
std::int64_t FrameCache::distance(FrameIndex n) const {
    const std::int64_t ahead = travel_ == Travel::Forward ? n - focus_ : focus_ - n;
    return ahead >= 0 ? ahead : -ahead * behind_weight(travel_);
}

// The frames at both ends are the only ones that can be the farthest.
FrameCache::Frames::const_iterator FrameCache::farthest() const {
    const auto last = std::prev(frames_.end());
    return distance(frames_.begin()->first) >= distance(last->first) ? frames_.begin() : last;
}

PicturePtr FrameCache::put(FrameIndex n, const PicturePtr& picture, std::uint64_t generation) {
    {
        // A copy that would be dropped at once is not made.
        std::lock_guard lock(mutex_);
        if (generation != generation_ || picture->size_bytes() > budget_bytes_) return picture;
        if (const auto known = frames_.find(n); known != frames_.end()) return known->second;
        const bool full = size_bytes_ + picture->size_bytes() > budget_bytes_;
        if (full && !frames_.empty() && distance(n) >= distance(farthest()->first)) return picture;
    }
    return insert(n, pool_.copy(picture), generation);
}

PicturePtr FrameCache::insert(FrameIndex n, PicturePtr picture, std::uint64_t generation) {
    std::vector<PicturePtr> dropped;  // freed after the lock is given up
    std::lock_guard lock(mutex_);
    if (generation != generation_) return picture;
    const auto [slot, is_new] = frames_.try_emplace(n, picture);
    if (!is_new) return slot->second;
    size_bytes_ += picture->size_bytes();
    while (size_bytes_ > budget_bytes_) {
        const auto far = farthest();
        size_bytes_ -= far->second->size_bytes();
        dropped.push_back(far->second);
        frames_.erase(far);
    }
    return picture;
}

std::uint64_t FrameCache::generation() const {
    std::lock_guard lock(mutex_);
    return generation_;
}

void FrameCache::put_all(const FrameCache& other) {
    Frames frames;
    {
        std::lock_guard lock(other.mutex_);
        frames = other.frames_;
    }
    for (const auto& [n, picture] : frames) put(n, picture);
}

std::int64_t FrameCache::frames_ahead(std::size_t frame_bytes, Travel travel) const {
    return fitting(frame_bytes) * behind_weight(travel) / (behind_weight(travel) + 1);
}

std::int64_t FrameCache::frames_behind(std::size_t frame_bytes, Travel travel) const {
    return fitting(frame_bytes) / (behind_weight(travel) + 1);
}

std::int64_t FrameCache::fitting(std::size_t frame_bytes) const {
    return static_cast<std::int64_t>(budget_bytes_ / std::max<std::size_t>(frame_bytes, 1));
}

std::uint64_t FrameCache::clear() {
    Frames dropped;
    std::lock_guard lock(mutex_);
    dropped.swap(frames_);
    size_bytes_ = 0;
    return ++generation_;
}

std::size_t FrameCache::size_bytes() const {
    std::lock_guard lock(mutex_);
    return size_bytes_;
}

}  // namespace inbetween
