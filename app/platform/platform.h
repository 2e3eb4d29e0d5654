#pragma once

#include <string>

#include "app/input/input_queue.h"
#include "core/video/picture.h"

namespace inbetween {

/// How the pointer looks.
enum class Cursor { Arrow, Text, Hand, Cross, MoveAll, ResizeWidth, ResizeHeight, ResizeDown, ResizeUp };

/// What the workstation stands on: a place to draw with OpenGL 3.3, and input. A window, or a framebuffer without one.
/// thread: the one that opened it, which holds the GL context; but wake().
class Platform {
public:
    virtual ~Platform() = default;

    /// The framebuffer's size in pixels; 0 by 0 while the window is hidden.
    virtual Size size() const = 0;
    /// Pixels of the screen for one of a plain 96-dpi screen.
    virtual double content_scale() const = 0;
    /// Waits until something happens, somebody wakes it, or `timeout_seconds` (0: looks only; infinity: no end) have
    /// passed; what happened is in input().
    virtual void wait_events(double timeout_seconds) = 0;
    /// Ends wait_events.   thread: any.
    virtual void wake() = 0;
    /// The GL framebuffer to draw into.
    virtual unsigned framebuffer() const = 0;
    /// Shows what was drawn.
    virtual void swap() = 0;
    virtual std::string clipboard() const = 0;
    virtual void set_clipboard(const std::string& text) = 0;
    virtual void set_title(const std::string& title) = 0;
    virtual void set_cursor(Cursor cursor) = 0;
    virtual bool should_close() const = 0;
    virtual void close() = 0;
    InputQueue& input() { return input_; }

private:
    InputQueue input_;
};

}  // namespace inbetween
