#include "app/detecting.h"

#include <algorithm>

namespace inbetween {
namespace {

edit::OfferedTrack offered_track(const LinkedTrack& linked, const Detections& detections) {
    edit::OfferedTrack offered{label_name(detections, linked.label), linked.certainty, {}};
    offered.seen.reserve(linked.seen.size());
    for (const auto& seen : linked.seen)
        if (is_valid(on_grid(seen.box)))
            offered.seen.push_back({.frame = seen.frame, .shape = seen.box, .source = Source::Detected});
    return offered;
}

}  // namespace

Offer offer_of(const Annotations& annotations, MediaId media, Detections detections, const OfferParams& params) {
    Offer offer;
    for (FrameDetections& frame : detections.frames) {
        std::erase_if(frame.found, [&](const Detection& detection) {
            return !params.classes.empty() &&
                   std::find(params.classes.begin(), params.classes.end(), label_name(detections, detection.label)) ==
                       params.classes.end();
        });
        offer.seen += frame.found.size();
    }
    std::vector<edit::OfferedTrack> tracks;
    for (const LinkedTrack& linked : link(detections.frames, params.link))
        tracks.push_back(offered_track(linked, detections));
    const std::size_t all = tracks.size();
    offer.tracks = edit::not_covered(annotations, media, std::move(tracks));
    offer.covered = all - offer.tracks.size();
    return offer;
}

}  // namespace inbetween
