#include "app/gl/frame_view.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "app/gl/program.h"
#include "app/gl/yuv_matrix.h"

namespace inbetween {
namespace {

/// Pictures up to this many pixels are converted whole even on the CPU: full detail for the loupe costs little.
constexpr std::int64_t cheap_pixels = 1024LL * 1024;

std::int64_t area(Size size) { return static_cast<std::int64_t>(size.width) * size.height; }

class CpuFrameView : public FrameView {
protected:
    Result<Done> convert(const Picture& picture, Size limit) override { return convert_on_cpu(picture, limit); }
    bool pays_per_pixel() const override { return true; }
};

class ShaderFrameView : public FrameView {
public:
    explicit ShaderFrameView(std::unique_ptr<Program> program) : program_(std::move(program)) {
        glGenFramebuffers(1, &framebuffer_);
        glGenVertexArrays(1, &vertices_);
    }
    ~ShaderFrameView() override {
        glDeleteFramebuffers(1, &framebuffer_);
        glDeleteVertexArrays(1, &vertices_);
    }
    ShaderFrameView(const ShaderFrameView&) = delete;
    ShaderFrameView& operator=(const ShaderFrameView&) = delete;

protected:
    Result<Done> convert(const Picture& picture, Size limit) override;
    bool pays_per_pixel() const override { return false; }

private:
    void upload_planes(const Picture& picture);
    void set_uniforms(const Picture& picture) const;

    std::unique_ptr<Program> program_;
    std::array<Texture, 3> planes_;
    unsigned framebuffer_ = 0;
    unsigned vertices_ = 0;  // core profile draws from a vertex array even where the shader makes the corners
};

void ShaderFrameView::upload_planes(const Picture& picture) {
    const std::size_t count = std::min<std::size_t>(picture.planes().size(), planes_.size());
    for (std::size_t i = 0; i < count; ++i) {
        const Plane& plane = picture.planes()[i];
        glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(i));
        planes_[i].upload(plane.size, plane.bytes_per_sample == 2 ? TexelFormat::R16 : TexelFormat::R8, plane.data,
                          plane.stride);
    }
}

void ShaderFrameView::set_uniforms(const Picture& picture) const {
    const YuvToRgb conversion = yuv_to_rgb(picture.format());
    glUniformMatrix3fv(program_->uniform("rgb_from_yuv"), 1, GL_TRUE, conversion.matrix.data());
    glUniform3fv(program_->uniform("offset"), 1, conversion.offset.data());
    glUniform1i(program_->uniform("is_gray"), picture.format().model == ColourModel::Gray ? 1 : 0);
    const std::array<float, 6> turn = decoded_from_upright(picture.orientation());
    glUniform3f(program_->uniform("decoded_x"), turn[0], turn[1], turn[2]);
    glUniform3f(program_->uniform("decoded_y"), turn[3], turn[4], turn[5]);
    if (picture.planes().size() > 1) {
        // A picture of odd width has chroma samples that stand half outside of it.
        const Size luma = picture.planes()[0].size;
        const Size chroma = picture.planes()[1].size;
        glUniform2f(
            program_->uniform("chroma_scale"),
            static_cast<float>(luma.width) / static_cast<float>(chroma.width << picture.format().chroma_shift_x),
            static_cast<float>(luma.height) / static_cast<float>(chroma.height << picture.format().chroma_shift_y));
    }
    for (int i = 0; i < 3; ++i) {
        constexpr std::array names{"plane_y", "plane_u", "plane_v"};
        glUniform1i(program_->uniform(names[static_cast<std::size_t>(i)]), i);
    }
}

Result<Done> ShaderFrameView::convert(const Picture& picture, Size limit) {
    const PixelFormat& format = picture.format();
    const std::size_t wanted_planes = format.model == ColourModel::Gray ? 1 : 3;
    const bool has_planes = format.planar && picture.planes().size() >= wanted_planes;
    if (!has_planes || format.model == ColourModel::Rgb || format.bit_depth < 8) return convert_on_cpu(picture, limit);
    upload_planes(picture);
    glActiveTexture(GL_TEXTURE0);
    const Size size = picture.upright_size();
    glActiveTexture(GL_TEXTURE3);  // leaves the planes where they are bound
    texture_.upload(size, TexelFormat::Rgba8, nullptr, static_cast<std::ptrdiff_t>(size.width) * 4);
    GLint earlier = 0;
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &earlier);
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_.id(), 0);
    glViewport(0, 0, size.width, size.height);
    glDisable(GL_BLEND);
    glDisable(GL_SCISSOR_TEST);
    glDisable(GL_CULL_FACE);
    glDisable(GL_DEPTH_TEST);
    glUseProgram(program_->id());
    set_uniforms(picture);
    glBindVertexArray(vertices_);
    glDrawArrays(GL_TRIANGLES, 0, 3);
    glBindVertexArray(0);
    glUseProgram(0);
    glBindFramebuffer(GL_FRAMEBUFFER, static_cast<GLuint>(earlier));
    texture_.make_mipmaps();
    glActiveTexture(GL_TEXTURE0);
    return Done{};
}

}  // namespace

DisplayPath FrameView::best_path() {
    const auto* renderer = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
    const std::string_view name = renderer != nullptr ? renderer : "";
    for (const std::string_view software : {"llvmpipe", "softpipe", "swrast", "Software Rasterizer"}) {
        if (name.find(software) != std::string_view::npos) return DisplayPath::Cpu;
    }
    return DisplayPath::Shader;
}

Result<std::unique_ptr<FrameView>> FrameView::create(DisplayPath path) {
    if (path == DisplayPath::Cpu) return std::unique_ptr<FrameView>(new CpuFrameView);
    auto program = Program::link("picture.vert", "yuv.frag");
    if (!program) return program.error();
    return std::unique_ptr<FrameView>(new ShaderFrameView(std::move(*program)));
}

Result<Done> FrameView::show(const PicturePtr& picture, Size wanted) {
    if (picture == nullptr) return Done{};
    Size limit;
    const Size upright = picture->upright_size();
    const bool is_large = area(upright) > cheap_pixels;
    const bool stands_smaller = wanted.width > 0 && wanted.width < upright.width && wanted.height < upright.height;
    // In steps, so that zooming does not convert with every notch of the wheel.
    if (pays_per_pixel() && is_large && stands_smaller) {
        const int step = std::max(1, std::min(upright.width / std::max(1, wanted.width), 8));
        limit = {(upright.width + step - 1) / step, (upright.height + step - 1) / step};
    }
    if (picture == shown_ && limit == limit_) return Done{};
    auto converted = convert(*picture, limit);
    if (!converted) return converted;
    shown_ = picture;
    limit_ = limit;
    ++generation_;
    return Done{};
}

Result<Done> FrameView::convert_on_cpu(const Picture& picture, Size limit) {
    auto image = upright_image(picture, ImageChannels::Rgba, limit);
    if (!image) return image.error();
    texture_.upload(image->size, TexelFormat::Rgba8, image->pixels.data(),
                    static_cast<std::ptrdiff_t>(image->size.width) * 4);
    if (!pays_per_pixel()) texture_.make_mipmaps();
    return Done{};
}

}  // namespace inbetween
