#pragma once

#include <memory>

#include "core/video/colour_cube.h"

namespace inbetween {

/// A ColourCube on the graphics card.
/// thread: the one that holds the GL context.
class CubeTexture {
public:
    CubeTexture() = default;
    ~CubeTexture();
    CubeTexture(const CubeTexture&) = delete;
    CubeTexture& operator=(const CubeTexture&) = delete;

    /// Binds the cube that a format's colours go through, made anew where another one was there.
    /// returns: the cube; null when the format needs none.
    const ColourCube* bind(const PixelFormat& format);

private:
    std::shared_ptr<const ColourCube> cube_;
    unsigned id_ = 0;
};

}  // namespace inbetween
