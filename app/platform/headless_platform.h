#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "app/platform/platform.h"
#include "core/base/result.h"

namespace inbetween {

/// No screen: a surfaceless EGL context and a framebuffer of its own, read back as an image. Input is what a script
/// pushes to input(). One at a time: they share the display.
class HeadlessPlatform : public Platform {
public:
    struct Options {
        Size size{1280, 800};
        double content_scale = 1;
    };
    /// errors: no EGL, no surfaceless display, no OpenGL 3.3.
    static Result<std::unique_ptr<HeadlessPlatform>> open(const Options& options);
    ~HeadlessPlatform() override;
    HeadlessPlatform(const HeadlessPlatform&) = delete;
    HeadlessPlatform& operator=(const HeadlessPlatform&) = delete;

    Size size() const override { return options_.size; }
    double content_scale() const override { return options_.content_scale; }
    void wait_events(double timeout_seconds) override;
    void wake() override;
    unsigned framebuffer() const override { return framebuffer_; }
    void swap() override;
    std::string clipboard() const override { return clipboard_; }
    void set_clipboard(const std::string& text) override { clipboard_ = text; }
    void set_title(const std::string& title) override { title_ = title; }
    void set_cursor(Cursor cursor) override { cursor_ = cursor; }
    bool should_close() const override { return closed_; }
    void close() override { closed_ = true; }

    /// Gives the framebuffer another size, as a person resizes a window.   errors: larger than GL can.
    Result<Done> resize(Size size);
    /// What is drawn now, top row first, RGBA.
    Image read_pixels() const;
    const std::string& title() const { return title_; }
    Cursor cursor() const { return cursor_; }

private:
    explicit HeadlessPlatform(const Options& options) : options_(options) {}
    Result<Done> open_context();
    Result<Done> make_framebuffer();
    void delete_framebuffer();

    Options options_;
    void* display_ = nullptr;  // EGLDisplay
    void* context_ = nullptr;  // EGLContext
    unsigned framebuffer_ = 0;
    unsigned colour_ = 0;
    std::string clipboard_;
    std::string title_;
    Cursor cursor_ = Cursor::Arrow;
    bool closed_ = false;
    std::mutex mutex_;
    std::condition_variable woken_condition_;
    bool woken_ = false;  // guarded by mutex_
};

}  // namespace inbetween
