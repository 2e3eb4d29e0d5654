#include <algorithm>
#include <chrono>

#include "app/ui/overlay.h"
#include "app/ui/panels.h"
#include "app/ui/widgets.h"
#include "core/formats/format.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

/// A place beside the project, by the video's name.
std::string default_path(const Ui& ui, const Format& format) {
    const Media* media = ui.session.media();
    const std::string stem = media != nullptr ? fs::path(media->name()).stem().string() : "annotations";
    const std::string name = stem + "-" + std::string(format.id) + std::string(format.extension);
    return (ui.session.project().parent_path() / name).string();
}

void choose_format(const Ui& ui) {
    ExportState& state = ui.state.exporting;
    const Format* current = find_format(state.format);
    ImGui::SetNextItemWidth(-1);
    const std::string shown = current != nullptr ? std::string(current->name) : "choose a format";
    // All formats at once: the list is longer than the few rows of a usual one.
    const bool open = ImGui::BeginCombo("##format", shown.c_str(), ImGuiComboFlags_HeightLargest);
    ui.items.set_last("Export/Format");
    if (!open) return;
    for (const Format* format : all_formats()) {
        if (format->write == nullptr) continue;
        const std::string name(format->name);
        if (ImGui::Selectable(name.c_str(), format == current)) {
            state.format = format->id;
            state.path = default_path(ui, *format);
            state.outcome.clear();
        }
        ui.items.set_last("Export/Format/" + std::string(format->id));
    }
    ImGui::EndCombo();
}

/// The writer runs on a snapshot that later edits do not alter.
void start_writing(const Ui& ui, const Format& format) {
    ExportState& state = ui.state.exporting;
    state.outcome.clear();
    state.writing = std::async(std::launch::async, [snapshot = ui.session.snapshot(), media = ui.session.media_id(),
                                                    out = fs::path(state.path), &format] {
        return write_annotations(format, WriteRequest{*snapshot, media, out, {}});
    });
}

void take_in_outcome(const Ui& ui) {
    ExportState& state = ui.state.exporting;
    if (!state.writing.valid()) return;
    if (state.writing.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
        ui.wake_in(0.1);
        return;
    }
    const Result<WriteReport> report = state.writing.get();
    state.failed = !report.has_value();
    if (!report) {
        state.outcome = report.error().message;
        return;
    }
    state.outcome = fmt::format("✓ written: {}", state.path);
    for (const Loss& loss : report->losses) state.outcome += fmt::format("\n{} {}", loss.count, loss.what);
}

}  // namespace

void draw_export(const Ui& ui) {
    ExportState& state = ui.state.exporting;
    if (!state.open) return;
    const Format* format = find_format(state.format);
    if (state.path.empty() && format != nullptr) state.path = default_path(ui, *format);
    take_in_outcome(ui);
    Overlay overlay(ui, "Export", {ui.px(560), ui.px(250)}, 0.2F);
    heading(ui, "Export annotations");
    choose_format(ui);
    text_field(ui, "Export/Path", state.path, "file or folder to write", -1);
    const bool busy = state.writing.valid();
    ImGui::BeginDisabled(busy || format == nullptr || state.path.empty());
    if (ImGui::Button("Export")) start_writing(ui, *format);
    ui.items.set_last("Export/Write");
    ImGui::EndDisabled();
    ImGui::SameLine();
    if (ImGui::Button("Close")) overlay.wants_to_close = true;
    ui.items.set_last("Export/Close");
    ImGui::PushStyleColor(ImGuiCol_Text, busy ? ui.theme.dim : state.failed ? ui.theme.bad : ui.theme.good);
    ImGui::TextWrapped("%s", busy ? "writing…" : state.outcome.c_str());
    ImGui::PopStyleColor();
    if (overlay.wants_to_close && !busy) {
        state.open = false;
        state.outcome.clear();
        state.path.clear();
    }
}

}  // namespace inbetween
