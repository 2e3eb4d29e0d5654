#pragma once

#include <cstdint>
#include <memory>

#include "app/gl/texture.h"
#include "core/video/picture.h"

namespace inbetween {

/// Two small images side by side in one texture.
/// thread: the one that holds the GL context.
class ImagePair {
public:
    /// Shows the images of `what`; does nothing when it is what was shown last.
    /// requires: both four channels and of one size.
    void show(std::shared_ptr<const void> what, const Image& left, const Image& right);
    const Texture& texture() const { return texture_; }
    /// Grows with every new content of the texture.
    std::uint64_t generation() const { return generation_; }

private:
    std::shared_ptr<const void> what_;
    Texture texture_;
    std::uint64_t generation_ = 0;
};

}  // namespace inbetween
