#pragma once

#include <memory>
#include <string>

#include "core/video/frame_cache.h"
#include "core/video/frame_shaper.h"
#include "core/video/frame_source.h"

namespace inbetween {

/// A FrameSource whose frames stand each for itself, all of one size: it decodes the one that is asked for, and its
/// numbers are the order in which they lie.
class StillSource : public FrameSource {
public:
    const VideoInfo& info() const final { return info_; }
    using FrameSource::frame;
    Result<PicturePtr> frame(FrameIndex n) final;
    DecodeStats stats() const final { return stats_; }
    bool use_cache(std::shared_ptr<FrameCache> cache, CacheRole role) final;

protected:
    explicit StillSource(std::size_t cache_bytes) : cache_(std::make_shared<FrameCache>(cache_bytes)) {}

    /// Decodes frame n as it lies there.   requires: 0 <= n < info().frames.
    virtual Result<ff::FramePtr> decode(FrameIndex n) = 0;
    /// What messages call frame n.
    virtual std::string name_of(FrameIndex n) const = 0;
    virtual Error past_end(FrameIndex n) const = 0;
    /// The Error of a frame n that is of another size than those before.
    virtual Error other_size(FrameIndex n, Size size) const = 0;

    /// Takes over what the first frame says of all: its size and format. The caller states the rest.
    Result<Done> describe(ff::FramePtr first);

    VideoInfo info_;
    FrameShaper shaper_;

private:
    std::shared_ptr<FrameCache> cache_;
    CacheRole role_ = CacheRole::Keeper;
    DecodeStats stats_;
};

}  // namespace inbetween
