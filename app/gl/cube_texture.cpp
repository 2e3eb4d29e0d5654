#include "app/gl/cube_texture.h"

#include <epoxy/gl.h>

namespace inbetween {

CubeTexture::~CubeTexture() {
    if (id_ != 0) glDeleteTextures(1, &id_);
}

const ColourCube* CubeTexture::bind(const PixelFormat& format) {
    if (!ScreenColour::is_needed(format)) return nullptr;
    if (id_ == 0) glGenTextures(1, &id_);
    glBindTexture(GL_TEXTURE_3D, id_);
    if (cube_ != nullptr && cube_->serves(format)) return cube_.get();
    cube_ = ColourCube::make(format);
    // Entries are fetched one by one: the shader blends as the CPU does.
    glTexParameteri(GL_TEXTURE_3D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_3D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    constexpr int side = ColourCube::side;
    glTexImage3D(GL_TEXTURE_3D, 0, GL_RGBA16, side, side, side, 0, GL_RGBA, GL_FLOAT, cube_->entries().data());
    return cube_.get();
}

}  // namespace inbetween
