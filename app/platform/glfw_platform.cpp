#include "app/platform/glfw_platform.h"

#include <epoxy/gl.h>
// epoxy's header stands in for the system's GL header.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace inbetween {
namespace {

/// A wait without end: GLFW wants a number, and its own wait has none.
constexpr double longest_wait_seconds = 3600;

GlfwPlatform& platform_of(GLFWwindow* window) { return *static_cast<GlfwPlatform*>(glfwGetWindowUserPointer(window)); }

KeyAction action_of(int glfw_action) {
    if (glfw_action == GLFW_RELEASE) return KeyAction::Release;
    return glfw_action == GLFW_REPEAT ? KeyAction::Repeat : KeyAction::Press;
}

int modifiers_of(int glfw_modifiers) {
    return glfw_modifiers & (GLFW_MOD_SHIFT | GLFW_MOD_CONTROL | GLFW_MOD_ALT | GLFW_MOD_SUPER);
}

static_assert(GLFW_MOD_SHIFT == ModShift && GLFW_MOD_CONTROL == ModControl && GLFW_MOD_ALT == ModAlt &&
              GLFW_MOD_SUPER == ModSuper);

std::string last_glfw_error() {
    const char* text = nullptr;
    glfwGetError(&text);
    return text != nullptr ? text : "unknown reason";
}

/// A modifier key's own event comes with the modifiers as they were before it.
int own_modifier(int key) {
    switch (key) {
        case GLFW_KEY_LEFT_SHIFT:
        case GLFW_KEY_RIGHT_SHIFT:
            return ModShift;
        case GLFW_KEY_LEFT_CONTROL:
        case GLFW_KEY_RIGHT_CONTROL:
            return ModControl;
        case GLFW_KEY_LEFT_ALT:
        case GLFW_KEY_RIGHT_ALT:
            return ModAlt;
        case GLFW_KEY_LEFT_SUPER:
        case GLFW_KEY_RIGHT_SUPER:
            return ModSuper;
        default:
            return 0;
    }
}

void on_key(GLFWwindow* window, int key, int, int action, int modifiers) {
    const int own = own_modifier(key);
    const int others = modifiers_of(modifiers) & ~own;
    platform_of(window).input().push(
        InputEvent::key_event(key, action_of(action), action == GLFW_RELEASE ? others : others | own));
}

void on_text(GLFWwindow* window, unsigned character) { platform_of(window).input().push(InputEvent::text(character)); }

void on_pointer(GLFWwindow* window, double x, double y) {
    // The pointer comes in window units, which are not pixels everywhere.
    int width = 0;
    int height = 0;
    glfwGetWindowSize(window, &width, &height);
    const Size pixels = platform_of(window).size();
    const double scale_x = width > 0 ? static_cast<double>(pixels.width) / width : 1;
    const double scale_y = height > 0 ? static_cast<double>(pixels.height) / height : 1;
    platform_of(window).input().push(InputEvent::pointer(x * scale_x, y * scale_y));
}

void on_button(GLFWwindow* window, int button, int action, int modifiers) {
    if (button > GLFW_MOUSE_BUTTON_MIDDLE) return;
    // The pointer's place came with an event of its own; where it is at this moment may be further on.
    platform_of(window).input().push(
        InputEvent::button_event(static_cast<MouseButton>(button), action_of(action), modifiers_of(modifiers)));
}

void on_wheel(GLFWwindow* window, double dx, double dy) { platform_of(window).input().push(InputEvent::wheel(dx, dy)); }

void on_focus(GLFWwindow* window, int focused) {
    platform_of(window).input().push(InputEvent::focus(focused == GLFW_TRUE ? KeyAction::Press : KeyAction::Release));
}

void on_drop(GLFWwindow* window, int count, const char** paths) {
    std::vector<std::filesystem::path> files(paths, paths + count);
    platform_of(window).input().push(InputEvent::drop(std::move(files)));
}

int shape_of(Cursor cursor) {
    switch (cursor) {
        case Cursor::Text:
            return GLFW_IBEAM_CURSOR;
        case Cursor::Hand:
            return GLFW_HAND_CURSOR;
        case Cursor::Cross:
            return GLFW_CROSSHAIR_CURSOR;
        case Cursor::ResizeWidth:
            return GLFW_HRESIZE_CURSOR;
        case Cursor::ResizeHeight:
            return GLFW_VRESIZE_CURSOR;
        // GLFW 3.3 has no diagonal or four-way cursors.
        case Cursor::MoveAll:
            return GLFW_HAND_CURSOR;
        case Cursor::ResizeDown:
        case Cursor::ResizeUp:
            return GLFW_CROSSHAIR_CURSOR;
        case Cursor::Arrow:
            break;
    }
    return GLFW_ARROW_CURSOR;
}

Result<GLFWwindow*> open_window(const GlfwPlatform::Options& options) {
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    glfwWindowHintString(GLFW_X11_CLASS_NAME, "inbetween");
    glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "inbetween");
    Size size = options.size;
    if (GLFWmonitor* monitor = glfwGetPrimaryMonitor(); monitor != nullptr) {
        int x = 0;
        int y = 0;
        int width = 0;
        int height = 0;
        glfwGetMonitorWorkarea(monitor, &x, &y, &width, &height);
        if (width > 0 && height > 0) size = {std::min(size.width, width), std::min(size.height, height)};
    }
    GLFWwindow* window = glfwCreateWindow(size.width, size.height, options.title.c_str(), nullptr, nullptr);
    if (window == nullptr) return fail("the window cannot be opened: {}", last_glfw_error());
    return window;
}

}  // namespace

Result<std::unique_ptr<GlfwPlatform>> GlfwPlatform::open(const Options& options) {
    if (glfwInit() == GLFW_FALSE) {
        return fail("the workstation needs a display: {}", last_glfw_error());
    }
    std::unique_ptr<GlfwPlatform> platform(new GlfwPlatform);
    auto window = open_window(options);
    if (!window) return window.error();
    platform->window_ = *window;
    platform->title_ = options.title;
    glfwMakeContextCurrent(platform->window_);
    glfwSwapInterval(1);
    platform->listen();
    return platform;
}

void GlfwPlatform::listen() {
    glfwSetWindowUserPointer(window_, this);
    glfwSetKeyCallback(window_, on_key);
    glfwSetCharCallback(window_, on_text);
    glfwSetCursorPosCallback(window_, on_pointer);
    glfwSetMouseButtonCallback(window_, on_button);
    glfwSetScrollCallback(window_, on_wheel);
    glfwSetWindowFocusCallback(window_, on_focus);
    glfwSetDropCallback(window_, on_drop);
}

GlfwPlatform::~GlfwPlatform() {
    for (const auto& [cursor, made] : cursors_) glfwDestroyCursor(made);
    if (window_ != nullptr) glfwDestroyWindow(window_);
    glfwTerminate();
}

Size GlfwPlatform::size() const {
    Size size;
    glfwGetFramebufferSize(window_, &size.width, &size.height);
    return size;
}

double GlfwPlatform::content_scale() const {
    float x = 1;
    float y = 1;
    glfwGetWindowContentScale(window_, &x, &y);
    return std::clamp(static_cast<double>(std::max(x, y)), 1.0, 4.0);
}

void GlfwPlatform::wait_events(double timeout_seconds) {
    if (timeout_seconds <= 0 || !input().empty()) {
        glfwPollEvents();
    } else {
        glfwWaitEventsTimeout(std::min(timeout_seconds, longest_wait_seconds));
    }
}

void GlfwPlatform::wake() { glfwPostEmptyEvent(); }

void GlfwPlatform::swap() { glfwSwapBuffers(window_); }

std::string GlfwPlatform::clipboard() const {
    const char* text = glfwGetClipboardString(window_);
    return text != nullptr ? text : "";
}

void GlfwPlatform::set_clipboard(const std::string& text) { glfwSetClipboardString(window_, text.c_str()); }

void GlfwPlatform::set_title(const std::string& title) {
    if (title == title_) return;
    title_ = title;
    glfwSetWindowTitle(window_, title.c_str());
}

void GlfwPlatform::set_cursor(Cursor cursor) {
    if (cursor == cursor_) return;
    cursor_ = cursor;
    auto [place, is_new] = cursors_.try_emplace(cursor, nullptr);
    if (is_new) place->second = glfwCreateStandardCursor(shape_of(cursor));
    glfwSetCursor(window_, place->second);
}

bool GlfwPlatform::should_close() const { return glfwWindowShouldClose(window_) == GLFW_TRUE; }

void GlfwPlatform::close() { glfwSetWindowShouldClose(window_, GLFW_TRUE); }

}  // namespace inbetween
