#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace inbetween {

/// What a file of the cache holds. One that says otherwise, an older version for one, counts as not there.
struct CacheKind {
    std::string_view name;      ///< at most 8 letters
    std::uint32_t version = 1;  ///< raised when the bytes change their meaning
};

/// Writes a file of the cache whole or not at all, with its kind and a checksum over all of it.
/// errors: those of write_file_atomic.
Result<Done> write_cache_file(const std::filesystem::path& path, const CacheKind& kind, std::string_view bytes);

/// The bytes that write_cache_file() was given. A file that is damaged, cut short or of another kind is removed.
/// returns: none when there is no sound file of that kind.
std::optional<std::string> read_cache_file(const std::filesystem::path& path, const CacheKind& kind);

}  // namespace inbetween
