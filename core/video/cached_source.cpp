#include "core/video/cached_source.h"

#include <utility>

namespace inbetween {

namespace {

// A shorter proof is sooner made than read.   units: pixels of luma.
constexpr std::int64_t least_worth_keeping = 64'000'000;

}  // namespace

Result<CachedSource> open_cached_source(const std::filesystem::path& path, OpenOptions options,
                                        const DiskCache* cache) {
    CachedSource cached;
    if (cache != nullptr) {
        // Of a file the first video stream is the one that is read.
        if (auto entry = cache->entry_for(path, 0)) cached.entry = *std::move(entry);
    }
    if (cached.entry && cached.entry->trusted()) {
        if (auto table = cached.entry->load_table()) {
            options.table = std::make_shared<const FrameTable>(*std::move(table));
            cached.entry->touch();
        }
    }
    auto source = open_frame_source(path, options);
    if (!source) return source.error();
    cached.source = *std::move(source);
    if (options.table == nullptr) keep_proof(cached, options.stop);
    return cached;
}

void keep_proof(const CachedSource& cached, const std::stop_token& stop) {
    const VideoInfo& info = cached.source->info();
    const auto table = cached.source->table();
    const std::int64_t pixels = std::int64_t{info.decoded_size.width} * info.decoded_size.height * info.frames;
    if (!cached.entry || !table || pixels < least_worth_keeping) return;
    // A cache that cannot be written costs the next time the proof, and nothing else.
    (void)cached.entry->store_table(*table, stop);
}

}  // namespace inbetween
