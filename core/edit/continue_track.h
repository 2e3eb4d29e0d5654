#pragma once

#include <vector>

#include "core/edit/change_set.h"

namespace inbetween::edit {

/// Whether the track ends by an outside keyframe of an import, which says where its file ends and nothing of the frames
/// after that.
bool ends_by_import(const Track& track);

/// Accepts keyframes that a tracker offered past an end of the track. Those that are stated stay; but where an import
/// ends the track, that end moves behind what is offered.   requires: shapes of the track's kind; ascending frames.
ChangeSet continue_track(const Annotations& a, TrackId track, const std::vector<Keyframe>& keyframes);

}  // namespace inbetween::edit
