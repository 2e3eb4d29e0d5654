#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

#include "core/base/frame.h"
#include "core/video/picture.h"
#include "core/video/picture_pool.h"

namespace inbetween {

/// Which way one goes through a video.
enum class Travel { Forward, Backward };

/// Decoded frames within a budget of bytes. When it is full, the frame farthest from the focus goes first; frames that
/// lie in the direction of travel count as nearer than those left behind.
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
    /// States what is being looked at, and which way that moves.
    void set_focus(FrameIndex n, Travel travel);
    /// Keeps a copy of a frame in memory of the cache's own, if it is near enough to the focus to fit in the budget and
    /// the cache still is of the stated generation; a frame that is there already stays.
    /// returns: what is kept, or the picture itself.
    PicturePtr put(FrameIndex n, const PicturePtr& picture, std::uint64_t generation);
    PicturePtr put(FrameIndex n, const PicturePtr& picture) { return put(n, picture, generation()); }
    /// Grows when the cache is cleared: what was decoded before, under other numbers perhaps, is not put any more.
    std::uint64_t generation() const;
    /// Keeps what the other cache holds, too.
    void put_all(const FrameCache& other);
    /// returns: the new generation.
    std::uint64_t clear();

    std::size_t size_bytes() const;
    std::size_t budget_bytes() const { return budget_bytes_; }

    /// How many frames of `frame_bytes` are kept ahead of the focus by one who goes this way, and how many behind it.
    std::int64_t frames_ahead(std::size_t frame_bytes, Travel travel) const;
    std::int64_t frames_behind(std::size_t frame_bytes, Travel travel) const;

private:
    using Frames = std::map<FrameIndex, PicturePtr>;
    std::int64_t fitting(std::size_t frame_bytes) const;
    std::int64_t distance(FrameIndex n) const;
    Frames::const_iterator farthest() const;
    PicturePtr insert(FrameIndex n, PicturePtr picture, std::uint64_t generation);

    const std::size_t budget_bytes_;
    const PicturePool pool_;
    mutable std::mutex mutex_;
    Frames frames_;                    // guarded by mutex_
    FrameIndex focus_;                 // guarded by mutex_
    Travel travel_ = Travel::Forward;  // guarded by mutex_
    std::size_t size_bytes_ = 0;       // guarded by mutex_
    std::uint64_t generation_ = 0;     // guarded by mutex_
};

}  // namespace inbetween
