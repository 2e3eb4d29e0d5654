#include <algorithm>
#include <array>
#include <cmath>

#include "app/drawing.h"
#include "app/labelling.h"
#include "app/ui/draw2d.h"
#include "app/ui/icons.h"
#include "app/ui/panels.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

/// A menu holds the commands of these areas, which are the first words of their ids.
struct Menu {
    const char* title;
    std::array<std::string_view, 4> areas;
};
constexpr std::array<Menu, 6> menus{{
    {"Edit", {"history", "select", "jobs", ""}},
    {"Object", {"track", "proposal", "detect", "quad"}},
    {"Shape", {"shape", "draw", "", ""}},
    {"Segment", {"segment", "label", "", ""}},
    {"Go", {"frame", "keyframe", "media", "play"}},
    {"View", {"view", "", "", ""}},
}};

std::string_view area_of(const Command& command) { return command.id.substr(0, command.id.find('.')); }

void menu_item(const Ui& ui, const Command& command) {
    const std::string title(command.title);
    const std::string keys = ui.keymap.keys_text(command.id);
    if (ImGui::MenuItem(title.c_str(), keys.c_str(), false, command.enabled(ui.session))) ui.ask_command(command.id);
    ui.items.set_last("Menu/" + std::string(command.id));
    command_tooltip(ui, command.id);
}

void menu(const Ui& ui, const Menu& one) {
    const bool open = ImGui::BeginMenu(one.title);
    ui.items.set_last(std::string("Menu/") + one.title);
    if (!open) return;
    bool first = true;
    for (const std::string_view area : one.areas) {
        if (area.empty()) continue;
        bool begun = false;
        for (const Command* command : all_commands()) {
            if (area_of(*command) != area) continue;
            if (!begun && !first) ImGui::Separator();
            begun = true;
            first = false;
            menu_item(ui, *command);
        }
    }
    ImGui::EndMenu();
}

void file_menu(const Ui& ui) {
    const bool open = ImGui::BeginMenu("File");
    ui.items.set_last("Menu/File");
    if (!open) return;
    if (ImGui::MenuItem("Open…")) ui.state.wants = UiState::Wants::StartScreen;
    ui.items.set_last("Menu/Open");
    if (ImGui::MenuItem("Import…")) ui.state.importing.open = true;
    ui.items.set_last("Menu/Import");
    if (ImGui::MenuItem("Export…")) ui.state.exporting.open = true;
    ui.items.set_last("Menu/Export");
    ImGui::Separator();
    if (ImGui::MenuItem("Quit")) ui.state.wants = UiState::Wants::Quit;
    ui.items.set_last("Menu/Quit");
    ImGui::EndMenu();
}

void media_menu(const Ui& ui) {
    const auto& media = ui.session.annotations().media;
    if (media.size() < 2) return;
    const bool open = ImGui::BeginMenu("Video");
    ui.items.set_last("Menu/Video");
    if (!open) return;
    for (const auto& [id, one] : media) {
        if (ImGui::MenuItem(fmt::format("{}##{}", one->name(), number(id)).c_str(), nullptr,
                            id == ui.session.media_id())) {
            ui.ask([id = id](Session& s) { s.select_media(id); });
        }
    }
    ImGui::EndMenu();
}

void separator(const Ui& ui, float line) {
    ImGui::SameLine(0, ui.px(7));
    ImGui::SetCursorPosY(line);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::GetWindowDrawList()->AddLine({at.x, at.y + ui.px(4)}, {at.x, at.y + ui.px(22)}, ui.theme.line);
    ImGui::Dummy({1, ui.px(26)});
    ImGui::SameLine(0, ui.px(7));
    ImGui::SetCursorPosY(line);
}

void tool_button(const Ui& ui, const char* name, Icon icon, Tool tool, const char* tip) {
    const float side = ui.px(26);
    if (ImGui::InvisibleButton(name, {side, side})) {
        ui.ask([tool](Session& s) {
            if (tool == Tool::Select) return cancel_drawing(s);
            s.view.new_kind = tool == Tool::DrawQuad ? ShapeKind::Quad : ShapeKind::Box;
            cancel_drawing(s);
            start_drawing(s);
        });
    }
    ui.items.set_last(name);
    const bool lit = ui.session.view.tool == tool;
    const ImVec2 at = ImGui::GetItemRectMin();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (lit || ImGui::IsItemHovered()) {
        list.AddRectFilled(at, {at.x + side, at.y + side}, lit ? ui.theme.selected : ui.theme.hovered, ui.px(4));
    }
    draw_icon(list, icon, {at.x + side / 2, at.y + side / 2}, ui.px(7), lit ? ui.theme.accent : ui.theme.text,
              ui.theme.scale);
    text_tooltip(ui, tip);
}

/// The label that new objects get.
void label_button(const Ui& ui) {
    const LabelId current = label_for_new_track(ui.session);
    const Annotations& annotations = ui.session.annotations();
    const std::string text = is_set(current) ? annotations.label_name(current) : "no label";
    ImGui::SetNextItemWidth(ui.px(150));
    const bool open = ImGui::BeginCombo("##label", ("     " + text).c_str());
    ui.items.set_last("ToolBar/Label");
    const ImVec2 at = ImGui::GetItemRectMin();
    ImGui::GetWindowDrawList()->AddRectFilled({at.x + ui.px(8), at.y + ui.px(7)}, {at.x + ui.px(18), at.y + ui.px(17)},
                                              label_colour(annotations, current), ui.px(2));
    if (!open) return;
    for (const auto& [id, label] : annotations.labels) {
        if (label.kind != LabelKind::Track) continue;
        const bool chosen = ImGui::Selectable(fmt::format("##{}", number(id)).c_str(), id == current);
        ui.items.set_last("ToolBar/Label/" + label.name);
        ImGui::SameLine(0, 0);
        colour_mark(ui, colour_of(label.colour));
        ImGui::TextUnformatted(label.name.c_str());
        if (chosen) ui.ask([id = id](Session& s) { s.view.label = id; });
    }
    ImGui::EndCombo();
}

void zoom_text(const Ui& ui) {
    const std::string text = fmt::format("{:.0f}%", ui.session.view.viewport.scale * 100);
    const float width = ImGui::CalcTextSize(text.c_str()).x;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float top = ImGui::GetWindowPos().y + std::floor((ImGui::GetWindowHeight() - ImGui::GetTextLineHeight()) / 2);
    ImGui::GetWindowDrawList()->AddText({at.x, top}, ui.theme.dim, text.c_str());
    ImGui::Dummy({width, ui.px(26)});
    text_tooltip(ui, "Screen pixels a pixel of the image");
}

}  // namespace

void draw_menu_bar(const Ui& ui) {
    if (!ImGui::BeginMenuBar()) return;
    file_menu(ui);
    for (const Menu& one : menus) menu(ui, one);
    media_menu(ui);
    const Media* media = ui.session.media();
    if (media != nullptr) {
        const std::string name = media->name();
        const float width = ImGui::CalcTextSize(name.c_str()).x;
        ImGui::SameLine(ImGui::GetWindowWidth() - width - ui.px(14));
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
        ImGui::TextUnformatted(name.c_str());
        ImGui::PopStyleColor();
    }
    ImGui::EndMenuBar();
}

void draw_tool_bar(const Ui& ui) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui.px(2), 0});
    ImGui::SetCursorPosY(std::floor((ImGui::GetWindowHeight() - ui.px(26)) / 2));
    const float line = ImGui::GetCursorPosY();
    tool_button(ui, "ToolBar/Select", Icon::Select, Tool::Select, "Pick, move and resize");
    ImGui::SameLine();
    tool_button(ui, "ToolBar/Box", Icon::Box, Tool::DrawBox, "Draw a new box");
    ImGui::SameLine();
    tool_button(ui, "ToolBar/Quad", Icon::Quad, Tool::DrawQuad, "Draw a new quadrilateral: four clicks, clockwise");
    ImGui::SameLine(0, ui.px(6));
    ImGui::SetCursorPosY(line + std::floor((ui.px(26) - ImGui::GetFrameHeight()) / 2));
    label_button(ui);
    ImGui::SameLine();
    ImGui::SetCursorPosY(line);
    separator(ui, line);
    icon_button(ui, "ToolBar/Undo", "history.undo", Icon::Undo);
    ImGui::SameLine();
    icon_button(ui, "ToolBar/Redo", "history.redo", Icon::Redo);
    separator(ui, line);
    icon_button(ui, "ToolBar/First", "frame.first", Icon::First);
    ImGui::SameLine();
    icon_button(ui, "ToolBar/Back", "frame.previous", Icon::Back);
    ImGui::SameLine();
    icon_button(ui, "ToolBar/Play", "play.toggle", ui.session.view.speed != 0 ? Icon::Pause : Icon::Play,
                ui.session.view.speed != 0);
    ImGui::SameLine();
    icon_button(ui, "ToolBar/Forward", "frame.next", Icon::Forward);
    ImGui::SameLine();
    icon_button(ui, "ToolBar/Last", "frame.last", Icon::Last);
    separator(ui, line);
    icon_button(ui, "ToolBar/Overlays", "view.overlays", ui.session.view.overlays_hidden ? Icon::EyeOff : Icon::Eye);
    ImGui::SameLine();
    icon_button(ui, "ToolBar/Fit", "view.fit", Icon::Fit);
    ImGui::SameLine();
    const bool adjusted = !ui.session.view.adjustment.is_neutral();
    icon_button(ui, "ToolBar/Adjust", "view.adjust", Icon::Adjust, adjusted || ui.session.view.adjust_open);
    ImGui::SameLine(0, ui.px(8));
    zoom_text(ui);
    const float right = ui.px(26 * 2 + 2);
    ImGui::SameLine(ImGui::GetWindowWidth() - right - ui.px(12));
    ImGui::SetCursorPosY(line);
    icon_button(ui, "ToolBar/Palette", "view.palette", Icon::Search);
    ImGui::SameLine();
    icon_button(ui, "ToolBar/Keys", "view.keys", Icon::Keys);
    ImGui::PopStyleVar();
}

void draw_hint_bar(const Ui& ui) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImVec2 at = ImGui::GetCursorScreenPos();
    at.y = std::floor(ImGui::GetWindowPos().y + (ImGui::GetWindowHeight() - key_cap_size(ui.theme, "D").y) / 2);
    const float end = ImGui::GetWindowPos().x + ImGui::GetWindowWidth();
    for (const Command* command : hints(ui.session)) {
        const std::vector<Chord> chords = ui.keymap.chords_of(command->id);
        if (chords.empty()) continue;
        const std::string title(command->title);
        const ImVec2 text_size = ui.theme.small->CalcTextSizeA(ui.theme.small->FontSize, FLT_MAX, 0, title.c_str());
        const ImVec2 cap = key_cap_size(ui.theme, text_of(chords.front()).c_str());
        const float width = cap.x + ui.px(5) + text_size.x;
        if (at.x + width > end) break;
        ImGui::SetCursorScreenPos({at.x, at.y});
        const std::string name = "Hints/" + std::string(command->id);
        if (ImGui::InvisibleButton(name.c_str(), {width, cap.y})) ui.ask_command(command->id);
        ui.items.set_last(name);
        command_tooltip(ui, command->id);
        key_cap(list, ui.theme, at, text_of(chords.front()).c_str());
        list.AddText(ui.theme.small, ui.theme.small->FontSize, {at.x + cap.x + ui.px(5), at.y + ui.px(2)},
                     command->enabled(ui.session) ? ui.theme.text : ui.theme.faint, title.c_str());
        at.x += width + ui.px(18);
    }
}

}  // namespace inbetween
