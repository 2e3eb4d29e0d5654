#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/video/frame_source.h"

namespace inbetween::bench {

/// A video whose frames were decoded beforehand and are held in memory, so that what is measured is not the decoder.
class Footage {
public:
    /// Decodes frames 0 up to, not including, `end`. A video that would take more than `most_bytes` is decoded by each
    /// source anew instead.
    /// errors: a frame cannot be decoded; cancelled, once `go_on` says false.
    static Result<Footage> decode(FrameSource& source, std::int64_t end, std::size_t most_bytes,
                                  const std::function<bool(double share)>& go_on);

    const VideoInfo& info() const { return info_; }
    /// Tells whether the frames are held.
    bool is_held() const { return !pictures_.empty(); }
    /// A source of the frames.   thread: any; each thread its own source.
    Result<std::unique_ptr<FrameSource>> open() const;

private:
    VideoInfo info_;
    FrameSource::Opener opener_;
    std::vector<PicturePtr> pictures_;
};

}  // namespace inbetween::bench
