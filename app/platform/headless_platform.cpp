#include "app/platform/headless_platform.h"

#include <epoxy/egl.h>
#include <epoxy/gl.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <utility>

namespace inbetween {
namespace {

EGLDisplay surfaceless_display() {
    if (epoxy_has_egl_extension(EGL_NO_DISPLAY, "EGL_MESA_platform_surfaceless") &&
        epoxy_has_egl_extension(EGL_NO_DISPLAY, "EGL_EXT_platform_base")) {
        return eglGetPlatformDisplayEXT(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
    }
    return eglGetDisplay(EGL_DEFAULT_DISPLAY);
}

}  // namespace

Result<std::unique_ptr<HeadlessPlatform>> HeadlessPlatform::open(const Options& options) {
    std::unique_ptr<HeadlessPlatform> platform(new HeadlessPlatform(options));
    if (auto opened = platform->open_context(); !opened) return opened.error();
    if (auto made = platform->make_framebuffer(); !made) return made.error();
    return platform;
}

Result<Done> HeadlessPlatform::open_context() {
    if (!epoxy_has_egl()) return fail("no picture can be drawn: the library libEGL is not installed");
    const EGLDisplay display = surfaceless_display();
    EGLint major = 0;
    EGLint minor = 0;
    if (display == EGL_NO_DISPLAY || eglInitialize(display, &major, &minor) == EGL_FALSE) {
        return fail("no picture can be drawn: EGL has no display that works without a screen");
    }
    display_ = display;
    if (eglBindAPI(EGL_OPENGL_API) == EGL_FALSE) return fail("no picture can be drawn: EGL offers no desktop OpenGL");
    const std::array<EGLint, 5> wanted{EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_SURFACE_TYPE, 0, EGL_NONE};
    EGLConfig config = EGL_NO_CONFIG_KHR;
    EGLint configs = 0;
    if (eglChooseConfig(display, wanted.data(), &config, 1, &configs) == EGL_FALSE || configs == 0) {
        config = EGL_NO_CONFIG_KHR;  // EGL_KHR_no_config_context: the framebuffer is our own
    }
    const std::array<EGLint, 7> attributes{
        EGL_CONTEXT_MAJOR_VERSION,           3,       EGL_CONTEXT_MINOR_VERSION, 3, EGL_CONTEXT_OPENGL_PROFILE_MASK,
        EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
    const EGLContext context = eglCreateContext(display, config, EGL_NO_CONTEXT, attributes.data());
    if (context == EGL_NO_CONTEXT) return fail("no picture can be drawn: OpenGL 3.3 is not available");
    context_ = context;
    if (eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context) == EGL_FALSE) {
        return fail("no picture can be drawn: EGL cannot draw without a surface");
    }
    return Done{};
}

Result<Done> HeadlessPlatform::make_framebuffer() {
    GLint largest = 0;
    glGetIntegerv(GL_MAX_RENDERBUFFER_SIZE, &largest);
    const Size size = options_.size;
    if (size.width < 1 || size.height < 1 || size.width > largest || size.height > largest) {
        return fail("a picture of {}x{} pixels cannot be drawn: sides may be 1 to {}", size.width, size.height,
                    largest);
    }
    glGenRenderbuffers(1, &colour_);
    glBindRenderbuffer(GL_RENDERBUFFER, colour_);
    glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, size.width, size.height);
    glGenFramebuffers(1, &framebuffer_);
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
    glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, colour_);
    if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) {
        return fail("no picture can be drawn: OpenGL refuses a framebuffer of {}x{} pixels", size.width, size.height);
    }
    return Done{};
}

void HeadlessPlatform::delete_framebuffer() {
    if (framebuffer_ != 0) glDeleteFramebuffers(1, &framebuffer_);
    if (colour_ != 0) glDeleteRenderbuffers(1, &colour_);
    framebuffer_ = 0;
    colour_ = 0;
}

HeadlessPlatform::~HeadlessPlatform() {
    if (context_ != nullptr) {
        delete_framebuffer();
        eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
        eglDestroyContext(display_, context_);
    }
    if (display_ != nullptr) eglTerminate(display_);
}

Result<Done> HeadlessPlatform::resize(Size size) {
    const Size earlier = options_.size;
    delete_framebuffer();
    options_.size = size;
    auto made = make_framebuffer();
    if (!made) {
        delete_framebuffer();
        options_.size = earlier;
        auto again = make_framebuffer();
        IB_CHECK(again.has_value());
    }
    wake();
    return made;
}

void HeadlessPlatform::wait_events(double timeout_seconds) {
    std::unique_lock lock(mutex_);
    const auto ready = [this] { return woken_; };
    if (input().empty() && timeout_seconds > 0) {
        if (std::isinf(timeout_seconds)) {
            woken_condition_.wait(lock, ready);
        } else {
            woken_condition_.wait_for(lock, std::chrono::duration<double>(timeout_seconds), ready);
        }
    }
    woken_ = false;
}

void HeadlessPlatform::wake() {
    {
        std::lock_guard lock(mutex_);
        woken_ = true;
    }
    woken_condition_.notify_one();
}

void HeadlessPlatform::swap() { glFinish(); }

Image HeadlessPlatform::read_pixels() const {
    Image image;
    image.size = options_.size;
    image.channels = 4;
    const std::size_t row = static_cast<std::size_t>(image.size.width) * 4;
    const auto rows = static_cast<std::size_t>(image.size.height);
    std::vector<std::uint8_t> bottom_up(row * rows);
    glBindFramebuffer(GL_READ_FRAMEBUFFER, framebuffer_);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, image.size.width, image.size.height, GL_RGBA, GL_UNSIGNED_BYTE, bottom_up.data());
    image.pixels.resize(bottom_up.size());
    for (std::size_t y = 0; y < rows; ++y) {
        std::memcpy(&image.pixels[y * row], &bottom_up[(rows - 1 - y) * row], row);
    }
    return image;
}

}  // namespace inbetween
