#pragma once

#include <cstdint>
#include <memory>

#include "app/gl/texture.h"
#include "core/video/adjustment.h"
#include "core/video/picture.h"
#include "core/video/screen_converter.h"

namespace inbetween {

/// Where a decoded picture becomes red, green and blue.
enum class DisplayPath {
    Shader,  ///< planes go to the GPU as they are
    Cpu,     ///< converted before they go; faster where GL itself runs on the CPU
};

/// Keeps one video picture as an upright RGB texture, for a screen that shows sRGB. Two ways lead there, behind one
/// interface, to the same colours: those that ScreenConverter states.
/// thread: the one that holds the GL context.
class FrameView {
public:
    virtual ~FrameView() = default;
    FrameView(const FrameView&) = delete;
    FrameView& operator=(const FrameView&) = delete;

    /// errors: a shader does not compile, with what the driver says.
    static Result<std::unique_ptr<FrameView>> create(DisplayPath path);
    /// The path that is faster with the GL that is there.
    static DisplayPath best_path();

    /// Shows this picture; does nothing when it is shown so already. `wanted` is how large it stands on screen: a path
    /// that pays for each pixel may make no more than that.   errors: the picture cannot be converted.
    Result<Done> show(const PicturePtr& picture, Size wanted, const Adjustment& adjustment = {});
    /// The texture, top row first; its size may differ from the picture's.
    const Texture& texture() const { return texture_; }
    /// Grows with every new content of the texture.
    std::uint64_t generation() const { return generation_; }
    bool empty() const { return shown_ == nullptr; }
    void set_magnify(Texture::Magnify magnify) { texture_.set_magnify(magnify); }

protected:
    FrameView() = default;
    /// Makes the texture of a picture; those that pay per pixel make it of this upright size.
    virtual Result<Done> convert(const PicturePtr& picture, Size size, const Adjustment& adjustment) = 0;
    /// Converts on the CPU.
    Result<Done> convert_on_cpu(const Picture& picture, Size size, const Adjustment& adjustment);
    virtual bool pays_per_pixel() const = 0;

    Texture texture_;

private:
    PicturePtr shown_;
    Size size_;
    Adjustment adjustment_;
    std::uint64_t generation_ = 0;
    ScreenConverter converter_;
    Image image_;
};

}  // namespace inbetween
