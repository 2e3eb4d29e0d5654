#pragma once

#include <functional>

#include "core/edit/change_set.h"

namespace inbetween::edit {

/// Where a frame of the old numbers is under the new ones.   requires: it does not fall, and 0 <= result <
/// after.frames.
using FrameMap = std::function<FrameIndex(FrameIndex)>;

/// Moves everything said of a media to new frame numbers, and its description with it. Keyframes that come to lie on
/// one frame become one: the earlier. The pictures that were annotated stay the ones that are.
/// requires: `after` is of that media's id.
ChangeSet renumber(const Annotations& a, const Media& after, const FrameMap& map);

/// The map by time stamps: to the frame shown at the same time, or the one on screen then.
FrameMap map_by_pts(std::vector<Pts> before, std::vector<Pts> after);

}  // namespace inbetween::edit
