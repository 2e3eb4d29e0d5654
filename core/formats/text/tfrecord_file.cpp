#include "core/formats/text/tfrecord_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/crc.hpp>

namespace inbetween {
namespace {

constexpr std::size_t length_bytes = 8;
constexpr std::size_t crc_bytes = 4;

template <class T>
T little_endian(std::string_view bytes) {
    T value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;)
        value = static_cast<T>(static_cast<T>(value << 8U) | static_cast<unsigned char>(bytes[i]));
    return value;
}

template <class T>
std::string as_little_endian(T value) {
    std::string bytes;
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xFFU);
    return bytes;
}

}  // namespace

std::uint32_t masked_crc32c(std::string_view bytes) {
    boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
    crc.process_bytes(bytes.data(), bytes.size());
    const auto sum = static_cast<std::uint32_t>(crc.checksum());
    return ((sum >> 15U) | (sum << 17U)) + 0xA282EAD8U;
}

std::string tfrecord_of(std::string_view bytes) {
    std::string record = as_little_endian(std::uint64_t{bytes.size()});
    record += as_little_endian(masked_crc32c(record));
    record += bytes;
    return record + as_little_endian(masked_crc32c(bytes));
}

bool is_tfrecord_head(std::string_view head) {
    return head.size() >= length_bytes + crc_bytes &&
           masked_crc32c(head.substr(0, length_bytes)) ==
               little_endian<std::uint32_t>(head.substr(length_bytes, crc_bytes));
}

Error TfrecordReader::error(std::string_view field, std::string_view why) const {
    return fail("{}: record {}: {}: {}", file_, count_, field, why);
}

Result<std::optional<std::string>> TfrecordReader::next() {
    std::string head(length_bytes + crc_bytes, '\0');
    in_.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (in_.gcount() == 0) return std::optional<std::string>();
    ++count_;
    if (in_.gcount() != static_cast<std::streamsize>(head.size())) return error("length", "is cut");
    if (!is_tfrecord_head(head)) return error("length", "has a wrong checksum");
    const auto length = little_endian<std::uint64_t>(head);
    // Read piece by piece, so that a length that lies takes no more memory than the file has bytes.
    constexpr std::uint64_t piece = 1U << 20U;
    std::string bytes;
    while (bytes.size() < length + crc_bytes) {
        const std::uint64_t wanted = std::min<std::uint64_t>(piece, length + crc_bytes - bytes.size());
        const std::size_t before = bytes.size();
        bytes.resize(before + wanted);
        in_.read(bytes.data() + before, static_cast<std::streamsize>(wanted));
        if (in_.gcount() != static_cast<std::streamsize>(wanted)) return error("data", "is cut");
    }
    const auto stated = little_endian<std::uint32_t>(std::string_view(bytes).substr(length));
    bytes.resize(length);
    if (stated != masked_crc32c(bytes)) return error("data", "has a wrong checksum");
    return std::optional(std::move(bytes));
}

}  // namespace inbetween
