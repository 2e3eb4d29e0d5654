#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "core/video/frame_source.h"

namespace inbetween {

/// A frame that the decode thread has for its owner.
struct DecodedFrame {
    FrameIndex frame;
    Result<PicturePtr> picture;
};

/// Owns a FrameSource on a thread of its own and serves one wish at a time: a newer request replaces an older one that
/// has not been started; a started decode is finished when its work serves the newer one. Near frames are prefetched in
/// the direction of travel. Frames are kept in a cache with a byte budget that find() reads.
/// thread: request, find and drain from the owner; no call waits for decoding.
class DecodeThread {
public:
    /// Takes an open source. `wake` is called from the decode thread whenever drain() has something new.
    DecodeThread(std::unique_ptr<FrameSource> source, std::size_t cache_bytes, std::function<void()> wake);
    ~DecodeThread();
    DecodeThread(const DecodeThread&) = delete;
    DecodeThread& operator=(const DecodeThread&) = delete;

    const VideoInfo& info() const;
    Pts pts(FrameIndex n) const;

    /// Wishes for frame n; it comes by drain(), or at once by find() if it is cached.
    void request(FrameIndex n);
    /// The frame if it is cached.
    PicturePtr find(FrameIndex n) const;
    /// The cached frame nearest to n, to be shown (and marked approximate) until n arrives; null when nothing is
    /// cached.
    struct Nearest {
        FrameIndex frame;
        PicturePtr picture;
    };
    Nearest find_nearest(FrameIndex n) const;
    /// What has arrived since the last call.
    std::vector<DecodedFrame> drain();
    std::size_t cached_bytes() const;
    DecodeStats stats() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace inbetween
