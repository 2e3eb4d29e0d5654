#include "app/gl/frame_view.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string_view>

#include "app/gl/cube_texture.h"
#include "app/gl/pixel_upload.h"
#include "app/gl/program.h"
#include "core/video/colour_step.h"
#include "core/video/orientation.h"

namespace inbetween {
namespace {

/// Pictures up to this many pixels are converted whole even on the CPU: full detail for the loupe costs little.
constexpr std::int64_t cheap_pixels = 1024LL * 1024;
/// Texture units: planes come first.
constexpr int cube_unit = 3;
constexpr int target_unit = 4;

std::int64_t area(Size size) { return static_cast<std::int64_t>(size.width) * size.height; }

class CpuFrameView : public FrameView {
protected:
    Result<Done> convert(const PicturePtr& picture, Size size, const Adjustment& adjustment) override {
        return convert_on_cpu(*picture, size, adjustment);
    }
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
    Result<Done> convert(const PicturePtr& picture, Size size, const Adjustment& adjustment) override;
    bool pays_per_pixel() const override { return false; }

private:
    void upload_planes(const Picture& picture);
    void draw(const Picture& picture, const Adjustment& adjustment);
    void set_samples(const Picture& picture) const;
    void set_colours(const PixelFormat& format, const Adjustment& adjustment);

    std::unique_ptr<Program> program_;
    std::array<Texture, 3> planes_;
    PixelUpload upload_;
    CubeTexture cube_;
    PicturePtr uploaded_;  // whose samples the planes hold
    unsigned framebuffer_ = 0;
    unsigned vertices_ = 0;  // core profile draws from a vertex array even where the shader makes the corners
};

/// Whether every plane holds one component's samples, or two components' in turn.
bool has_shader_layout(const PixelFormat& format) {
    if (format.components == 0) return false;
    const int bytes = format.bytes_per_sample();
    for (int i = 0; i < format.components; ++i) {
        const SampleLayout& samples = format.samples[static_cast<std::size_t>(i)];
        const bool alone = samples.step == bytes && samples.offset == 0;
        const bool paired = i > 0 && samples.step == 2 * bytes && samples.plane > 0;
        if (!alone && !paired) return false;
    }
    return true;
}

/// How a plane goes into a texture, and where in the upload buffer.
struct PlaneUpload {
    const Plane* plane = nullptr;
    TexelFormat format = TexelFormat::R8;
    std::size_t offset = 0;
    std::size_t row_bytes = 0;
};

std::vector<PlaneUpload> uploads_of(const Picture& picture) {
    constexpr std::size_t alignment = 64;
    const PixelFormat& format = picture.format();
    const bool wide = format.bytes_per_sample() == 2;
    std::vector<PlaneUpload> uploads;
    std::size_t offset = 0;
    for (std::size_t i = 0; i < picture.planes().size() && i < 3; ++i) {
        const Plane& plane = picture.planes()[i];
        bool paired = false;
        for (int c = 0; c < format.components; ++c) {
            const SampleLayout& samples = format.samples[static_cast<std::size_t>(c)];
            paired |= samples.plane == static_cast<int>(i) && samples.step > format.bytes_per_sample();
        }
        const TexelFormat texels =
            paired ? (wide ? TexelFormat::Rg16 : TexelFormat::Rg8) : (wide ? TexelFormat::R16 : TexelFormat::R8);
        const std::size_t row = static_cast<std::size_t>(plane.size.width) * static_cast<std::size_t>(bytes_of(texels));
        uploads.push_back({&plane, texels, offset, row});
        const std::size_t bytes = row * static_cast<std::size_t>(plane.size.height);
        offset += (bytes + alignment - 1) / alignment * alignment;
    }
    return uploads;
}

void copy_rows(const PlaneUpload& upload, std::uint8_t* to) {
    for (int y = 0; y < upload.plane->size.height; ++y) {
        std::memcpy(to + upload.row_bytes * static_cast<std::size_t>(y), upload.plane->data + upload.plane->stride * y,
                    upload.row_bytes);
    }
}

void ShaderFrameView::upload_planes(const Picture& picture) {
    const std::vector<PlaneUpload> uploads = uploads_of(picture);
    const PlaneUpload& last = uploads.back();
    std::uint8_t* room =
        upload_.begin(last.offset + last.row_bytes * static_cast<std::size_t>(last.plane->size.height));
    if (room != nullptr) {
        for (const PlaneUpload& one : uploads) copy_rows(one, room + one.offset);
        if (!upload_.end()) room = nullptr;
    }
    for (std::size_t i = 0; i < uploads.size(); ++i) {
        const PlaneUpload& one = uploads[i];
        glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(i));
        if (room != nullptr) {
            planes_[i].upload_from_buffer(one.plane->size, one.format, one.offset,
                                          static_cast<std::ptrdiff_t>(one.row_bytes));
        } else {
            planes_[i].upload(one.plane->size, one.format, one.plane->data, one.plane->stride);
        }
    }
    upload_.release();
}

void ShaderFrameView::set_samples(const Picture& picture) const {
    const PixelFormat& format = picture.format();
    const int bytes = format.bytes_per_sample();
    std::array<float, 12> channels{};  // three times four
    constexpr std::array names{"first_plane", "second_plane", "third_plane"};
    for (std::size_t i = 0; i < 3; ++i) {
        const SampleLayout& samples = format.samples[i < static_cast<std::size_t>(format.components) ? i : 0];
        glUniform1i(program_->uniform(names[i]), samples.plane);
        channels[4 * i + static_cast<std::size_t>(samples.offset / bytes)] = 1;
    }
    glUniform4fv(program_->uniform("channels"), 3, channels.data());
    glUniform1i(program_->uniform("component_count"), format.components);
    const ChromaOffset start = format.model == ColourModel::Yuv ? chroma_offset(format) : ChromaOffset{};
    glUniform2f(program_->uniform("chroma_start"), static_cast<float>(start.x), static_cast<float>(start.y));
    glUniform2f(program_->uniform("chroma_density"), 1.0F / static_cast<float>(1 << format.chroma_shift_x),
                1.0F / static_cast<float>(1 << format.chroma_shift_y));
    const std::array<int, 6> turn = decoded_from_upright(picture.decoded_size(), picture.orientation());
    glUniform3i(program_->uniform("decoded_x"), turn[0], turn[1], turn[2]);
    glUniform3i(program_->uniform("decoded_y"), turn[3], turn[4], turn[5]);
}

void ShaderFrameView::set_colours(const PixelFormat& format, const Adjustment& adjustment) {
    const ColourStep step = colour_step(format);
    // A texel is a share of all codes its storage has.
    const double stored = format.bytes_per_sample() == 2 ? 65535.0 / (1 << format.low_bits) : 255;
    std::array<float, 9> matrix{};
    std::array<float, 3> offset{};
    for (std::size_t i = 0; i < 9; ++i) matrix[i] = static_cast<float>(step.matrix[i] * stored);
    for (std::size_t row = 0; row < 3; ++row) {
        double sum = 0;
        for (std::size_t i = 0; i < 3; ++i) sum -= step.matrix[3 * row + i] * step.offset[i];
        offset[row] = static_cast<float>(sum);
    }
    glUniformMatrix3fv(program_->uniform("colour_from_samples"), 1, GL_TRUE, matrix.data());
    glUniform3fv(program_->uniform("offset"), 1, offset.data());
    glActiveTexture(GL_TEXTURE0 + cube_unit);
    const ColourCube* cube = cube_.bind(format);
    glUniform1i(program_->uniform("cube"), cube_unit);
    glUniform1i(program_->uniform("cube_side"), cube != nullptr ? ColourCube::side : 0);
    glUniform1f(program_->uniform("cube_scale"), cube != nullptr ? static_cast<float>(cube->scale()) : 1);
    glUniform1i(program_->uniform("is_linear"), format.transfer == Transfer::Linear ? 1 : 0);
    glUniform1f(program_->uniform("gain"), static_cast<float>(adjustment.contrast));
    glUniform1f(program_->uniform("lift"), static_cast<float>(0.5 - 0.5 * adjustment.contrast + adjustment.brightness));
    glUniform1f(program_->uniform("power"), static_cast<float>(1 / adjustment.gamma));
}

void ShaderFrameView::draw(const Picture& picture, const Adjustment& adjustment) {
    const Size size = picture.upright_size();
    glViewport(0, 0, size.width, size.height);
    glDisable(GL_BLEND);
    glDisable(GL_SCISSOR_TEST);
    glDisable(GL_CULL_FACE);
    glDisable(GL_DEPTH_TEST);
    glUseProgram(program_->id());
    for (std::size_t i = 0; i < planes_.size(); ++i) {
        glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(i));
        glBindTexture(GL_TEXTURE_2D, planes_[i].id());
    }
    set_samples(picture);
    set_colours(picture.format(), adjustment);
    glBindVertexArray(vertices_);
    glDrawArrays(GL_TRIANGLES, 0, 3);
    glBindVertexArray(0);
    glUseProgram(0);
}

Result<Done> ShaderFrameView::convert(const PicturePtr& picture, Size size, const Adjustment& adjustment) {
    if (!has_shader_layout(picture->format())) {
        uploaded_ = nullptr;
        return convert_on_cpu(*picture, size, adjustment);
    }
    if (uploaded_ != picture) upload_planes(*picture);
    uploaded_ = picture;
    glActiveTexture(GL_TEXTURE0 + target_unit);  // leaves the planes where they are bound
    texture_.upload(picture->upright_size(), TexelFormat::Rgba8, nullptr,
                    static_cast<std::ptrdiff_t>(picture->upright_size().width) * 4);
    GLint earlier = 0;
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &earlier);
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_.id(), 0);
    draw(*picture, adjustment);
    glBindFramebuffer(GL_FRAMEBUFFER, static_cast<GLuint>(earlier));
    glActiveTexture(GL_TEXTURE0 + target_unit);
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
    auto program = Program::link("picture.vert", "picture.frag");
    if (!program) return program.error();
    return std::unique_ptr<FrameView>(new ShaderFrameView(std::move(*program)));
}

Result<Done> FrameView::show(const PicturePtr& picture, Size wanted, const Adjustment& adjustment) {
    if (picture == nullptr) return Done{};
    const Size upright = picture->upright_size();
    Size size = upright;
    const bool is_large = area(upright) > cheap_pixels;
    const bool stands_smaller = wanted.width > 0 && wanted.width < upright.width && wanted.height < upright.height;
    // In steps, so that zooming does not convert with every notch of the wheel.
    if (pays_per_pixel() && is_large && stands_smaller) {
        const int step = std::max(1, std::min(upright.width / std::max(1, wanted.width), 8));
        size = {(upright.width + step - 1) / step, (upright.height + step - 1) / step};
    }
    if (picture == shown_ && size == size_ && adjustment == adjustment_) return Done{};
    auto converted = convert(picture, size, adjustment);
    if (!converted) return converted;
    shown_ = picture;
    size_ = size;
    adjustment_ = adjustment;
    ++generation_;
    return Done{};
}

Result<Done> FrameView::convert_on_cpu(const Picture& picture, Size size, const Adjustment& adjustment) {
    auto converted = converter_.convert(picture, size, adjustment, image_);
    if (!converted) return converted;
    texture_.upload(image_.size, TexelFormat::Rgba8, image_.pixels.data(),
                    static_cast<std::ptrdiff_t>(image_.size.width) * 4);
    if (!pays_per_pixel()) texture_.make_mipmaps();
    return Done{};
}

}  // namespace inbetween
