#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/video/still_source.h"

namespace inbetween {

/// A folder of images of one size as a FrameSource: frame n is the n-th file in natural order of the names.
class ImageFolder final : public StillSource {
public:
    /// errors: no images in the folder; an image that cannot be read or is of another size than the first, by name.
    static Result<std::unique_ptr<FrameSource>> open(const std::filesystem::path& folder, const OpenOptions& options);

    Pts pts(FrameIndex n) const override { return n.value; }

private:
    explicit ImageFolder(std::size_t cache_bytes) : StillSource(cache_bytes) {}

    Result<ff::FramePtr> decode(FrameIndex n) override;
    std::string name_of(FrameIndex n) const override { return file_of(n).string(); }
    Error past_end(FrameIndex n) const override;
    Error other_size(FrameIndex n, Size size) const override;
    const std::filesystem::path& file_of(FrameIndex n) const { return files_[static_cast<std::size_t>(n.value)]; }

    std::vector<std::filesystem::path> files_;
};

}  // namespace inbetween
