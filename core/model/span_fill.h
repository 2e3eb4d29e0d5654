#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/model/track.h"

namespace inbetween {

/// One frame of a fill.
struct FilledFrame {
    Shape shape;
    float confidence = 0;  ///< 0..1, how sure the solver is
    bool occluded = false;
    friend bool operator==(const FilledFrame&, const FilledFrame&) = default;
};

/// What a solver put into the frames strictly between two neighbouring keyframes of a track. Derived data: a function
/// of the keyframes it names and of the pixels; it counts only as long as those keyframes stand as they are.
struct SpanFill {
    TrackId track{};
    std::string method;               ///< id of the solver: spline, csrt, homography
    std::vector<Keyframe> inputs;     ///< the run of neighbouring keyframes it was computed from
    std::size_t left = 0;             ///< inputs[left] and inputs[left + 1] are the span's two keyframes
    std::vector<FilledFrame> frames;  ///< one a frame, from the frame after the left keyframe
    friend bool operator==(const SpanFill&, const SpanFill&) = default;

    const Keyframe& from() const { return inputs[left]; }
    const Keyframe& to() const { return inputs[left + 1]; }
    /// The frames it fills; neither keyframe is among them.
    FrameRange range() const { return {from().frame + 1, to().frame}; }
};

using SpanFillPtr = std::shared_ptr<const SpanFill>;

/// Tells whether the keyframes that the fill was computed from are still neighbours in the track, unchanged, and it
/// fills its span exactly.
bool is_current(const SpanFill& fill, const Track& track);

/// A track at one frame.
struct TrackState {
    Shape shape;
    bool occluded = false;
    bool outside = false;
    bool is_keyframe = false;
    Source source = Source::Manual;
    float confidence = 1;
    friend bool operator==(const TrackState&, const TrackState&) = default;
};

/// The fills of one track, at most one a span, by frame.
using TrackFills = std::vector<SpanFillPtr>;

/// The track at a frame. A keyframe's state is that keyframe. Between two keyframes in view: the fill's frame, else a
/// linear blend (interpolated); occluded as the left keyframe says. Towards an outside keyframe the left shape holds;
/// after an outside keyframe the track is outside and the outside keyframe's shape holds.
/// requires: every fill is_current.   returns: nullopt outside the track's extent.
std::optional<TrackState> state_at(const Track& track, const TrackFills& fills, FrameIndex frame);

/// The states of all frames of a range within the track's extent, in order.
struct FramedState {
    FrameIndex frame;
    TrackState state;
    friend bool operator==(const FramedState&, const FramedState&) = default;
};
std::vector<FramedState> states_in(const Track& track, const TrackFills& fills, const FrameRange& range);

/// How the span that starts at this keyframe is filled: "linear", a solver's id, "hold" (towards outside), "outside".
std::string span_method(const Track& track, const TrackFills& fills, const Keyframe& left);

}  // namespace inbetween
