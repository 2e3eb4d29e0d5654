#pragma once

#include <vector>

#include "tracking/quad_sighting.h"

namespace inbetween {

/// Which frames a path may be believed at: what was sighted there is clear, lies on the path, and either the chains or
/// both looks agree. The keyframes are.   units: gap in image pixels.
std::vector<bool> confirmed_frames(const std::vector<Quad>& quads, const std::vector<double>& gap,
                                   const std::vector<QuadSighting>& sightings);

/// What a rescue starts from and changes.
struct QuadRescue {
    QuadWay* way;
    std::vector<QuadSighting>* sightings;
    std::vector<bool>* confirmed;
    std::vector<double>* gap;
};

/// Goes into every run of frames that are not confirmed from both of its sides, frame by frame, registering to the
/// keyframes after each step and searching where the step fails; what is found becomes the way, and what is left is
/// bridged between confirmed frames.
/// errors: a frame cannot be decoded; cancelled.
Result<Done> rescue(QuadFrames& frames, const QuadLooks& looks, QuadRescue state);

}  // namespace inbetween
