#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace inbetween {

/// Reads bits and Exp-Golomb numbers from the beginning of data; zeros past its end.
class PacketBits {
public:
    explicit PacketBits(std::span<const std::uint8_t> data) : data_(data) {}
    unsigned bit() {
        const std::size_t byte = at_ / 8;
        if (byte >= data_.size()) return 0;
        const unsigned value = (data_[byte] >> (7 - at_ % 8)) & 1U;
        ++at_;
        return value;
    }
    unsigned bits(int count) {
        unsigned value = 0;
        for (; count > 0; --count) value = value << 1 | bit();
        return value;
    }
    void skip(std::size_t count) { at_ += count; }
    unsigned golomb() {
        int zeros = 0;
        while (bit() == 0) {
            if (++zeros > 31 || at_ / 8 >= data_.size()) return ~0U;
        }
        unsigned value = 1;
        for (; zeros > 0; --zeros) value = value << 1 | bit();
        return value - 1;
    }

    int signed_golomb() {
        const unsigned value = std::min(golomb(), 1U << 16);
        const int half = static_cast<int>((value + 1) / 2);
        return value % 2 == 1 ? half : -half;
    }

private:
    std::span<const std::uint8_t> data_;
    std::size_t at_ = 0;
};

/// Where the next start code 00 00 01 begins, from `from` on; data.size() where there is none.
inline std::size_t find_start_code(std::span<const std::uint8_t> data, std::size_t from) {
    for (std::size_t at = from + 2; at < data.size(); ++at) {
        // Ones are rare: memchr passes over most of the data.
        const void* one = std::memchr(data.data() + at, 1, data.size() - at);
        if (one == nullptr) break;
        at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(one) - data.data());
        if (data[at - 1] == 0 && data[at - 2] == 0) return at - 2;
    }
    return data.size();
}

}  // namespace inbetween
