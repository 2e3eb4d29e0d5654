#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace inbetween {

/// Reads a whole regular file.   errors: missing, unreadable, not a regular file, larger than `max_bytes`.
Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t max_bytes = 1ULL << 30);

/// Whether a file outlasts a loss of power right after it was written.
enum class Durability {
    Synced,  ///< it does
    Loose    ///< it may be missing or empty then: for what can be made again
};

/// Writes a file whole or not at all: temporary name beside it, fsync, rename, fsync of the folder. Makes no folders.
/// errors: read-only or full disk, missing folder; an earlier file of that name then stands unchanged.
Result<Done> write_file_atomic(const std::filesystem::path& path, std::string_view bytes,
                               Durability durability = Durability::Synced);

/// What tells a file's content from another's without reading all of it: the size and a hash of the head, the tail and
/// 16 spread blocks, as hexadecimal text. A folder's fingerprint covers names and sizes of its files.
Result<std::string> fingerprint(const std::filesystem::path& path);

/// What a file system tells of a file's content without reading it.
struct FileStamp {
    std::int64_t size_bytes = 0;
    std::int64_t changed_ns = 0;  ///< when it was last written to; nanoseconds since 1970
    friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// The stamp of a regular file.   errors: missing, unreadable, not a regular file.
Result<FileStamp> file_stamp(const std::filesystem::path& path);

/// A hash of all of a file, as 32 hexadecimal digits, and the stamp the file had all the while.
struct ContentHash {
    std::string hash;
    FileStamp stamp;
};

/// Reads the whole file, however large.   errors: cancelled; unreadable, not a regular file, written to meanwhile.
/// source: XXH3, 128 bits.
Result<ContentHash> content_hash(const std::filesystem::path& path, const std::stop_token& stop = {});

/// Tells whether both name the same existing file.
bool same_file(const std::filesystem::path& a, const std::filesystem::path& b);

/// Where the program keeps a user's own data: $XDG_DATA_HOME/inbetween, else ~/.local/share/inbetween.
std::filesystem::path user_data_folder();

/// Where the program keeps settings: $XDG_CONFIG_HOME/inbetween, else ~/.config/inbetween.
std::filesystem::path user_config_folder();

/// Where the program keeps what it can make again: $XDG_CACHE_HOME/inbetween, else ~/.cache/inbetween.
std::filesystem::path user_cache_folder();

}  // namespace inbetween
