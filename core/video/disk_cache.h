#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/files.h"
#include "core/base/result.h"
#include "core/video/cache_file.h"
#include "core/video/frame_table.h"

namespace inbetween {

/// Raised when frames are numbered or hashed in another way, so that nothing found in the old way is believed.
inline constexpr int video_index_version = 1;

/// What the cache holds of one stream of one video, in a folder of its own. While it lives no program removes it.
/// thread: any.
class CacheEntry {
public:
    /// Whether what is stored was made from the very bytes the video has now. What is not trusted is not given out.
    bool trusted() const;
    /// Makes the entry trusted: reads the whole video and, where it is not the one that was stored, empties the entry.
    /// errors: cancelled; the video cannot be read or is written to meanwhile; the entry is another program's too.
    Result<Done> check(const std::stop_token& stop);
    /// Whether the video still is the file it was when the entry was asked for, as far as its size and time tell.
    bool video_is_unchanged() const;

    /// The frames as they were stored.
    std::optional<FrameTable> load_table() const;
    /// Stores what a whole decode of the video found, and a hash of all its bytes: reads the video once more.
    /// errors: cancelled; not trusted; the video has changed; the disk is full.
    Result<Done> store_table(const FrameTable& table, const std::stop_token& stop);
    /// Any other part, by its kind.
    std::optional<std::string> load(const CacheKind& kind) const;
    /// errors: not trusted; the video has changed; the disk is full.
    Result<Done> store(const CacheKind& kind, std::string_view bytes);
    /// Where the proxy lies or is to be made; for a trusted entry only.
    std::filesystem::path proxy_path() const { return folder_ / "proxy"; }

    /// Removes other entries, those not used for longest, until this one may take `wanted_bytes` in all within the
    /// budget.   returns: what it may take in all, by the budget and by the disk; less than wanted where that is all
    /// there is.
    std::uint64_t make_room(std::uint64_t wanted_bytes) const;
    /// Notes that the entry is of use: those not used for longest are removed first.
    void touch() const;
    const std::filesystem::path& folder() const { return folder_; }

private:
    friend class DiskCache;

    // The bytes that the entry was made from, and the times at which a file was seen to hold them.
    struct Identity {
        std::string content_hash;  // empty as long as nobody has read all of it
        std::vector<std::int64_t> changed_ns;
    };

    CacheEntry(std::filesystem::path folder, std::uint64_t cache_budget_bytes, std::filesystem::path video,
               const FileStamp& stamp, Descriptor lock);

    Result<Done> look_at_identity();
    Result<Done> begin_anew(std::string content_hash);
    bool knows_time() const;
    void note_time();
    Result<Done> store_identity() const;
    Result<Done> refuse_unless_sound() const;

    const std::filesystem::path folder_;
    const std::uint64_t cache_budget_bytes_;
    const std::filesystem::path video_;
    const FileStamp stamp_;
    mutable std::mutex mutex_;
    Descriptor lock_;       // guarded by mutex_
    Identity identity_;     // guarded by mutex_
    bool trusted_ = false;  // guarded by mutex_
};

/// A folder of what was found out about videos by decoding them, known by content: a copy under another name is found,
/// a file that was changed in place is not believed. Nothing in it is needed; any of it may be removed at any time.
/// thread: any.
class DiskCache {
public:
    /// $XDG_CACHE_HOME/inbetween/video or ~/.cache/inbetween/video.
    static std::filesystem::path default_folder();

    /// Opens the cache, making the folder where it is missing.   budget_bytes 0: the smaller of 16 GiB and a tenth of
    /// what is free on that disk.   errors: a folder that cannot be made or written.
    static Result<DiskCache> open(const std::filesystem::path& folder, std::uint64_t budget_bytes = 0);

    /// The entry of a video, made where it is missing, and marked as used. Quick: reads 18 blocks of the video. An
    /// entry of a file seen before at the same time of its last write is trusted at once, else after
    /// CacheEntry::check(). errors: no regular file, image folders among them; the cache cannot be written.
    Result<std::shared_ptr<CacheEntry>> entry_for(const std::filesystem::path& video, int stream) const;

    /// Removes the entries not used for longest until all is within the budget with `wanted_bytes` to spare; never one
    /// that a running program uses.   returns: the bytes that may be added, by the budget and by the disk.
    std::uint64_t shrink(std::uint64_t wanted_bytes = 0) const;
    /// What all entries take on disk.
    std::uint64_t size_bytes() const;
    std::uint64_t budget_bytes() const { return budget_bytes_; }

private:
    friend class CacheEntry;

    DiskCache(std::filesystem::path folder, std::uint64_t budget_bytes)
        : folder_(std::move(folder)), budget_bytes_(budget_bytes) {}

    std::filesystem::path folder_;
    std::uint64_t budget_bytes_;
};

}  // namespace inbetween
