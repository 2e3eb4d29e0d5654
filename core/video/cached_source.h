#pragma once

#include <filesystem>
#include <memory>

#include "core/video/disk_cache.h"
#include "core/video/frame_source.h"

namespace inbetween {

/// A source with its place in the cache on disk.
struct CachedSource {
    std::unique_ptr<FrameSource> source;
    std::shared_ptr<CacheEntry> entry;  ///< null without a cache, and for folders of images
};

/// Opens a video with what an earlier run has proved of it, if the cache holds that.
/// errors: those of open_frame_source; a cache that cannot be used is none.
Result<CachedSource> open_cached_source(const std::filesystem::path& path, OpenOptions options, const DiskCache* cache);

/// Keeps a proof that took long enough to be worth it.
void keep_proof(const CachedSource& cached, const std::stop_token& stop);

}  // namespace inbetween
