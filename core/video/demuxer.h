#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "core/base/result.h"
#include "core/video/ff.h"

namespace inbetween {

/// Reads the packets of one stream of a file, in the order they lie there. Opens that one file and no other: formats
/// that point at further files are refused, and libav's way of opening more is cut off.
/// thread: one at a time.
class Demuxer {
public:
    /// Whether the streams are probed as the ffmpeg program does; a still image needs no probing.
    enum class Probe { Streams, None };

    /// Opens the file's first video stream.
    /// errors: missing, empty, unreadable, not a regular file, not a video, a playlist, no video stream, cancelled.
    static Result<Demuxer> open(const std::filesystem::path& path, Probe probe, const std::stop_token& stop = {});
    /// Opens the file's first audio stream.
    /// returns: nullopt where there is none.   errors: those of open().
    static Result<std::optional<Demuxer>> open_audio(const std::filesystem::path& path,
                                                     const std::stop_token& stop = {});

    const AVFormatContext& format() const { return *format_; }
    const AVStream& stream() const { return *stream_; }
    /// The size of the file.   units: bytes.
    std::int64_t size_bytes() const { return size_bytes_; }

    /// Reads the stream's next packet into `packet`; false at the end, or where reading failed.
    bool read(AVPacket& packet);
    /// Whether the last read() stopped at an error and not at the end.
    bool failed() const { return failed_; }
    /// Goes to a sync frame at or before `ts` of the stream's time base; false when the format cannot.
    bool seek(std::int64_t ts);
    /// Whether reading after a seek to the first packet gives what a file just opened gives. Other formats may have
    /// read past an end, a header or a jump in time that they do not unlearn.
    bool begins_anew() const;
    /// Goes to a place in the file; false when the format cannot.   units: bytes.
    bool seek_bytes(std::int64_t position);
    /// Lets go of the stop token given to open().
    void forget_stop() { *stop_ = {}; }

private:
    Demuxer() = default;
    static Result<Demuxer> open_file(const std::filesystem::path& path, Probe probe, const std::stop_token& stop);
    Result<Done> probe_streams(const std::string& name);
    bool choose(AVMediaType kind);

    std::unique_ptr<std::stop_token> stop_;  // libav's interrupt callback looks at it
    ff::IoPtr io_;                           // before format_: outlives it
    ff::FormatPtr format_;
    AVStream* stream_ = nullptr;
    std::int64_t size_bytes_ = 0;
    bool failed_ = false;
};

}  // namespace inbetween
