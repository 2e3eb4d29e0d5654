#include "core/video/image_header.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>

#include "core/base/text.h"
#include "core/video/demuxer.h"

namespace inbetween {

namespace {

constexpr std::size_t head_bytes = 64 * 1024;

std::uint32_t big(std::string_view bytes) {
    std::uint32_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<std::uint8_t>(c);
    return value;
}

std::uint32_t little32(std::string_view bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
    return value;
}

std::optional<Size> checked(std::int64_t width, std::int64_t height) {
    if (width <= 0 || height <= 0 || width > 1 << 24 || height > 1 << 24) return std::nullopt;
    return Size{static_cast<int>(width), static_cast<int>(height)};
}

std::optional<Size> jpeg_size(std::string_view head) {
    std::size_t at = 2;
    while (at + 9 <= head.size()) {
        if (head[at] != '\xFF') return std::nullopt;
        const auto marker = static_cast<std::uint8_t>(head[at + 1]);
        if (marker == 0xFF) {  // fill byte
            ++at;
            continue;
        }
        const bool starts_frame =
            marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
        if (starts_frame) return checked(big(head.substr(at + 7, 2)), big(head.substr(at + 5, 2)));
        at += 2 + big(head.substr(at + 2, 2));
    }
    return std::nullopt;
}

std::optional<Size> bmp_size(std::string_view head) {
    if (head.size() < 26 || little32(head.substr(14, 4)) < 40) return std::nullopt;
    const auto width = static_cast<std::int32_t>(little32(head.substr(18, 4)));
    const auto height = static_cast<std::int32_t>(little32(head.substr(22, 4)));
    return checked(width, height < 0 ? -std::int64_t{height} : height);
}

// The next word of a PNM header, comments left out.
std::string_view pnm_word(std::string_view& text) {
    constexpr std::string_view blanks = " \t\r\n";
    for (;;) {
        text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
        if (text.empty() || text.front() != '#') break;
        text.remove_prefix(std::min(text.find('\n'), text.size()));
    }
    const std::string_view word = text.substr(0, text.find_first_of(blanks));
    text.remove_prefix(word.size());
    return word;
}

std::optional<Size> pnm_size(std::string_view head) {
    head.remove_prefix(2);
    const auto width = parse_int(pnm_word(head));
    const auto height = parse_int(pnm_word(head));
    if (!width || !height || head.empty()) return std::nullopt;
    return checked(*width, *height);
}

}  // namespace

std::optional<Size> size_in_header(std::string_view head) {
    if (head.starts_with("\xFF\xD8")) return jpeg_size(head);
    if (head.starts_with("\x89PNG\r\n\x1A\n") && head.size() >= 24) {
        return checked(big(head.substr(16, 4)), big(head.substr(20, 4)));
    }
    if (head.starts_with("BM")) return bmp_size(head);
    if (head.size() > 3 && head[0] == 'P' && head[1] >= '1' && head[1] <= '6') return pnm_size(head);
    return std::nullopt;
}

Result<Size> image_size(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail("{}: {}", file.string(), std::strerror(errno));
    std::string head(head_bytes, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(in.gcount()));
    if (const auto size = size_in_header(head)) return *size;
    auto demuxer = Demuxer::open(file, Demuxer::Probe::Streams);
    if (!demuxer) return demuxer.error();
    const AVCodecParameters& codec = *demuxer->stream().codecpar;
    if (const auto size = checked(codec.width, codec.height)) return *size;
    return fail("{}: the image cannot be decoded", file.string());
}

}  // namespace inbetween
