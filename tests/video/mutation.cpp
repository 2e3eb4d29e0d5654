#include "tests/video/mutation.h"

#include <fmt/format.h>

#include <algorithm>

namespace inbetween::test {

namespace {

std::size_t below(std::size_t end, std::mt19937& random) { return end == 0 ? 0 : random() % end; }

struct Stretch {
    std::size_t at = 0;
    std::size_t size = 0;
};

// Short ones are as likely as long ones.
Stretch stretch_of(const std::string& bytes, std::mt19937& random) {
    const std::size_t at = below(bytes.size(), random);
    const std::size_t most = std::max<std::size_t>(1, (bytes.size() - at) >> (random() % 10));
    return {at, std::min(1 + below(most, random), bytes.size() - at)};
}

std::string noise(std::size_t size, std::mt19937& random) {
    std::string text(size, '\0');
    for (char& c : text) c = static_cast<char>(random());
    return text;
}

std::string mutate_once(std::string& bytes, const std::string& other, std::mt19937& random) {
    if (bytes.empty()) return "nothing";
    const Stretch some = stretch_of(bytes, random);
    const std::size_t to = below(bytes.size(), random);
    const std::string part = bytes.substr(some.at, some.size);
    switch (random() % 10) {
        case 0:
        case 1: {
            const unsigned count = 1U << random() % 8;
            for (unsigned i = 0; i < count; ++i)
                bytes[below(bytes.size(), random)] ^= static_cast<char>(1 << random() % 8);
            return fmt::format("{} bits turned", count);
        }
        case 2:
            for (std::size_t i = 0; i < some.size; ++i) bytes[some.at + i] = static_cast<char>(random());
            return fmt::format("{} bytes at {} overwritten", some.size, some.at);
        case 3:
            std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(some.at), some.size, '\0');
            return fmt::format("{} bytes at {} zeroed", some.size, some.at);
        case 4:
            bytes.resize(to);
            return fmt::format("cut off at {}", to);
        case 5:
            bytes.erase(0, to / 2);
            return fmt::format("begun at {}", to / 2);
        case 6:
            bytes.erase(some.at, some.size);
            return fmt::format("{} bytes at {} left out", some.size, some.at);
        case 7:
            bytes.insert(to, part);
            return fmt::format("{} bytes at {} repeated at {}", some.size, some.at, to);
        case 8:
            bytes.insert(to, noise(1 + below(5000, random), random));
            return fmt::format("noise inserted at {}", to);
        default: {
            const Stretch theirs = stretch_of(other, random);
            bytes.replace(some.at, some.size, other.substr(theirs.at, theirs.size));
            return fmt::format("{} bytes at {} replaced by {} of another file", some.size, some.at, theirs.size);
        }
    }
}

}  // namespace

Mutation mutate(const std::string& bytes, const std::string& other, std::mt19937& random) {
    Mutation mutation{bytes, ""};
    const std::size_t times = 1 + below(3, random);
    for (std::size_t i = 0; i < times; ++i) {
        if (i > 0) mutation.what += ", ";
        mutation.what += mutate_once(mutation.bytes, other, random);
    }
    return mutation;
}

}  // namespace inbetween::test
