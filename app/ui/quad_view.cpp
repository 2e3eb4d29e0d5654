#include <algorithm>

#include "app/ui/draw2d.h"
#include "app/ui/panels.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

constexpr double clear_match = 0.85;
constexpr double poor_match = 0.5;

ImU32 colour_of_match(const Ui& ui, double score) {
    if (score >= clear_match) return ui.theme.good;
    return score >= poor_match ? ui.theme.text : ui.theme.warning;
}

std::string percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

}  // namespace

void draw_quad_view(const Ui& ui) {
    const auto& seen = ui.session.quad_seen();
    if (!seen) return;
    const QuadView& view = *seen->view;
    ui.quad_images.show(seen->view, view.keyframe, view.here);
    const float gap = ui.px(6);
    const float most = (ImGui::GetContentRegionAvail().x - gap) / 2;
    const auto wide = static_cast<float>(view.here.size.width);
    const auto high = static_cast<float>(view.here.size.height);
    const float scale = std::min(most / wide, ui.px(110) / high);
    const ImVec2 size{wide * scale, high * scale};
    const ImVec2 left = ImGui::GetCursorScreenPos();
    const ImVec2 right{left.x + most + gap, left.y};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto texture = reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(ui.quad_images.texture().id()));
    list.AddImage(texture, left, {left.x + size.x, left.y + size.y}, {0, 0}, {0.5F, 1});
    list.AddImage(texture, right, {right.x + size.x, right.y + size.y}, {0.5F, 0}, {1, 1});
    ImGui::Dummy({2 * most + gap, size.y});
    ui.items.set("Inspector/QuadView", left, {right.x + size.x, right.y + size.y});
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::Text("keyframe %lld", static_cast<long long>(seen->glance.keyframe.value));
    ImGui::SameLine(right.x - ImGui::GetWindowPos().x);
    ImGui::Text("frame %lld", static_cast<long long>(seen->glance.frame.value));
    ImGui::PopStyleColor();
    std::string text = percent(view.score);
    if (view.visible < 0.995) text += fmt::format(", {} in the picture", percent(view.visible));
    ImGui::PushStyleColor(ImGuiCol_Text, colour_of_match(ui, view.score));
    property(ui, "match", text);
    ImGui::PopStyleColor();
}

}  // namespace inbetween
