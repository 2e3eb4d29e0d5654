#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracking/solver.h"

namespace inbetween {

enum class Direction { Forward, Backward };

/// Why a tracker stopped following.
enum class StopReason { LengthReached, VideoBegin, VideoEnd, LeftPicture, LowConfidence, SceneCut, NextKeyframe };
std::string_view name_of(StopReason reason);

/// Follow an object past its last keyframe (or before its first one).
struct FollowTask {
    Track track;
    Direction direction = Direction::Forward;
    FrameIndex from;           ///< where to start: a frame with a keyframe in view
    std::int64_t frames = 50;  ///< at most so many
    std::string_view method;   ///< a solver's id; empty: the default
};

/// What a tracker offers and nobody has accepted: one shape a frame, going away from the start.
struct Follow {
    TrackId track{};
    FrameIndex from;
    Direction direction = Direction::Forward;
    std::string method;
    std::vector<FilledFrame> frames;  ///< frames[i] is i + 1 frames from the start
    StopReason reason = StopReason::LengthReached;
    Shape start;  ///< of the keyframe it started from
};

/// Runs the tracker on.   errors: no keyframe in view at `from`; a frame cannot be decoded; cancelled.
Result<Follow> follow(FrameSource& source, const FollowTask& task, const SolveControl& control);

/// The keyframes that accepting a Follow adds: as few of its shapes as keep a linear blend within `tolerance_px`, its
/// last shape always; after it an outside keyframe where the object left the picture; source tracked, by frame,
/// ascending.
std::vector<Keyframe> keyframes_of(const Follow& follow, double tolerance_px);

}  // namespace inbetween
