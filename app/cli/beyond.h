#pragma once

#include <optional>
#include <string>

#include "app/cli/console.h"
#include "app/session.h"

namespace inbetween::cli {

/// What `inbetween track` does beyond a track's keyframes instead of filling spans.
struct BeyondOptions {
    std::string follow;  ///< "forward" or "backward"; empty: no follow
    bool finds_again = false;
    std::optional<std::int64_t> from;  ///< the keyframe's frame to follow from; the track's last or first if not stated
    std::int64_t frames = 50;
    bool to_end = false;
    bool accepts = false;
    bool json = false;
    std::optional<FrameRange> range;  ///< to look for it again; the stretch in which it is lost if not stated
    std::string method;
};

/// Runs a tracker past a track's end and says how far it came and why it stopped; with `accepts` it becomes keyframes.
Result<Done> follow_track(Console& console, Session& session, const Track& track, const BeyondOptions& options);

/// Lists where a track's object may be in view again, the likeliest first; with `accepts` the first becomes a keyframe.
Result<Done> find_track_again(Console& console, Session& session, const Track& track, const BeyondOptions& options);

}  // namespace inbetween::cli
