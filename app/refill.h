#pragma once

#include <string>
#include <vector>

#include "core/edit/change_set.h"

namespace inbetween {

/// A span to be solved: the one that begins at the track's keyframe `left`.
struct FillWish {
    TrackId track{};
    FrameIndex left;
    std::string method;
    friend bool operator==(const FillWish&, const FillWish&) = default;
};

/// Finds the spans that an edit left linear though they, or a neighbour of a new one, had been tracked: they are to be
/// solved again with the same method. `under_way` are spans of `before` that are being solved, which count as tracked.
/// requires: `after` is `before` with the change made.
std::vector<FillWish> fills_to_renew(const Annotations& before, const Annotations& after, const ChangeSet& change,
                                     const std::vector<FillWish>& under_way);

}  // namespace inbetween
