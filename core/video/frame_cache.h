#pragma once

#include <cstddef>
#include <map>
#include <mutex>

#include "core/base/frame.h"
#include "core/video/picture.h"

namespace inbetween {

/// Decoded frames within a budget of bytes. When it is full, the frame farthest from the focus goes first.
/// thread: any.
class FrameCache {
public:
    explicit FrameCache(std::size_t budget_bytes) : budget_bytes_(budget_bytes) {}

    /// The frame, or null.
    PicturePtr find(FrameIndex n) const;
    bool contains(FrameIndex n) const;

    /// A cached frame and its number; null when the cache is empty.
    struct Nearest {
        FrameIndex frame;
        PicturePtr picture;
    };
    /// The cached frame nearest to n, the earlier of two as near.
    Nearest find_nearest(FrameIndex n) const;

    /// States what is being looked at: frames near it are kept.
    void set_focus(FrameIndex n);
    /// Keeps a frame, if it is near enough to the focus to fit in the budget.
    void put(FrameIndex n, PicturePtr picture);
    /// Keeps what the other cache holds, too.
    void put_all(const FrameCache& other);
    void clear();

    std::size_t size_bytes() const;
    std::size_t budget_bytes() const { return budget_bytes_; }

private:
    const std::size_t budget_bytes_;
    mutable std::mutex mutex_;
    std::map<FrameIndex, PicturePtr> frames_;  // guarded by mutex_
    FrameIndex focus_;                         // guarded by mutex_
    std::size_t size_bytes_ = 0;               // guarded by mutex_
};

}  // namespace inbetween
