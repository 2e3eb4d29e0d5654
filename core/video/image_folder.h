#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/video/frame_cache.h"
#include "core/video/frame_shaper.h"
#include "core/video/frame_source.h"

namespace inbetween {

/// A folder of images of one size as a FrameSource: frame n is the n-th file in natural order of the names.
class ImageFolder final : public FrameSource {
public:
    /// errors: no images in the folder; an image that cannot be read or is of another size than the first, by name.
    static Result<std::unique_ptr<FrameSource>> open(const std::filesystem::path& folder, const OpenOptions& options);

    const VideoInfo& info() const override { return info_; }
    using FrameSource::frame;
    Result<PicturePtr> frame(FrameIndex n) override;
    Pts pts(FrameIndex n) const override { return n.value; }
    DecodeStats stats() const override { return stats_; }
    bool use_cache(std::shared_ptr<FrameCache> cache, CacheRole role) override;

private:
    ImageFolder() = default;
    Result<Done> describe();

    VideoInfo info_;
    std::vector<std::filesystem::path> files_;
    std::shared_ptr<FrameCache> cache_;
    CacheRole role_ = CacheRole::Keeper;
    FrameShaper shaper_;
    DecodeStats stats_;
};

}  // namespace inbetween
