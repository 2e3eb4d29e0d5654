#pragma once

#include "app/session.h"

namespace inbetween {

// Drawing a new object step by step. Keys and the mouse call the same functions.

/// Begins to draw an object of view.new_kind, with the crosshair in the middle of what is seen of the picture.
void start_drawing(Session& session);

/// Sets the next corner at the point. The last one (the second of a box, the fourth of a quad) makes the track, selects
/// it and ends the drawing; a shape that cannot be is refused with a message and its last corner taken back. A quad
/// drawn anticlockwise keeps its first corner and is turned round.
void set_corner(Session& session, Point corner);

/// Makes the track of a whole shape, selects it and ends the drawing.
/// returns: false, with a message, for a shape that cannot be, or a project that takes no edits.
bool finish_drawing(Session& session, const Shape& shape);

/// Takes the last corner back; without one, ends the drawing.
void step_back_in_drawing(Session& session);

/// Ends the drawing without a track.
void cancel_drawing(Session& session);

/// Moves the crosshair, within the picture and a margin around it.   units: image pixels.
void move_crosshair(Session& session, double dx, double dy);

/// The label a new track gets: view.label, else the first track label, else none.
LabelId label_for_new_track(const Session& session);

}  // namespace inbetween
