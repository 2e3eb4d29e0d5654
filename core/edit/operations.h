#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/edit/change_set.h"

// What a person can do to annotations, as pure functions: annotations in, ChangeSet out. Each is one undo step.
// An operation on something that is not there, or that would change nothing, returns an empty ChangeSet.
// Shapes are put on the storage grid (model/shape.h). Frames are taken as given: who calls knows the video's length.
namespace inbetween::edit {

/// A new track with one keyframe.   requires: is_valid(shape), the media and label exist.
ChangeSet add_track(const Annotations& a, MediaId media, LabelId label, FrameIndex frame, const Shape& shape);

/// Takes the track away, with the segments that are said of it.
ChangeSet remove_track(const Annotations& a, TrackId track);

/// States the track's shape at a frame: changes the keyframe there or makes one, with the flags the track has there.
/// A shape stated where the track is outside brings it back in view.   requires: is_valid(shape) of the track's kind.
ChangeSet state_shape(const Annotations& a, TrackId track, FrameIndex frame, const Shape& shape);

/// Makes a keyframe of what the track shows at the frame, or takes the keyframe there away if it is not the only one.
ChangeSet toggle_keyframe(const Annotations& a, TrackId track, FrameIndex frame);

/// Takes the keyframe at the frame away; the last one left takes the track with it.
ChangeSet remove_keyframe(const Annotations& a, TrackId track, FrameIndex frame);

/// From this frame on out of view (a keyframe with the shape shown there), or, at an outside keyframe, in view again.
ChangeSet toggle_outside(const Annotations& a, TrackId track, FrameIndex frame);

/// From this frame on hidden in part, or, where it is, no longer.
ChangeSet toggle_occluded(const Annotations& a, TrackId track, FrameIndex frame);

/// The track ends at this frame: what it shows here becomes its last keyframe in view, an outside keyframe follows (if
/// `frames` has a frame for it), and later keyframes go.
ChangeSet end_track(const Annotations& a, TrackId track, FrameIndex frame, std::int64_t frames);

/// Cuts the track in two at this frame: the first part ends at frame - 1, the second, a new track with the same label
/// and attributes, begins at `frame` with the shape shown there.
ChangeSet split_track(const Annotations& a, TrackId track, FrameIndex frame);

/// Puts the keyframes of `other` into `track`, where `track` has none of its own, and takes `other` away.
ChangeSet merge_tracks(const Annotations& a, TrackId track, TrackId other);

/// From this frame on each track has what the other had.
ChangeSet swap_tracks(const Annotations& a, TrackId track, TrackId other, FrameIndex frame);

/// Gives a track, or a segment, another label.
ChangeSet set_track_label(const Annotations& a, TrackId track, LabelId label);
ChangeSet set_segment_label(const Annotations& a, SegmentId segment, LabelId label);

/// A fixed attribute's value for the whole track; an empty value takes it away.
ChangeSet set_attribute(const Annotations& a, TrackId track, AttributeId attribute, std::string value);

/// A mutable attribute's value over a range.
ChangeSet set_attribute_range(const Annotations& a, TrackId track, AttributeRange range);

/// A new segment of the video (track unset) or of a track.   requires: the range is not empty.
ChangeSet add_segment(const Annotations& a, MediaId media, LabelId label, TrackId track, FrameRange range);
ChangeSet set_segment_range(const Annotations& a, SegmentId segment, FrameRange range);
ChangeSet remove_segment(const Annotations& a, SegmentId segment);

/// A new label in the next colour, with the next free hotkey.   requires: no label of that name.
ChangeSet add_label(const Annotations& a, std::string name, LabelKind kind);
/// Changes a label's name, colour, hotkey or attributes.   requires: the label exists; the name stays unique.
ChangeSet change_label(const Annotations& a, Label label);

/// A label with one more attribute; the same label when it has one of that name.
Label with_attribute(const Annotations& a, Label label, std::string name, AttributeType type, bool is_mutable);

/// Accepts keyframes that a tracker offered past an end of the track.   requires: shapes of the track's kind.
ChangeSet add_keyframes(const Annotations& a, TrackId track, const std::vector<Keyframe>& keyframes);

/// How an import chooses keyframes from frames that a file states one by one.
struct Thinning {
    enum class Kind {
        All,        ///< every frame stated in the file is a keyframe
        Every,      ///< the first frame of each run in view, every `every`-th after it, and its last
        Tolerance,  ///< the fewest whose linear blend stays within `tolerance_px` of every stated frame
    };
    Kind kind = Kind::All;
    std::int64_t every = 1;
    double tolerance_px = 0;
};

/// Reads "all", "every=N" (N >= 1) or "tolerance=PX" (PX >= 0).   errors: anything else.
Result<Thinning> parse_thinning(std::string_view text);

/// The track with the keyframes that the thinning keeps. Outside keyframes stay, and so do the first and the last
/// keyframe of each run between them; with a tolerance also keyframes where the occluded flag changes.
Track thinned(const Track& track, const Thinning& thinning);

/// Names that an import changes: a file's name to the project's.
struct NameMap {
    std::map<std::string, std::string, std::less<>> labels;      ///< to an empty name: its tracks are left out
    std::map<std::string, std::string, std::less<>> attributes;  ///< of all labels
};

/// What a file says, with labels and attributes under other names; several may become one.
/// errors: the map has a name that the file has not.
Result<Annotations> renamed(Annotations imported, const NameMap& names);

/// Adds what a file says to the annotations of one video: labels and attributes are matched by name (and kind) and made
/// where they are missing, tracks and segments get new ids; a new label keeps its colour and hotkey where they are free. Sources stay as the
/// file states them.
/// requires: `imported` has one media, whose frames and size are those of `media`.
ChangeSet import(const Annotations& a, MediaId media, const Annotations& imported, const Thinning& thinning,
                 std::string name);

/// The fills that the file states, for the tracks that its import made; those whose keyframes were thinned out are left
/// out.   requires: `change` is import()'s for `imported`, and made.
std::vector<SpanFillPtr> imported_fills(const ChangeSet& change, const Annotations& imported);

}  // namespace inbetween::edit
