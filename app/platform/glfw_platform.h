#pragma once

#include <map>
#include <memory>

#include "app/platform/platform.h"
#include "core/base/result.h"

struct GLFWwindow;
struct GLFWcursor;

namespace inbetween {

/// A window on the screen. Keys are told by their place on the keyboard.
class GlfwPlatform : public Platform {
public:
    struct Options {
        Size size{1440, 900};  ///< at content scale 1
        std::string title = "Inbetween";
    };
    /// errors: no display, no OpenGL 3.3.
    static Result<std::unique_ptr<GlfwPlatform>> open(const Options& options);
    ~GlfwPlatform() override;
    GlfwPlatform(const GlfwPlatform&) = delete;
    GlfwPlatform& operator=(const GlfwPlatform&) = delete;

    Size size() const override;
    double content_scale() const override;
    void wait_events(double timeout_seconds) override;
    void wake() override;
    unsigned framebuffer() const override { return 0; }
    void swap() override;
    std::string clipboard() const override;
    void set_clipboard(const std::string& text) override;
    void set_title(const std::string& title) override;
    void set_cursor(Cursor cursor) override;
    bool should_close() const override;
    void close() override;

private:
    GlfwPlatform() = default;
    void listen();

    GLFWwindow* window_ = nullptr;
    std::map<Cursor, GLFWcursor*> cursors_;
    Cursor cursor_ = Cursor::Arrow;
    std::string title_;
};

}  // namespace inbetween
