#pragma once

#include "core/video/alignment.h"

namespace inbetween {

/// What a video is to the one that was annotated.
enum class Likeness {
    Identical,  ///< every sample of every frame is equal
    Reencoded,  ///< it shows the same, encoded anew or cut
    Other
};

/// The outcome of holding a video against the annotated one, frame by frame.
struct VideoMatch {
    Likeness likeness = Likeness::Other;
    bool aligned = false;    ///< frame n is frame n throughout, and that is sure
    bool backwards = false;  ///< another one, but it shows what the annotated one shows from its end to its beginning
    Alignment alignment;
};

/// As sure as this, and frame n may be taken for frame n without asking.
inline constexpr double sure_enough = 0.9;

/// errors: cancelled.   thread: any; about 0.1 ms a frame.
Result<VideoMatch> match_videos(const VideoSignature& annotated, const VideoSignature& video,
                                const std::stop_token& stop = {});

}  // namespace inbetween
