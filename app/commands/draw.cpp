#include "app/drawing.h"

#include "app/commands/areas.h"
#include "app/commands/common.h"

namespace inbetween::commands {
namespace {

constexpr double usual_px = 8;
constexpr double fine_px = 1;
constexpr double far_px = 32;

/// Box or quad for the next object; a drawing under way begins anew with the other kind.
void toggle_kind(Session& session) {
    ViewState& view = session.view;
    view.new_kind = view.new_kind == ShapeKind::Box ? ShapeKind::Quad : ShapeKind::Box;
    const bool is_quad = view.new_kind == ShapeKind::Quad;
    if (is_drawing(session)) {
        view.tool = is_quad ? Tool::DrawQuad : Tool::DrawBox;
        view.drawing.corners.clear();
    }
    inform(session, is_quad ? "New objects are quadrilaterals" : "New objects are boxes");
}

template <int x, int y>
void move_usual(Session& session) {
    move_crosshair(session, x * usual_px, y * usual_px);
}
template <int x, int y>
void move_fine(Session& session) {
    move_crosshair(session, x * fine_px, y * fine_px);
}
template <int x, int y>
void move_far(Session& session) {
    move_crosshair(session, x * far_px, y * far_px);
}

constexpr Command mover(std::string_view id, std::string_view title, std::string_view help, void (*run)(Session&)) {
    return {.id = id,
            .title = title,
            .help = help,
            .context = Context::Drawing,
            .run = run,
            .enabled = is_drawing,
            .repeats = true};
}

constexpr Command table[] = {
    {.id = "track.new",
     .title = "New object",
     .help = "Begins to draw a new object: drag with the mouse, or arrows and Enter for each corner.",
     .run = start_drawing,
     .enabled = has_video},
    {.id = "track.kind",
     .title = "Box or quad",
     .help = "Changes between boxes and quadrilaterals for new objects.",
     .run = toggle_kind,
     .enabled = always},
    {.id = "draw.corner",
     .title = "Set corner",
     .help = "Sets a corner at the crosshair: two opposite ones make a box, four clockwise ones a quadrilateral.",
     .context = Context::Drawing,
     .run = [](Session& s) { set_corner(s, s.view.drawing.crosshair); },
     .enabled = is_drawing},
    {.id = "draw.back",
     .title = "Take the corner back",
     .help = "Takes the last corner back; without one it ends the drawing.",
     .context = Context::Drawing,
     .run = step_back_in_drawing,
     .enabled = is_drawing},
    {.id = "draw.cancel",
     .title = "Cancel drawing",
     .help = "Ends the drawing without an object.",
     .context = Context::Drawing,
     .run = cancel_drawing,
     .enabled = is_drawing},
    mover("draw.left", "Crosshair left", "Moves the crosshair 8 pixels to the left.", move_usual<-1, 0>),
    mover("draw.right", "Crosshair right", "Moves the crosshair 8 pixels to the right.", move_usual<1, 0>),
    mover("draw.up", "Crosshair up", "Moves the crosshair 8 pixels up.", move_usual<0, -1>),
    mover("draw.down", "Crosshair down", "Moves the crosshair 8 pixels down.", move_usual<0, 1>),
    mover("draw.left.fine", "Crosshair left by a pixel", "Moves the crosshair 1 pixel to the left.", move_fine<-1, 0>),
    mover("draw.right.fine", "Crosshair right by a pixel", "Moves the crosshair 1 pixel to the right.",
          move_fine<1, 0>),
    mover("draw.up.fine", "Crosshair up by a pixel", "Moves the crosshair 1 pixel up.", move_fine<0, -1>),
    mover("draw.down.fine", "Crosshair down by a pixel", "Moves the crosshair 1 pixel down.", move_fine<0, 1>),
    mover("draw.left.far", "Crosshair far left", "Moves the crosshair 32 pixels to the left.", move_far<-1, 0>),
    mover("draw.right.far", "Crosshair far right", "Moves the crosshair 32 pixels to the right.", move_far<1, 0>),
    mover("draw.up.far", "Crosshair far up", "Moves the crosshair 32 pixels up.", move_far<0, -1>),
    mover("draw.down.far", "Crosshair far down", "Moves the crosshair 32 pixels down.", move_far<0, 1>),
};

}  // namespace

std::span<const Command> draw() { return table; }

}  // namespace inbetween::commands
