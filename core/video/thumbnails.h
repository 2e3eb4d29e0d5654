#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/frame.h"
#include "core/base/result.h"
#include "core/video/cache_file.h"
#include "core/video/picture.h"
#include "core/video/picture_shrinker.h"
#include "core/video/screen_converter.h"

namespace inbetween {

/// A frame as a small upright picture of square pixels, as a screen shows it.
struct Thumbnail {
    FrameIndex frame;
    Image image;  ///< red, green, blue, alpha
};

/// The thumbnails of a strip at one moment. Does not change.
struct Thumbnails {
    std::int64_t spacing = 1;  ///< frames from one to the next
    /// Slot i holds a frame of [i * spacing, (i + 1) * spacing), its first one in the end; null as long as none came.
    std::vector<std::shared_ptr<const Thumbnail>> slots;

    /// The thumbnail nearest to frame n, the earlier of two as near; null where there is none at all.
    std::shared_ptr<const Thumbnail> nearest(FrameIndex n) const;
};

struct ThumbnailOptions {
    int height = 54;       ///< of the pictures, at most
    int most_width = 216;  ///< of very wide ones, which are lower then
    int most = 600;        ///< how many there may be
};

/// Small pictures of every k-th frame of a video, filled in as frames come by, in any order.
/// thread: any.
class ThumbnailStrip {
public:
    /// What it is kept as in the cache on disk.
    static constexpr CacheKind kind{"thumbs", 2};

    /// `frames`: as many as are expected; should there be more, thumbnails are thinned out to keep to the most.
    explicit ThumbnailStrip(std::int64_t frames, const ThumbnailOptions& options = {});

    /// Whether offer() would make use of frame n.
    bool wants(FrameIndex n) const;
    /// Makes a thumbnail of frame n where it is wanted.   returns: whether it did.   errors: a format that cannot be
    /// converted.
    Result<bool> offer(FrameIndex n, const Picture& picture);
    /// What there is by now. Cheap: the same object as long as nothing is added.
    std::shared_ptr<const Thumbnails> snapshot() const;
    std::shared_ptr<const Thumbnail> nearest(FrameIndex n) const { return snapshot()->nearest(n); }

    /// All thumbnails as bytes, and back.   restore() returns: whether the bytes were such; else nothing changes.
    std::string bytes() const;
    bool restore(std::string_view bytes);

private:
    bool is_better(FrameIndex n) const;
    void put(std::shared_ptr<const Thumbnail> thumbnail);
    void thin_out();

    const ThumbnailOptions options_;
    mutable std::mutex mutex_;
    Thumbnails now_;                                    // guarded by mutex_
    mutable std::shared_ptr<const Thumbnails> shared_;  // guarded by mutex_; a copy of now_, null when it has changed
    std::mutex shrinker_mutex_;
    PictureShrinker shrinker_;   // guarded by shrinker_mutex_
    ScreenConverter converter_;  // guarded by shrinker_mutex_
};

/// The size of the thumbnail of such pictures.
Size thumbnail_size(Size upright, double pixel_aspect, const ThumbnailOptions& options = {});

}  // namespace inbetween
