#include <algorithm>
#include <utility>

#include "app/commands/useful.h"
#include "app/labelling.h"
#include "app/ui/draw2d.h"
#include "app/ui/panels.h"
#include "app/ui/widgets.h"
#include "core/base/text.h"
#include "core/edit/operations.h"

namespace inbetween {
namespace {

/// A choice of labels of one kind.   returns: the one chosen now.
std::optional<LabelId> label_choice(const Ui& ui, const std::string& name, LabelKind kind, LabelId current) {
    const Annotations& annotations = ui.session.annotations();
    std::optional<LabelId> chosen;
    ImGui::SetNextItemWidth(-1);
    const std::string shown = is_set(current) ? annotations.label_name(current) : "none";
    const bool open = ImGui::BeginCombo(("##" + name).c_str(), shown.c_str());
    ui.items.set_last(name);
    if (!open) return chosen;
    for (const auto& [id, label] : annotations.labels) {
        if (label.kind != kind) continue;
        const bool clicked = ImGui::Selectable(fmt::format("##{}/{}", name, number(id)).c_str(), id == current);
        ui.items.set_last(fmt::format("{}/{}", name, label.name));
        ImGui::SameLine(0, 0);
        colour_mark(ui, colour_of(label.colour));
        ImGui::TextUnformatted(label.name.c_str());
        if (clicked) chosen = id;
    }
    ImGui::EndCombo();
    return chosen;
}

void dim_name(const Ui& ui, const std::string& text) {
    ImGui::AlignTextToFramePadding();
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::TextUnformatted(elided(ui.theme.regular, ui.theme.regular->FontSize, text, ui.px(96)).c_str());
    ImGui::PopStyleColor();
    ImGui::SameLine(ui.px(110));
}

/// States a value: for the whole track, or, of a mutable attribute, from the frame on screen to the next change.
void state_value(const Ui& ui, TrackId track, AttributeId attribute, std::string value) {
    ui.ask([track, attribute, value = std::move(value)](Session& s) {
        const Track* now = s.annotations().find_track(track);
        const Attribute* found = s.annotations().find_attribute(attribute);
        if (now == nullptr || found == nullptr) return;
        if (!found->is_mutable) {
            s.commit(edit::set_attribute(s.annotations(), track, attribute, value));
            return;
        }
        FrameRange range{s.view.frame, std::max(now->extent().end, s.view.frame + 1)};
        for (const AttributeRange& stated : now->attribute_ranges) {
            if (stated.attribute == attribute && range.begin < stated.range.begin) {
                range.end = std::min(range.end, stated.range.begin);
            }
        }
        s.commit(edit::set_attribute_range(s.annotations(), track, {attribute, range, value}));
    });
}

void attribute_text(const Ui& ui, const Track& track, const Attribute& attribute, const std::string& name,
                    const std::string& value) {
    auto& edit = ui.state.field;
    const bool editing = edit && edit->track == track.id && edit->attribute == attribute.id;
    std::string text = editing ? edit->text : value;
    text_field(ui, name, text, "", -1);
    const bool active = ImGui::IsItemActive();
    // Escape gives the field its earlier text back in the frame in which it leaves it.
    if (active || editing) {
        edit = FieldEdit{track.id, attribute.id, editing ? edit->before : value, text, active};
    }
}

/// Commits what was typed into a field that was left, also when another track was selected meanwhile.
void finish_field(const Ui& ui) {
    auto& edit = ui.state.field;
    if (!edit || std::exchange(edit->is_active, false)) return;
    if (edit->text != edit->before) state_value(ui, edit->track, edit->attribute, edit->text);
    edit.reset();
}

void attribute_row(const Ui& ui, const Track& track, const Attribute& attribute) {
    const std::string name = "Inspector/" + attribute.name;
    const std::string stated(track.attribute_at(attribute.id, ui.session.view.frame));
    const std::string value = stated.empty() ? attribute.default_value : stated;
    dim_name(ui, attribute.name + (attribute.is_mutable ? " ◆" : ""));
    switch (attribute.type) {
        case AttributeType::Checkbox: {
            bool on = value == "true";
            if (ImGui::Checkbox(("##" + name).c_str(), &on)) {
                state_value(ui, track.id, attribute.id, on ? "true" : "false");
            }
            ui.items.set_last(name);
            break;
        }
        case AttributeType::Select: {
            ImGui::SetNextItemWidth(-1);
            const bool open = ImGui::BeginCombo(("##" + name).c_str(), value.c_str());
            ui.items.set_last(name);
            if (!open) break;
            for (const std::string& offered : attribute.values) {
                if (ImGui::Selectable(offered.c_str(), offered == value))
                    state_value(ui, track.id, attribute.id, offered);
                ui.items.set_last(name + "/" + offered);
            }
            ImGui::EndCombo();
            break;
        }
        case AttributeType::Number:
        case AttributeType::Text:
            attribute_text(ui, track, attribute, name, value);
            break;
    }
}

std::string shape_text(const Shape& shape) {
    const Box box = bounding_box(shape);
    return fmt::format("{} {} × {} at {}, {}", kind_of(shape) == ShapeKind::Box ? "box" : "quad",
                       format_number(box.w, 1), format_number(box.h, 1), format_number(box.x, 1),
                       format_number(box.y, 1));
}

std::string state_text(const std::optional<TrackState>& state) {
    if (!state) return "not there";
    if (state->outside) return "outside";
    std::string text =
        state->is_keyframe ? "keyframe, " + std::string(name_of(state->source)) : std::string(name_of(state->source));
    if (state->source == Source::Tracked && !state->is_keyframe) {
        text += fmt::format(", {:.0f}% sure", static_cast<double>(state->confidence) * 100);
    }
    if (state->occluded) text += ", occluded";
    return text;
}

void keyframe_row(const Ui& ui, const Track& track, std::size_t index) {
    const Keyframe& keyframe = track.keyframes[index];
    const bool here = keyframe.frame == ui.session.view.frame;
    const std::string name = fmt::format("Inspector/Keyframe/{}", keyframe.frame.value);
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    if (ImGui::Selectable(fmt::format("{}##{}", keyframe.frame.value, name).c_str(), here,
                          ImGuiSelectableFlags_SpanAllColumns)) {
        ui.go_to(keyframe.frame);
    }
    ui.items.set_last(name);
    ImGui::TableNextColumn();
    std::string flags(name_of(keyframe.source));
    if (keyframe.outside) flags += ", outside";
    if (keyframe.occluded) flags += ", occluded";
    ImGui::TextUnformatted(flags.c_str());
    ImGui::TableNextColumn();
    if (index + 1 < track.keyframes.size()) {
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
        ImGui::TextUnformatted(span_method(track, ui.session.annotations().fills_of(track.id), keyframe).c_str());
        ImGui::PopStyleColor();
    }
}

void keyframe_table(const Ui& ui, const Track& track) {
    heading(ui, fmt::format("Keyframes ({})", track.keyframes.size()).c_str());
    const float height = std::max(ImGui::GetContentRegionAvail().y, ui.px(90));
    if (!ImGui::BeginTable("keyframes", 3,
                           ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_SizingFixedFit,
                           {0, height})) {
        return;
    }
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("frame");
    ImGui::TableSetupColumn("stated", ImGuiTableColumnFlags_WidthStretch);
    ImGui::TableSetupColumn("then");
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.dim);
    ImGui::TableHeadersRow();
    ImGui::PopStyleColor();
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(track.keyframes.size()));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            keyframe_row(ui, track, static_cast<std::size_t>(i));
        }
    }
    ImGui::EndTable();
}

/// Where a keyframe is expected to change the track most, and from when on it is done.
void draw_next_look(const Ui& ui, const Track& track) {
    const double tolerance = ui.session.settings().tolerance;
    const auto useful = useful_frames(ui.session.annotations(), track, tolerance);
    const std::string text = useful.empty() ? fmt::format("done: no frame moves by {:.2f}", tolerance)
                                            : fmt::format("frame {}: to move by {:.2f}", useful.front().frame.value,
                                                          useful.front().expected_change);
    property(ui, "next look", text);
    dim_name(ui, "done under");
    ImGui::Text("%.2f", tolerance);
    ui.items.set_last("Inspector/Tolerance");
    ImGui::SameLine();
    command_button(ui, "Inspector/Tighter", "frame.useful.tighter", "-");
    ImGui::SameLine();
    command_button(ui, "Inspector/Looser", "frame.useful.looser", "+");
    ImGui::SameLine();
    command_button(ui, "Inspector/Look", "frame.useful.next", "Look");
}

void draw_track(const Ui& ui, const Track& track) {
    const Annotations& annotations = ui.session.annotations();
    heading(ui, track_text(annotations, track).c_str());
    dim_name(ui, "label");
    if (const auto label = label_choice(ui, "Inspector/Label", LabelKind::Track, track.label)) {
        ui.ask([id = track.id, label = *label](Session& s) {
            s.commit(edit::set_track_label(s.annotations(), id, label));
        });
    }
    const auto state = ui.session.selected_state();
    property(ui, "here", state_text(state));
    if (state && !state->outside) property(ui, "shape", shape_text(state->shape));
    const FrameRange extent = track.extent();
    property(ui, "frames", fmt::format("{}–{}", extent.begin.value, extent.end.value - 1));
    draw_quad_view(ui);
    draw_next_look(ui, track);
    if (const Label* label = annotations.find_label(track.label); label != nullptr) {
        for (const Attribute& attribute : label->attributes) attribute_row(ui, track, attribute);
    }
    ImGui::Dummy({0, ui.px(2)});
    command_button(ui, "Inspector/Solve", "track.solve_all", "Fill all spans");
    ImGui::SameLine();
    command_button(ui, "Inspector/Outside", "track.outside", "Outside");
    ImGui::SameLine();
    command_button(ui, "Inspector/Occluded", "track.occluded", "Occluded");
    keyframe_table(ui, track);
}

void draw_segment(const Ui& ui, const Segment& segment) {
    heading(ui, "Segment");
    dim_name(ui, "action");
    if (const auto label = label_choice(ui, "Inspector/Action", LabelKind::Action, segment.label)) {
        ui.ask([id = segment.id, label = *label](Session& s) {
            s.commit(edit::set_segment_label(s.annotations(), id, label));
        });
    }
    const Track* track = ui.session.annotations().find_track(segment.track);
    property(ui, "of", track != nullptr ? track_text(ui.session.annotations(), *track) : "the video");
    property(ui, "frames", fmt::format("{}–{}", segment.range.begin.value, segment.range.end.value - 1));
    if (const Media* media = ui.session.media(); media != nullptr) {
        const double begin = media->seconds_at(segment.range.begin);
        const double end = media->seconds_at(segment.range.end);
        property(ui, "time", clock_text(begin) + " – " + clock_text(end));
        property(ui, "lasts", format_number(end - begin, 3) + " s");
    }
    command_button(ui, "Inspector/RemoveSegment", "segment.remove", nullptr);
}

void draw_media(const Ui& ui) {
    const Media* media = ui.session.media();
    if (media == nullptr) return;
    heading(ui, "Video");
    property(ui, "name", media->name());
    property(ui, "size", fmt::format("{} × {}", media->width, media->height));
    property(ui, "frames", fmt::format("{}", media->frames));
    property(ui, "lasts", clock_text(media->seconds_at(FrameIndex{media->frames})));
    property(ui, "rate", format_number(media->mean_fps(), 3) + " frames a second");
    const VideoInfo* video = ui.session.video();
    if (video == nullptr) return;
    property(ui, "codec", video->codec + ", " + video->format.name);
    property(ui, "colours", colour_text(video->format));
    if (video->pixel_aspect != 1) property(ui, "pixel aspect", format_number(video->pixel_aspect, 4));
    if (video->rotation_degrees != 0) property(ui, "turned", fmt::format("{}°", video->rotation_degrees));
    property(ui, "numbers", video->exactness == Exactness::Proved ? "exact" : "provisional");
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.warning);
    for (const std::string& reason : video->reasons) ImGui::TextWrapped("%s", reason.c_str());
    for (const std::string& note : video->notes) ImGui::TextWrapped("%s", note.c_str());
    ImGui::PopStyleColor();
}

}  // namespace

void draw_inspector(const Ui& ui) {
    const auto& segments = ui.session.annotations().segments;
    const auto segment = segments.find(ui.session.view.segment);
    if (const Track* track = ui.session.selected_track(); track != nullptr) {
        draw_track(ui, *track);
    } else if (segment != segments.end()) {
        draw_segment(ui, *segment->second);
    } else {
        draw_media(ui);
    }
    finish_field(ui);
}

}  // namespace inbetween
