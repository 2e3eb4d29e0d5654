#include "core/video/frame_cache.h"

#include <iterator>
#include <utility>
#include <vector>

namespace inbetween {

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

void FrameCache::put(FrameIndex n, PicturePtr picture) {
    std::vector<PicturePtr> dropped;  // freed after the lock is given up
    std::lock_guard lock(mutex_);
    PicturePtr& slot = frames_[n];
    if (slot) size_bytes_ -= slot->size_bytes();
    size_bytes_ += picture->size_bytes();
    dropped.push_back(std::exchange(slot, std::move(picture)));
    while (size_bytes_ > budget_bytes_) {
        const auto first = frames_.begin();
        const auto last = std::prev(frames_.end());
        const auto farthest = focus_ - first->first >= last->first - focus_ ? first : last;
        size_bytes_ -= farthest->second->size_bytes();
        dropped.push_back(std::move(farthest->second));
        frames_.erase(farthest);
    }
}

void FrameCache::put_all(const FrameCache& other) {
    std::map<FrameIndex, PicturePtr> frames;
    {
        std::lock_guard lock(other.mutex_);
        frames = other.frames_;
    }
    for (auto& [n, picture] : frames) put(n, std::move(picture));
}

void FrameCache::clear() {
    std::map<FrameIndex, PicturePtr> dropped;
    std::lock_guard lock(mutex_);
    dropped.swap(frames_);
    size_bytes_ = 0;
}

std::size_t FrameCache::size_bytes() const {
    std::lock_guard lock(mutex_);
    return size_bytes_;
}

}  // namespace inbetween
