#include <algorithm>
#include <cctype>

#include "app/ui/draw2d.h"
#include "app/ui/overlay.h"
#include "app/ui/panels.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

bool fits(const Ui& ui, const Command& command) {
    const std::string& typed = ui.state.keys_filter;
    if (typed.empty()) return true;
    return fuzzy_score(typed, command.title) >= 0 || fuzzy_score(typed, ui.keymap.keys_text(command.id)) >= 0;
}

std::string area_title(std::string_view id) {
    std::string area(id.substr(0, id.find('.')));
    if (!area.empty()) area[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(area[0])));
    return area;
}

/// The commands of an area together, areas and commands in the table's order.
std::vector<const Command*> commands_by_area() {
    std::vector<std::string> areas;
    for (const Command* command : all_commands()) {
        const std::string area = area_title(command->id);
        if (std::ranges::find(areas, area) == areas.end()) areas.push_back(area);
    }
    std::vector<const Command*> commands(all_commands().begin(), all_commands().end());
    std::ranges::stable_sort(commands, {}, [&](const Command* command) {
        return std::ranges::find(areas, area_title(command->id)) - areas.begin();
    });
    return commands;
}

void row(const Ui& ui, const Command& command) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImVec2 at = ImGui::GetCursorScreenPos();
    const float begin = at.x;
    for (const Chord& chord : ui.keymap.chords_of(command.id)) {
        at.x += key_cap(list, ui.theme, at, text_of(chord).c_str()).x + ui.px(4);
    }
    ImGui::Dummy({at.x - begin, key_cap_size(ui.theme, "D").y});
    ui.items.set_last("Keys/" + std::string(command.id));
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(std::string(command.title).c_str());
    ImGui::TableNextColumn();
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::TextWrapped("%s", std::string(command.help).c_str());
    ImGui::PopStyleColor();
}

}  // namespace

void draw_keys_page(const Ui& ui) {
    if (!ui.session.view.keys_open) {
        ui.state.keys_filter.clear();
        return;
    }
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    Overlay overlay(ui, "Keys", {std::min(ui.px(900), screen.x - ui.px(60)), screen.y * 0.84F}, 0.08F);
    ImGui::PushFont(ui.theme.bold);
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted("Keys");
    ImGui::PopFont();
    ImGui::SameLine(0, ui.px(14));
    text_field(ui, "Keys/Filter", ui.state.keys_filter, "find a command or a key", ui.px(260));
    ImGui::Dummy({0, ui.px(2)});
    std::string area;
    if (ImGui::BeginTable("keys", 3,
                          ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_SizingFixedFit)) {
        ImGui::TableSetupColumn("keys", ImGuiTableColumnFlags_WidthFixed, ui.px(220));
        ImGui::TableSetupColumn("command", ImGuiTableColumnFlags_WidthFixed, ui.px(230));
        ImGui::TableSetupColumn("help", ImGuiTableColumnFlags_WidthStretch);
        for (const Command* command : commands_by_area()) {
            if (ui.keymap.chords_of(command->id).empty() || !fits(ui, *command)) continue;
            if (area_title(command->id) != area) {
                area = area_title(command->id);
                ImGui::TableNextRow();
                ImGui::TableNextColumn();
                ImGui::PushFont(ui.theme.bold);
                ImGui::TextUnformatted(area.c_str());
                ImGui::PopFont();
            }
            row(ui, *command);
        }
        ImGui::EndTable();
    }
    if (overlay.wants_to_close) {
        ui.ask([](Session& s) { s.view.keys_open = false; });
    }
}

}  // namespace inbetween
