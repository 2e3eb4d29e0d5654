#include <algorithm>
#include <array>
#include <cmath>

#include "app/ui/panels.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

/// One number of an adjustment, as a slider shows it.
struct Slider {
    const char* name;  ///< "Brightness"; its item is "Adjust/Brightness"
    double Adjustment::*value;
    AdjustmentRange range;
    const char* format;
    ImGuiSliderFlags flags;
};

constexpr std::array sliders{
    Slider{"Brightness", &Adjustment::brightness, Adjustment::brightness_range, "%+.2f", 0},
    Slider{"Contrast", &Adjustment::contrast, Adjustment::contrast_range, "%.2f", ImGuiSliderFlags_Logarithmic},
    Slider{"Gamma", &Adjustment::gamma, Adjustment::gamma_range, "%.2f", ImGuiSliderFlags_Logarithmic},
};

void draw_slider(const Ui& ui, const Slider& slider) {
    ImGui::AlignTextToFramePadding();
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::TextUnformatted(slider.name);
    ImGui::PopStyleColor();
    ImGui::SameLine(ui.px(96));
    // The number stands beside the slider, where its handle does not cover it; in it, it only rounds.
    ImGui::SetNextItemWidth(-ui.px(48));
    auto value = static_cast<float>(ui.session.view.adjustment.*slider.value);
    const std::string name = std::string("Adjust/") + slider.name;
    ImGui::PushStyleColor(ImGuiCol_Text, 0);
    // Typed numbers would need the keys, which are commands here.
    const bool moved = ImGui::SliderFloat(("##" + name).c_str(), &value, static_cast<float>(slider.range.least),
                                          static_cast<float>(slider.range.most), slider.format,
                                          slider.flags | ImGuiSliderFlags_NoInput);
    ImGui::PopStyleColor();
    ui.items.set_last(name);
    ImGui::SameLine(0, ui.px(8));
    ImGui::Text(slider.format, static_cast<double>(value));
    if (!moved) return;
    ui.ask([which = slider.value, value](Session& s) {
        // To the hundredths that are shown, so that the neutral value can be found again.
        s.view.adjustment.*which = std::round(static_cast<double>(value) * 100) / 100;
    });
}

}  // namespace

void draw_adjust_panel(const Ui& ui) {
    if (!ui.session.view.adjust_open) return;
    const auto canvas = ui.items.find("Canvas");
    if (!canvas) return;
    const float width = std::min(ui.px(300), canvas->max.x - canvas->min.x - ui.px(24));
    ImGui::SetNextWindowPos({canvas->max.x - ui.px(12), canvas->min.y + ui.px(12)}, ImGuiCond_Always, {1, 0});
    ImGui::SetNextWindowSize({width, 0});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ui.theme.panel);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.px(6));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(12), ui.px(10)});
    ImGui::Begin("Adjust", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoFocusOnAppearing);
    ImGui::PopStyleVar(3);
    ImGui::PopStyleColor();
    {
        const PanelSpacing spacing(ui);
        heading(ui, "Picture");
        for (const Slider& slider : sliders) draw_slider(ui, slider);
        ImGui::Dummy({0, ui.px(2)});
        command_button(ui, "Adjust/Reset", "view.adjust.reset", "Reset");
        ImGui::SameLine();
        command_button(ui, "Adjust/Close", "view.adjust", "Close");
    }
    const ImVec2 at = ImGui::GetWindowPos();
    ui.items.set("Adjust", at, {at.x + ImGui::GetWindowWidth(), at.y + ImGui::GetWindowHeight()});
    ImGui::End();
}

}  // namespace inbetween
