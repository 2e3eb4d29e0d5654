#include "app/ui/theme.h"

#include <algorithm>
#include <cmath>

namespace inbetween {
namespace {

ImVec4 vec(ImU32 colour) { return ImGui::ColorConvertU32ToFloat4(colour); }

}  // namespace

float Theme::px(float length) const { return std::max(1.0F, std::floor(length * scale + 0.5F)); }

void Theme::apply() const {
    ImGuiStyle style;
    style.WindowPadding = {px(10), px(8)};
    style.FramePadding = {px(8), px(4)};
    style.ItemSpacing = {px(8), px(5)};
    style.ItemInnerSpacing = {px(6), px(4)};
    style.CellPadding = {px(6), px(3)};
    style.IndentSpacing = px(14);
    style.ScrollbarSize = px(11);
    style.GrabMinSize = px(10);
    style.WindowRounding = 0;
    style.ChildRounding = 0;
    style.FrameRounding = px(4);
    style.PopupRounding = px(6);
    style.GrabRounding = px(4);
    style.ScrollbarRounding = px(6);
    style.TabRounding = px(4);
    style.WindowBorderSize = 0;
    style.ChildBorderSize = 0;
    style.PopupBorderSize = 1;
    style.FrameBorderSize = 0;
    style.AntiAliasedLinesUseTex = true;
    const auto set = [&style](ImGuiCol_ which, ImU32 colour) { style.Colors[which] = vec(colour); };
    set(ImGuiCol_Text, text);
    set(ImGuiCol_TextDisabled, faint);
    set(ImGuiCol_WindowBg, window);
    set(ImGuiCol_ChildBg, IM_COL32(0, 0, 0, 0));
    set(ImGuiCol_PopupBg, panel);
    set(ImGuiCol_Border, strong_line);
    set(ImGuiCol_FrameBg, raised);
    set(ImGuiCol_FrameBgHovered, hovered);
    set(ImGuiCol_FrameBgActive, hovered);
    set(ImGuiCol_MenuBarBg, window);
    set(ImGuiCol_ScrollbarBg, IM_COL32(0, 0, 0, 0));
    set(ImGuiCol_ScrollbarGrab, hovered);
    set(ImGuiCol_ScrollbarGrabHovered, strong_line);
    set(ImGuiCol_ScrollbarGrabActive, dim);
    set(ImGuiCol_CheckMark, accent);
    set(ImGuiCol_SliderGrab, accent);
    set(ImGuiCol_SliderGrabActive, accent);
    set(ImGuiCol_Button, raised);
    set(ImGuiCol_ButtonHovered, hovered);
    set(ImGuiCol_ButtonActive, selected);
    set(ImGuiCol_Header, selected);
    set(ImGuiCol_HeaderHovered, hovered);
    set(ImGuiCol_HeaderActive, selected);
    set(ImGuiCol_Separator, line);
    set(ImGuiCol_Tab, panel);
    set(ImGuiCol_TabHovered, hovered);
    set(ImGuiCol_TabActive, raised);
    set(ImGuiCol_TableHeaderBg, panel);
    set(ImGuiCol_TableBorderLight, line);
    set(ImGuiCol_TableBorderStrong, strong_line);
    set(ImGuiCol_TableRowBgAlt, IM_COL32(255, 255, 255, 6));
    set(ImGuiCol_TextSelectedBg, with_alpha(accent, 0.35F));
    set(ImGuiCol_PlotHistogram, accent);
    set(ImGuiCol_ModalWindowDimBg, IM_COL32(0, 0, 0, 110));
    ImGui::GetStyle() = style;
}

ImU32 colour_of(Colour colour, float alpha) { return with_alpha(IM_COL32(colour.r, colour.g, colour.b, 255), alpha); }

ImU32 with_alpha(ImU32 colour, float alpha) {
    const float own = static_cast<float>((colour >> IM_COL32_A_SHIFT) & 0xFFU);
    const auto a = static_cast<ImU32>(std::clamp(own * alpha + 0.5F, 0.0F, 255.0F));
    return (colour & ~IM_COL32_A_MASK) | (a << IM_COL32_A_SHIFT);
}

ImU32 mixed(ImU32 a, ImU32 b, float share_of_b) {
    const ImVec4 from = vec(a);
    const ImVec4 to = vec(b);
    const float t = share_of_b;
    return ImGui::ColorConvertFloat4ToU32({from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t,
                                           from.z + (to.z - from.z) * t, from.w + (to.w - from.w) * t});
}

ImU32 readable_on(ImU32 colour) {
    const ImVec4 c = vec(colour);
    return 0.299F * c.x + 0.587F * c.y + 0.114F * c.z > 0.5F ? IM_COL32(16, 17, 20, 255) : IM_COL32(245, 246, 248, 255);
}

}  // namespace inbetween
