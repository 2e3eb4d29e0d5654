#include "core/video/disk_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/bytes.h"
#include "core/video/cache_lock.h"
#include "core/video/ff.h"

namespace fs = std::filesystem;

namespace inbetween {

namespace {

constexpr CacheKind identity_kind{"identity", 1};
constexpr CacheKind table_kind{"frames", 1};
constexpr std::string_view entry_suffix = ".video";

constexpr std::uint64_t most_budget_bytes = std::uint64_t{16} << 30;
constexpr std::uint64_t kept_free_bytes = std::uint64_t{1} << 30;

// A file that is copied and touched has as many times; more are of no use.
constexpr std::size_t most_times = 16;

// All that may change what a decode puts out, besides the file: the libraries and the machine's instructions.
std::string decoder_key(int stream) {
    const std::string text = fmt::format("{} {} {} {} {} {}", stream, video_index_version, avcodec_version(),
                                         avformat_version(), swscale_version(), av_get_cpu_flags());
    return fmt::format("{:016x}", static_cast<std::uint64_t>(checksum_of(text)));
}

// Whether a further write might leave the time as it is, for the file system counts time in steps.
bool may_still_change(std::int64_t changed_ns) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const std::int64_t age = now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec - changed_ns;
    const std::int64_t step = changed_ns % 1'000'000'000 == 0 ? 2'500'000'000 : 50'000'000;
    return age < step && age > -step;
}

std::uint64_t bytes_on_disk(const fs::path& folder) {
    std::uint64_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        struct stat info {};
        if (::lstat(it->path().c_str(), &info) == 0) bytes += static_cast<std::uint64_t>(info.st_blocks) * 512;
    }
    return bytes;
}

// An entry as shrink() sees it.
struct Found {
    fs::path folder;
    std::int64_t used_ns = 0;
    std::uint64_t bytes = 0;
};

std::vector<Found> entries_in(const fs::path& cache) {
    std::vector<Found> found;
    std::error_code error;
    for (fs::directory_iterator it(cache, error), end; !error && it != end; it.increment(error)) {
        if (it->path().extension() != entry_suffix) continue;
        struct stat info {};
        if (::stat(cache_lock_file(it->path()).c_str(), &info) != 0) continue;
        const std::int64_t used = info.st_mtim.tv_sec * std::int64_t{1'000'000'000} + info.st_mtim.tv_nsec;
        found.push_back({it->path(), used, bytes_on_disk(it->path())});
    }
    std::ranges::sort(found, {}, &Found::used_ns);
    return found;
}

}  // namespace

CacheEntry::CacheEntry(fs::path folder, std::uint64_t cache_budget_bytes, fs::path video, const FileStamp& stamp,
                       Descriptor lock)
    : folder_(std::move(folder)),
      cache_budget_bytes_(cache_budget_bytes),
      video_(std::move(video)),
      stamp_(stamp),
      lock_(std::move(lock)) {}

bool CacheEntry::trusted() const {
    const std::lock_guard guard(mutex_);
    return trusted_;
}

bool CacheEntry::video_is_unchanged() const {
    const auto now = file_stamp(video_);
    return now && *now == stamp_;
}

bool CacheEntry::knows_time() const {
    return std::ranges::find(identity_.changed_ns, stamp_.changed_ns) != identity_.changed_ns.end();
}

void CacheEntry::note_time() {
    if (knows_time() || may_still_change(stamp_.changed_ns)) return;
    if (identity_.changed_ns.size() >= most_times) identity_.changed_ns.erase(identity_.changed_ns.begin());
    identity_.changed_ns.push_back(stamp_.changed_ns);
}

Result<Done> CacheEntry::store_identity() const {
    ByteWriter out;
    out.put_text(identity_.content_hash);
    out.put_unsigned(identity_.changed_ns.size());
    for (const std::int64_t time : identity_.changed_ns) out.put_signed(time);
    return write_cache_file(folder_ / identity_kind.name, identity_kind, out.bytes());
}

Result<Done> CacheEntry::look_at_identity() {
    const std::lock_guard guard(mutex_);
    if (const auto bytes = read_cache_file(folder_ / identity_kind.name, identity_kind)) {
        ByteReader in(*bytes);
        identity_.content_hash = in.text();
        identity_.changed_ns.resize(in.count());
        for (std::int64_t& time : identity_.changed_ns) time = in.signed_number();
        if (!in.finished()) identity_ = {};
    }
    trusted_ = knows_time();
    if (trusted_ || !identity_.content_hash.empty()) return Done{};
    return begin_anew({});
}

Result<Done> CacheEntry::begin_anew(std::string content_hash) {
    auto emptied = empty_cache_folder(folder_, lock_);
    if (!emptied) return emptied;
    identity_ = {std::move(content_hash), {}};
    note_time();
    trusted_ = true;
    return store_identity();
}

Result<Done> CacheEntry::check(const std::stop_token& stop) {
    if (trusted()) return Done{};
    auto content = content_hash(video_, stop);
    if (!content) return content.error();
    if (content->stamp != stamp_) return fail("{}: has changed since it was opened", video_.string());
    const std::lock_guard guard(mutex_);
    if (content->hash != identity_.content_hash) return begin_anew(std::move(content->hash));
    note_time();
    trusted_ = true;
    // Where the time cannot be noted the video is read again the next time; nothing else is lost.
    static_cast<void>(store_identity());
    return Done{};
}

Result<Done> CacheEntry::refuse_unless_sound() const {
    if (!trusted()) return fail("{}: the stored entry has not been checked", video_.string());
    if (!video_is_unchanged()) return fail("{}: has changed since it was opened", video_.string());
    return Done{};
}

std::optional<FrameTable> CacheEntry::load_table() const {
    const auto bytes = load(table_kind);
    if (!bytes) return std::nullopt;
    return frame_table_of(*bytes);
}

Result<Done> CacheEntry::store_table(const FrameTable& table, const std::stop_token& stop) {
    if (auto sound = refuse_unless_sound(); !sound) return sound;
    bool known = false;
    {
        const std::lock_guard guard(mutex_);
        known = !identity_.content_hash.empty();
    }
    if (!known) {
        auto content = content_hash(video_, stop);
        if (!content) return content.error();
        if (content->stamp != stamp_) return fail("{}: has changed since it was opened", video_.string());
        const std::lock_guard guard(mutex_);
        identity_.content_hash = std::move(content->hash);
        note_time();
        if (auto stored = store_identity(); !stored) return stored;
    }
    return store(table_kind, bytes_of(table));
}

std::optional<std::string> CacheEntry::load(const CacheKind& kind) const {
    if (!trusted()) return std::nullopt;
    return read_cache_file(folder_ / kind.name, kind);
}

Result<Done> CacheEntry::store(const CacheKind& kind, std::string_view bytes) {
    if (auto sound = refuse_unless_sound(); !sound) return sound;
    return write_cache_file(folder_ / kind.name, kind, bytes);
}

std::uint64_t CacheEntry::make_room(std::uint64_t wanted_bytes) const {
    const std::uint64_t taken = bytes_on_disk(folder_);
    const DiskCache cache(folder_.parent_path(), cache_budget_bytes_);
    return taken + cache.shrink(wanted_bytes - std::min(taken, wanted_bytes));
}

void CacheEntry::touch() const {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const timespec times[] = {now, now};
    const std::lock_guard guard(mutex_);
    ::futimens(lock_.fd(), times);
}

fs::path DiskCache::default_folder() { return user_cache_folder() / "video"; }

Result<DiskCache> DiskCache::open(const fs::path& folder, std::uint64_t budget_bytes) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return fail("{}: the folder cannot be made: {}", folder.string(), error.message());
    // What is in it shows what somebody watched.
    fs::permissions(folder, fs::perms::owner_all, error);
    if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0) {
        return fail("{}: the folder cannot be written: {}", folder.string(), std::strerror(errno));
    }
    if (budget_bytes == 0) {
        const fs::space_info space = fs::space(folder, error);
        if (error) return fail("{}: {}", folder.string(), error.message());
        budget_bytes = std::min<std::uint64_t>(most_budget_bytes, space.available / 10);
    }
    return DiskCache(folder, budget_bytes);
}

Result<std::shared_ptr<CacheEntry>> DiskCache::entry_for(const fs::path& video, int stream) const {
    const auto stamp = file_stamp(video);
    if (!stamp) return stamp.error();
    const auto content = fingerprint(video);
    if (!content) return content.error();
    const fs::path folder = folder_ / fmt::format("{}-{}{}", *content, decoder_key(stream), entry_suffix);
    auto lock = hold_cache_folder(folder, CacheHold::Shared);
    if (!lock) return lock.error();
    std::shared_ptr<CacheEntry> entry(new CacheEntry(folder, budget_bytes_, video, *stamp, std::move(*lock)));
    entry->touch();
    if (auto looked = entry->look_at_identity(); !looked) return looked.error();
    return entry;
}

std::uint64_t DiskCache::size_bytes() const {
    std::uint64_t bytes = 0;
    for (const Found& entry : entries_in(folder_)) bytes += entry.bytes;
    return bytes;
}

std::uint64_t DiskCache::shrink(std::uint64_t wanted_bytes) const {
    remove_discarded_folders(folder_);
    const std::vector<Found> entries = entries_in(folder_);
    std::uint64_t total = 0;
    for (const Found& entry : entries) total += entry.bytes;
    const std::uint64_t most = budget_bytes_ - std::min(wanted_bytes, budget_bytes_);
    for (const Found& entry : entries) {
        if (total <= most) break;
        if (discard_cache_folder(entry.folder)) total -= entry.bytes;
    }
    std::error_code error;
    const std::uint64_t available = fs::space(folder_, error).available;
    if (error) return 0;
    const std::uint64_t by_disk = available - std::min(available, kept_free_bytes);
    return std::min(by_disk, budget_bytes_ - std::min(total, budget_bytes_));
}

}  // namespace inbetween
