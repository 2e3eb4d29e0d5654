#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/format.h"

namespace inbetween {

/// What a file says of a track at one frame.
struct StatedBox {
    FrameIndex frame;
    Box box;
    bool occluded = false;
};

/// Adds a keyframe at the stated frame, and before it an outside keyframe where the run before it has ended: a run goes
/// on as long as the next row comes at most `step` frames later.
/// requires: the row lies after all keyframes.
void state_box(std::vector<Keyframe>& keyframes, const StatedBox& row, std::int64_t step = 1);

/// Adds an outside keyframe behind the last one, unless the video ends there.
void end_run(std::vector<Keyframe>& keyframes, FrameIndex end);

/// Keyframes at every stated frame, and an outside keyframe where a run of frames ends before `end` does. A run goes on
/// as long as the next row comes at most `step` frames later.
/// requires: rows by frame, ascending, no frame twice, all before `end`.
std::vector<Keyframe> keyframes_of_runs(const std::vector<StatedBox>& rows, FrameIndex end, std::int64_t step = 1);

/// What a file says of a track at one frame, as a box or a quad.
struct StatedShape {
    FrameIndex frame;
    Shape shape;
    bool occluded = false;
};

/// Gives the track a keyframe at every stated frame, and outside keyframes as keyframes_of_runs does. One quad makes
/// the track one of quads.
/// requires: rows by frame, ascending, no frame twice, all before `end`; shapes on the grid.
void state_shapes(Track& track, std::vector<StatedShape> rows, FrameIndex end, std::int64_t step = 1);

/// Values of mutable attributes, said piece by piece; touching pieces of one value become one range.
class AttributeTrail {
public:
    /// requires: the pieces of one attribute come in ascending order and do not overlap.
    void say(AttributeId attribute, const FrameRange& range, std::string_view value);
    void say(AttributeId attribute, FrameIndex frame, std::string_view value) {
        say(attribute, FrameRange{frame, frame + 1}, value);
    }
    /// By attribute, then begin, as a Track wants them.
    std::vector<AttributeRange> ranges() const;

private:
    std::map<AttributeId, std::vector<AttributeRange>> ranges_;
};

/// Gathers what a reader finds into Annotations of one media, with ids given in order of arrival.
class AnnotationsBuilder {
public:
    explicit AnnotationsBuilder(const Media& media);

    const Media& media() const { return media_; }
    /// The first frame after the video.
    FrameIndex end() const;
    /// Tells whether the video has the frame, and counts those it has not.
    bool takes_row_at(FrameIndex frame);

    /// The label of that name, made when it is new. A name that is taken by a label of the other kind gets the kind
    /// behind it.
    LabelId label(std::string_view name, LabelKind kind = LabelKind::Track);
    Label& label_of(LabelId id);
    std::string label_name(LabelId id) const { return annotations_.label_name(id); }
    /// The label's attribute of that name, made when it is new.
    AttributeId attribute(LabelId label, std::string_view name, AttributeType type, bool is_mutable);
    /// A track of boxes without keyframes, with the next free id.
    Track new_track(LabelId label) const;
    /// requires: a good track whose id is free.
    void add(Track track);
    void add_segment(LabelId label, TrackId track, const FrameRange& range);
    /// Nothing where the text is empty.
    void note(std::string text) {
        if (!text.empty()) notes_.push_back(std::move(text));
    }
    /// Notes a count unless it is zero: "3 rows lie past ...".
    void note_count(std::int64_t count, std::string_view what);

    /// Everything that was gathered.   errors: rows there were, but none within the video.
    Result<ReadResult> finish(std::string_view file) &&;

private:
    Media media_;
    Annotations annotations_;
    std::vector<std::string> notes_;
    std::map<std::string, LabelId, std::less<>> label_ids_;
    std::int64_t next_attribute_ = 1;
    StatedFrames stated_;
};

}  // namespace inbetween
