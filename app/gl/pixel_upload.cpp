#include "app/gl/pixel_upload.h"

#include <epoxy/gl.h>

namespace inbetween {

PixelUpload::~PixelUpload() {
    if (buffers_[0] != 0) glDeleteBuffers(static_cast<GLsizei>(buffers_.size()), buffers_.data());
}

std::uint8_t* PixelUpload::begin(std::size_t bytes) {
    if (buffers_[0] == 0) glGenBuffers(static_cast<GLsizei>(buffers_.size()), buffers_.data());
    glBindBuffer(GL_PIXEL_UNPACK_BUFFER, buffers_[next_]);
    next_ = (next_ + 1) % buffers_.size();
    // A buffer without data is a new one, while the card reads the old one to its end.
    glBufferData(GL_PIXEL_UNPACK_BUFFER, static_cast<GLsizeiptr>(bytes), nullptr, GL_STREAM_DRAW);
    void* mapped = glMapBufferRange(GL_PIXEL_UNPACK_BUFFER, 0, static_cast<GLsizeiptr>(bytes),
                                    GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_BUFFER_BIT);
    if (mapped == nullptr) release();
    return static_cast<std::uint8_t*>(mapped);
}

bool PixelUpload::end() {
    if (glUnmapBuffer(GL_PIXEL_UNPACK_BUFFER) == GL_TRUE) return true;
    release();
    return false;
}

void PixelUpload::release() { glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0); }

}  // namespace inbetween
