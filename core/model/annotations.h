#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/timebase.h"
#include "core/model/label.h"
#include "core/model/span_fill.h"
#include "core/model/track.h"

namespace inbetween {

/// A video or a folder of images that a project annotates, as it was when it was added.
struct Media {
    MediaId id{};
    std::string uuid;
    std::string path;  ///< relative to the project file's folder, or absolute
    std::int64_t bytes = 0;
    std::string fingerprint;  ///< base/files.h
    std::int64_t frames = 0;
    int width = 0;  ///< of the upright picture, to which shapes refer
    int height = 0;
    Timebase timebase;
    std::vector<Pts> pts;  ///< one a frame, in presentation order
    friend bool operator==(const Media&, const Media&) = default;

    /// Seconds from the first frame to frame n; past the end it goes on at the mean rate. 0 without pts.
    double seconds_at(FrameIndex n) const;
    /// Mean frames a second, by pts; 25 when it cannot be told.
    double mean_fps() const;
    /// The last path element, for showing.
    std::string name() const;
};

using MediaPtr = std::shared_ptr<const Media>;

/// Everything a project says: a value. Copies share their tracks.
/// thread: an immutable snapshot may be read from any.
struct Annotations {
    std::map<MediaId, MediaPtr> media;
    std::map<LabelId, Label> labels;
    std::map<TrackId, TrackPtr> tracks;
    std::map<SegmentId, SegmentPtr> segments;
    std::map<TrackId, TrackFills> fills;  ///< derived; only current ones, none for a track without any

    const Label* find_label(std::string_view name) const;
    const Label* find_label(LabelId id) const;
    const Track* find_track(TrackId id) const;
    const Media* find_media(MediaId id) const;
    const TrackFills& fills_of(TrackId id) const;
    std::optional<TrackState> state_at(const Track& track, FrameIndex frame) const {
        return inbetween::state_at(track, fills_of(track.id), frame);
    }
    std::string label_name(LabelId id) const;
    /// An attribute of any label by its id.
    const Attribute* find_attribute(AttributeId id) const;

    MediaId next_media_id() const;
    LabelId next_label_id() const;
    AttributeId next_attribute_id() const;
    TrackId next_track_id() const;
    SegmentId next_segment_id() const;

    std::int64_t keyframe_count() const;
    /// How many (track, frame) pairs are in view: rows that show a shape.
    std::int64_t shape_count() const;
};

/// The annotations without the tracks that nobody has accepted, and without the segments said of them.
Annotations without_proposals(Annotations a);

/// Equal in all a person or file stated; fills are not compared.
bool same_statements(const Annotations& a, const Annotations& b);

/// Checks references between things and each track.   returns: the first breach in words.
std::optional<std::string> find_breach(const Annotations& annotations);

}  // namespace inbetween
