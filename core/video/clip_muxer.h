#pragma once

#include <filesystem>
#include <memory>

#include "core/base/result.h"
#include "core/video/ff.h"

namespace inbetween {

/// Writes a video file of a few streams, packet by packet. What is not ended is a damaged file.
/// thread: one at a time.
class ClipMuxer {
public:
    /// `container`: FFmpeg's name of the format, "mp4".   errors: the file cannot be made.
    static Result<std::unique_ptr<ClipMuxer>> open(const std::filesystem::path& path, const char* container);

    /// Whether the container can hold a codec.
    bool takes(AVCodecID codec) const;
    /// A stream with these parameters, whose packets come in this time base.   requires: before begin().
    AVStream* add(const AVCodecParameters& codec, AVRational timebase);
    bool wants_global_header() const { return (format_->oformat->flags & AVFMT_GLOBALHEADER) != 0; }
    /// Writes the head of the file.
    Result<Done> begin();
    /// Takes the packet; its times are in the time base given to add().
    Result<Done> put(AVPacket& packet, const AVStream& stream);
    /// Writes what is left, and closes the file.
    Result<Done> end();

private:
    struct Closer {
        void operator()(AVFormatContext* format) const {
            avio_closep(&format->pb);
            avformat_free_context(format);
        }
    };
    Error failed(int code) const;

    std::filesystem::path path_;
    std::unique_ptr<AVFormatContext, Closer> format_;
    std::vector<AVRational> timebases_;  // of the packets that come, by stream
};

/// Turns the stream as a display matrix says; nothing for null.
void set_display_matrix(AVStream& stream, const std::int32_t* matrix);

}  // namespace inbetween
