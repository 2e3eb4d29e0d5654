#include "app/ui/shell.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "app/ui/panels.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

constexpr float tool_bar_height = 38;
constexpr float hint_bar_height = 30;
constexpr float status_bar_height = 26;
constexpr float splitter_width = 4;

constexpr Panel menu_bar{"menu", "Menu", draw_menu_bar};
constexpr Panel tool_bar{"tools", "Tools", draw_tool_bar};
constexpr Panel canvas{"canvas", "Picture", draw_canvas};
constexpr Panel timeline{"timeline", "Timeline", draw_timeline};
constexpr Panel tracks{"tracks", "Tracks", draw_tracks_panel};
constexpr Panel segments{"segments", "Segments", draw_segments_panel};
constexpr Panel labels{"labels", "Labels", draw_labels_panel};
constexpr Panel history{"history", "History", draw_history_panel};
constexpr Panel inspector{"inspector", "Inspector", draw_inspector};
constexpr Panel hint_bar{"hints", "Hints", draw_hint_bar};
constexpr Panel status_bar{"status", "Status", draw_status_bar};
constexpr Panel toasts{"toasts", "Messages", draw_toasts};
constexpr Panel palette{"palette", "Command palette", draw_palette};
constexpr Panel go_to{"goto", "Go to", draw_go_to};
constexpr Panel keys{"keys", "Keys", draw_keys_page};
constexpr Panel exporting{"export", "Export", draw_export};
constexpr Panel importing{"import", "Import", draw_import};
constexpr Panel adjusting{"adjust", "Adjust the picture", draw_adjust_panel};

constexpr std::array panels{&menu_bar, &tool_bar, &canvas,    &timeline,  &tracks,     &segments,
                            &labels,   &history,  &inspector, &hint_bar,  &status_bar, &toasts,
                            &palette,  &go_to,    &keys,      &exporting, &importing,
                            &adjusting};
/// Shown one at a time in the right column.
constexpr std::array lists{&tracks, &segments, &labels, &history};
/// Drawn above the others.
constexpr std::array above{&toasts, &adjusting, &exporting, &importing, &palette, &go_to, &keys};

enum class Axis { Across, Down };

/// A bar between two panels that moves with the mouse.   returns: by how much now.
float splitter(const Ui& ui, const char* name, Axis axis, ImVec2 size) {
    ImGui::InvisibleButton(name, size);
    ui.items.set_last(name);
    const bool lit = ImGui::IsItemHovered() || ImGui::IsItemActive();
    if (lit) ui.cursor = axis == Axis::Across ? Cursor::ResizeWidth : Cursor::ResizeHeight;
    ImGui::GetWindowDrawList()->AddRectFilled(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                                              lit ? ui.theme.accent : ui.theme.canvas);
    if (!ImGui::IsItemActive()) return 0;
    const ImVec2 by = ImGui::GetIO().MouseDelta;
    return axis == Axis::Across ? by.x : by.y;
}

/// Sizes that a person has not set yet, and limits when the window shrinks.
void settle_sizes(const Ui& ui, ImVec2 room) {
    UiState& state = ui.state;
    if (state.side_width <= 0) state.side_width = std::min(ui.px(310), room.x * 0.3F);
    if (state.timeline_height <= 0) state.timeline_height = std::min(ui.px(210), room.y * 0.32F);
    state.side_width = std::clamp(state.side_width, std::min(ui.px(180), room.x / 3), room.x * 0.6F);
    state.timeline_height = std::clamp(state.timeline_height, std::min(ui.px(70), room.y / 3), room.y * 0.7F);
    state.lists_share = std::clamp(state.lists_share, 0.15F, 0.85F);
}

void draw_lists(const Ui& ui, float height) {
    PanelFrame frame(ui, "Lists", {0, height}, ui.theme.panel);
    if (!ImGui::BeginTabBar("lists")) return;
    for (const Panel* panel : lists) {
        const bool wanted = ui.state.wanted_list == panel->id;
        const bool open =
            ImGui::BeginTabItem(std::string(panel->title).c_str(), nullptr, wanted ? ImGuiTabItemFlags_SetSelected : 0);
        ui.items.set_last("Tab/" + std::string(panel->title));
        if (wanted) ui.state.wanted_list.clear();
        if (!open) continue;
        panel->draw(ui);
        ImGui::EndTabItem();
    }
    ImGui::EndTabBar();
}

void draw_side(const Ui& ui, float height) {
    const float split = ui.px(splitter_width);
    const float lists_height = std::floor((height - split) * ui.state.lists_share);
    draw_lists(ui, lists_height);
    const float by = splitter(ui, "Splitter/Lists", Axis::Down, {ImGui::GetContentRegionAvail().x, split});
    if (height > 0) ui.state.lists_share += by / height;
    PanelFrame frame(ui, "Inspector", {0, 0}, ui.theme.panel);
    inspector.draw(ui);
}

void draw_bar(const Ui& ui, const Panel& panel, float height, ImU32 surface) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(10), 0});
    ImGui::PushStyleColor(ImGuiCol_ChildBg, surface);
    ImGui::BeginChild(
        std::string(panel.id).c_str(), {0, ui.px(height)}, false,
        ImGuiWindowFlags_AlwaysUseWindowPadding | ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleColor();
    ImGui::PopStyleVar();
    const ImVec2 at = ImGui::GetWindowPos();
    ui.items.set("Bar/" + std::string(panel.id), at, {at.x + ImGui::GetWindowWidth(), at.y + ImGui::GetWindowHeight()});
    {
        const PanelSpacing spacing(ui);
        panel.draw(ui);
    }
    ImGui::EndChild();
}

void draw_bare(const Panel& panel, const Ui& ui, ImVec2 size) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::BeginChild(std::string(panel.id).c_str(), size, false,
                      ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    {
        const PanelSpacing spacing(ui);
        panel.draw(ui);
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
}

void draw_middle(const Ui& ui, ImVec2 room) {
    const float split = ui.px(splitter_width);
    const float left = room.x - ui.state.side_width - split;
    ImGui::BeginChild("left", {left, room.y}, false, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    draw_bare(canvas, ui, {left, room.y - ui.state.timeline_height - split});
    ui.state.timeline_height -= splitter(ui, "Splitter/Timeline", Axis::Down, {left, split});
    draw_bare(timeline, ui, {left, ui.state.timeline_height});
    ImGui::EndChild();
    ImGui::SameLine(0, 0);
    ui.state.side_width -= splitter(ui, "Splitter/Side", Axis::Across, {split, room.y});
    ImGui::SameLine(0, 0);
    ImGui::BeginChild("side", {0, room.y}, false, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    draw_side(ui, room.y);
    ImGui::EndChild();
}

}  // namespace

std::span<const Panel* const> all_panels() { return panels; }

void draw_shell(const Ui& ui) {
    // What one panel finds under the pointer the others light up in the next frame.
    ui.state.hovered_track = std::exchange(ui.state.pointed_track, TrackId{});
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(screen);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGui::Begin("shell", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                     ImGuiWindowFlags_MenuBar);
    ImGui::PopStyleVar(2);
    menu_bar.draw(ui);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    draw_bar(ui, tool_bar, tool_bar_height, ui.theme.panel);
    const float bars = ui.px(hint_bar_height) + ui.px(status_bar_height);
    ImVec2 room = ImGui::GetContentRegionAvail();
    room.y = std::max(room.y - bars, ui.px(40));
    settle_sizes(ui, room);
    draw_middle(ui, room);
    draw_bar(ui, hint_bar, hint_bar_height, ui.theme.panel);
    draw_bar(ui, status_bar, status_bar_height, ui.theme.window);
    ImGui::PopStyleVar();
    ImGui::End();
    for (const Panel* panel : above) panel->draw(ui);
}

}  // namespace inbetween
