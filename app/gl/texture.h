#pragma once

#include <cstddef>

#include "core/video/picture.h"

namespace inbetween {

/// How a texture's samples are stored.
enum class TexelFormat { R8, R16, Rg8, Rg16, Rgba8 };

/// Bytes of a texel.
int bytes_of(TexelFormat format);

/// A two-dimensional GL texture.
/// thread: the one that holds the GL context.
class Texture {
public:
    Texture() = default;
    ~Texture();
    Texture(const Texture&) = delete;
    Texture& operator=(const Texture&) = delete;

    /// Replaces the content; `stride_bytes` from row to row. Null data only sets the size.
    void upload(Size size, TexelFormat format, const void* data, std::ptrdiff_t stride_bytes);
    /// The same from the buffer that a PixelUpload has bound; `offset` and `stride_bytes` in whole texels.
    void upload_from_buffer(Size size, TexelFormat format, std::size_t offset, std::ptrdiff_t stride_bytes);
    /// Averages down for showing it smaller than it is.
    void make_mipmaps();
    /// Whether a texel shows as a square when magnified, or is blended with its neighbours.
    enum class Magnify { Blend, Squares };
    void set_magnify(Magnify magnify);

    unsigned id() const { return id_; }
    Size size() const { return size_; }

private:
    void make();
    void set(Size size, TexelFormat format, const void* data, std::ptrdiff_t stride_bytes, bool has_data);

    unsigned id_ = 0;
    Size size_;
    TexelFormat format_ = TexelFormat::R8;
};

}  // namespace inbetween
