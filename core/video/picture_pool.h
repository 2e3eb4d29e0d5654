#pragma once

#include <cstddef>
#include <memory>

#include "core/video/picture.h"

namespace inbetween {

/// Memory for pictures that are kept: blocks that are used again, so that keeping and letting go of pictures costs no
/// calls to the system, and that a decoder's own pool stays as small as its delay. Blocks outlive the pool while
/// pictures hold them.
/// thread: any.
class PicturePool {
public:
    PicturePool();

    /// A copy of the picture in a block of the pool; the picture itself when it cannot be copied.
    PicturePtr copy(const PicturePtr& picture) const;
    /// Bytes of blocks that no picture holds.
    std::size_t free_bytes() const;

private:
    struct Blocks;
    std::shared_ptr<Blocks> blocks_;
};

}  // namespace inbetween
