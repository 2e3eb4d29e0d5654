#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/frame.h"
#include "core/base/result.h"
#include "core/base/timebase.h"
#include "core/video/demuxer.h"
#include "core/video/packet_check.h"

namespace inbetween {

/// A time stamp that is not there.
inline constexpr Pts no_pts = std::numeric_limits<std::int64_t>::min();

/// One packet of the video stream, as the file holds it.
struct PacketEntry {
    Pts pts = no_pts;
    Pts dts = no_pts;
    std::int64_t pos = -1;  ///< in the file; -1 unknown
    std::int32_t size = 0;
    bool sync = false;     ///< decoding may start here
    bool counted = false;  ///< a frame is expected of it: not discarded by an edit list, not hidden, not empty
};

/// What stands between the time stamps and proved frame numbers.
struct IndexDoubts {
    std::vector<std::string> start;   ///< settled by decoding the beginning of the file
    std::vector<std::string> global;  ///< settled only by decoding all of it

    bool none() const { return start.empty() && global.empty(); }
};

/// The packets of a video in decode order, and its frames in presentation order by their time stamps.
class VideoIndex {
public:
    /// Reads every packet of an opened file, decoding nothing. `begun` has noted the packets read before.
    /// errors: cancelled.
    static Result<VideoIndex> scan(Demuxer& demuxer, int reorder_depth, const std::stop_token& stop,
                                   const std::function<void(double share)>& progress, VideoIndex begun);
    /// Notes the next packet of the file; scan() goes on from there.
    void note(const AVPacket& packet, const AVCodecParameters& codec);
    /// An index of the given packets; for tests.
    static VideoIndex from_packets(std::vector<PacketEntry> packets);

    const std::vector<PacketEntry>& packets() const { return packets_; }
    /// Packets that a frame is expected of, whatever is known by now.
    std::int64_t counted_packets() const { return counted_; }
    /// Frames expected to come out.
    std::int64_t frames() const { return static_cast<std::int64_t>(frames_.size()); }
    /// requires: 0 <= n < frames().
    Pts pts(FrameIndex n) const { return frames_[static_cast<std::size_t>(n.value)].pts; }
    /// The packet that frame n comes of.   requires: 0 <= n < frames().
    std::size_t packet_of(FrameIndex n) const { return frames_[static_cast<std::size_t>(n.value)].packet; }
    /// The frame shown at exactly `pts`.
    std::optional<FrameIndex> find_frame(Pts pts) const;
    /// The first frame shown at `pts` or later; frames() when there is none.
    FrameIndex first_at_or_after(Pts pts) const;
    /// The packet with this time stamp and size.
    std::optional<std::size_t> find_packet(Pts pts, int size) const;
    /// The last usable sync packet from which frame n can be decoded; none when decoding must begin at the start.
    std::optional<std::size_t> start_for(FrameIndex n) const;
    /// The last usable sync packet before packet `at` in decode order.
    std::optional<std::size_t> sync_before(std::size_t at) const;
    /// The first usable sync packet after packet `at` in decode order.
    std::optional<std::size_t> sync_after(std::size_t at) const;
    const IndexDoubts& doubts() const { return doubts_; }

    /// Never starts at this packet again.
    void distrust_sync(std::size_t packet);
    /// Takes out the frames whose time stamps are not among these.
    void keep_frames(const std::vector<Pts>& stamps);
    /// Takes out the frames [begin, end), which the decoder never puts out.
    void remove_frames(FrameRange range);

private:
    struct Entry {
        Pts pts;
        std::size_t packet;
    };

    bool is_second_field(const PacketCheck& check);
    void build();
    void look_for_doubts(const Demuxer& demuxer, int reorder_depth);

    std::vector<PacketEntry> packets_;
    std::vector<Entry> frames_;       // by pts
    std::vector<Entry> by_pts_;       // every packet that has a pts, by pts
    std::vector<std::size_t> syncs_;  // usable sync packets, rising
    IndexDoubts doubts_;
    std::int64_t resets_ = 0;                 // packets after which a decoder leaves frames out
    std::int64_t maybe_empty_ = 0;            // packets that perhaps hold no frame
    std::int64_t counted_ = 0;                // packets a frame is expected of
    std::int64_t damaged_ = 0;                // packets that the demuxer marks as damaged
    FieldParity field_ = FieldParity::Frame;  // of the packet noted last, where the next may be its other field
    unsigned field_frame_num_ = 0;
    std::int64_t lone_fields_ = 0;
    bool ended_ = false;  // the packet noted last ends a sequence
    bool first_marked_sync_ = false;
    bool read_failed_ = false;
};

}  // namespace inbetween
