#include "app/ui/panels.h"
#include "app/ui/widgets.h"

namespace inbetween {

void draw_history_panel(const Ui& ui) {
    const History& history = ui.session.history();
    const auto& entries = history.entries();
    if (entries.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
        ImGui::TextWrapped("Every edit appears here, and can be undone for ever: also after closing the project.");
        ImGui::PopStyleColor();
        return;
    }
    ImGui::BeginChild("entries");
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(entries.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            // The latest on top.
            const std::size_t at = entries.size() - 1 - static_cast<std::size_t>(i);
            const bool done = at < history.done();
            ImGui::PushStyleColor(ImGuiCol_Text, done ? ui.theme.text : ui.theme.faint);
            const std::string name = fmt::format("History/{}", entries[at].seq);
            const bool clicked =
                ImGui::Selectable(fmt::format("{}##{}", entries[at].name, name).c_str(), at + 1 == history.done());
            ui.items.set_last(name);
            ImGui::PopStyleColor();
            if (!clicked) continue;
            ui.ask([wanted = at + 1](Session& s) {
                while (s.history().done() > wanted && s.undo()) continue;
                while (s.history().done() < wanted && s.redo()) continue;
            });
        }
    }
    ImGui::EndChild();
}

}  // namespace inbetween
