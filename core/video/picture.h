#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/timebase.h"
#include "core/video/pixel_format.h"

struct AVFrame;

namespace inbetween {

struct Size {
    int width = 0;
    int height = 0;
    friend bool operator==(const Size&, const Size&) = default;
};

/// How a decoded picture must be turned to stand upright: first mirrored left to right, then turned clockwise.
struct Orientation {
    int quarter_turns = 0;  ///< 0..3, clockwise
    bool mirrored = false;
    friend bool operator==(const Orientation&, const Orientation&) = default;
};

/// The size of a picture of `decoded` size after it was turned upright.
Size upright_size(Size decoded, const Orientation& orientation);

/// One plane of samples as decoded.
struct Plane {
    const std::uint8_t* data = nullptr;
    std::ptrdiff_t stride = 0;  ///< bytes from row to row
    Size size;                  ///< in samples
    int bytes_per_sample = 1;
};

/// An image of interleaved 8-bit channels, rows without padding.
struct Image {
    Size size;
    int channels = 3;
    std::vector<std::uint8_t> pixels;  ///< size.height * size.width * channels
};

/// One decoded frame, immutable and shared: planes as the decoder gave them, not rotated, not converted.
/// thread: any.
class Picture {
public:
    /// Takes its own reference to the frame's buffers.   requires: the frame holds a picture in system memory.
    /// `peak_nits`: the brightest light that the file says of itself, for frames that say nothing; 0: nor does it.
    Picture(const AVFrame& frame, Orientation orientation, double sample_aspect, double peak_nits = 0);
    ~Picture();
    Picture(const Picture&) = delete;
    Picture& operator=(const Picture&) = delete;

    Size decoded_size() const;
    Size upright_size() const { return inbetween::upright_size(decoded_size(), orientation_); }
    const Orientation& orientation() const { return orientation_; }
    /// The width of an upright pixel over its height; 1 where unknown.
    double pixel_aspect() const { return pixel_aspect_; }
    /// The same of a decoded pixel.
    double sample_aspect() const { return orientation_.quarter_turns % 2 == 0 ? pixel_aspect_ : 1 / pixel_aspect_; }
    const PixelFormat& format() const { return format_; }
    /// Those that format().samples names, else the packed data as one plane.
    const std::vector<Plane>& planes() const { return planes_; }
    /// What it costs in a cache.
    std::size_t size_bytes() const { return size_bytes_; }
    /// For core/video alone.
    const AVFrame& av_frame() const { return *frame_; }

private:
    AVFrame* frame_;
    Orientation orientation_;
    double pixel_aspect_;
    PixelFormat format_;
    std::vector<Plane> planes_;
    std::size_t size_bytes_ = 0;
};

using PicturePtr = std::shared_ptr<const Picture>;

/// The MD5 of the planes packed without padding, as 32 hexadecimal digits.   source: FFmpeg's framemd5 muxer on
/// rawvideo.
std::string framemd5(const Picture& picture);

enum class ImageChannels { Gray = 1, Bgr = 3, Rgba = 4 };

/// The picture turned upright, as 8-bit channels by its own matrix and range, scaled to fit inside `limit` when it is
/// larger (limit {0,0}: never scaled).   thread: any; costs a swscale pass.
Result<Image> upright_image(const Picture& picture, ImageChannels channels, Size limit = {});

/// The size of what upright_image() gives.
Size upright_image_size(const Picture& picture, Size limit = {});

/// upright_image() into memory that holds just as much.
Result<Done> write_upright_image(const Picture& picture, ImageChannels channels, Size limit, std::uint8_t* pixels);

/// Encodes an image as PNG.
Result<std::string> encode_png(const Image& image);

}  // namespace inbetween
