#include "app/ui/format_options.h"

#include <algorithm>
#include <vector>

#include "app/ui/widgets.h"
#include "core/base/text.h"

namespace inbetween {
namespace {

/// The options that concern this way, as their help says.
std::vector<const FormatOption*> options_for(const Format& format, Way way) {
    const std::string_view other = way == Way::In ? "writing" : "reading";
    const std::string_view own = way == Way::In ? "reading" : "writing";
    std::vector<const FormatOption*> options;
    for (const FormatOption& option : format.options) {
        const bool is_others = option.help.starts_with(other) && option.help.find(own) == std::string_view::npos;
        if (!is_others) options.push_back(&option);
    }
    return options;
}

/// The values that an option takes, where they can be listed: capitals stand for anything of their kind.
std::vector<std::string_view> listed_values(const FormatOption& option) {
    const bool is_open = std::ranges::any_of(option.values, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (is_open || option.values.find('|') == std::string_view::npos) return {};
    return split(option.values, '|');
}

void choice(const Ui& ui, const std::string& item, const std::string& shown,
            const std::vector<std::string_view>& values, std::string& value) {
    const bool open = ImGui::BeginCombo(("##" + item).c_str(), shown.c_str());
    ui.items.set_last(item);
    if (!open) return;
    for (const std::string_view one : values) {
        const std::string each(one);
        if (ImGui::Selectable(each.c_str(), each == shown)) value = each;
        ui.items.set_last(item + "/" + each);
    }
    ImGui::EndCombo();
}

void option_field(const Ui& ui, const std::string& item, const FormatOption& option, FormatOptions& options) {
    const std::string name(option.name);
    const std::string help(option.help);
    const auto stated = options.find(name);
    std::string value = stated == options.end() ? std::string() : stated->second;
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(name.c_str());
    text_tooltip(ui, help);
    ImGui::SameLine(ui.px(120));
    const std::string preset(option.default_value);
    const float width = ui.px(150);
    if (const auto values = listed_values(option); values.empty()) {
        text_field(ui, item, value, preset.empty() ? std::string(option.values).c_str() : preset.c_str(), width);
    } else {
        ImGui::SetNextItemWidth(width);
        choice(ui, item, value.empty() ? preset : value, values, value);
    }
    ImGui::SameLine(ui.px(282));
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    const float left = ImGui::GetContentRegionAvail().x;
    ImGui::TextUnformatted(elided(ui.theme.regular, ui.theme.regular->FontSize, help, left).c_str());
    ImGui::PopStyleColor();
    text_tooltip(ui, help);
    if (value.empty()) {
        options.erase(name);
    } else {
        options[name] = value;
    }
}

}  // namespace

void draw_format_options(const Ui& ui, const std::string& prefix, const Format& format, Way way,
                         FormatOptions& options) {
    const std::vector<const FormatOption*> own = options_for(format, way);
    if (own.empty()) return;
    constexpr std::size_t most_rows = 4;
    const float row = ImGui::GetFrameHeightWithSpacing();
    ImGui::BeginChild(prefix.c_str(), {0, row * static_cast<float>(std::min(own.size(), most_rows))});
    for (const FormatOption* option : own) option_field(ui, prefix + std::string(option->name), *option, options);
    ImGui::EndChild();
}

}  // namespace inbetween
