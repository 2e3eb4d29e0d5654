#include "core/base/bytes.h"

#include <xxhash.h>

#include <bit>

namespace inbetween {

void ByteWriter::put_unsigned(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<char>((value & 0x7f) | 0x80));
    bytes_.push_back(static_cast<char>(value));
}

void ByteWriter::put_signed(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    put_unsigned(value < 0 ? ~(bits << 1) : bits << 1);
}

void ByteWriter::put_float(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (unsigned shift = 0; shift < 32; shift += 8) bytes_.push_back(static_cast<char>(bits >> shift & 0xff));
}

void ByteWriter::put_double(double value) { put_fixed(std::bit_cast<std::uint64_t>(value)); }

void ByteWriter::put_fixed(std::uint64_t value) {
    for (unsigned shift = 0; shift < 64; shift += 8) bytes_.push_back(static_cast<char>(value >> shift & 0xff));
}

void ByteWriter::put_text(std::string_view text) {
    put_unsigned(text.size());
    bytes_ += text;
}

std::uint64_t ByteReader::unsigned_number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (rest_.empty()) break;
        const auto byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
    }
    fail();
    return 0;
}

std::int64_t ByteReader::signed_number() {
    const std::uint64_t bits = unsigned_number();
    return static_cast<std::int64_t>((bits & 1) != 0 ? ~(bits >> 1) : bits >> 1);
}

std::uint64_t ByteReader::fixed(std::size_t size) {
    if (rest_.size() < size) {
        fail();
        return 0;
    }
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < size; ++i)
        bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(rest_[i])) << (8 * i);
    rest_.remove_prefix(size);
    return bits;
}

float ByteReader::float_number() { return std::bit_cast<float>(static_cast<std::uint32_t>(fixed(4))); }

double ByteReader::double_number() { return std::bit_cast<double>(fixed(8)); }

std::string ByteReader::text() {
    const std::size_t size = count();
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
}

std::size_t ByteReader::count(std::size_t least_bytes) {
    const std::uint64_t n = unsigned_number();
    if (n > rest_.size() / least_bytes) {
        fail();
        return 0;
    }
    return static_cast<std::size_t>(n);
}

std::int64_t checksum_of(std::string_view bytes) {
    return static_cast<std::int64_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

}  // namespace inbetween
