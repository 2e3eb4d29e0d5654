#include <algorithm>

#include "app/commands/areas.h"
#include "app/commands/common.h"
#include "core/edit/operations.h"

namespace inbetween::commands {
namespace {

constexpr double smallest_side_px = 1;

bool has_quad(const Session& session) {
    const Track* track = session.selected_track();
    return track != nullptr && track->kind == ShapeKind::Quad;
}

void state_shape(Session& session, const Shape& shape) {
    if (!is_valid(on_grid(shape))) return warn(session, "Not moved: the shape would cross itself or be flat");
    session.commit(edit::state_shape(session.annotations(), session.view.track, session.view.frame, shape));
}

template <int dx, int dy>
void nudge(Session& session) {
    const auto shown = shown_shape(session);
    if (!shown) return;
    if (!session.view.corner_edit || !std::holds_alternative<Quad>(*shown))
        return state_shape(session, moved(*shown, dx, dy));
    Quad quad = std::get<Quad>(*shown);
    Point& corner = quad.corners[static_cast<std::size_t>(session.view.corner)];
    corner = {corner.x + dx, corner.y + dy};
    state_shape(session, quad);
}

/// The shape with its width and height changed by so many pixels, its top-left corner kept.
Shape resized(const Shape& shape, double dw, double dh) {
    const Box bounds = bounding_box(shape);
    const double w = std::max(smallest_side_px, bounds.w + dw);
    const double h = std::max(smallest_side_px, bounds.h + dh);
    if (std::holds_alternative<Box>(shape)) return Box{bounds.x, bounds.y, w, h};
    Quad quad = std::get<Quad>(shape);
    for (Point& corner : quad.corners)
        corner = {bounds.x + (corner.x - bounds.x) * w / bounds.w, bounds.y + (corner.y - bounds.y) * h / bounds.h};
    return quad;
}

template <int dw, int dh>
void resize(Session& session) {
    if (const auto shown = shown_shape(session)) state_shape(session, resized(*shown, dw, dh));
}

void toggle_corner_edit(Session& session) {
    session.view.corner_edit = !session.view.corner_edit;
    session.view.corner = 0;
}

template <int step>
void next_corner(Session& session) {
    constexpr int corners = 4;
    session.view.corner = session.view.corner_edit ? (session.view.corner + step + corners) % corners : 0;
    session.view.corner_edit = true;
}

constexpr Command edit_key(std::string_view id, std::string_view title, std::string_view help, void (*run)(Session&)) {
    return {.id = id, .title = title, .help = help, .run = run, .enabled = has_track, .repeats = true};
}

constexpr Command table[] = {
    edit_key("shape.nudge.left", "Nudge left", "Moves the object, or the edited corner, 1 pixel to the left.",
             nudge<-1, 0>),
    edit_key("shape.nudge.right", "Nudge right", "Moves the object, or the edited corner, 1 pixel to the right.",
             nudge<1, 0>),
    edit_key("shape.nudge.up", "Nudge up", "Moves the object, or the edited corner, 1 pixel up.", nudge<0, -1>),
    edit_key("shape.nudge.down", "Nudge down", "Moves the object, or the edited corner, 1 pixel down.", nudge<0, 1>),
    edit_key("shape.narrower", "Narrower", "Moves the right edge 1 pixel to the left.", resize<-1, 0>),
    edit_key("shape.wider", "Wider", "Moves the right edge 1 pixel to the right.", resize<1, 0>),
    edit_key("shape.shorter", "Shorter", "Moves the lower edge 1 pixel up.", resize<0, -1>),
    edit_key("shape.taller", "Taller", "Moves the lower edge 1 pixel down.", resize<0, 1>),
    {.id = "quad.corner.edit",
     .title = "Edit corners",
     .help = "Keys move one corner of the selected quadrilateral instead of all of it, or all of it again.",
     .run = toggle_corner_edit,
     .enabled = has_quad},
    {.id = "quad.corner.next",
     .title = "Next corner",
     .help = "Goes to the quadrilateral's next corner, clockwise, to be moved by the nudge keys.",
     .context = Context::Corner,
     .run = next_corner<1>,
     .enabled = has_quad,
     .repeats = true},
    {.id = "quad.corner.previous",
     .title = "Previous corner",
     .help = "Goes to the quadrilateral's previous corner.",
     .context = Context::Corner,
     .run = next_corner<-1>,
     .enabled = has_quad,
     .repeats = true},
};

}  // namespace

std::span<const Command> shape() { return table; }

}  // namespace inbetween::commands
