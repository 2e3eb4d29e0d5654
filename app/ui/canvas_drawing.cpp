#include <algorithm>
#include <cmath>

#include "app/drawing.h"
#include "app/ui/canvas.h"
#include "app/ui/draw2d.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

constexpr float loupe_side = 150;
constexpr double loupe_zoom = 4;  // beyond the canvas's own scale

void crosshair(const Ui& ui, const CanvasView& view, ImDrawList& list, ImVec2 at) {
    const ImU32 colour = with_alpha(ui.theme.text, 0.45F);
    const float gap = ui.px(7);
    list.AddLine({view.origin.x, at.y}, {at.x - gap, at.y}, colour);
    list.AddLine({at.x + gap, at.y}, {view.end().x, at.y}, colour);
    list.AddLine({at.x, view.origin.y}, {at.x, at.y - gap}, colour);
    list.AddLine({at.x, at.y + gap}, {at.x, view.end().y}, colour);
    list.AddCircle(at, ui.px(2), ui.theme.text, 12, ui.px(1));
}

/// The corner a box is drawn from: set by a key or a click, or where the button went down.
std::optional<Point> box_start(const Ui& ui) {
    const Drawing& drawing = ui.session.view.drawing;
    if (!drawing.corners.empty()) return drawing.corners.front();
    if (ui.state.gesture.kind == CanvasGesture::Kind::DrawBox) return ui.state.gesture.start_image;
    return std::nullopt;
}

void draw_box(const Ui& ui, const CanvasView& view, ImDrawList& list, ImU32 colour) {
    const auto start = box_start(ui);
    if (!start) return;
    const Point end = ui.session.view.drawing.crosshair;
    const ImVec2 a = view.screen(*start);
    const ImVec2 b = view.screen(end);
    const ImVec2 min{std::min(a.x, b.x), std::min(a.y, b.y)};
    const ImVec2 max{std::max(a.x, b.x), std::max(a.y, b.y)};
    list.AddRectFilled(min, max, with_alpha(colour, 0.15F));
    list.AddRect(min, max, colour, 0, 0, ui.px(2));
    const std::string text = fmt::format("{:.0f} × {:.0f}", std::abs(end.x - start->x), std::abs(end.y - start->y));
    chip(list, ui.theme, {max.x + ui.px(6), max.y + ui.px(4)}, text.c_str(), ui.theme.panel, ui.theme.text);
}

void draw_quad(const Ui& ui, const CanvasView& view, ImDrawList& list, ImU32 colour) {
    const Drawing& drawing = ui.session.view.drawing;
    std::vector<ImVec2> points;
    for (const Point& corner : drawing.corners) points.push_back(view.screen(corner));
    points.push_back(view.screen(drawing.crosshair));
    if (points.size() > 1) {
        list.AddPolyline(points.data(), static_cast<int>(points.size()), colour, 0, ui.px(2));
        const std::array<ImVec2, 2> closing{points.back(), points.front()};
        dashed_line(list, closing, false, with_alpha(colour, 0.6F), ui.px(1.5F), ui.px(4), ui.px(4));
    }
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        list.AddCircleFilled(points[i], ui.px(4), colour, 16);
        chip(list, ui.theme, {points[i].x + ui.px(6), points[i].y - ui.px(16)}, fmt::format("{}", i + 1).c_str(),
             ui.theme.panel, ui.theme.text);
    }
}

/// What to do next, above the canvas's lower edge.
void draw_advice(const Ui& ui, const CanvasView& view, ImDrawList& list) {
    const ViewState& state = ui.session.view;
    const Annotations& annotations = ui.session.annotations();
    const LabelId label = label_for_new_track(ui.session);
    const std::size_t set = state.drawing.corners.size();
    std::string text = fmt::format("New {}: ", is_set(label) ? annotations.label_name(label) : "object");
    if (state.tool == Tool::DrawBox) {
        text += set == 0 ? "drag from corner to corner" : "now the opposite corner";
    } else {
        text += fmt::format("corner {} of 4, clockwise from the object's top left", set + 1);
    }
    const ImVec2 size = chip_size(ui.theme, text.c_str());
    chip(list, ui.theme, {view.origin.x + (view.size.x - size.x) / 2, view.end().y - size.y - ui.px(12)}, text.c_str(),
         ui.theme.panel, label_colour(annotations, label));
}

}  // namespace

void draw_drawing(const Ui& ui, const CanvasView& view) {
    const Tool tool = ui.session.view.tool;
    if (tool == Tool::Select) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImU32 colour = label_colour(ui.session.annotations(), label_for_new_track(ui.session));
    if (tool == Tool::DrawBox) {
        draw_box(ui, view, list, colour);
    } else {
        draw_quad(ui, view, list, colour);
    }
    crosshair(ui, view, list, view.screen(ui.session.view.drawing.crosshair));
    draw_advice(ui, view, list);
}

void draw_loupe(const Ui& ui, const CanvasView& view) {
    const ViewState& state = ui.session.view;
    const bool drags_corner = ui.state.gesture.kind == CanvasGesture::Kind::Corner;
    if (state.tool != Tool::DrawQuad && !drags_corner) return;
    const Media* media = ui.session.media();
    if (media == nullptr || ui.picture.empty()) return;
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const Point centre = view.image(mouse);
    const float side = ui.px(loupe_side);
    // In a corner of the canvas, out of the way of the pointer.
    const float gap = ui.px(14);
    const bool is_near = mouse.x > view.end().x - side - 4 * gap && mouse.y < view.origin.y + side + 4 * gap;
    const ImVec2 min{is_near ? view.origin.x + gap : view.end().x - gap - side, view.origin.y + gap};
    const ImVec2 max{min.x + side, min.y + side};
    const double scale = view.viewport.scale * loupe_zoom;
    const double half_x = static_cast<double>(side) / 2 / (scale * view.viewport.pixel_aspect);
    const double half_y = static_cast<double>(side) / 2 / scale;
    const auto share = [](double value, int whole) { return static_cast<float>(value / whole); };
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(min, max, ui.theme.canvas);
    list.AddImage(reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(ui.picture.texture().id())), min, max,
                  {share(centre.x - half_x, media->width), share(centre.y - half_y, media->height)},
                  {share(centre.x + half_x, media->width), share(centre.y + half_y, media->height)});
    const auto in_loupe = [&](Point p) {
        return ImVec2{min.x + static_cast<float>((p.x - centre.x + half_x) / (2 * half_x)) * side,
                      min.y + static_cast<float>((p.y - centre.y + half_y) / (2 * half_y)) * side};
    };
    list.PushClipRect(min, max, true);
    const ImU32 colour = label_colour(ui.session.annotations(), label_for_new_track(ui.session));
    for (std::size_t i = 0; i < state.drawing.corners.size(); ++i) {
        const Point next = i + 1 < state.drawing.corners.size() ? state.drawing.corners[i + 1] : centre;
        list.AddLine(in_loupe(state.drawing.corners[i]), in_loupe(next), colour, ui.px(2));
    }
    const ImVec2 middle{(min.x + max.x) / 2, (min.y + max.y) / 2};
    list.AddLine({min.x, middle.y}, {max.x, middle.y}, with_alpha(IM_COL32_WHITE, 0.5F));
    list.AddLine({middle.x, min.y}, {middle.x, max.y}, with_alpha(IM_COL32_WHITE, 0.5F));
    list.PopClipRect();
    list.AddRect(min, max, ui.theme.strong_line, ui.px(2), 0, ui.px(2));
}

}  // namespace inbetween
