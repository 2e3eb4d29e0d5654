#include <algorithm>
#include <cmath>

#include "app/drawing.h"
#include "app/ui/canvas.h"
#include "core/edit/operations.h"

namespace inbetween {
namespace {

using Kind = CanvasGesture::Kind;

constexpr double zoom_per_notch = 1.2;
/// A press that moves less than this is a click.
constexpr float click_reach = 4;

bool has_moved(const Ui& ui, const CanvasView& view) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const Point start = ui.state.gesture.start_screen;
    return std::hypot(mouse.x - view.origin.x - static_cast<float>(start.x),
                      mouse.y - view.origin.y - static_cast<float>(start.y)) >= ui.px(click_reach);
}

const ShownTrack* find_shown(const std::vector<ShownTrack>& shown, TrackId track) {
    const auto found = std::ranges::find(shown, track, [](const ShownTrack& one) { return one.track->id; });
    return found == shown.end() ? nullptr : &*found;
}

const ShownTrack* selected_of(const std::vector<ShownTrack>& shown) {
    return !shown.empty() && shown.back().is_selected ? &shown.back() : nullptr;
}

void begin(const Ui& ui, const CanvasView& view, Kind kind, int button) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    CanvasGesture& gesture = ui.state.gesture;
    gesture = {};
    gesture.kind = kind;
    gesture.button = button;
    gesture.start_screen = {static_cast<double>(mouse.x - view.origin.x), static_cast<double>(mouse.y - view.origin.y)};
    gesture.start_image = view.image(mouse);
}

void grab(CanvasGesture& gesture, Kind kind, const ShownTrack& one, int handle) {
    gesture.kind = kind;
    gesture.track = one.track->id;
    gesture.shape = one.state.shape;
    gesture.handle = handle;
}

void press_select(const Ui& ui, const CanvasView& view, const std::vector<ShownTrack>& shown) {
    begin(ui, view, Kind::Press, ImGuiMouseButton_Left);
    CanvasGesture& gesture = ui.state.gesture;
    const ShownTrack* selected = selected_of(shown);
    if (selected != nullptr) {
        if (const auto handle = handle_at(ui, view, *selected, ImGui::GetIO().MousePos)) {
            const bool quad = selected->track->kind == ShapeKind::Quad;
            grab(gesture, quad ? Kind::Corner : Kind::Resize, *selected, *handle);
            if (quad) ui.ask([corner = *handle](Session& s) { s.view.corner = corner; });
            return;
        }
    }
    const TrackId under = track_at(shown, gesture.start_image, ui.session.view.track);
    if (const ShownTrack* pressed = find_shown(shown, under)) grab(gesture, Kind::Press, *pressed, 0);
}

void double_click(const Ui& ui, const std::vector<ShownTrack>& shown, Point image) {
    const ShownTrack* one = find_shown(shown, track_at(shown, image, {}));
    if (one == nullptr) {
        ui.ask([](Session& s) { s.view.fit_pending = true; });
        return;
    }
    ui.ask([box = bounding_box(one->state.shape), id = one->track->id](Session& s) {
        s.view.track = id;
        s.view.viewport.show(box);
    });
}

void start_gesture(const Ui& ui, const CanvasView& view, const std::vector<ShownTrack>& shown) {
    const ImGuiIO& io = ImGui::GetIO();
    for (const int button : {ImGuiMouseButton_Right, ImGuiMouseButton_Middle}) {
        if (ImGui::IsMouseClicked(button)) return begin(ui, view, Kind::Pan, button);
    }
    if (!ImGui::IsMouseClicked(ImGuiMouseButton_Left)) return;
    switch (ui.session.view.tool) {
        case Tool::DrawBox:
            return begin(ui, view, Kind::DrawBox, ImGuiMouseButton_Left);
        case Tool::DrawQuad:
            return begin(ui, view, Kind::PlaceQuad, ImGuiMouseButton_Left);
        case Tool::Select:
            break;
    }
    if (io.MouseDoubleClicked[ImGuiMouseButton_Left]) return double_click(ui, shown, view.image(io.MousePos));
    press_select(ui, view, shown);
}

void preview(const Ui& ui, const Shape& shape) {
    if (!is_valid(shape)) return;
    ui.ask([track = ui.state.gesture.track, shape](Session& s) { s.view.drag = DragPreview{track, shape}; });
}

/// A press that begins to move: what lies under it goes along, the selected track before a smaller one on top of it.
void start_moving(const Ui& ui, const std::vector<ShownTrack>& shown) {
    CanvasGesture& gesture = ui.state.gesture;
    const ShownTrack* selected = selected_of(shown);
    if (selected != nullptr && contains(selected->state.shape, gesture.start_image)) {
        grab(gesture, Kind::Move, *selected, 0);
    } else if (is_set(gesture.track)) {
        gesture.kind = Kind::Move;
        ui.select_track(gesture.track);
    } else {
        gesture.kind = Kind::None;
    }
}

void continue_gesture(const Ui& ui, const CanvasView& view, const std::vector<ShownTrack>& shown) {
    const ImGuiIO& io = ImGui::GetIO();
    CanvasGesture& gesture = ui.state.gesture;
    if (gesture.kind == Kind::Pan) {
        ui.cursor = Cursor::MoveAll;
        const ImVec2 by = io.MouseDelta;
        if (by.x == 0 && by.y == 0) return;
        ui.ask([by](Session& s) {
            s.view.viewport.pan(static_cast<double>(by.x), static_cast<double>(by.y));
            s.view.follow_track = false;
        });
        return;
    }
    if (gesture.kind == Kind::Press && has_moved(ui, view)) start_moving(ui, shown);
    const Point now = view.image(io.MousePos);
    const Point by{now.x - gesture.start_image.x, now.y - gesture.start_image.y};
    if (io.MouseDelta.x == 0 && io.MouseDelta.y == 0) return;
    if (gesture.kind == Kind::Move) preview(ui, moved(gesture.shape, by.x, by.y));
    if (gesture.kind == Kind::Resize || gesture.kind == Kind::Corner) {
        preview(ui, with_handle_moved(gesture.shape, gesture.handle, by));
    }
}

void commit_drag(const Ui& ui) {
    ui.ask([](Session& s) {
        if (!s.view.drag) return;
        const DragPreview drag = *s.view.drag;
        s.view.drag.reset();
        s.commit(edit::state_shape(s.annotations(), drag.track, s.view.frame, drag.shape));
    });
}

void release_box(const Ui& ui, const CanvasView& view) {
    const Point from = ui.state.gesture.start_image;
    const Point to = view.image(ImGui::GetIO().MousePos);
    const bool dragged = has_moved(ui, view) && ui.session.view.drawing.corners.empty();
    ui.ask([from, to, dragged](Session& s) {
        if (!dragged) return set_corner(s, to);
        const Box box{std::min(from.x, to.x), std::min(from.y, to.y), std::abs(to.x - from.x), std::abs(to.y - from.y)};
        finish_drawing(s, box);
    });
}

void finish_gesture(const Ui& ui, const CanvasView& view) {
    CanvasGesture& gesture = ui.state.gesture;
    const Kind kind = gesture.kind;
    switch (kind) {
        case Kind::Press:
            if (gesture.track != ui.session.view.track) ui.select_track(gesture.track);
            break;
        case Kind::Move:
        case Kind::Resize:
        case Kind::Corner:
            commit_drag(ui);
            break;
        case Kind::DrawBox:
            release_box(ui, view);
            break;
        case Kind::PlaceQuad:
            ui.ask([at = view.image(ImGui::GetIO().MousePos)](Session& s) { set_corner(s, at); });
            break;
        case Kind::Pan:
        case Kind::None:
            break;
    }
    gesture = {};
}

void hover(const Ui& ui, const CanvasView& view, const std::vector<ShownTrack>& shown) {
    const ImGuiIO& io = ImGui::GetIO();
    if (ui.session.view.tool != Tool::Select) {
        ui.cursor = Cursor::Cross;
        return;
    }
    const ShownTrack* selected = selected_of(shown);
    if (selected != nullptr) {
        if (const auto handle = handle_at(ui, view, *selected, io.MousePos)) {
            ui.cursor = cursor_of_handle(selected->state.shape, *handle);
            return;
        }
    }
    const TrackId under = track_at(shown, view.image(io.MousePos), {});
    ui.state.pointed_track = under;
    if (selected != nullptr && contains(selected->state.shape, view.image(io.MousePos))) ui.cursor = Cursor::MoveAll;
}

}  // namespace

void canvas_gestures(const Ui& ui, const CanvasView& view, const std::vector<ShownTrack>& shown, bool hovered) {
    const ImGuiIO& io = ImGui::GetIO();
    CanvasGesture& gesture = ui.state.gesture;
    if (hovered && io.MouseWheel != 0) {
        const Point at{static_cast<double>(io.MousePos.x - view.origin.x),
                       static_cast<double>(io.MousePos.y - view.origin.y)};
        ui.ask([at, factor = std::pow(zoom_per_notch, static_cast<double>(io.MouseWheel))](Session& s) {
            s.view.viewport.zoom_at(at, factor);
        });
    }
    if (hovered) hover(ui, view, shown);
    if (gesture.kind == Kind::None && hovered) start_gesture(ui, view, shown);
    if (gesture.kind == Kind::None) {
        const bool moves = io.MouseDelta.x != 0 || io.MouseDelta.y != 0;
        if (!hovered || !moves || ui.session.view.tool == Tool::Select) return;
    } else {
        continue_gesture(ui, view, shown);
    }
    if (ui.session.view.tool != Tool::Select) {
        const Point at = view.image(io.MousePos);
        if (at != ui.session.view.drawing.crosshair) ui.ask([at](Session& s) { s.view.drawing.crosshair = at; });
    }
    if (gesture.kind != Kind::None && !io.MouseDown[gesture.button]) finish_gesture(ui, view);
}

}  // namespace inbetween
