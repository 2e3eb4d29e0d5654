#include "app/ui/overlay.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace inbetween {

Overlay::Overlay(const UiFrame& ui, const char* name, ImVec2 size, float share_from_top) {
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    // The background is dimmed by a window of its own, beneath this one.
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(screen);
    ImGui::PushStyleColor(ImGuiCol_WindowBg, IM_COL32(8, 9, 11, 130));
    ImGui::Begin(("##dim" + std::string(name)).c_str(), nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
    if (ImGui::IsWindowHovered() && ImGui::IsMouseClicked(0)) wants_to_close = true;
    ImGui::End();
    ImGui::PopStyleColor();
    ImGui::SetNextWindowPos({std::floor((screen.x - size.x) / 2), std::floor(screen.y * share_from_top)});
    ImGui::SetNextWindowSize(size);
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ui.theme.panel);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.px(8));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(14), ui.px(12)});
    ImGui::Begin(name, nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
    ImGui::PopStyleVar(3);
    ImGui::PopStyleColor();
    ui.items.set(name, ImGui::GetWindowPos(),
                 {ImGui::GetWindowPos().x + size.x, ImGui::GetWindowPos().y + ImGui::GetWindowHeight()});
    if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape))) wants_to_close = true;
}

Overlay::~Overlay() { ImGui::End(); }

int fuzzy_score(std::string_view typed, std::string_view name) {
    const auto lower = [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); };
    int score = 0;
    std::size_t at = 0;
    std::size_t last = std::string_view::npos;
    for (const char wanted : typed) {
        if (wanted == ' ') continue;
        while (at < name.size() && lower(name[at]) != lower(wanted)) ++at;
        if (at == name.size()) return -1;
        const bool begins_word = at == 0 || std::isalnum(static_cast<unsigned char>(name[at - 1])) == 0;
        const bool goes_on = last != std::string_view::npos && last + 1 == at;
        score += 1 + (begins_word ? 8 : 0) + (goes_on ? 5 : 0);
        if (last == std::string_view::npos) score -= static_cast<int>(at < 12 ? at / 4 : 3);
        last = at++;
    }
    return std::max(score, 0);
}

}  // namespace inbetween
