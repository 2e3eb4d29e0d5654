#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/formats/ava_labels.h"
#include "core/formats/format.h"

namespace inbetween {

/// What the options of the AVA format come to.
struct AvaOptions {
    double time_offset = 0;  ///< the film's time at the first frame
    std::string video_id;    ///< empty: auto
    std::string label;
    int default_action = 0;  ///< of boxes without an action; 0: they are dropped
    bool writes_persons = true;
    bool writes_empty = false;
    bool writes_timestamps = false;
    AvaLabelMap map;  ///< names of actions
};

/// When each frame of a video is shown, in seconds from the first; by pts.
class AvaTime {
public:
    explicit AvaTime(const Media& media);

    /// When the frame is shown.   requires: a frame of the video.
    double seconds_of(FrameIndex frame) const { return seconds_[static_cast<std::size_t>(frame.value)]; }
    /// The frame shown closest to that second; nullopt when none is within half a second of it.
    std::optional<FrameIndex> frame_near(double seconds) const;
    /// The first frame at or after that second; the frame after the last when there is none.
    FrameIndex first_frame_from(double seconds) const;
    /// When the last frame ends.
    double end_seconds() const { return end_; }

private:
    std::vector<double> seconds_;  ///< of each frame, ascending
    double end_ = 0;
};

/// Reads the csv's text.   errors: malformed row; a video that is not in it; no row within the video's time.
Result<ReadResult> read_ava_text(std::string_view file, std::string_view text, const Media& media,
                                 const AvaOptions& how);

}  // namespace inbetween
