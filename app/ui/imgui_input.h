#pragma once

#include <functional>

#include "app/input/input_queue.h"

namespace inbetween {

/// Hands input to ImGui; keys first to whoever runs commands.
class ImGuiInput : public InputSink {
public:
    struct Handlers {
        std::function<TextFocus()> text_focus;
        std::function<bool(Key, int modifiers, std::span<const Key> held, KeyAction)> on_command_key;
        std::function<void(char32_t)> on_text;
        std::function<void(const std::vector<std::filesystem::path>&)> on_drop;
    };
    /// requires: an ImGui context, whose key map it sets.
    explicit ImGuiInput(Handlers handlers);

    TextFocus text_focus() const override { return handlers_.text_focus(); }
    bool on_command_key(Key key, int modifiers, std::span<const Key> held, KeyAction action) override;
    void on_pointer(double x, double y) override;
    void on_button(MouseButton button, KeyAction action, int modifiers) override;
    void on_wheel(double dx, double dy) override;
    void on_key(Key key, KeyAction action, int modifiers) override;
    void on_text(char32_t character) override;
    void on_focus(KeyAction action) override;
    void on_drop(const std::vector<std::filesystem::path>& files) override { handlers_.on_drop(files); }

private:
    Handlers handlers_;
};

}  // namespace inbetween
