#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/base/result.h"
#include "core/video/decoder.h"
#include "core/video/demuxer.h"
#include "core/video/frame_source.h"
#include "core/video/video_index.h"

namespace inbetween {

/// A demuxer and a decoder that go through a file together, from its start or from a packet of the index. It knows
/// where it stands in decode order and nothing of frame numbers.
/// thread: one at a time.
class Cursor {
public:
    /// errors: those of Demuxer::open and Decoder::open.
    static Result<Cursor> open(const std::filesystem::path& path, int threads, const std::stop_token& stop = {});

    Demuxer& demuxer() { return demuxer_; }
    const Demuxer& demuxer() const { return demuxer_; }
    const Decoder& decoder() const { return decoder_; }

    /// Begins again at the start of the file with everything fresh, as the ffmpeg program would.
    Result<Done> restart(int threads);
    /// Has a device decode from here on, or the processor for null.   requires: restart() or seek_to() follows, or
    /// nothing has been read yet.   errors: those of Decoder::open.
    Result<Done> decode_on(std::shared_ptr<HardwareDevice> device, int threads);
    const HardwareDevice* device() const { return decoder_.device(); }
    /// Why the device gives no more frames; nothing as long as it does.
    const std::optional<std::string>& device_problem() const { return decoder_.device_problem(); }
    /// Goes to a packet of the index and forgets what the decoder held; false when the file does not lead there.
    bool seek_to(const VideoIndex& index, std::size_t packet);
    /// Packets before this one in decode order are not decoded where no other refers to them; 0: all are.
    void set_skip_before(std::size_t packet) { skip_before_ = packet; }
    /// Has each packet shown to `listener` as it is read; nobody by default.
    void set_listener(std::function<void(const AVPacket&)> listener) { listener_ = std::move(listener); }
    /// The next frame in output order; null at the end.
    ff::FramePtr next();

    /// The place in decode order of the packet read last; nothing before the first.
    std::optional<std::size_t> position() const { return position_; }
    /// Errors of the decoder since the last restart() or seek_to().
    int errors() const { return decoder_.errors() - errors_before_; }
    /// Places in decode order of the packets that the decoder found damaged since the last restart() or seek_to().
    std::vector<std::int64_t> damaged() const { return decoder_.damaged(); }
    const DecodeStats& stats() const { return stats_; }

private:
    Cursor(std::filesystem::path path, Demuxer demuxer, Decoder decoder);
    bool read();
    bool read_until(const VideoIndex& index, std::size_t packet);
    bool seek_to_known(const VideoIndex& index, std::size_t packet);
    bool read_whole();

    std::filesystem::path path_;
    Demuxer demuxer_;
    Decoder decoder_;
    ff::PacketPtr packet_;
    bool holding_ = false;  // packet_ was read but not sent
    std::optional<std::size_t> position_;
    std::size_t skip_before_ = 0;
    std::function<void(const AVPacket&)> listener_;
    bool has_read_whole_ = false;  // the demuxer has seen the file to its end, and knows the places it can seek to
    int errors_before_ = 0;
    DecodeStats stats_;
};

}  // namespace inbetween
