#include <algorithm>
#include <cmath>

#include "app/ui/canvas.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

constexpr int box_handles = 8;
constexpr double smallest_side = 1;  // image pixels

/// Where a box's handle stands: 0, 1 or 2 half sides from the left and from the top.
struct Place {
    int across;
    int down;
};
constexpr std::array<Place, box_handles> places{{{0, 0}, {1, 0}, {2, 0}, {2, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}}};

Point handle_of(const Box& box, int handle) {
    const Place place = places[static_cast<std::size_t>(handle)];
    return {box.x + box.w * place.across / 2, box.y + box.h * place.down / 2};
}

std::vector<ImVec2> handles_on_screen(const CanvasView& view, const Shape& shape) {
    std::vector<ImVec2> handles;
    if (const Box* box = std::get_if<Box>(&shape)) {
        for (int i = 0; i < box_handles; ++i) handles.push_back(view.screen(handle_of(*box, i)));
    } else {
        for (const Point& corner : std::get<Quad>(shape).corners) handles.push_back(view.screen(corner));
    }
    return handles;
}

/// The middles of sides have no handle where they would stand on top of the corners' ones.
bool is_crowded(const Ui& ui, const CanvasView& view, const Shape& shape, int handle) {
    const Box* box = std::get_if<Box>(&shape);
    if (box == nullptr || handle % 2 == 0) return false;
    const double side = places[static_cast<std::size_t>(handle)].across == 1 ? box->w : box->h;
    return view.length(side) < ui.px(28);
}

Box with_edges_moved(const Box& box, int handle, Point by) {
    const Place place = places[static_cast<std::size_t>(handle)];
    double left = box.x;
    double top = box.y;
    double right = box.right();
    double bottom = box.bottom();
    if (place.across == 0) left = std::min(left + by.x, right - smallest_side);
    if (place.across == 2) right = std::max(right + by.x, left + smallest_side);
    if (place.down == 0) top = std::min(top + by.y, bottom - smallest_side);
    if (place.down == 2) bottom = std::max(bottom + by.y, top + smallest_side);
    return {left, top, right - left, bottom - top};
}

}  // namespace

void draw_handles(const Ui& ui, const CanvasView& view, const ShownTrack& selected) {
    if (selected.is_ghost) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImU32 colour = label_colour(ui.session.annotations(), selected.track->label);
    const std::vector<ImVec2> handles = handles_on_screen(view, selected.state.shape);
    const bool quad = selected.track->kind == ShapeKind::Quad;
    for (std::size_t i = 0; i < handles.size(); ++i) {
        if (is_crowded(ui, view, selected.state.shape, static_cast<int>(i))) continue;
        const ImVec2 at = handles[i];
        ui.items.set(fmt::format("Canvas/Handle/{}", i), at, at);
        if (quad) {
            const bool edited = ui.session.view.corner_edit && ui.session.view.corner == static_cast<int>(i);
            list.AddCircleFilled(at, ui.px(edited ? 6 : 4.5F), edited ? ui.theme.playhead : IM_COL32_WHITE, 16);
            list.AddCircle(at, ui.px(edited ? 6 : 4.5F), IM_COL32(0, 0, 0, 200), 16, ui.px(1));
            if (i == 0) list.AddCircleFilled(at, ui.px(2), IM_COL32(20, 20, 20, 255), 12);
        } else {
            const float r = ui.px(3.5F);
            list.AddRectFilled({at.x - r, at.y - r}, {at.x + r, at.y + r}, IM_COL32_WHITE, ui.px(1));
            list.AddRect({at.x - r, at.y - r}, {at.x + r, at.y + r}, mixed(colour, IM_COL32(0, 0, 0, 255), 0.5F),
                         ui.px(1));
        }
    }
}

std::optional<int> handle_at(const Ui& ui, const CanvasView& view, const ShownTrack& selected, ImVec2 screen) {
    if (selected.is_ghost) return std::nullopt;
    const std::vector<ImVec2> handles = handles_on_screen(view, selected.state.shape);
    std::optional<int> nearest;
    float nearest_distance = ui.px(9);
    for (std::size_t i = 0; i < handles.size(); ++i) {
        if (is_crowded(ui, view, selected.state.shape, static_cast<int>(i))) continue;
        const float distance = std::hypot(handles[i].x - screen.x, handles[i].y - screen.y);
        if (distance >= nearest_distance) continue;
        nearest = static_cast<int>(i);
        nearest_distance = distance;
    }
    return nearest;
}

Shape with_handle_moved(const Shape& shape, int handle, Point by) {
    if (const Box* box = std::get_if<Box>(&shape)) return with_edges_moved(*box, handle, by);
    Quad quad = std::get<Quad>(shape);
    Point& corner = quad.corners[static_cast<std::size_t>(handle)];
    corner.x += by.x;
    corner.y += by.y;
    return quad;
}

Cursor cursor_of_handle(const Shape& shape, int handle) {
    if (std::holds_alternative<Quad>(shape)) return Cursor::Hand;
    switch (handle) {
        case 0:
        case 4:
            return Cursor::ResizeDown;
        case 2:
        case 6:
            return Cursor::ResizeUp;
        case 1:
        case 5:
            return Cursor::ResizeHeight;
        default:
            return Cursor::ResizeWidth;
    }
}

}  // namespace inbetween
