#include <algorithm>
#include <cmath>

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

/// Steps of the commands: brightness is added, contrast and gamma are multiplied.
constexpr double brightness_step = 0.05;
constexpr double factor_step = 1.1;

/// To hundredths, so that as many steps back lead where one came from, and within the range.
double settled(double value, AdjustmentRange range) {
    return std::clamp(std::round(value * 100) / 100, range.least, range.most);
}

void brighten(Session& session, double by) {
    double& brightness = session.view.adjustment.brightness;
    brightness = settled(brightness + by, Adjustment::brightness_range);
}

/// The next or the last of the powers of the step, 1 among them.
double stepped(double factor, int by, AdjustmentRange range) {
    const double steps = std::round(std::log(factor) / std::log(factor_step)) + by;
    return settled(std::pow(factor_step, steps), range);
}

void change_contrast(Session& session, int by) {
    double& contrast = session.view.adjustment.contrast;
    contrast = stepped(contrast, by, Adjustment::contrast_range);
}

void change_gamma(Session& session, int by) {
    double& gamma = session.view.adjustment.gamma;
    gamma = stepped(gamma, by, Adjustment::gamma_range);
}

bool is_adjusted(const Session& session) { return !session.view.adjustment.is_neutral(); }

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
    {.id = "view.adjust",
     .title = "Adjust the picture",
     .help = "Opens or closes the sliders of brightness, contrast and gamma. They change what is shown, nothing else.",
     .context = Context::Global,
     .run = [](Session& s) { s.view.adjust_open = !s.view.adjust_open; },
     .enabled = has_video},
    {.id = "view.brightness.up",
     .title = "Brighter",
     .help = "Shows the picture brighter; the annotations and what is exported stay as they are.",
     .context = Context::Global,
     .run = [](Session& s) { brighten(s, brightness_step); },
     .enabled = has_video,
     .repeats = true},
    {.id = "view.brightness.down",
     .title = "Darker",
     .help = "Shows the picture darker; the annotations and what is exported stay as they are.",
     .context = Context::Global,
     .run = [](Session& s) { brighten(s, -brightness_step); },
     .enabled = has_video,
     .repeats = true},
    {.id = "view.contrast.up",
     .title = "More contrast",
     .help = "Shows the picture with more contrast.",
     .context = Context::Global,
     .run = [](Session& s) { change_contrast(s, 1); },
     .enabled = has_video,
     .repeats = true},
    {.id = "view.contrast.down",
     .title = "Less contrast",
     .help = "Shows the picture with less contrast.",
     .context = Context::Global,
     .run = [](Session& s) { change_contrast(s, -1); },
     .enabled = has_video,
     .repeats = true},
    {.id = "view.gamma.up",
     .title = "Lighter shadows",
     .help = "Shows what is dark lighter (gamma up); black and white stay.",
     .context = Context::Global,
     .run = [](Session& s) { change_gamma(s, 1); },
     .enabled = has_video,
     .repeats = true},
    {.id = "view.gamma.down",
     .title = "Deeper shadows",
     .help = "Shows what is dark darker (gamma down); black and white stay.",
     .context = Context::Global,
     .run = [](Session& s) { change_gamma(s, -1); },
     .enabled = has_video,
     .repeats = true},
    {.id = "view.adjust.reset",
     .title = "Picture as it is",
     .help = "Takes brightness, contrast and gamma back to neutral.",
     .context = Context::Global,
     .run = [](Session& s) { s.view.adjustment = {}; },
     .enabled = is_adjusted},
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
