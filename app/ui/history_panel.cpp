#include <algorithm>

#include "app/ui/panels.h"
#include "app/ui/widgets.h"
#include "core/edit/renumber.h"

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
            const std::size_t wanted = at + 1;
            // Renumberings stay where undo goes past them.
            const auto steps =
                std::count_if(entries.begin() + static_cast<std::ptrdiff_t>(std::min(wanted, history.done())),
                              entries.begin() + static_cast<std::ptrdiff_t>(std::max(wanted, history.done())),
                              [](const HistoryEntry& entry) { return !edit::is_renumbering(entry.name); });
            ui.ask([steps, back = wanted < history.done()](Session& s) {
                for (auto left = steps; left > 0 && (back ? s.undo() : s.redo()); --left) continue;
            });
        }
    }
    ImGui::EndChild();
}

}  // namespace inbetween
