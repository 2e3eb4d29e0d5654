#include "app/drawing.h"

#include <algorithm>
#include <utility>

#include "core/edit/operations.h"

namespace inbetween {
namespace {

constexpr double margin_px = 256;  // how far outside the picture the crosshair may go: corners may leave it

std::size_t corners_of(Tool tool) { return tool == Tool::DrawQuad ? 4 : 2; }

Point clamped(const Session& session, Point point) {
    const Media* media = session.media();
    if (media == nullptr) return point;
    return {std::clamp(point.x, -margin_px, media->width + margin_px),
            std::clamp(point.y, -margin_px, media->height + margin_px)};
}

/// The middle of what is seen of the picture.
Point middle_of_view(const Session& session) {
    const Media* media = session.media();
    if (media == nullptr) return {};
    const Point whole{media->width / 2.0, media->height / 2.0};
    const Viewport& viewport = session.view.viewport;
    if (viewport.canvas_width <= 0 || viewport.canvas_height <= 0 || session.view.fit_pending) return whole;
    const Point from = viewport.image_from_screen({0, 0});
    const Point to = viewport.image_from_screen({viewport.canvas_width, viewport.canvas_height});
    const double left = std::max(0.0, from.x);
    const double right = std::min<double>(media->width, to.x);
    const double top = std::max(0.0, from.y);
    const double bottom = std::min<double>(media->height, to.y);
    if (left >= right || top >= bottom) return whole;
    return {(left + right) / 2, (top + bottom) / 2};
}

Shape shape_of(Session& session, const std::vector<Point>& corners) {
    if (corners.size() == 2) {
        const auto [left, right] = std::minmax(corners[0].x, corners[1].x);
        const auto [top, bottom] = std::minmax(corners[0].y, corners[1].y);
        return Box{left, top, right - left, bottom - top};
    }
    Quad quad{{corners[0], corners[1], corners[2], corners[3]}};
    if (!is_self_crossing(quad) && signed_area(quad) < 0) {
        std::swap(quad.corners[1], quad.corners[3]);
        session.say(Message::Kind::Info, "The corners ran anticlockwise: turned round, the first one kept");
    }
    return quad;
}

void refuse_shape(Session& session, const Shape& shape) {
    const Quad* quad = std::get_if<Quad>(&shape);
    const char* text = quad == nullptr           ? "A box needs some width and height: set the other corner elsewhere"
                       : is_self_crossing(*quad) ? "The sides would cross: set the corner elsewhere"
                                                 : "The quad would be flat: set the corner elsewhere";
    session.say(Message::Kind::Warning, text);
}

}  // namespace

void start_drawing(Session& session) {
    ViewState& view = session.view;
    view.tool = view.new_kind == ShapeKind::Quad ? Tool::DrawQuad : Tool::DrawBox;
    view.drawing = {.corners = {}, .crosshair = middle_of_view(session)};
    view.drag.reset();
    view.corner_edit = false;
    view.speed = 0;
}

void cancel_drawing(Session& session) {
    session.view.tool = Tool::Select;
    session.view.drawing = {};
}

void step_back_in_drawing(Session& session) {
    std::vector<Point>& corners = session.view.drawing.corners;
    if (corners.empty()) return cancel_drawing(session);
    session.view.drawing.crosshair = corners.back();
    corners.pop_back();
}

void move_crosshair(Session& session, double dx, double dy) {
    Point& at = session.view.drawing.crosshair;
    at = clamped(session, {at.x + dx, at.y + dy});
}

void set_corner(Session& session, Point corner) {
    ViewState& view = session.view;
    if (view.tool == Tool::Select) return;
    view.drawing.crosshair = corner;
    view.drawing.corners.push_back(corner);
    if (view.drawing.corners.size() < corners_of(view.tool)) return;
    const Shape shape = shape_of(session, view.drawing.corners);
    if (!finish_drawing(session, shape)) view.drawing.corners.pop_back();
}

bool finish_drawing(Session& session, const Shape& shape) {
    if (!is_valid(shape) || !is_valid(on_grid(shape))) {
        refuse_shape(session, shape);
        return false;
    }
    if (session.media() == nullptr) {
        session.say(Message::Kind::Warning, "This project has no video to draw on");
        return false;
    }
    const Annotations& now = session.annotations();
    LabelId label = label_for_new_track(session);
    ChangeSet change;
    if (is_set(label)) {
        change = edit::add_track(now, session.media_id(), label, session.view.frame, shape);
    } else {
        // A project without a label for objects gets one along with its first object, as one step.
        change = edit::add_label(now, now.find_label("object") == nullptr ? "object" : "object 2", LabelKind::Track);
        label = change.labels.front().id;
        ChangeSet track = edit::add_track(now, session.media_id(), label, session.view.frame, shape);
        change.name = std::move(track.name);
        change.tracks = std::move(track.tracks);
    }
    const TrackId track = change.tracks.front().id;
    if (!session.commit(std::move(change))) return false;
    session.view.track = track;
    session.view.label = label;
    cancel_drawing(session);
    return true;
}

LabelId label_for_new_track(const Session& session) {
    const Label* chosen = session.annotations().find_label(session.view.label);
    if (chosen != nullptr && chosen->kind == LabelKind::Track) return chosen->id;
    for (const auto& [id, label] : session.annotations().labels)
        if (label.kind == LabelKind::Track) return id;
    return {};
}

}  // namespace inbetween
