#pragma once

#include <optional>
#include <vector>

#include "app/session.h"

// What the commands of several areas ask of a session.
namespace inbetween::commands {

bool always(const Session& session);
bool has_video(const Session& session);
bool has_track(const Session& session);
bool is_drawing(const Session& session);

/// The selected track's shape at the frame on screen; past its ends what is proposed there, else the nearest
/// keyframe's, which is shown as a ghost.
std::optional<Shape> shown_shape(const Session& session);

/// The tracks of the current video, by id.
std::vector<const Track*> tracks_of_media(const Session& session);

void inform(Session& session, std::string text);
void warn(Session& session, std::string text);

}  // namespace inbetween::commands
