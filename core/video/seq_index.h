#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/result.h"
#include "core/base/timebase.h"
#include "core/video/seq_header.h"

namespace inbetween {

/// No frame is larger than this.
inline constexpr std::int64_t most_seq_frame_bytes = std::int64_t{1} << 30;

/// Where the picture of a frame lies in the file; no bytes where it is lost.
struct SeqFrame {
    std::int64_t at = 0;
    std::int64_t bytes = 0;
};

/// Where the frames of a Norpix sequence lie, and when they are shown.
struct SeqIndex {
    SeqHeader header;
    bool compressed = false;  ///< its frames are JPEGs or PNGs
    std::vector<SeqFrame> frames;
    std::vector<Pts> times;  ///< one a frame, never falling
    Timebase timebase;
    std::vector<std::string> notes;  ///< what is wrong with the file and was got round, a sentence each
};

/// Goes through a sequence from frame to frame, decoding nothing. Where a frame says a wrong length, the next one is
/// looked for by its first bytes, so that no other frame is lost and all keep their numbers; a frame that the file's
/// end cuts off is left out.
/// errors: cancelled; not a sequence; no frames in it; a format of pictures that is not known here.
Result<SeqIndex> scan_seq(const std::filesystem::path& path, const std::stop_token& stop,
                          const std::function<void(double share)>& progress);

/// Reads up to `count` bytes of a file; how many there were.
std::size_t read_at(const Descriptor& file, std::int64_t at, void* to, std::size_t count);

/// What a compressed picture is, by its first bytes.
enum class StillKind { None, Jpeg, Png };
StillKind still_kind(const std::uint8_t* bytes, std::size_t count);

}  // namespace inbetween
