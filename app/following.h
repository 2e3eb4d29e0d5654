#pragma once

#include <vector>

#include "core/edit/change_set.h"
#include "tracking/find_again.h"
#include "tracking/follow.h"

namespace inbetween {

/// The track as far as it can be followed: open where an import ends it.
Track open_ended(const Track& track);

/// The keyframes that accepting a follow states.
ChangeSet accept_follow(const Annotations& annotations, const Follow& follow);

/// What the follow says between the keyframes that were made of it.   requires: accept_follow's change was made.
std::vector<SpanFillPtr> fills_of(const Follow& follow, const Track& track);

/// States where a lost object is found again: a keyframe there, with all that is between it and where the track was
/// last in view outside, so that nothing slides across the picture.
ChangeSet accept_found_again(const Annotations& annotations, TrackId track, const FoundAgain& found,
                             std::int64_t frames);

}  // namespace inbetween
