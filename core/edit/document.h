#pragma once

#include <memory>
#include <vector>

#include "core/edit/change_set.h"

namespace inbetween {

/// What a project says right now, with the fills that hold for it.
/// thread: the owner's; others get snapshot(), which later edits do not alter.
class Document {
public:
    explicit Document(Annotations annotations = {});

    const Annotations& annotations() const { return *annotations_; }
    std::shared_ptr<const Annotations> snapshot() const { return annotations_; }

    /// The only way a document changes. Fills that no longer hold go, and fills kept from earlier that hold again come
    /// back.   requires: fits(change, annotations()).
    void apply(const ChangeSet& change);

    /// Shows what a solver found. Derived data, no undo step.
    /// returns: false, and nothing changed, when its keyframes are no longer there.
    bool set_fill(SpanFillPtr fill);

    /// Keeps a fill that was shown earlier, as the newest of its track, so that it comes back with its keyframes.
    void keep_fill(SpanFillPtr fill);

    /// Shows these spans linear again. Derived data, no undo step.
    void clear_fills(TrackId track, const FrameRange& range);

private:
    /// Brings kept fills back to spans of the track that have none.
    void revive_fills(Annotations& annotations, TrackId id) const;

    std::shared_ptr<const Annotations> annotations_;
    std::map<TrackId, std::vector<SpanFillPtr>> kept_;  // every fill seen, newest last, bounded a track
};

}  // namespace inbetween
