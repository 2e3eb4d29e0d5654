#pragma once

// The only door to libav: its headers, owners of its objects, and words for its errors. For core/video's .cpp files and
// private headers; picture.h, frame_source.h and video_engine.h do without it.

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/cpu.h>
#include <libavutil/display.h>
#include <libavutil/frame.h>
#include <libavutil/imgutils.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/md5.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace inbetween::ff {

/// Frees a libav object through the function that takes the address of its pointer.
template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* object) const {
        Free(&object);
    }
};

/// Frees an SwsContext.
struct SwsDeleter {
    void operator()(SwsContext* context) const { sws_freeContext(context); }
};

/// Closes a file opened by avio_open2.
struct IoCloser {
    void operator()(AVIOContext* io) const { avio_closep(&io); }
};

using FormatPtr = std::unique_ptr<AVFormatContext, Deleter<avformat_close_input>>;
using CodecPtr = std::unique_ptr<AVCodecContext, Deleter<avcodec_free_context>>;
using ParametersPtr = std::unique_ptr<AVCodecParameters, Deleter<avcodec_parameters_free>>;
using FramePtr = std::unique_ptr<AVFrame, Deleter<av_frame_free>>;
using PacketPtr = std::unique_ptr<AVPacket, Deleter<av_packet_free>>;
using SwrPtr = std::unique_ptr<SwrContext, Deleter<swr_free>>;
using SwsPtr = std::unique_ptr<SwsContext, SwsDeleter>;
using IoPtr = std::unique_ptr<AVIOContext, IoCloser>;

/// A fresh frame or packet.
FramePtr make_frame();
PacketPtr make_packet();

/// A dictionary of options that is freed at the end of its scope.
class Options {
public:
    Options() = default;
    ~Options() { av_dict_free(&dict_); }
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;
    void set(const char* key, const std::string& value) { av_dict_set(&dict_, key, value.c_str(), 0); }
    AVDictionary** address() { return &dict_; }

private:
    AVDictionary* dict_ = nullptr;
};

/// FFmpeg's words for one of its error codes.
std::string error_text(int code);

/// Makes libav print nothing: messages reach a person through Result only, and a decoder's errors its Complaints.
void keep_quiet();

/// What a decoder complains of in its messages, which tell of damage that neither error codes nor frames own up to.
/// thread: any; a decoder has threads of its own.
class Complaints {
public:
    /// Has the errors of `codec` come here.   requires: `codec` is not open yet; this outlives it, at one address.
    void hear(AVCodecContext& codec);
    /// States the position of the packet that is given to the decoder.
    void set_current(std::int64_t position) { current_ = position; }
    /// Adds a complaint of the packet at `position`, or of the current one.
    void note(std::int64_t position);
    void note_current() { note(current_); }
    /// An error told by `codec`, or by a thread's copy of it.
    void hear_from(const AVCodecContext& codec);
    /// Complaints so far.
    int count() const { return count_; }
    /// Positions of the packets complained of since forget_positions(), none twice.
    std::vector<std::int64_t> positions() const;
    void forget_positions();

private:
    const AVCodecContext* owner_ = nullptr;
    std::atomic<std::int64_t> current_ = 0;
    std::atomic<int> count_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::int64_t> positions_;  // guarded by mutex_
};

/// The largest picture that is decoded, in pixels: guards memory against small files that claim huge pictures.
inline constexpr std::int64_t max_pixels = std::int64_t{1} << 27;

}  // namespace inbetween::ff
