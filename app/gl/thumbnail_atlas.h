#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "app/gl/texture.h"
#include "core/video/thumbnails.h"

namespace inbetween {

/// Keeps the thumbnails that are on screen side by side in one texture. A thumbnail is uploaded when it is first asked
/// for; one that was not asked for in this frame makes room when room is short.
/// thread: the one that holds the GL context.
class ThumbnailAtlas {
public:
    /// Where a thumbnail lies: corners as shares of the texture's sides.
    struct Place {
        unsigned texture = 0;
        float left = 0;
        float top = 0;
        float right = 0;
        float bottom = 0;
    };

    /// From here on what was asked for before may be replaced.
    void begin_frame() { ++frame_; }
    /// returns: nullopt where more are asked for in one frame than fit.
    std::optional<Place> place_of(const std::shared_ptr<const Thumbnail>& thumbnail);
    /// Grows with every new content of the texture.
    std::uint64_t generation() const { return generation_; }

private:
    struct Cell {
        std::shared_ptr<const Thumbnail> thumbnail;
        std::uint64_t asked = 0;  // the frame it was last asked for in
    };

    void lay_out(Size cell);
    void upload(const Thumbnail& thumbnail, std::size_t cell);
    Place place(const Thumbnail& thumbnail, std::size_t cell) const;

    Texture texture_;
    Size cell_;  // of the largest thumbnail, with a margin
    std::vector<Cell> cells_;
    std::uint64_t frame_ = 1;
    std::uint64_t generation_ = 0;
};

}  // namespace inbetween
