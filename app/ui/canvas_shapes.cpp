#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <ranges>

#include "app/ui/canvas.h"
#include "app/ui/draw2d.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

/// With more shapes on screen than this, labels stand only where the pointer or the selection is.
constexpr std::size_t few_shapes = 10;

void outline(ImDrawList& list, const std::array<ImVec2, 4>& corners, ImU32 colour, float thickness) {
    list.AddPolyline(corners.data(), 4, colour, ImDrawFlags_Closed, thickness);
}

/// The outline tells where the shape comes from: solid is stated, long dashes are tracked, short ones blended.
void draw_outline(const Ui& ui, ImDrawList& list, const ShownTrack& one, const std::array<ImVec2, 4>& corners,
                  ImU32 colour, float thickness) {
    const bool stated = one.state.is_keyframe || ui.session.view.drag.has_value();
    if (stated && !one.is_ghost) {
        outline(list, corners, IM_COL32(0, 0, 0, 110), thickness + ui.px(2));
        outline(list, corners, colour, thickness);
        return;
    }
    const bool tracked = one.state.source == Source::Tracked;
    const float dash = one.is_ghost ? ui.px(2) : tracked ? ui.px(12) : ui.px(5);
    const float gap = one.is_ghost ? ui.px(5) : tracked ? ui.px(3) : ui.px(4);
    if (!one.is_ghost) outline(list, corners, IM_COL32(0, 0, 0, 80), thickness + ui.px(1));
    dashed_line(list, corners, true, with_alpha(colour, one.is_ghost ? 0.7F : 1.0F), thickness, dash, gap);
}

/// Marks the object's own top side of a quad, so that its turn can be seen.
void draw_top_mark(const Ui& ui, ImDrawList& list, const std::array<ImVec2, 4>& c, ImU32 colour, float thickness) {
    const ImVec2 top{(c[0].x + c[1].x) / 2, (c[0].y + c[1].y) / 2};
    const ImVec2 middle{(c[0].x + c[1].x + c[2].x + c[3].x) / 4, (c[0].y + c[1].y + c[2].y + c[3].y) / 4};
    const float length = std::hypot(middle.x - top.x, middle.y - top.y);
    if (length < ui.px(8)) return;
    const float reach = std::min(ui.px(10), length * 0.4F);
    list.AddLine(top, {top.x + (middle.x - top.x) * reach / length, top.y + (middle.y - top.y) * reach / length},
                 colour, thickness);
}

std::string tag_of(const Ui& ui, const ShownTrack& one) {
    const Annotations& annotations = ui.session.annotations();
    std::string text = track_text(annotations, *one.track);
    const FrameIndex frame = ui.session.view.frame;
    if (one.is_ghost) {
        const FrameRange extent = one.track->extent();
        if (frame < extent.begin) return text + fmt::format("  from {}", extent.begin.value);
        return frame >= extent.end ? text + fmt::format("  ended at {}", extent.end.value - 1) : text + "  outside";
    }
    if (one.track->proposal) text += fmt::format("?  {:.0f}%", *one.track->proposal / 10.0);
    if (one.state.occluded) text += "  occluded";
    if (one.is_selected && one.state.source == Source::Tracked && !one.state.is_keyframe) {
        text += fmt::format("  {:.0f}%", static_cast<double>(one.state.confidence) * 100);
    }
    return text;
}

/// Labels already on screen, which later ones keep clear of.
using TakenPlaces = std::vector<ImRect>;

ImRect place_of_tag(const Ui& ui, const CanvasView& view, const Shape& shape, const std::string& text) {
    const Box box = bounding_box(shape);
    const ImVec2 corner = view.screen({box.x, box.y});
    const ImVec2 size = chip_size(ui.theme, text.c_str());
    const float y = corner.y - size.y - ui.px(3);
    const ImVec2 at{std::clamp(corner.x - ui.px(1), view.origin.x, std::max(view.origin.x, view.end().x - size.x)),
                    y < view.origin.y ? std::max(corner.y + ui.px(3), view.origin.y) : y};
    return {at, {at.x + size.x, at.y + size.y}};
}

/// The whole label, else the number alone, else none: labels on top of each other can be read by nobody.
void draw_tag(const Ui& ui, const CanvasView& view, ImDrawList& list, const ShownTrack& one, TakenPlaces& taken) {
    const bool matters = one.is_selected || one.track->id == ui.state.hovered_track;
    for (const std::string& text : {tag_of(ui, one), fmt::format("{}", number(one.track->id))}) {
        const ImRect place = place_of_tag(ui, view, one.state.shape, text);
        const bool is_free = std::ranges::none_of(taken, [&](const ImRect& other) { return other.Overlaps(place); });
        if (!is_free && !matters) continue;
        const ImU32 colour = label_colour(ui.session.annotations(), one.track->label);
        const ImU32 fill = one.is_selected ? colour : with_alpha(mixed(colour, ui.theme.canvas, 0.25F), 0.9F);
        chip(list, ui.theme, place.Min, text.c_str(), one.is_ghost ? ui.theme.panel : fill,
             one.is_ghost ? ui.theme.dim : readable_on(colour));
        taken.push_back(place);
        return;
    }
}

void draw_shape(const Ui& ui, const CanvasView& view, ImDrawList& list, const ShownTrack& one, bool hovered) {
    const ImU32 colour = label_colour(ui.session.annotations(), one.track->label);
    const std::array<ImVec2, 4> corners = view.corners(one.state.shape);
    const float thickness = one.is_selected ? ui.px(2.5F) : hovered ? ui.px(2) : ui.px(1.5F);
    if (!one.is_ghost && (one.is_selected || hovered)) {
        list.AddQuadFilled(corners[0], corners[1], corners[2], corners[3],
                           with_alpha(colour, one.is_selected ? 0.10F : 0.07F));
    }
    if (one.state.occluded && !one.is_ghost) hatch(list, corners, with_alpha(colour, 0.55F), ui.px(11), ui.px(1));
    draw_outline(ui, list, one, corners, colour, thickness);
    if (one.track->kind == ShapeKind::Quad) draw_top_mark(ui, list, corners, colour, thickness);
    if (one.state.is_keyframe) diamond(list, corners[0], ui.px(4), colour, IM_COL32(0, 0, 0, 180));
    if (ui.session.view.merge_with == one.track->id) {
        dashed_line(list, corners, true, ui.theme.playhead, ui.px(2), ui.px(2), ui.px(2));
    }
}

void draw_proposal(const Ui& ui, const CanvasView& view, ImDrawList& list, const Follow& follow) {
    const Track* track = ui.session.annotations().find_track(follow.track);
    const FilledFrame* frame = frame_of(follow, ui.session.view.frame);
    if (track == nullptr || frame == nullptr) return;
    const ImU32 colour = label_colour(ui.session.annotations(), track->label);
    const std::array<ImVec2, 4> corners = view.corners(frame->shape);
    dashed_line(list, corners, true, IM_COL32(0, 0, 0, 120), ui.px(4), ui.px(7), ui.px(5));
    dashed_line(list, corners, true, colour, ui.px(2), ui.px(7), ui.px(5));
    const Box box = bounding_box(frame->shape);
    ImVec2 at = view.screen({box.x, box.bottom()});
    at.y += ui.px(4);
    const std::string text = fmt::format("{}?  {:.0f}%", track_text(ui.session.annotations(), *track),
                                         static_cast<double>(frame->confidence) * 100);
    at.x += chip(list, ui.theme, at, text.c_str(), ui.theme.panel, colour).x + ui.px(5);
    for (const auto& [command, word] : {std::pair{"proposal.accept", "keep"}, {"proposal.reject", "drop"}}) {
        const std::vector<Chord> chords = ui.keymap.chords_of(command);
        if (chords.empty()) continue;
        at.x += key_cap(list, ui.theme, at, text_of(chords.front()).c_str()).x + ui.px(3);
        list.AddText(ui.theme.small, ui.theme.small->FontSize, {at.x, at.y + ui.px(2)}, ui.theme.text, word);
        at.x += ui.theme.small->CalcTextSizeA(ui.theme.small->FontSize, FLT_MAX, 0, word).x + ui.px(8);
    }
}

}  // namespace

const FilledFrame* frame_of(const Follow& follow, FrameIndex frame) {
    const std::int64_t away = follow.direction == Direction::Forward ? frame - follow.from : follow.from - frame;
    if (away < 1 || away > static_cast<std::int64_t>(follow.frames.size())) return nullptr;
    return &follow.frames[static_cast<std::size_t>(away - 1)];
}

void draw_tracks(const Ui& ui, const CanvasView& view, const std::vector<ShownTrack>& shown) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    std::vector<const ShownTrack*> on_screen;
    for (const ShownTrack& one : shown) {
        if (!one.is_offer && view.shows(one.state.shape)) on_screen.push_back(&one);
    }
    for (const ShownTrack* one : on_screen) {
        draw_shape(ui, view, list, *one, one->track->id == ui.state.hovered_track);
    }
    const bool all = ui.session.view.show_all_labels || on_screen.size() <= few_shapes;
    // The selected one first, then the small before the large: they have the least room.
    TakenPlaces taken;
    for (const ShownTrack* one : std::views::reverse(on_screen)) {
        if (!all && !one->is_selected && one->track->id != ui.state.hovered_track) continue;
        draw_tag(ui, view, list, *one, taken);
    }
    if (!shown.empty() && shown.back().is_selected && ui.session.view.tool == Tool::Select) {
        draw_handles(ui, view, shown.back());
    }
}

void draw_proposals(const Ui& ui, const CanvasView& view) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (const Follow& follow : ui.session.proposals()) draw_proposal(ui, view, list, follow);
    if (const auto& search = ui.session.search()) {
        // Drawn as the one frame of a follow.
        const FoundAgain& found = search->found[search->at];
        Follow one{.track = search->track, .from = found.frame - 1};
        const auto shape = ui.session.proposed_shape(search->track, found.frame);
        one.frames.push_back({shape.value_or(found.box), static_cast<float>(found.score), false});
        draw_proposal(ui, view, list, one);
    }
}

}  // namespace inbetween
