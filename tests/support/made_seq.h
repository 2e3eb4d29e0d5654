#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inbetween::test {

/// A Norpix sequence to be put together byte by byte, as its format is described and without the program's own code.
struct MadeSeq {
    std::uint32_t version = 3;
    std::uint32_t width = 192;
    std::uint32_t height = 128;
    std::uint32_t bit_depth = 24;
    std::uint32_t bit_depth_real = 8;
    std::uint32_t image_bytes = 192 * 128 * 3;
    std::uint32_t format = 201;
    std::uint32_t true_image_bytes = 0;               ///< from picture to picture of an uncompressed one
    std::optional<std::uint32_t> stated_frames = {};  ///< as many as there are, if not stated
    double fps = 25;
    std::size_t first = 1024;           ///< where the first frame begins
    std::size_t pad = 8;                ///< after each time stamp of a compressed one
    std::vector<std::string> pictures;  ///< as they stand in the file
    /// When each is shown; a 25th of a second after the one before, if not stated.   units: microseconds.
    std::vector<std::int64_t> times_us = {};

    bool is_raw() const { return format == 100 || format == 101 || format == 200; }
    std::string bytes() const;
    /// Where frame n's length stands, or its picture in an uncompressed one.
    std::size_t place_of(std::size_t n) const;
};

/// Puts a little-endian number of so many bytes into text.
void put_little(std::string& text, std::size_t at, std::uint64_t value, std::size_t count);

}  // namespace inbetween::test
