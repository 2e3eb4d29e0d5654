#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/frame.h"
#include "core/model/ids.h"
#include "core/model/shape.h"

namespace inbetween {

/// Who says what a track looks like at a frame.
enum class Source { Manual, Tracked, Interpolated, Imported, Detected };

std::string_view name_of(Source source);
std::optional<Source> source_of(std::string_view name);

/// A shape and flags stated at a frame by a person or a file. Never moved or changed by a machine.
struct Keyframe {
    FrameIndex frame;
    Shape shape;
    bool occluded = false;  ///< in view but hidden in part
    bool outside = false;   ///< not in view until the next keyframe
    Source source = Source::Manual;
    friend bool operator==(const Keyframe&, const Keyframe&) = default;
};

/// The value of a mutable attribute over a frame range.
struct AttributeRange {
    AttributeId attribute{};
    FrameRange range;
    std::string value;
    friend bool operator==(const AttributeRange&, const AttributeRange&) = default;
};

/// One object through time. It exists from its first keyframe to its last, both included; past the last keyframe
/// nothing is said of it. Between two keyframes it is filled in (span_fill.h).
struct Track {
    TrackId id{};
    MediaId media{};
    LabelId label{};
    ShapeKind kind = ShapeKind::Box;
    std::vector<Keyframe> keyframes;                ///< by frame, ascending, no two of one frame, shapes of `kind`
    std::map<AttributeId, std::string> attributes;  ///< values of fixed attributes
    std::vector<AttributeRange> attribute_ranges;  ///< by attribute, then begin; ranges of one attribute do not overlap
    /// Set while the track is a proposal: what a detector offers and nobody has accepted; how likely it is right.
    /// units: thousandths, 0..1000.
    std::optional<int> proposal;
    friend bool operator==(const Track&, const Track&) = default;

    /// The frames from the first to the last keyframe; empty without keyframes.
    FrameRange extent() const;
    /// The keyframe at exactly this frame.
    const Keyframe* find_keyframe(FrameIndex frame) const;
    /// The last keyframe at or before the frame, and the first after it.
    const Keyframe* keyframe_at_or_before(FrameIndex frame) const;
    const Keyframe* keyframe_after(FrameIndex frame) const;
    /// States a keyframe: replaces the one of the same frame, or goes to its place.   requires: its shape is of `kind`.
    void set_keyframe(Keyframe keyframe);
    /// Takes the keyframe at this frame away, if there is one.
    void remove_keyframe(FrameIndex frame);
    /// The value an attribute has at a frame: its range's, else the fixed one; empty when nothing was said.
    std::string_view attribute_at(AttributeId attribute, FrameIndex frame) const;
    /// States a value over a range, cutting what earlier ranges of the attribute said there. Touching ranges of one
    /// value join.
    void set_attribute_range(AttributeRange range);
};

using TrackPtr = std::shared_ptr<const Track>;

/// An action or event over a frame range, of the video or of one track. Segments may overlap.
struct Segment {
    SegmentId id{};
    MediaId media{};
    LabelId label{};
    TrackId track{};  ///< unset: of the video
    FrameRange range;
    friend bool operator==(const Segment&, const Segment&) = default;
};

using SegmentPtr = std::shared_ptr<const Segment>;

/// Checks what the model promises of a track: order, kinds, valid shapes, ranges.
/// returns: the first breach in words; nullopt for a good track.
std::optional<std::string> find_breach(const Track& track);

}  // namespace inbetween
