#include <algorithm>
#include <cmath>

#include "app/ui/draw2d.h"
#include "app/ui/panels.h"
#include "app/ui/widgets.h"
#include "core/base/text.h"

namespace inbetween {
namespace {

void part(const Ui& ui, const std::string& name, const std::string& text, ImU32 colour, const std::string& tip) {
    ImGui::PushStyleColor(ImGuiCol_Text, colour);
    ImGui::TextUnformatted(text.c_str());
    ImGui::PopStyleColor();
    ui.items.set_last("Status/" + name);
    if (!tip.empty()) text_tooltip(ui, tip);
    ImGui::SameLine(0, ui.px(18));
}

void frame_part(const Ui& ui) {
    const Session& session = ui.session;
    const FrameIndex frame = session.view.frame;
    ImGui::PushFont(ui.theme.bold);
    part(ui, "Frame", fmt::format("{} / {}", frame.value, session.frames()), ui.theme.text,
         "The frame on screen, counted from 0, and how many there are");
    ImGui::PopFont();
    const Media* media = session.media();
    if (media == nullptr) return;
    part(ui, "Time", clock_text(media->seconds_at(frame)), ui.theme.text, "Time from the first frame, by pts");
    const auto at = static_cast<std::size_t>(frame.value);
    if (at < media->pts.size()) {
        part(ui, "Pts", fmt::format("pts {}", media->pts[at]), ui.theme.dim,
             fmt::format("In units of {}/{} s", media->timebase.num, media->timebase.den));
    }
}

void exactness_part(const Ui& ui) {
    const VideoInfo* video = ui.session.video();
    if (video == nullptr) return;
    if (video->exactness == Exactness::Proved) {
        part(ui, "Exactness", "exact", ui.theme.good, "Frame n is the n-th frame of a plain decode");
        return;
    }
    std::string reasons = "Frame numbers are taken from time stamps";
    for (const std::string& reason : video->reasons) reasons += "\n" + reason;
    part(ui, "Exactness", "⚠ provisional", ui.theme.warning, reasons);
}

void selection_part(const Ui& ui) {
    const Track* track = ui.session.selected_track();
    if (track == nullptr) return;
    part(ui, "Selection", track_text(ui.session.annotations(), *track),
         label_colour(ui.session.annotations(), track->label), "The selected track");
}

struct Durable {
    std::string text;
    ImU32 colour;
    std::string tip;
};

Durable durable_state(const Ui& ui) {
    const StoreStatus status = ui.session.store_status();
    if (ui.session.is_read_only()) return {"read only", ui.theme.warning, "This project takes no edits"};
    if (status.problem) return {"⚠ not saved: " + *status.problem, ui.theme.bad, "It is tried again"};
    if (status.queued > 0) {
        return {fmt::format("{} writing", status.queued), ui.theme.dim, "Edits on their way to the disk"};
    }
    return {"✓ all saved", ui.theme.good, "Every edit is on the disk"};
}

void job_part(const Ui& ui, const SolveJob& job) {
    const float width = ui.px(110);
    const float height = ui.px(6);
    const std::string title = job.title();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy({width, ImGui::GetTextLineHeight()});
    text_tooltip(ui, title);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float y = std::floor(at.y + (ImGui::GetTextLineHeight() - height) / 2);
    const float done = static_cast<float>(std::clamp(job.progress(), 0.0, 1.0)) * width;
    list.AddRectFilled({at.x, y}, {at.x + width, y + height}, ui.theme.raised, height / 2);
    list.AddRectFilled({at.x, y}, {at.x + done, y + height}, ui.theme.accent, height / 2);
    ImGui::SameLine(0, ui.px(8));
    part(ui, "Job", title, ui.theme.dim, "");
}

}  // namespace

void draw_status_bar(const Ui& ui) {
    ImGui::SetCursorPosY(std::floor((ImGui::GetWindowHeight() - ImGui::GetTextLineHeight()) / 2));
    frame_part(ui);
    exactness_part(ui);
    if (ui.session.view.speed != 0) {
        part(ui, "Speed", fmt::format("{}×", format_number(ui.session.view.speed, 2)), ui.theme.playhead, "");
    }
    selection_part(ui);
    for (const auto& job : ui.session.jobs()) job_part(ui, *job);
    if (!ui.session.jobs().empty()) {
        if (ImGui::SmallButton("cancel")) {
            ui.ask([](Session& s) { s.cancel_jobs(); });
        }
        ui.items.set_last("Status/Cancel");
        ImGui::SameLine(0, ui.px(18));
    }
    const Durable durable = durable_state(ui);
    const float width = ImGui::CalcTextSize(durable.text.c_str()).x;
    ImGui::SameLine(std::max(ImGui::GetCursorPosX(), ImGui::GetWindowWidth() - width - ui.px(12)));
    part(ui, "Durable", durable.text, durable.colour, durable.tip);
}

void draw_toasts(const Ui& ui) {
    const auto& messages = ui.session.messages();
    if (messages.empty()) return;
    const auto canvas = ui.items.find("Canvas");
    if (!canvas) return;
    float bottom = canvas->max.y - ui.px(12);
    constexpr std::size_t most = 4;
    const std::size_t first = messages.size() > most ? messages.size() - most : 0;
    for (std::size_t i = messages.size(); i-- > first;) {
        const Message& message = messages[i];
        const ImU32 colour = message.kind == Message::Kind::Error     ? ui.theme.bad
                             : message.kind == Message::Kind::Warning ? ui.theme.warning
                                                                      : ui.theme.accent;
        ImGui::SetNextWindowPos({canvas->max.x - ui.px(12), bottom}, ImGuiCond_Always, {1, 1});
        ImGui::SetNextWindowSizeConstraints({ui.px(120), 0}, {ui.px(380), FLT_MAX});
        ImGui::PushStyleColor(ImGuiCol_WindowBg, ui.theme.panel);
        ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.px(5));
        ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
        ImGui::Begin(fmt::format("##toast{}", i).c_str(), nullptr,
                     ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoMove |
                         ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing);
        const ImVec2 at = ImGui::GetWindowPos();
        const ImVec2 size = ImGui::GetWindowSize();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        list.PushClipRectFullScreen();
        list.AddRectFilled({at.x + 1, at.y + ui.px(4)}, {at.x + ui.px(4), at.y + size.y - ui.px(4)}, colour);
        list.PopClipRect();
        ImGui::PushTextWrapPos(ui.px(340));
        ImGui::TextUnformatted(message.text.c_str());
        ImGui::PopTextWrapPos();
        if (message.can_undo && ui.session.history().undoable() != nullptr) {
            command_button(ui, fmt::format("Toast/Undo/{}", i), "history.undo", "Undo");
        }
        ui.items.set(fmt::format("Toast/{}", i), at, {at.x + size.x, at.y + size.y});
        bottom -= size.y + ui.px(6);
        ImGui::End();
        ImGui::PopStyleVar(2);
        ImGui::PopStyleColor();
    }
}

}  // namespace inbetween
