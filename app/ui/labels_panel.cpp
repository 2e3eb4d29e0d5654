#include <algorithm>

#include "app/drawing.h"
#include "app/labelling.h"
#include "app/ui/draw2d.h"
#include "app/ui/panels.h"
#include "app/ui/widgets.h"
#include "core/base/text.h"
#include "core/edit/operations.h"

namespace inbetween {
namespace {

bool is_current(const Ui& ui, const Label& label) {
    if (label.kind == LabelKind::Action) return ui.session.view.action == label.id;
    return label_for_new_track(ui.session) == label.id;
}

void row(const Ui& ui, const Label& label) {
    const std::string name = "Labels/" + label.name;
    if (ImGui::Selectable(("##" + name).c_str(), is_current(ui, label))) {
        ui.ask([id = label.id](Session& s) {
            if (const Label* found = s.annotations().find_label(id)) give_label(s, *found);
        });
    }
    ui.items.set_last(name);
    text_tooltip(ui, label.kind == LabelKind::Track ? "Gives this label to the selected track, and to new ones"
                                                    : "Gives this action to the selected segment, and to new ones");
    ImGui::SameLine(0, 0);
    colour_mark(ui, colour_of(label.colour));
    ImGui::TextUnformatted(label.name.c_str());
    if (label.hotkey == 0) return;
    const std::string key = fmt::format("{}", label.hotkey);
    const float width = key_cap_size(ui.theme, key.c_str()).x;
    const ImVec2 max = ImGui::GetWindowPos();
    const float right = max.x + ImGui::GetWindowContentRegionMax().x;
    key_cap(*ImGui::GetWindowDrawList(), ui.theme, {right - width - ui.px(2), ImGui::GetItemRectMin().y - ui.px(1)},
            key.c_str());
}

void add_label(const Ui& ui, LabelKind kind) {
    const std::string name(trim(ui.state.new_label));
    if (name.empty() || ui.session.annotations().find_label(name) != nullptr) return;
    ui.state.new_label.clear();
    ui.ask([name, kind](Session& s) { s.commit(edit::add_label(s.annotations(), name, kind)); });
}

}  // namespace

void draw_labels_panel(const Ui& ui) {
    for (const LabelKind kind : {LabelKind::Track, LabelKind::Action}) {
        const auto of_kind = [kind](const auto& entry) { return entry.second.kind == kind; };
        const auto& labels = ui.session.annotations().labels;
        if (std::ranges::none_of(labels, of_kind)) continue;
        heading(ui, kind == LabelKind::Track ? "Objects" : "Actions");
        for (const auto& entry : labels) {
            if (of_kind(entry)) row(ui, entry.second);
        }
    }
    ImGui::Dummy({0, ui.px(6)});
    const bool entered = text_field(ui, "Labels/New", ui.state.new_label, "new label", -1);
    if (entered) add_label(ui, LabelKind::Track);
    ImGui::BeginDisabled(trim(ui.state.new_label).empty());
    if (ImGui::Button("Add object")) add_label(ui, LabelKind::Track);
    ui.items.set_last("Labels/AddObject");
    ImGui::SameLine();
    if (ImGui::Button("Add action")) add_label(ui, LabelKind::Action);
    ui.items.set_last("Labels/AddAction");
    ImGui::EndDisabled();
}

}  // namespace inbetween
