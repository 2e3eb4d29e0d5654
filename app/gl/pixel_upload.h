#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace inbetween {

/// Buffers of the graphics card that pixels are written to on their way into textures. Two take turns, each emptied
/// before it is written, so that nobody waits for the card to have taken the last picture.
/// thread: the one that holds the GL context.
class PixelUpload {
public:
    PixelUpload() = default;
    ~PixelUpload();
    PixelUpload(const PixelUpload&) = delete;
    PixelUpload& operator=(const PixelUpload&) = delete;

    /// Room to write into, until end().   returns: null where the driver has none.
    std::uint8_t* begin(std::size_t bytes);
    /// Hands what was written to the card: textures read from it, by offset, until release().
    /// returns: false when the driver lost it, which it may.
    bool end();
    /// Lets textures be read from memory again.
    void release();

private:
    std::array<unsigned, 2> buffers_{};
    std::size_t next_ = 0;
};

}  // namespace inbetween
