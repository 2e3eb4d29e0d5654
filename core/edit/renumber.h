#pragma once

#include <functional>
#include <string_view>

#include "core/edit/change_set.h"

namespace inbetween::edit {

/// Where a frame of the old numbers is under the new ones.   requires: it does not fall, and 0 <= result <
/// after.frames.
using FrameMap = std::function<FrameIndex(FrameIndex)>;

/// How frames came to other numbers, which is told by the step's name.
enum class Renumbering {
    ByTime,    ///< a frame is known by its time stamp, and goes where that went
    ByNumber,  ///< numbers stay; what is past the end goes to the last frame
};

/// Moves everything said of a media to new frame numbers, and its description with it. Keyframes that come to lie on
/// one frame become one: the earlier. The pictures that were annotated stay the ones that are.
/// requires: `after` is of that media's id, and not as it stands.
ChangeSet renumber(const Annotations& a, const Media& after, Renumbering how);

/// Whether a step of this name is a renumbering. It is no person's step: undo goes past it, and it stays.
bool is_renumbering(std::string_view step);

/// Makes a renumbering again of what another state of the project says.   requires: is_renumbering(change.name).
ChangeSet renumber_again(const Annotations& a, const ChangeSet& change);

/// Where a frame of `before` is in `after`.
FrameMap map_of(const Media& before, const Media& after, Renumbering how);

/// Moves what is said of a media by any map. The name is that of the change.
ChangeSet renumber_by(std::string name, const Annotations& a, const Media& after, const FrameMap& map);

/// The map by time stamps: to the frame shown at the same time, or the one on screen then.
FrameMap map_by_pts(std::vector<Pts> before, std::vector<Pts> after);

}  // namespace inbetween::edit
