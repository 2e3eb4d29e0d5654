#include <algorithm>
#include <cmath>

#include "app/ui/draw2d.h"
#include "app/ui/icons.h"
#include "app/ui/panels.h"
#include "app/ui/widgets.h"
#include "core/base/text.h"

namespace inbetween {
namespace {

/// How often the share that is proved is worth a look.
constexpr double proving_look_secs = 0.5;

void part(const Ui& ui, const std::string& name, const std::string& text, ImU32 colour, const std::string& tip) {
    ImGui::PushStyleColor(ImGuiCol_Text, colour);
    ImGui::TextUnformatted(text.c_str());
    ImGui::PopStyleColor();
    ui.items.set_last("Status/" + name);
    if (!tip.empty()) text_tooltip(ui, tip);
    ImGui::SameLine(0, ui.px(18));
}

struct PictureKind {
    float filled;  ///< share of the sign: 1 the frame itself, 0 another one
    ImU32 colour;
    std::string tip;
};

PictureKind picture_kind(const Ui& ui) {
    const ShownFrame shown = ui.session.shown_frame();
    if (shown.picture == nullptr) return {0, ui.theme.faint, "No picture yet"};
    switch (shown.kind) {
        case ShownFrame::Kind::Exact:
            return {1, ui.theme.good, "The picture is this frame itself"};
        case ShownFrame::Kind::Proxy:
            return {0.5F, ui.theme.warning, "The picture is this frame at half its size, until it is decoded"};
        case ShownFrame::Kind::Nearest:
            break;
    }
    return {0, ui.theme.warning,
            fmt::format("The picture is frame {}, the nearest at hand, until this one is decoded", shown.frame.value)};
}

/// A disk: whole for the frame itself, half for its proxy, a ring for another frame.
void picture_part(const Ui& ui) {
    constexpr float half_turn = 3.14159265F;
    const PictureKind kind = picture_kind(ui);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float line = ImGui::GetTextLineHeight();
    const float radius = ui.px(4.5F);
    const ImVec2 middle{at.x + radius, std::floor(at.y + line / 2) + 0.5F};
    ImGui::Dummy({radius * 2, line});
    ui.items.set_last("Status/Picture");
    text_tooltip(ui, kind.tip);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddCircle(middle, radius, kind.colour, 20, ui.px(1.5F));
    if (kind.filled > 0) {
        list.PathArcTo(middle, radius, half_turn / 2, half_turn / 2 + 2 * half_turn * kind.filled, 20);
        list.PathFillConvex(kind.colour);
    }
    ImGui::SameLine(0, ui.px(8));
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

/// Stays while it is so: what is annotated may not be what is seen.
void difference_part(const Ui& ui) {
    const auto& difference = ui.session.video_difference();
    if (difference) part(ui, "Difference", "⚠ not the annotated video", ui.theme.warning, *difference);
}

void exactness_part(const Ui& ui) {
    const VideoInfo* video = ui.session.video();
    if (video == nullptr) return;
    if (video->exactness == Exactness::Proved) {
        part(ui, "Exactness", "exact", ui.theme.good,
             "Proved: frame n is the n-th frame of a plain decode, and the hash of each is known");
        return;
    }
    const double share = ui.session.survey_share();
    const std::string proving = share < 1 ? fmt::format("proving {:.0f} %", std::floor(share * 100)) : "not proved";
    if (share < 1) ui.wake_in(proving_look_secs);
    if (video->sound) {
        part(ui, "Exactness", proving, ui.theme.dim,
             "Frame numbers go by time stamps that are sound; the whole video is being decoded to prove them.\n"
             "What is annotated meanwhile keeps its pictures.");
        return;
    }
    std::string reasons = "Frame numbers are provisional. Nothing is annotated on frames not proved yet.";
    for (const std::string& reason : video->reasons) reasons += "\n" + reason;
    part(ui, "Exactness", "⚠ provisional, " + proving, ui.theme.warning, reasons);
}

void decoder_part(const Ui& ui) {
    const VideoInfo* video = ui.session.video();
    if (video == nullptr) return;
    const std::string tip = video->decoder_note.empty() ? "What decodes the frames on screen" : video->decoder_note;
    part(ui, "Decoder", video->decoder + " decoding", ui.theme.dim, tip);
}

/// A loudspeaker where the video has sound: bright while it is heard. A click mutes it.
void sound_part(const Ui& ui) {
    const auto audio = ui.session.audio();
    if (!audio) return;
    const bool muted = ui.session.view.muted;
    const float line = ImGui::GetTextLineHeight();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton("Status/Sound", {line, line})) ui.ask_command("play.mute");
    ui.items.set_last("Status/Sound");
    const ImU32 colour = muted                      ? ui.theme.faint
                         : ui.session.is_sounding() ? ui.theme.accent
                         : ImGui::IsItemHovered()   ? ui.theme.text
                                                    : ui.theme.dim;
    draw_icon(*ImGui::GetWindowDrawList(), muted ? Icon::SoundOff : Icon::Sound,
              {std::floor(at.x + line / 2), std::floor(at.y + line / 2)}, ui.px(6), colour, ui.theme.scale);
    text_tooltip(ui, fmt::format("{}: {}, {} Hz, {} channel{}. Heard while the video plays at its own speed; {} mutes",
                                 muted ? "Sound off" : fmt::format("Volume {:.0f}%", ui.session.view.volume * 100),
                                 audio->codec, audio->rate, audio->channels, audio->channels == 1 ? "" : "s",
                                 ui.keymap.keys_text("play.mute", " or ")));
    ImGui::SameLine(0, ui.px(18));
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
    picture_part(ui);
    frame_part(ui);
    difference_part(ui);
    exactness_part(ui);
    decoder_part(ui);
    sound_part(ui);
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
