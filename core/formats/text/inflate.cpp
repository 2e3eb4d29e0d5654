#include "core/formats/text/inflate.h"

#include <zlib.h>

#include <array>
#include <cstddef>

namespace inbetween {

bool is_gzip(std::string_view head) { return head.starts_with("\x1F\x8B\x08"); }

std::optional<std::string> inflated(std::string_view data) {
    constexpr std::size_t most_bytes = std::size_t{1} << 30;
    constexpr int of_either_kind = 32;
    z_stream stream{};
    if (inflateInit2(&stream, MAX_WBITS + of_either_kind) != Z_OK) return std::nullopt;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
    stream.avail_in = static_cast<uInt>(data.size());
    std::string result;
    std::array<char, 1 << 16> buffer{};
    int state = Z_OK;
    while (state == Z_OK && result.size() <= most_bytes) {
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = static_cast<uInt>(buffer.size());
        state = inflate(&stream, Z_NO_FLUSH);
        result.append(buffer.data(), buffer.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    if (state != Z_STREAM_END || result.size() > most_bytes) return std::nullopt;
    return result;
}

}  // namespace inbetween
