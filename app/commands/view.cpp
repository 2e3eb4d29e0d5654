#include "app/commands/areas.h"
#include "app/commands/common.h"

namespace inbetween::commands {
namespace {

constexpr double zoom_step = 1.25;
constexpr double pan_px = 64;  // on screen

void zoom(Session& session, double factor) {
    Viewport& viewport = session.view.viewport;
    viewport.zoom_at({viewport.canvas_width / 2, viewport.canvas_height / 2}, factor);
    session.view.fit_pending = false;
}

void actual_size(Session& session) { zoom(session, 1 / session.view.viewport.scale); }

void fit(Session& session) {
    session.view.viewport.fit(session.media()->width, session.media()->height);
    session.view.follow_track = false;
}

void pan(Session& session, double dx, double dy) {
    session.view.viewport.pan(dx, dy);
    session.view.follow_track = false;
}

void zoom_to_track(Session& session) {
    if (const auto shape = shown_shape(session)) session.view.viewport.show(bounding_box(*shape));
    session.view.fit_pending = false;
}

void lock_on_track(Session& session) {
    session.view.follow_track = !session.view.follow_track;
    if (session.view.follow_track) zoom_to_track(session);
    inform(session, session.view.follow_track ? "The view stays on the selected object" : "The view stands still");
}

bool can_lock(const Session& session) { return session.view.follow_track || has_track(session); }

/// Of the things that open over the workstation only one is open.
void open_only(Session& session, bool ViewState::*which) {
    const bool opens = !(session.view.*which);
    session.view.palette_open = session.view.goto_open = session.view.keys_open = false;
    session.view.*which = opens;
}

constexpr Command table[] = {
    {.id = "view.zoom.in",
     .title = "Zoom in",
     .help = "Shows the picture larger.",
     .context = Context::Global,
     .run = [](Session& s) { zoom(s, zoom_step); },
     .enabled = has_video,
     .repeats = true},
    {.id = "view.zoom.out",
     .title = "Zoom out",
     .help = "Shows the picture smaller.",
     .context = Context::Global,
     .run = [](Session& s) { zoom(s, 1 / zoom_step); },
     .enabled = has_video,
     .repeats = true},
    {.id = "view.fit",
     .title = "Fit the picture",
     .help = "Shows the whole picture.",
     .context = Context::Global,
     .run = fit,
     .enabled = has_video},
    {.id = "view.actual_size",
     .title = "Actual size",
     .help = "Shows a pixel of the picture as a pixel of the screen.",
     .context = Context::Global,
     .run = actual_size,
     .enabled = has_video},
    {.id = "view.pan.left",
     .title = "Look left",
     .help = "Moves the view to the left.",
     .context = Context::Global,
     .run = [](Session& s) { pan(s, pan_px, 0); },
     .enabled = has_video,
     .repeats = true},
    {.id = "view.pan.right",
     .title = "Look right",
     .help = "Moves the view to the right.",
     .context = Context::Global,
     .run = [](Session& s) { pan(s, -pan_px, 0); },
     .enabled = has_video,
     .repeats = true},
    {.id = "view.pan.up",
     .title = "Look up",
     .help = "Moves the view up.",
     .context = Context::Global,
     .run = [](Session& s) { pan(s, 0, pan_px); },
     .enabled = has_video,
     .repeats = true},
    {.id = "view.pan.down",
     .title = "Look down",
     .help = "Moves the view down.",
     .context = Context::Global,
     .run = [](Session& s) { pan(s, 0, -pan_px); },
     .enabled = has_video,
     .repeats = true},
    {.id = "view.zoom.track",
     .title = "Zoom to the object",
     .help = "Shows the selected object large, in the middle.",
     .run = zoom_to_track,
     .enabled = has_track},
    {.id = "view.lock",
     .title = "Lock on the object",
     .help = "Keeps the selected object in the middle from frame to frame, or no longer.",
     .run = lock_on_track,
     .enabled = can_lock},
    {.id = "view.overlays",
     .title = "Hide overlays",
     .help = "Hides everything drawn over the picture, or shows it again.",
     .context = Context::Global,
     .run = [](Session& s) { s.view.overlays_hidden = !s.view.overlays_hidden; },
     .enabled = always},
    {.id = "view.labels",
     .title = "Show all labels",
     .help = "Writes every object's label beside it, or only those of the selected and pointed-at ones.",
     .context = Context::Global,
     .run = [](Session& s) { s.view.show_all_labels = !s.view.show_all_labels; },
     .enabled = always},
    {.id = "view.thumbnails",
     .title = "Thumbnails",
     .help = "Shows small pictures along the timeline, or hides them.",
     .context = Context::Global,
     .run = [](Session& s) { s.view.thumbnails_hidden = !s.view.thumbnails_hidden; },
     .enabled = always},
    {.id = "view.palette",
     .title = "Command palette",
     .help = "Finds any command by a part of its name.",
     .context = Context::Global,
     .run = [](Session& s) { open_only(s, &ViewState::palette_open); },
     .enabled = always},
    {.id = "view.goto",
     .title = "Go to frame, time or pts",
     .help = "Asks for a frame number, a time or a time stamp and goes there.",
     .context = Context::Global,
     .run = [](Session& s) { open_only(s, &ViewState::goto_open); },
     .enabled = has_video},
    {.id = "view.keys",
     .title = "Keys",
     .help = "Shows every command with its keys.",
     .context = Context::Global,
     .run = [](Session& s) { open_only(s, &ViewState::keys_open); },
     .enabled = always},
};

}  // namespace

std::span<const Command> view() { return table; }

}  // namespace inbetween::commands
