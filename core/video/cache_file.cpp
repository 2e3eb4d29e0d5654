#include "core/video/cache_file.h"

#include <xxhash.h>

#include "core/base/bytes.h"
#include "core/base/files.h"

namespace inbetween {

namespace {

// "IBCACHE1", the kind's name, its version, the size of what follows, and a hash of those four and of what follows.
constexpr std::uint64_t magic = 0x3145484341434249;
constexpr std::size_t head_bytes = 48;

std::uint64_t as_number(std::string_view name) {
    std::uint64_t number = 0;
    for (const char letter : name.substr(0, 8)) number = number << 8 | static_cast<unsigned char>(letter);
    return number;
}

std::string head_of(const CacheKind& kind, std::string_view bytes) {
    ByteWriter head;
    head.put_fixed(magic);
    head.put_fixed(as_number(kind.name));
    head.put_fixed(kind.version);
    head.put_fixed(bytes.size());
    const XXH64_hash_t seed = XXH3_64bits(head.bytes().data(), head.bytes().size());
    const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
    head.put_fixed(hash.high64);
    head.put_fixed(hash.low64);
    return std::move(head).bytes();
}

}  // namespace

Result<Done> write_cache_file(const std::filesystem::path& path, const CacheKind& kind, std::string_view bytes) {
    return write_file_atomic(path, head_of(kind, bytes).append(bytes), Durability::Loose);
}

std::optional<std::string> read_cache_file(const std::filesystem::path& path, const CacheKind& kind) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return std::nullopt;
    if (auto file = read_file(path); file && file->size() >= head_bytes) {
        const std::string_view bytes = std::string_view(*file).substr(head_bytes);
        if (file->compare(0, head_bytes, head_of(kind, bytes)) == 0) return file->substr(head_bytes);
    }
    std::filesystem::remove(path, error);
    return std::nullopt;
}

}  // namespace inbetween
