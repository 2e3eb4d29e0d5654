#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/video/picture.h"

namespace inbetween {

/// The image formats of a Norpix sequence that are known here, by their numbers in its header.
/// source: Piotr's Computer Vision Toolbox, seqReaderPlugin.
enum class SeqFormat {
    GrayPng = 1,
    ColourPng = 2,
    GrayRaw = 100,
    BayerRaw = 101,  ///< one sample a pixel, blue at the top left
    GrayJpeg = 102,
    BayerJpeg = 103,  ///< the same, as a gray JPEG
    ColourRaw = 200,  ///< blue, green, red
    ColourJpeg = 201
};

/// The head of a Norpix sequence, as it stands in the file.
struct SeqHeader {
    int version = 3;
    std::int64_t header_bytes = 1024;
    std::string description;  ///< ASCII; other characters are '?'
    Size size;
    std::int64_t bit_depth = 24;      ///< of a pixel
    std::int64_t bit_depth_real = 8;  ///< of a sample
    std::int64_t image_bytes = 0;     ///< of an uncompressed picture
    SeqFormat format = SeqFormat::ColourJpeg;
    std::int64_t frames = 0;            ///< 0: not stated. Often wrong
    std::int64_t true_image_bytes = 0;  ///< from an uncompressed frame to the next
    double fps = 0;                     ///< often wrong: time stamps tell
};

/// The bytes of the head, those that are not used included.
inline constexpr std::size_t seq_header_bytes = 1024;

/// Whether a file begins as a Norpix sequence does.
bool is_seq_head(std::string_view head);

/// Whether the file is a Norpix sequence: by its content, or by its name where its head was never written, which
/// happens to recordings that were broken off.
bool is_seq_file(const std::filesystem::path& path);

/// Reads the first seq_header_bytes of a sequence. Numbers are given as they stand there.
/// requires: is_seq_head(head).   errors: cut short.
Result<SeqHeader> parse_seq_header(std::string_view head);

/// The head as bytes.   requires: a description of at most 256 characters of ASCII.
std::string bytes_of(const SeqHeader& header);

/// Frames a second by the time stamps of the first 100 frames: the mean of those intervals that are within 5 ms of
/// their median. 0 where there are none.   units: seconds.   source: seqReaderPlugin.
double seq_rate(const std::vector<double>& seconds);

}  // namespace inbetween
