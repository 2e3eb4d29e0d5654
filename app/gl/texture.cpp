#include "app/gl/texture.h"

#include <epoxy/gl.h>

#include <cstring>
#include <vector>

namespace inbetween {
namespace {

struct GlFormat {
    GLint internal;
    GLenum format;
    GLenum type;
    int bytes;
};

GlFormat gl_format(TexelFormat format) {
    switch (format) {
        case TexelFormat::R8:
            return {GL_R8, GL_RED, GL_UNSIGNED_BYTE, 1};
        case TexelFormat::R16:
            return {GL_R16, GL_RED, GL_UNSIGNED_SHORT, 2};
        case TexelFormat::Rg8:
            return {GL_RG8, GL_RG, GL_UNSIGNED_BYTE, 2};
        case TexelFormat::Rg16:
            return {GL_RG16, GL_RG, GL_UNSIGNED_SHORT, 4};
        case TexelFormat::Rgba8:
            break;
    }
    return {GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE, 4};
}

}  // namespace

int bytes_of(TexelFormat format) { return gl_format(format).bytes; }

Texture::~Texture() {
    if (id_ != 0) glDeleteTextures(1, &id_);
}

void Texture::make() {
    glGenTextures(1, &id_);
    glBindTexture(GL_TEXTURE_2D, id_);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
}

void Texture::upload(Size size, TexelFormat format, const void* data, std::ptrdiff_t stride_bytes) {
    const int bytes = bytes_of(format);
    // Rows may be of any length, or run upwards, in memory; GL takes whole texels from row to row only.
    std::vector<std::uint8_t> packed;
    if (data != nullptr && (stride_bytes < 0 || stride_bytes % bytes != 0)) {
        const std::size_t row = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(bytes);
        packed.resize(row * static_cast<std::size_t>(size.height));
        for (int y = 0; y < size.height; ++y) {
            std::memcpy(&packed[static_cast<std::size_t>(y) * row],
                        static_cast<const std::uint8_t*>(data) + y * stride_bytes, row);
        }
        data = packed.data();
        stride_bytes = static_cast<std::ptrdiff_t>(row);
    }
    set(size, format, data, stride_bytes, data != nullptr);
}

void Texture::upload_from_buffer(Size size, TexelFormat format, std::size_t offset, std::ptrdiff_t stride_bytes) {
    set(size, format, reinterpret_cast<const void*>(offset), stride_bytes, true);
}

void Texture::set(Size size, TexelFormat format, const void* data, std::ptrdiff_t stride_bytes, bool has_data) {
    if (id_ == 0) make();
    const GlFormat gl = gl_format(format);
    glBindTexture(GL_TEXTURE_2D, id_);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, static_cast<GLint>(stride_bytes / gl.bytes));
    if (size == size_ && format == format_) {
        if (has_data) glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, size.width, size.height, gl.format, gl.type, data);
    } else {
        glTexImage2D(GL_TEXTURE_2D, 0, gl.internal, size.width, size.height, 0, gl.format, gl.type, data);
    }
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    size_ = size;
    format_ = format;
}

void Texture::make_mipmaps() {
    glBindTexture(GL_TEXTURE_2D, id_);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR_MIPMAP_LINEAR);
    glGenerateMipmap(GL_TEXTURE_2D);
}

void Texture::set_magnify(Magnify magnify) {
    if (id_ == 0) return;
    glBindTexture(GL_TEXTURE_2D, id_);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, magnify == Magnify::Squares ? GL_NEAREST : GL_LINEAR);
}

}  // namespace inbetween
