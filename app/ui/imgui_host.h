#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>

#include "app/platform/platform.h"
#include "app/ui/fonts.h"
#include "app/ui/imgui_input.h"
#include "app/ui/theme.h"

namespace inbetween {

/// Dear ImGui on a platform: its context, its input and clipboard, the fonts and their texture, and the frames.
/// thread: the platform's, which holds the GL context.
class ImGuiHost {
public:
    /// `on_text` of the handlers is called once the host has taken note of the character.
    /// requires: an OpenGL 3.3 context that is current; `platform` outlives the host.
    ImGuiHost(Platform& platform, ImGuiInput::Handlers handlers);
    ~ImGuiHost();
    ImGuiHost(const ImGuiHost&) = delete;
    ImGuiHost& operator=(const ImGuiHost&) = delete;

    /// Makes this host the one that panels draw to.
    void make_current();
    /// Where the platform's input goes.
    InputSink& input() { return *input_; }
    const Theme& theme() const { return theme_; }

    /// Takes note of a text that is going to be shown, in UTF-8.
    void note(std::string_view text) { fonts_.note(text); }
    /// Sizes everything for a screen.
    /// returns: whether that is another scale than before.
    bool set_scale(float scale);
    /// Draws and uploads the glyphs that were noted since the last call.   requires: set_scale() was called.
    void update_fonts();

    /// Begins the panels of one frame.   units: `seconds` since the last one.
    void begin_frame(Size size, double seconds);
    /// Ends them; what was drawn is ready for render().
    void end_frame();
    /// Whether what is ready differs from what was asked about last.   `generations`: what textures hold, by number.
    bool has_changed(std::initializer_list<std::uint64_t> generations);
    /// Draws what is ready to the platform's framebuffer, on a cleared ground.
    void render();

    bool is_popup_open() const;
    /// Closes every popup in the next frame.
    void close_popups() { closes_popups_ = true; }

private:
    struct ContextDeleter {
        void operator()(ImGuiContext* context) const;
    };

    Platform& platform_;
    std::unique_ptr<ImGuiContext, ContextDeleter> context_;
    std::unique_ptr<ImGuiInput> input_;
    Theme theme_;
    Fonts fonts_;
    bool has_scale_ = false;
    bool has_texture_ = false;
    bool closes_popups_ = false;
    std::uint64_t drawn_hash_ = 0;
};

}  // namespace inbetween
