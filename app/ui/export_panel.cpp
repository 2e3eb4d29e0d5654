#include <algorithm>
#include <chrono>

#include "app/ui/format_options.h"
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

void choose(const Ui& ui, const Format& format) {
    ExportState& state = ui.state.exporting;
    if (state.format == format.id) return;
    state.format = format.id;
    state.path = default_path(ui, format);
    state.options.clear();
    state.outcome.clear();
}

/// The formats that fit what was typed, the best first; all by name when nothing was.
std::vector<const Format*> matches(const std::string& typed) {
    std::vector<std::pair<int, const Format*>> found;
    for (const Format* format : all_formats()) {
        if (format->write == nullptr) continue;
        const int score = std::max(fuzzy_score(typed, format->name), fuzzy_score(typed, format->id));
        if (score >= 0) found.emplace_back(typed.empty() ? 0 : -score, format);
    }
    std::ranges::sort(found, {}, [](const auto& match) { return std::pair(match.first, match.second->name); });
    std::vector<const Format*> formats;
    for (const auto& [score, format] : found) formats.push_back(format);
    return formats;
}

std::string carried(const Carries& carries) {
    std::string text;
    const auto add = [&](bool is_carried, std::string_view what) {
        if (is_carried) text += (text.empty() ? "" : ", ") + std::string(what);
    };
    add(carries.boxes, "boxes");
    add(carries.quads, "quads");
    add(carries.attributes, "attributes");
    add(carries.track_segments || carries.video_segments, "actions");
    return text;
}

void format_row(const Ui& ui, const Format& format, bool is_chosen) {
    const std::string item = "Export/Format/" + std::string(format.id);
    const float left = ImGui::GetCursorPosX();
    if (ImGui::Selectable(("##" + item).c_str(), is_chosen)) choose(ui, format);
    ui.items.set_last(item);
    if (is_chosen && ui.state.exporting.shows_chosen) ImGui::SetScrollHereY(0.5F);
    ImGui::SameLine(left);
    ImGui::TextUnformatted(format.name.data(), format.name.data() + format.name.size());
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    const auto column = [&](float at, std::string_view text) {
        ImGui::SameLine(ui.px(at));
        ImGui::TextUnformatted(text.data(), text.data() + text.size());
    };
    column(270, carried(format.carries));
    column(510, format.extension.empty() ? "folder" : format.extension);
    ImGui::PopStyleColor();
}

void choose_by_keys(const Ui& ui, const std::vector<const Format*>& found) {
    const bool down = ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_DownArrow));
    const bool up = ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_UpArrow));
    if (found.empty() || down == up) return;
    const auto at = std::ranges::find(found, ui.state.exporting.format, &Format::id);
    const auto last = std::ssize(found) - 1;
    std::ptrdiff_t next = at == found.end() ? 0 : at - found.begin() + (down ? 1 : -1);
    next = std::clamp<std::ptrdiff_t>(next, 0, last);
    choose(ui, *found[static_cast<std::size_t>(next)]);
    ui.state.exporting.shows_chosen = true;
}

void format_list(const Ui& ui) {
    ExportState& state = ui.state.exporting;
    const std::string before = state.query;
    text_field(ui, "Export/Query", state.query, "find a format", -1);
    const std::vector<const Format*> found = matches(state.query);
    if (state.query != before && !state.query.empty() && !found.empty()) choose(ui, *found.front());
    choose_by_keys(ui, found);
    ImGui::BeginChild("formats", {0, ui.px(216)});
    for (const Format* format : found) format_row(ui, *format, format->id == state.format);
    if (found.empty()) ImGui::TextUnformatted("No format of that name");
    ImGui::EndChild();
    state.shows_chosen = false;
}

/// The writer runs on a snapshot that later edits do not alter.
void start_writing(const Ui& ui, const Format& format) {
    ExportState& state = ui.state.exporting;
    state.outcome.clear();
    state.writing = std::async(std::launch::async, [snapshot = ui.session.snapshot(), media = ui.session.media_id(),
                                                    out = fs::path(state.path), options = state.options, &format] {
        return write_annotations(format, WriteRequest{*snapshot, media, out, options});
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
    for (const Loss& loss : report->losses) state.outcome += fmt::format("\n{}: {}", loss.what, loss.count);
}

void close(const Ui& ui) {
    ExportState& state = ui.state.exporting;
    const std::string format = state.format;
    state = {};
    state.format = format;
    ui.active_field.clear();
}

}  // namespace

void draw_export(const Ui& ui) {
    ExportState& state = ui.state.exporting;
    if (!state.open) return;
    if (const Format* format = find_format(state.format); state.path.empty() && format != nullptr && !state.was_open)
        state.path = default_path(ui, *format);
    take_in_outcome(ui);
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    Overlay overlay(ui, "Export", {std::min(ui.px(640), screen.x - ui.px(40)), std::min(ui.px(560), screen.y * 0.85F)},
                    0.08F);
    heading(ui, "Export annotations");
    if (!state.was_open) {
        focus_next_field(ui);
        state.shows_chosen = true;
    }
    state.was_open = true;
    format_list(ui);
    const Format* format = find_format(state.format);
    const bool busy = state.writing.valid();
    ImGui::BeginDisabled(busy);
    if (format != nullptr) draw_format_options(ui, "Export/Option/", *format, Way::Out, state.options);
    const bool entered = text_field(ui, "Export/Path", state.path, "file or folder to write", -1);
    ImGui::BeginDisabled(format == nullptr || state.path.empty());
    const bool pressed = ImGui::Button("Export");
    ui.items.set_last("Export/Write");
    if ((pressed || entered) && !busy && format != nullptr && !state.path.empty()) start_writing(ui, *format);
    ImGui::EndDisabled();
    ImGui::EndDisabled();
    ImGui::SameLine();
    if (ImGui::Button("Close")) overlay.wants_to_close = true;
    ui.items.set_last("Export/Close");
    ImGui::PushStyleColor(ImGuiCol_Text, busy ? ui.theme.dim : state.failed ? ui.theme.bad : ui.theme.good);
    ImGui::TextWrapped("%s", busy ? "writing…" : state.outcome.c_str());
    ImGui::PopStyleColor();
    if (overlay.wants_to_close && !busy) close(ui);
}

}  // namespace inbetween
