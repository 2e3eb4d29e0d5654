#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/edit/proposals.h"
#include "tracking/detector.h"

namespace inbetween {

/// What is made of detections.
struct OfferParams {
    LinkParams link;
    std::optional<double> tolerance_px;  ///< of thinning; a tenth of each object's size where it is not stated
    std::vector<std::string> classes;    ///< only these; empty: all
};

/// Tracks made of what a detector saw, and what became of them.
struct Offer {
    std::vector<edit::OfferedTrack> tracks;  ///< none that the project has already
    std::size_t seen = 0;                    ///< detections
    std::size_t covered = 0;                 ///< tracks left out, for one of the project is there already
};

/// Links detections into tracks that no track of the project covers.
Offer offer_of(const Annotations& annotations, MediaId media, Detections detections, const OfferParams& params);

}  // namespace inbetween
