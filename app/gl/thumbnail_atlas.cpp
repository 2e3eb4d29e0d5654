#include "app/gl/thumbnail_atlas.h"

#include <epoxy/gl.h>

#include <algorithm>

namespace inbetween {
namespace {

/// 4 MB: 180 thumbnails of 96x54.
constexpr int side = 1024;

int columns(Size cell) { return side / cell.width; }

}  // namespace

void ThumbnailAtlas::lay_out(Size cell) {
    cell_ = {std::min(cell.width, side), std::min(cell.height, side)};
    cells_.assign(static_cast<std::size_t>(columns(cell_)) * static_cast<std::size_t>(side / cell_.height), {});
    texture_.upload({side, side}, TexelFormat::Rgba8, nullptr, 0);
}

void ThumbnailAtlas::upload(const Thumbnail& thumbnail, std::size_t cell) {
    const auto row = static_cast<int>(cell) / columns(cell_);
    const auto column = static_cast<int>(cell) % columns(cell_);
    glBindTexture(GL_TEXTURE_2D, texture_.id());
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    glTexSubImage2D(GL_TEXTURE_2D, 0, column * cell_.width, row * cell_.height, thumbnail.image.size.width,
                    thumbnail.image.size.height, GL_RGBA, GL_UNSIGNED_BYTE, thumbnail.image.pixels.data());
    ++generation_;
}

ThumbnailAtlas::Place ThumbnailAtlas::place(const Thumbnail& thumbnail, std::size_t cell) const {
    const auto x = static_cast<float>(static_cast<int>(cell) % columns(cell_) * cell_.width);
    const auto y = static_cast<float>(static_cast<int>(cell) / columns(cell_) * cell_.height);
    // Half a texel within, so that no neighbour is blended in at the rim.
    constexpr float rim = 0.5F;
    return {texture_.id(), (x + rim) / side, (y + rim) / side,
            (x + static_cast<float>(thumbnail.image.size.width) - rim) / side,
            (y + static_cast<float>(thumbnail.image.size.height) - rim) / side};
}

std::optional<ThumbnailAtlas::Place> ThumbnailAtlas::place_of(const std::shared_ptr<const Thumbnail>& thumbnail) {
    const Size size = thumbnail->image.size;
    if (size.width < 1 || size.height < 1 || size.width > side || size.height > side) return std::nullopt;
    if (size.width > cell_.width || size.height > cell_.height) {
        lay_out({std::max(size.width, cell_.width), std::max(size.height, cell_.height)});
    }
    const auto found = std::ranges::find(cells_, thumbnail, &Cell::thumbnail);
    const auto cell = found != cells_.end() ? found : std::ranges::min_element(cells_, {}, &Cell::asked);
    if (found == cells_.end()) {
        if (cell->asked == frame_) return std::nullopt;
        cell->thumbnail = thumbnail;
        upload(*thumbnail, static_cast<std::size_t>(cell - cells_.begin()));
    }
    cell->asked = frame_;
    return place(*thumbnail, static_cast<std::size_t>(cell - cells_.begin()));
}

}  // namespace inbetween
