#include "app/ui/widgets.h"

#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>

#include "app/ui/draw2d.h"
#include "app/ui/icons.h"

namespace inbetween {
namespace {

/// How long the pointer rests before a tool tip opens.
constexpr double tooltip_delay_secs = 0.45;

/// Whether the pointer has rested on the last item long enough; asks for a frame when that time comes.
bool has_rested(const UiFrame& ui) {
    if (!ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return false;
    const double rested = ImGui::GetCurrentContext()->HoveredIdTimer;
    if (rested >= tooltip_delay_secs) return true;
    ui.wake_in(tooltip_delay_secs - rested + 0.01);
    return false;
}

void begin_tooltip(const UiFrame& ui) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(9), ui.px(7)});
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(ui.px(340));
}

void end_tooltip() {
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
    ImGui::PopStyleVar();
}

}  // namespace

void Ui::ask_command(std::string_view id) const {
    ask([id = std::string(id)](Session& s) { run_command(s, id); });
}

void Ui::go_to(FrameIndex frame) const {
    ask([frame](Session& s) { s.go_to(frame); });
}

void Ui::select_track(TrackId track) const {
    ask([track](Session& s) {
        s.view.track = track;
        s.view.segment = {};
        s.view.corner = 0;
    });
}

void UiFrame::wake_in(double seconds) const { wake_after = std::min(wake_after, std::max(seconds, 0.0)); }

void command_button(const Ui& ui, std::string_view name, std::string_view command, const char* caption) {
    const Command* found = find_command(command);
    if (found == nullptr) return;
    const bool enabled = found->enabled(ui.session);
    ImGui::BeginDisabled(!enabled);
    const std::string text = caption != nullptr ? caption : std::string(found->title);
    if (ImGui::Button((text + "##" + std::string(name)).c_str())) ui.ask_command(command);
    ImGui::EndDisabled();
    ui.items.set_last(std::string(name));
    command_tooltip(ui, command);
}

void icon_button(const Ui& ui, std::string_view name, std::string_view command, Icon icon, bool lit) {
    const Command* found = find_command(command);
    if (found == nullptr) return;
    const bool enabled = found->enabled(ui.session);
    const float side = ui.px(26);
    ImGui::BeginDisabled(!enabled);
    if (ImGui::InvisibleButton(std::string(name).c_str(), {side, side})) ui.ask_command(command);
    ImGui::EndDisabled();
    ui.items.set_last(std::string(name));
    const ImVec2 at = ImGui::GetItemRectMin();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool hovered = ImGui::IsItemHovered();
    if (lit || hovered) {
        list.AddRectFilled(at, {at.x + side, at.y + side}, lit ? ui.theme.selected : ui.theme.hovered, ui.px(4));
    }
    const ImU32 colour = !enabled ? ui.theme.faint : lit ? ui.theme.accent : ui.theme.text;
    draw_icon(list, icon, {at.x + side / 2, at.y + side / 2}, ui.px(7), colour, ui.theme.scale);
    command_tooltip(ui, command);
}

void command_tooltip(const Ui& ui, std::string_view command) {
    if (!has_rested(ui)) return;
    const Command* found = find_command(command);
    if (found == nullptr) return;
    begin_tooltip(ui);
    ImGui::TextUnformatted(std::string(found->title).c_str());
    const std::string keys = ui.keymap.keys_text(command);
    if (!keys.empty()) {
        ImGui::SameLine(0, ui.px(12));
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.accent);
        ImGui::TextUnformatted(keys.c_str());
        ImGui::PopStyleColor();
    }
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::TextWrapped("%s", std::string(found->help).c_str());
    ImGui::PopStyleColor();
    end_tooltip();
}

void text_tooltip(const UiFrame& ui, const std::string& text) {
    if (!has_rested(ui)) return;
    begin_tooltip(ui);
    ImGui::TextUnformatted(text.c_str());
    end_tooltip();
}

bool text_field(const UiFrame& ui, const std::string& name, std::string& text, const char* hint, float width) {
    ImGui::SetNextItemWidth(width);
    const bool entered =
        ImGui::InputTextWithHint(("##" + name).c_str(), hint, &text, ImGuiInputTextFlags_EnterReturnsTrue);
    if (ImGui::IsItemActive()) ui.active_field = name;
    if (ImGui::IsItemHovered()) ui.cursor = Cursor::Text;
    ui.items.set_last(name);
    return entered;
}

void focus_next_field(const UiFrame& ui) {
    ImGui::SetKeyboardFocusHere();
    ui.wake_in(0);  // the field takes the keys with the next frame
}

void heading(const UiFrame& ui, const char* text) {
    ImGui::Dummy({0, ui.px(2)});
    ImGui::PushFont(ui.theme.bold);
    ImGui::TextUnformatted(text);
    ImGui::PopFont();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::GetWindowDrawList()->AddLine({at.x, at.y - ui.px(1)},
                                        {at.x + ImGui::GetContentRegionAvail().x, at.y - ui.px(1)}, ui.theme.line);
    ImGui::Dummy({0, ui.px(1)});
}

void property(const UiFrame& ui, const char* name, const std::string& value) {
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::TextUnformatted(name);
    ImGui::PopStyleColor();
    ImGui::SameLine(ui.px(110));
    const float width = ImGui::GetContentRegionAvail().x;
    const std::string shown = elided(ui.theme.regular, ui.theme.regular->FontSize, value, width);
    ImGui::TextUnformatted(shown.c_str());
    if (shown != value) text_tooltip(ui, value);
}

void colour_mark(const UiFrame& ui, ImU32 colour) {
    const float side = ui.px(10);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float top = std::floor(at.y + (ImGui::GetTextLineHeight() - side) / 2);
    ImGui::GetWindowDrawList()->AddRectFilled({at.x, top}, {at.x + side, top + side}, colour, ui.px(2));
    ImGui::Dummy({side, ImGui::GetTextLineHeight()});
    ImGui::SameLine(0, ui.px(6));
}

std::string elided(ImFont* font, float size, const std::string& text, float width) {
    if (font->CalcTextSizeA(size, FLT_MAX, 0, text.c_str()).x <= width) return text;
    const float room = width - font->CalcTextSizeA(size, FLT_MAX, 0, "…").x;
    std::size_t fits = 0;
    float used = 0;
    while (fits < text.size()) {
        std::size_t end = fits + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
        used += font->CalcTextSizeA(size, FLT_MAX, 0, text.data() + fits, text.data() + end).x;
        if (used > room) break;
        fits = end;
    }
    return text.substr(0, fits) + "…";
}

PanelFrame::PanelFrame(const UiFrame& ui, const char* id, ImVec2 size, ImU32 surface, ImGuiWindowFlags flags) {
    ImGui::PushStyleColor(ImGuiCol_ChildBg, surface);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(10), ui.px(6)});
    ImGui::BeginChild(id, size, false, ImGuiWindowFlags_AlwaysUseWindowPadding | flags);
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
    const ImVec2 min = ImGui::GetWindowPos();
    const ImVec2 max{min.x + ImGui::GetWindowWidth(), min.y + ImGui::GetWindowHeight()};
    ui.items.set(id, min, max);
    spacing_.emplace(ui);
}

PanelFrame::~PanelFrame() {
    spacing_.reset();
    ImGui::EndChild();
}

PanelSpacing::PanelSpacing(const UiFrame& ui) { ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui.px(8), ui.px(5)}); }

PanelSpacing::~PanelSpacing() { ImGui::PopStyleVar(); }

std::string clock_text(double seconds) {
    const double positive = std::max(seconds, 0.0);
    const auto milliseconds = static_cast<std::int64_t>(std::llround(positive * 1000));
    const std::int64_t hours = milliseconds / 3600000;
    const std::int64_t minutes = milliseconds / 60000 % 60;
    const std::int64_t rest = milliseconds % 60000;
    if (hours > 0) return fmt::format("{}:{:02}:{:02}.{:03}", hours, minutes, rest / 1000, rest % 1000);
    return fmt::format("{:02}:{:02}.{:03}", minutes, rest / 1000, rest % 1000);
}

std::string track_text(const Annotations& annotations, const Track& track) {
    return fmt::format("{} {}", annotations.label_name(track.label), number(track.id));
}

ImU32 label_colour(const Annotations& annotations, LabelId label, float alpha) {
    const Label* found = annotations.find_label(label);
    return found != nullptr ? colour_of(found->colour, alpha) : with_alpha(IM_COL32(190, 190, 190, 255), alpha);
}

}  // namespace inbetween
