#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/ui/ui.h"

namespace inbetween {

/// What a tool button shows.
enum class Icon {
    Select,
    Box,
    Quad,
    First,
    Back,
    Play,
    Pause,
    Forward,
    Last,
    Undo,
    Redo,
    Eye,
    EyeOff,
    Fit,
    Adjust,
    Search,
    Keys,
    Sound,
    SoundOff
};

/// A button that runs a command: its title, keys and whether it can run come from the command.
/// `name` is its item's name.
void command_button(const Ui& ui, std::string_view name, std::string_view command, const char* caption);

/// The same as a small picture; `lit` when what it switches is on.
void icon_button(const Ui& ui, std::string_view name, std::string_view command, Icon icon, bool lit = false);

/// Shows what a command does and its keys, after the pointer has rested on the last item for a moment.
void command_tooltip(const Ui& ui, std::string_view command);
/// The same for any text.
void text_tooltip(const UiFrame& ui, const std::string& text);

/// A line of text to type into, which takes the keys while it is active.
/// returns: whether Enter was pressed in it.
bool text_field(const UiFrame& ui, const std::string& name, std::string& text, const char* hint, float width);
/// Gives the keys to the text field that comes next.
void focus_next_field(const UiFrame& ui);

/// A heading within a panel.
void heading(const UiFrame& ui, const char* text);
/// A dim name and its value on one line, the values in a column.
void property(const UiFrame& ui, const char* name, const std::string& value);
/// A small square of a label's colour, in the line.
void colour_mark(const UiFrame& ui, ImU32 colour);
/// Text cut at the end with an ellipsis to fit a width.
std::string elided(ImFont* font, float size, const std::string& text, float width);

/// The distances between a panel's items, inside a layout that has none between its panels.
struct PanelSpacing {
    explicit PanelSpacing(const UiFrame& ui);
    ~PanelSpacing();
    PanelSpacing(const PanelSpacing&) = delete;
    PanelSpacing& operator=(const PanelSpacing&) = delete;
};

/// The child window of a panel, with the panel's surface.
struct PanelFrame {
    PanelFrame(const UiFrame& ui, const char* id, ImVec2 size, ImU32 surface, ImGuiWindowFlags flags = 0);
    ~PanelFrame();
    PanelFrame(const PanelFrame&) = delete;
    PanelFrame& operator=(const PanelFrame&) = delete;

private:
    std::optional<PanelSpacing> spacing_;
};

/// h:mm:ss.mmm, without hours where there are none.
std::string clock_text(double seconds);
/// "person 12" of a track, by its label.
std::string track_text(const Annotations& annotations, const Track& track);
/// The colour of a label that may be missing.
ImU32 label_colour(const Annotations& annotations, LabelId label, float alpha = 1);

}  // namespace inbetween
