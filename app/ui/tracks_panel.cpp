#include <algorithm>

#include "app/ui/draw2d.h"
#include "app/ui/panels.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

/// Whether a track is in view at the frame on screen.
bool is_in_view(const Ui& ui, const Track& track) {
    const auto state = ui.session.annotations().state_at(track, ui.session.view.frame);
    return state && !state->outside;
}

void row(const Ui& ui, const Track& track) {
    const bool selected = track.id == ui.session.view.track;
    const std::string name = fmt::format("Tracks/{}", number(track.id));
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    if (ImGui::Selectable(("##" + name).c_str(), selected, ImGuiSelectableFlags_SpanAllColumns)) {
        ui.select_track(track.id);
        if (!is_in_view(ui, track) && !track.keyframes.empty()) ui.go_to(track.keyframes.front().frame);
    }
    ui.items.set_last(name);
    if (ImGui::IsItemHovered()) ui.state.pointed_track = track.id;
    if (selected && ui.state.tracks_last != track.id) {
        ui.state.tracks_last = track.id;
        ImGui::SetScrollHereY(0.5F);
    }
    ImGui::SameLine(0, 0);
    colour_mark(ui, label_colour(ui.session.annotations(), track.label));
    const bool here = is_in_view(ui, track);
    ImGui::PushStyleColor(ImGuiCol_Text, here ? ui.theme.text : ui.theme.dim);
    ImGui::TextUnformatted(ui.session.annotations().label_name(track.label).c_str());
    ImGui::TableNextColumn();
    ImGui::Text("%lld", static_cast<long long>(number(track.id)));
    ImGui::TableNextColumn();
    const FrameRange extent = track.extent();
    ImGui::TextUnformatted(fmt::format("{}–{}", extent.begin.value, extent.end.value - 1).c_str());
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(fmt::format("{}", track.keyframes.size()).c_str());
    ImGui::PopStyleColor();
}

}  // namespace

void draw_tracks_panel(const Ui& ui) {
    std::vector<const Track*> tracks;
    for (const auto& [id, track] : ui.session.annotations().tracks) {
        if (track->media == ui.session.media_id()) tracks.push_back(track.get());
    }
    if (tracks.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
        const std::string keys = ui.keymap.keys_text("track.new", " or ");
        ImGui::TextWrapped("No tracks yet. Press %s and drag a box around an object on its clearest frame.",
                           keys.c_str());
        ImGui::PopStyleColor();
        return;
    }
    if (!is_set(ui.session.view.track)) ui.state.tracks_last = {};
    const auto flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_SizingFixedFit;
    if (!ImGui::BeginTable("tracks", 4, flags)) return;
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("label", ImGuiTableColumnFlags_WidthStretch);
    ImGui::TableSetupColumn("id");
    ImGui::TableSetupColumn("frames");
    ImGui::TableSetupColumn("keys");
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::TableHeadersRow();
    ImGui::PopStyleColor();
    const auto selected = std::ranges::find(tracks, ui.session.view.track, &Track::id);
    const bool to_show = selected != tracks.end() && ui.state.tracks_last != (*selected)->id;
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(tracks.size()));
    if (to_show) {
        const int index = static_cast<int>(selected - tracks.begin());
        clipper.ForceDisplayRangeByIndices(index, index + 1);
    }
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) row(ui, *tracks[static_cast<std::size_t>(i)]);
    }
    ImGui::EndTable();
}

}  // namespace inbetween
