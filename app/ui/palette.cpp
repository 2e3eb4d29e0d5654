#include <algorithm>
#include <cmath>
#include <ranges>

#include "app/ui/draw2d.h"
#include "app/ui/overlay.h"
#include "app/ui/panels.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

struct Match {
    const Command* command = nullptr;
    int score = 0;
};

std::vector<Match> matches(const std::string& typed) {
    std::vector<Match> found;
    for (const Command* command : all_commands()) {
        // Digits of hotkeys are keys, not something to be looked for.
        if (command->id.starts_with("label.digit") || command->id == "view.palette") continue;
        const int by_title = fuzzy_score(typed, command->title);
        const int by_id = fuzzy_score(typed, command->id) - 3;
        const int score = std::max(by_title, by_id);
        if (by_title >= 0 || by_id >= 0) found.push_back({command, score});
    }
    std::ranges::stable_sort(found, std::greater<>{}, &Match::score);
    return found;
}

void close(const Ui& ui) {
    ui.active_field.clear();
    ui.ask([](Session& s) { s.view.palette_open = false; });
}

void row(const Ui& ui, const Match& match, bool chosen) {
    const Command& command = *match.command;
    const std::string name = "Palette/" + std::string(command.id);
    const bool enabled = command.enabled(ui.session);
    const float height = ImGui::GetTextLineHeight() + ui.px(10);
    if (ImGui::Selectable(("##" + name).c_str(), chosen, 0, {0, height}) && enabled) {
        close(ui);
        ui.ask_command(command.id);
    }
    ui.items.set_last(name);
    if (chosen && !ImGui::IsItemVisible()) ImGui::SetScrollHereY(0.5F);
    const ImVec2 min = ImGui::GetItemRectMin();
    const ImVec2 max = ImGui::GetItemRectMax();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const std::string title(command.title);
    const auto line_of = [&](const ImFont& font) { return std::floor((min.y + max.y - font.FontSize) / 2); };
    list.AddText({min.x + ui.px(6), line_of(*ui.theme.regular)}, enabled ? ui.theme.text : ui.theme.faint,
                 title.c_str());
    const float after = min.x + ui.px(6) + ImGui::CalcTextSize(title.c_str()).x + ui.px(12);
    float right = max.x - ui.px(8);
    const std::vector<Chord> chords = ui.keymap.chords_of(command.id);
    for (const Chord& chord : std::views::reverse(chords)) {
        const std::string keys = text_of(chord);
        const ImVec2 cap = key_cap_size(ui.theme, keys.c_str());
        if (right - cap.x < after) break;
        right -= cap.x;
        key_cap(list, ui.theme, {right, min.y + (max.y - min.y - cap.y) / 2}, keys.c_str());
        right -= ui.px(4);
    }
    const std::string help =
        elided(ui.theme.small, ui.theme.small->FontSize, std::string(command.help), right - after - ui.px(8));
    list.AddText(ui.theme.small, ui.theme.small->FontSize, {after, line_of(*ui.theme.small)}, ui.theme.faint,
                 help.c_str());
}

void choose_by_keys(PaletteState& state, std::size_t count) {
    if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_DownArrow))) ++state.chosen;
    if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_UpArrow))) --state.chosen;
    state.chosen = std::clamp(state.chosen, 0, std::max(0, static_cast<int>(count) - 1));
}

}  // namespace

void draw_palette(const Ui& ui) {
    PaletteState& state = ui.state.palette;
    if (!ui.session.view.palette_open) {
        state = {};
        return;
    }
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    Overlay overlay(ui, "Palette", {std::min(ui.px(640), screen.x - ui.px(40)), std::min(ui.px(430), screen.y * 0.7F)},
                    0.12F);
    if (!state.was_open) focus_next_field(ui);
    state.was_open = true;
    const std::string before = state.text;
    const bool entered = text_field(ui, "Palette/Query", state.text, "What do you want to do?", -1);
    if (state.text != before) state.chosen = 0;
    const std::vector<Match> found = matches(state.text);
    choose_by_keys(state, found.size());
    ImGui::BeginChild("matches");
    for (std::size_t i = 0; i < found.size(); ++i) row(ui, found[i], static_cast<int>(i) == state.chosen);
    if (found.empty()) ImGui::TextUnformatted("No command of that name");
    ImGui::EndChild();
    if (entered && !found.empty()) {
        const Command& command = *found[static_cast<std::size_t>(state.chosen)].command;
        close(ui);
        ui.ask_command(command.id);
    } else if (overlay.wants_to_close) {
        close(ui);
    }
}

}  // namespace inbetween
