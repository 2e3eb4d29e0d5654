#include "core/edit/proposals.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/check.h"
#include "core/edit/operations.h"

namespace inbetween::edit {
namespace {

constexpr double tolerance_of_size = 0.1;

/// The mean, over the frames in which it was seen, of the geometric mean of its sides.
double size_of(const OfferedTrack& offered) {
    double sum = 0;
    for (const Keyframe& keyframe : offered.seen) {
        const Box box = bounding_box(keyframe.shape);
        sum += std::sqrt(box.w * box.h);
    }
    return sum / static_cast<double>(std::max<std::size_t>(1, offered.seen.size()));
}

bool is_covered(const Annotations& a, const Track& track, const OfferedTrack& offered, double least_iou) {
    std::size_t covered = 0;
    for (const Keyframe& keyframe : offered.seen) {
        const auto state = a.state_at(track, keyframe.frame);
        if (state && !state->outside && iou(bounding_box(state->shape), bounding_box(keyframe.shape)) > least_iou)
            ++covered;
    }
    return 2 * covered >= offered.seen.size();
}

Track proposed_track(const OfferedTrack& offered, double tolerance_px) {
    Track track;
    for (Keyframe keyframe : offered.seen) {
        keyframe.shape = on_grid(keyframe.shape);
        keyframe.source = Source::Detected;
        track.set_keyframe(std::move(keyframe));
    }
    track = thinned(track, {.kind = Thinning::Kind::Tolerance, .tolerance_px = tolerance_px});
    track.proposal = static_cast<int>(std::lround(1000 * std::clamp(offered.certainty, 0.0, 1.0)));
    return track;
}

}  // namespace

std::vector<OfferedTrack> not_covered(const Annotations& a, MediaId media, std::vector<OfferedTrack> offered,
                                      double least_iou) {
    std::erase_if(offered, [&](const OfferedTrack& one) {
        return std::any_of(a.tracks.begin(), a.tracks.end(), [&](const auto& entry) {
            return entry.second->media == media && is_covered(a, *entry.second, one, least_iou);
        });
    });
    return offered;
}

ChangeSet propose(const Annotations& a, MediaId media, const std::vector<OfferedTrack>& offered,
                  std::optional<double> tolerance_px, std::string name) {
    IB_CHECK(a.find_media(media) != nullptr);
    Annotations after = a;
    after.fills.clear();  // a ChangeSet does not carry them
    for (const OfferedTrack& one : offered) {
        if (one.seen.empty()) continue;
        const Label* label = after.find_label(one.label);
        if (label == nullptr || label->kind != LabelKind::Track) {
            const std::string own = label == nullptr ? one.label : one.label + " (object)";
            if (after.find_label(own) == nullptr) after = applied(add_label(after, own, LabelKind::Track), after);
            label = after.find_label(own);
        }
        Track track = proposed_track(one, tolerance_px.value_or(tolerance_of_size * size_of(one)));
        track.id = after.next_track_id();
        track.media = media;
        track.label = label->id;
        after.tracks[track.id] = std::make_shared<const Track>(std::move(track));
    }
    return difference(std::move(name), a, after);
}

std::vector<TrackId> proposals_of(const Annotations& a, MediaId media) {
    std::vector<TrackId> ids;
    for (const auto& [id, track] : a.tracks)
        if (track->proposal && (!is_set(media) || track->media == media)) ids.push_back(id);
    std::stable_sort(ids.begin(), ids.end(), [&](TrackId left, TrackId right) {
        return *a.find_track(left)->proposal < *a.find_track(right)->proposal;
    });
    return ids;
}

ChangeSet accept_proposals(const Annotations& a, const std::vector<TrackId>& tracks) {
    ChangeSet change{.name = tracks.size() == 1 ? "Accept proposal" : "Accept proposals"};
    for (const TrackId id : std::set<TrackId>(tracks.begin(), tracks.end())) {
        const auto found = a.tracks.find(id);
        if (found == a.tracks.end() || !found->second->proposal) continue;
        auto accepted = std::make_shared<Track>(*found->second);
        accepted->proposal.reset();
        change.tracks.push_back({id, found->second, std::move(accepted)});
    }
    return change;
}

ChangeSet reject_proposals(const Annotations& a, const std::vector<TrackId>& tracks) {
    ChangeSet change{.name = tracks.size() == 1 ? "Reject proposal" : "Reject proposals"};
    for (const TrackId id : std::set<TrackId>(tracks.begin(), tracks.end())) {
        const Track* track = a.find_track(id);
        if (track == nullptr || !track->proposal) continue;
        const ChangeSet removed = remove_track(a, id);
        change.tracks.insert(change.tracks.end(), removed.tracks.begin(), removed.tracks.end());
        change.segments.insert(change.segments.end(), removed.segments.begin(), removed.segments.end());
    }
    return change;
}

}  // namespace inbetween::edit
