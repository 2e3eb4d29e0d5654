#include <algorithm>

#include "app/ui/panels.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

std::string span_text(const Ui& ui, const FrameRange& range) {
    const Media* media = ui.session.media();
    if (media == nullptr) return {};
    return clock_text(media->seconds_at(range.begin));
}

void row(const Ui& ui, const Segment& segment) {
    const Annotations& annotations = ui.session.annotations();
    const bool selected = segment.id == ui.session.view.segment;
    const std::string name = fmt::format("Segments/{}", number(segment.id));
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    if (ImGui::Selectable(("##" + name).c_str(), selected, ImGuiSelectableFlags_SpanAllColumns)) {
        ui.ask([id = segment.id, begin = segment.range.begin](Session& s) {
            s.view.segment = id;
            s.go_to(begin);
        });
    }
    ui.items.set_last(name);
    ImGui::SameLine(0, 0);
    colour_mark(ui, label_colour(annotations, segment.label));
    ImGui::TextUnformatted(annotations.label_name(segment.label).c_str());
    ImGui::TableNextColumn();
    const Track* track = annotations.find_track(segment.track);
    ImGui::TextUnformatted(track != nullptr ? track_text(annotations, *track).c_str() : "video");
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(fmt::format("{}–{}", segment.range.begin.value, segment.range.end.value - 1).c_str());
    ImGui::TableNextColumn();
    ImGui::TextUnformatted(span_text(ui, segment.range).c_str());
}

}  // namespace

void draw_segments_panel(const Ui& ui) {
    std::vector<const Segment*> segments;
    for (const auto& [id, segment] : ui.session.annotations().segments) {
        if (segment->media == ui.session.media_id()) segments.push_back(segment.get());
    }
    std::ranges::stable_sort(segments, {}, [](const Segment* s) { return s->range.begin; });
    if (segments.empty()) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
        ImGui::TextWrapped("No segments yet. %s marks where an action begins, %s where it ends, %s makes the segment.",
                           ui.keymap.keys_text("segment.in", " or ").c_str(),
                           ui.keymap.keys_text("segment.out", " or ").c_str(),
                           ui.keymap.keys_text("segment.commit", " or ").c_str());
        ImGui::PopStyleColor();
        return;
    }
    const auto flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_SizingFixedFit;
    if (!ImGui::BeginTable("segments", 4, flags)) return;
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("action", ImGuiTableColumnFlags_WidthStretch);
    ImGui::TableSetupColumn("of");
    ImGui::TableSetupColumn("frames");
    ImGui::TableSetupColumn("begins");
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::TableHeadersRow();
    ImGui::PopStyleColor();
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(segments.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) row(ui, *segments[static_cast<std::size_t>(i)]);
    }
    ImGui::EndTable();
}

}  // namespace inbetween
