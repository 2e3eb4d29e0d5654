#include "core/video/seq_header.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <numeric>

#include "core/base/check.h"
#include "core/base/text.h"

namespace inbetween {

namespace {

constexpr std::uint32_t magic = 0xFEED;
constexpr std::u16string_view name = u"Norpix seq";

// Where things stand in the head.
constexpr std::size_t name_at = 4;
constexpr std::size_t version_at = 28;
constexpr std::size_t header_bytes_at = 32;
constexpr std::size_t description_at = 36;
constexpr std::size_t description_characters = 256;
constexpr std::size_t numbers_at = 548;
constexpr std::size_t rate_at = 584;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
    return value;
}

void put_number(std::string& bytes, std::size_t at, std::int64_t value) {
    for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i) & 0xFF);
}

bool is_empty_head(std::string_view head) {
    return head.size() == seq_header_bytes && std::ranges::all_of(head, [](char c) { return c == 0; });
}

std::string ascii_of(std::string_view utf16) {
    std::string text;
    for (std::size_t i = 0; i + 1 < utf16.size(); i += 2) {
        const unsigned unit = static_cast<unsigned>(static_cast<std::uint8_t>(utf16[i])) |
                              static_cast<unsigned>(static_cast<std::uint8_t>(utf16[i + 1])) << 8;
        if (unit == 0) break;
        text += unit >= 0x20 && unit < 0x7F ? static_cast<char>(unit) : '?';
    }
    return text;
}

}  // namespace

bool is_seq_head(std::string_view head) {
    if (head.size() < version_at || number_at(head, 0) != magic) return false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (head[name_at + 2 * i] != static_cast<char>(name[i]) || head[name_at + 2 * i + 1] != 0) return false;
    }
    return true;
}

bool is_seq_file(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return false;
    std::ifstream in(path, std::ios::binary);
    std::string head(seq_header_bytes, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(in.gcount()));
    return is_seq_head(head) || (is_empty_head(head) && to_lower(path.extension().string()) == ".seq");
}

Result<SeqHeader> parse_seq_header(std::string_view head) {
    if (head.size() < seq_header_bytes) return fail("the head of the file is cut short");
    SeqHeader header;
    header.version = static_cast<int>(number_at(head, version_at));
    header.header_bytes = number_at(head, header_bytes_at);
    header.description = ascii_of(head.substr(description_at, 2 * description_characters));
    const auto number = [head](std::size_t i) { return std::int64_t{number_at(head, numbers_at + 4 * i)}; };
    constexpr std::int64_t most = 1 << 24;
    header.size = {static_cast<int>(std::min(number(0), most)), static_cast<int>(std::min(number(1), most))};
    header.bit_depth = number(2);
    header.bit_depth_real = number(3);
    header.image_bytes = number(4);
    header.format = static_cast<SeqFormat>(number(5));
    header.frames = number(6);
    header.true_image_bytes = number(8);
    std::memcpy(&header.fps, head.data() + rate_at, sizeof header.fps);
    return header;
}

std::string bytes_of(const SeqHeader& header) {
    static_assert(std::endian::native == std::endian::little);
    IB_CHECK(header.description.size() <= description_characters);
    std::string bytes(seq_header_bytes, '\0');
    put_number(bytes, 0, magic);
    for (std::size_t i = 0; i < name.size(); ++i) bytes[name_at + 2 * i] = static_cast<char>(name[i]);
    put_number(bytes, version_at, header.version);
    put_number(bytes, header_bytes_at, header.header_bytes);
    for (std::size_t i = 0; i < header.description.size(); ++i) bytes[description_at + 2 * i] = header.description[i];
    const std::int64_t numbers[] = {header.size.width,      header.size.height,
                                    header.bit_depth,       header.bit_depth_real,
                                    header.image_bytes,     static_cast<std::int64_t>(header.format),
                                    header.frames,          0,
                                    header.true_image_bytes};
    std::size_t at = numbers_at;
    for (const std::int64_t number : numbers) {
        put_number(bytes, at, number);
        at += 4;
    }
    std::memcpy(bytes.data() + rate_at, &header.fps, sizeof header.fps);
    return bytes;
}

double seq_rate(const std::vector<double>& seconds) {
    constexpr std::size_t most = 100;
    constexpr double tolerance_secs = 0.005;
    std::vector<double> intervals;
    for (std::size_t i = 1; i < std::min(seconds.size(), most); ++i) intervals.push_back(seconds[i] - seconds[i - 1]);
    if (intervals.empty()) return 0;
    std::vector<double> sorted = intervals;
    std::ranges::sort(sorted);
    const double median = (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
    std::erase_if(intervals, [&](double each) { return !(std::abs(each - median) < tolerance_secs); });
    if (intervals.empty()) return 0;
    const double sum = std::accumulate(intervals.begin(), intervals.end(), 0.0);
    return sum > 0 ? static_cast<double>(intervals.size()) / sum : 0;
}

}  // namespace inbetween
