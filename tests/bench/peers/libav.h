#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "app/cli/seek/seeker.h"
#include "core/video/ff.h"

namespace inbetween::seek {

/// A file's first video stream and a decoder for it, as few lines as libav allows.
class Libav {
public:
    /// errors: libav's own words.
    static Result<Libav> open(const std::filesystem::path& video, int threads);

    AVFormatContext& format() { return *format_; }
    AVStream& stream() { return *format_->streams[stream_]; }
    AVCodecContext& codec() { return *codec_; }

    /// The stream's next packet; false at the end.
    bool read(AVPacket& packet);
    /// The next frame in output order; null at the end.
    ff::FramePtr next();
    /// Goes to the last sync frame at or before `ts`, of the stream's time base; false when the format cannot.
    bool seek(std::int64_t ts);

private:
    ff::FormatPtr format_;
    ff::CodecPtr codec_;
    int stream_ = 0;
    ff::PacketPtr packet_;
    bool draining_ = false;
};

/// A picture of a frame, to be looked at.
Shown shown_of(const AVFrame& frame, std::shared_ptr<const Picture>& keep);

}  // namespace inbetween::seek
