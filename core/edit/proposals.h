#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/edit/change_set.h"

// Tracks that a detector offers: in the project, but nobody's word until a person accepts them. Track::proposal marks
// them; a person who changes one accepts it (operations.h).
namespace inbetween::edit {

/// A track as a detector offers it.
struct OfferedTrack {
    std::string label;           ///< a class's name; made where the project has none of that name
    double certainty = 0;        ///< 0..1, how likely it is right
    std::vector<Keyframe> seen;  ///< where it was seen: by frame, ascending, in view, boxes
};

/// Of the tracks offered, those that no track of the video covers already: in half of the frames or more in which it
/// was seen, by more than `least_iou`.
std::vector<OfferedTrack> not_covered(const Annotations& a, MediaId media, std::vector<OfferedTrack> offered,
                                      double least_iou = 0.5);

/// Adds tracks as proposals, each thinned to the fewest keyframes (greedily) whose linear blend stays within
/// `tolerance_px` of where it was seen, or, without it, within a tenth of the object's own size; sources `detected`.
/// requires: the media exists.
ChangeSet propose(const Annotations& a, MediaId media, const std::vector<OfferedTrack>& offered,
                  std::optional<double> tolerance_px, std::string name);

/// The proposals of a video, or of all (media unset), the most doubtful first.
std::vector<TrackId> proposals_of(const Annotations& a, MediaId media = {});

/// Makes proposals tracks like any other, or takes them away. What is no proposal is left alone.
ChangeSet accept_proposals(const Annotations& a, const std::vector<TrackId>& tracks);
ChangeSet reject_proposals(const Annotations& a, const std::vector<TrackId>& tracks);

}  // namespace inbetween::edit
