#pragma once

#include <array>
#include <optional>
#include <vector>

#include "app/ui/ui.h"

namespace inbetween {

/// Where the canvas is on screen, and how the image lies on it.
struct CanvasView {
    ImVec2 origin;  ///< left top corner, on screen
    ImVec2 size;
    const Viewport& viewport;

    ImVec2 screen(Point image) const;
    Point image(ImVec2 screen) const;
    /// Screen pixels of a length across the image.
    float length(double image_pixels) const { return static_cast<float>(image_pixels * viewport.scale); }
    ImVec2 end() const { return {origin.x + size.x, origin.y + size.y}; }
    /// The shape's corners on screen, clockwise from the object's own top left.
    std::array<ImVec2, 4> corners(const Shape& shape) const;
    bool shows(const Shape& shape) const;
};

/// A track as the canvas shows it at one frame.
struct ShownTrack {
    const Track* track = nullptr;
    TrackState state;
    bool is_selected = false;
    bool is_ghost = false;  ///< not in view at this frame: its nearest stated shape, for the selected track only
    bool is_offer = false;  ///< a ghost where a tracker offers a shape, which is its shape then
};

/// The current video's tracks in view at the frame on screen, and the selected one's ghost; large shapes first, the
/// selected track last. A shape being dragged stands in place of its track's own.
std::vector<ShownTrack> shown_tracks(const Session& session);

/// The smallest shape under a point of the image; of several the one after `below`, so that a second click reaches what
/// lies beneath. Unset when there is none.
TrackId track_at(const std::vector<ShownTrack>& shown, Point image, TrackId below);

/// The panel: picture, shapes, gestures.
void draw_canvas(const Ui& ui);

/// What a proposal shows at a frame; null past its ends.
const FilledFrame* frame_of(const Follow& follow, FrameIndex frame);

// Parts of the canvas, one file each.
void draw_tracks(const Ui& ui, const CanvasView& view, const std::vector<ShownTrack>& shown);
void draw_proposals(const Ui& ui, const CanvasView& view);
void draw_drawing(const Ui& ui, const CanvasView& view);
void draw_loupe(const Ui& ui, const CanvasView& view);
void draw_handles(const Ui& ui, const CanvasView& view, const ShownTrack& selected);

/// Handles 0..7 of a box lie clockwise from its top left corner, 0..3 of a quad on its corners.
std::optional<int> handle_at(const Ui& ui, const CanvasView& view, const ShownTrack& selected, ImVec2 screen);
/// The shape with a handle dragged so far; what would turn it inside out stops at one pixel.
Shape with_handle_moved(const Shape& shape, int handle, Point by);
Cursor cursor_of_handle(const Shape& shape, int handle);

/// What the mouse does on the canvas.   `hovered`: the pointer is on the canvas and on nothing above it.
void canvas_gestures(const Ui& ui, const CanvasView& view, const std::vector<ShownTrack>& shown, bool hovered);

}  // namespace inbetween
