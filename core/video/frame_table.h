#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/frame.h"
#include "core/base/timebase.h"

namespace inbetween {

/// A packet whose frame may be decoded without what lies before it, and which frame that is.
struct SyncPoint {
    std::int64_t packet = 0;  ///< its place in decode order, from 0
    FrameIndex frame;
    friend bool operator==(const SyncPoint&, const SyncPoint&) = default;
};

/// What one whole decode of a video found: the proof of its frame numbers. Later seeks are checked against it.
struct FrameTable {
    std::vector<Pts> pts;               ///< when each frame is shown, in the video's time base
    std::vector<std::uint64_t> hashes;  ///< hash64 of each frame's samples, as many as pts
    /// Where frames can be counted from, rising; for videos whose time stamps do not tell the frames apart.
    std::vector<SyncPoint> sync_points;

    std::int64_t frames() const { return static_cast<std::int64_t>(pts.size()); }
    friend bool operator==(const FrameTable&, const FrameTable&) = default;
};

/// The table as compact bytes, the same on every machine: about ten a frame.   requires: as many hashes as pts.
std::string bytes_of(const FrameTable& table);

/// What bytes_of() made; none when the bytes are not such.
std::optional<FrameTable> frame_table_of(std::string_view bytes);

}  // namespace inbetween
