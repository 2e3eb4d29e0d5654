#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace inbetween {

/// Builds a compact byte string: whole numbers as varints, so that small ones take one byte.
/// source: LEB128 and zigzag, as in Google's Protocol Buffers encoding.
class ByteWriter {
public:
    void put_unsigned(std::uint64_t value);
    void put_signed(std::int64_t value);
    void put_float(float value);          ///< its 4 bytes, little endian
    void put_double(double value);        ///< its 8 bytes, little endian
    void put_fixed(std::uint64_t value);  ///< its 8 bytes, little endian
    void put_text(std::string_view text);
    const std::string& bytes() const& { return bytes_; }
    std::string bytes() && { return std::move(bytes_); }

private:
    std::string bytes_;
};

/// Reads what ByteWriter built. Never reads past the end: after the first thing that is not there all values are zero
/// or empty and failed() is true.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}
    std::uint64_t unsigned_number();
    std::int64_t signed_number();
    float float_number();
    double double_number();
    std::uint64_t fixed_number() { return fixed(8); }
    std::string text();
    /// A number of elements that follow, each of `least_bytes` at least; fails when there are not as many bytes, so
    /// that no hostile number makes anybody take memory.
    std::size_t count(std::size_t least_bytes = 1);
    /// States that what was read makes no sense.
    void fail() { failed_ = true, rest_ = {}; }
    bool failed() const { return failed_; }
    /// Tells whether all was read, and nothing was missing.
    bool finished() const { return !failed_ && rest_.empty(); }

private:
    std::uint64_t fixed(std::size_t size);

    std::string_view rest_;
    bool failed_ = false;
};

/// What tells damaged bytes from sound ones.   source: XXH3, 64 bits.
std::int64_t checksum_of(std::string_view bytes);

}  // namespace inbetween
