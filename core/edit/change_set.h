#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/annotations.h"

namespace inbetween {

// One thing before and after. Null (nullopt) means absent, so add, remove and change are one kind of edit.
struct TrackEdit {
    TrackId id{};
    TrackPtr before;
    TrackPtr after;
};
struct SegmentEdit {
    SegmentId id{};
    SegmentPtr before;
    SegmentPtr after;
};
struct LabelEdit {
    LabelId id{};
    std::optional<Label> before;
    std::optional<Label> after;
};
struct MediaEdit {
    MediaId id{};
    MediaPtr before;
    MediaPtr after;
};

/// One undo step. Applied whole or not at all; the store writes it as one transaction.
struct ChangeSet {
    std::string name;  ///< shown as "Undo <name>": "Draw box", "Import MOTChallenge"
    std::vector<MediaEdit> media;
    std::vector<LabelEdit> labels;
    std::vector<TrackEdit> tracks;
    std::vector<SegmentEdit> segments;

    bool empty() const { return media.empty() && labels.empty() && tracks.empty() && segments.empty(); }
    /// Swaps before and after: undo needs no second code path.
    ChangeSet inverse() const;
};

/// Tells whether every `before` is what the annotations hold, each id occurs once, and no edit is void.
bool fits(const ChangeSet& change, const Annotations& annotations);

/// The annotations with the change made; fills whose keyframes it changed are gone.   requires: fits(change,
/// annotations).
Annotations applied(const ChangeSet& change, Annotations annotations);

/// What turns `before` into `after`, both whole; edits only of what differs.
ChangeSet difference(std::string name, const Annotations& before, const Annotations& after);

}  // namespace inbetween
