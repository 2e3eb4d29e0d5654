#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "core/video/disk_cache.h"
#include "core/video/frame_source.h"
#include "core/video/thumbnails.h"

namespace inbetween {

/// A frame that the engine has for its owner.
struct DecodedFrame {
    FrameIndex frame;
    Result<PicturePtr> picture;
};

/// What there is to show for a frame.
struct ShownFrame {
    enum class Kind {
        Exact,   ///< the frame itself
        Proxy,   ///< the frame itself, at half its size and not quite true
        Nearest  ///< another frame, the nearest at hand
    };
    PicturePtr picture;  ///< null while nothing has been decoded
    FrameIndex frame;    ///< which frame it is
    Kind kind = Kind::Nearest;
};

/// One open video, decoded on threads of its own so that no call waits for decoding.
/// The *cursor* thread serves one wish at a time: a newer request replaces an older one; the best picture at hand comes
/// first (the proxy, or frames passed on the way), the exact one after. While one drags fast over a video that has a
/// proxy, exact frames are decoded where the hand rests. The *fill* thread decodes what will be wanted next: in the
/// direction of travel, then the rest of the group of pictures. The *survey* thread decodes the whole video once: that
/// proves the numbers of its frames, and makes the proxy. Fill and survey pause while the cursor works.
/// thread: the owner's.
class VideoEngine {
public:
    struct Options {
        std::size_t cache_bytes = std::size_t{1} << 30;  ///< of decoded frames
        bool fill = true;                                ///< decode ahead of need
        bool survey = true;                              ///< decode all of it once, in the background
        /// Where proof and proxy are kept from one time to the next; without it both end with the engine.
        std::shared_ptr<CacheEntry> entry;
        std::uint64_t proxy_bytes = std::uint64_t{4} << 30;  ///< the proxy ends there
        std::function<void()> wake;                          ///< from any thread: there is something new to see
        /// What a whole decode finds, frame by frame, on the survey thread.
        ProofWatch on_survey;
    };

    /// Takes an open source.
    VideoEngine(std::unique_ptr<FrameSource> source, Options options);
    ~VideoEngine();
    VideoEngine(const VideoEngine&) = delete;
    VideoEngine& operator=(const VideoEngine&) = delete;

    const VideoInfo& info() const;
    Pts pts(FrameIndex n) const;

    /// Wishes for frame n; it comes by drain(), or at once by best() if it is cached.
    void request(FrameIndex n);
    /// The frame if it is cached.
    PicturePtr find(FrameIndex n) const;
    /// The best there is for frame n without waiting.
    ShownFrame best(FrameIndex n) const;
    /// What has arrived since the last call.
    std::vector<DecodedFrame> drain();

    /// How much of the video the survey has decoded, 0 to 1; 1 when there is nothing left for it.
    double survey_share() const;
    /// Frames [0, this) are proved; all of them once info() says proved.
    std::int64_t proved_frames() const;
    /// Small pictures of every k-th frame, more of them as the survey goes on.
    std::shared_ptr<const Thumbnails> thumbnails() const;
    /// What the survey has found, once it has; null before, and where info() needs no proof.
    std::shared_ptr<const FrameTable> table() const;

    /// Opens further sources of the video, for work beside showing it.
    FrameSource::Opener opener() const;
    std::size_t cached_bytes() const;
    /// Work of the cursor thread; of the fill thread; of the survey thread.
    DecodeStats stats() const;
    DecodeStats fill_stats() const;
    /// Whether no thread has anything left to do but, perhaps, the survey.
    bool is_idle() const;
    /// Whether the survey is over.
    bool is_surveyed() const;

    /// What the threads share; for the engine's own files.
    struct State;

private:
    struct Threads;
    std::unique_ptr<Threads> threads_;
    State& state_;
};

}  // namespace inbetween
