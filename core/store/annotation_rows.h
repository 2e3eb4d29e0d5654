#pragma once

#include <vector>

#include "core/model/annotations.h"
#include "core/store/records.h"

namespace inbetween {

/// One per-frame row of a track, as its columns hold it.
struct AnnotationRow {
    FrameIndex frame;
    GridShape shape;
    std::int64_t flags = 0;
    Source source = Source::Manual;
    float confidence = 1;
    friend bool operator==(const AnnotationRow&, const AnnotationRow&) = default;
};

/// The rows of a track's frames in a range.
std::vector<AnnotationRow> annotation_rows(const Track& track, const TrackFills& fills, const FrameRange& range);

/// The frames outside which the rows of both sides are the same. A null side has no rows.
FrameRange differing_frames(const Track* before, const TrackFills& fills_before, const Track* after,
                            const TrackFills& fills_after);

/// Rows are worked on in runs of so many frames, so that memory stays small however long a track is.
inline constexpr std::int64_t frames_per_run = 4096;

}  // namespace inbetween
