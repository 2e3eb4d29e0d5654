#pragma once

#include <string_view>
#include <vector>

#include "app/ui/ui.h"

namespace inbetween {

/// How frames lie along the timeline.
struct TimeScale {
    float left = 0;  ///< screen x of the lanes' left edge
    float right = 0;
    double first = 0;   ///< frame at the left edge
    double pixels = 1;  ///< a frame
    float x(double frame) const { return left + static_cast<float>((frame - first) * pixels); }
    /// The middle of a frame.
    float middle(FrameIndex frame) const { return x(static_cast<double>(frame.value) + 0.5); }
    double frame_at(float at) const { return first + static_cast<double>(at - left) / pixels; }
    /// The frames of which something can be seen.
    FrameRange shown() const;
};

/// One row of the timeline.
struct Lane {
    float top = 0;
    float height = 0;
    float middle() const { return top + height / 2; }
};

/// How thumbnails lie side by side: one for so many frames, without gaps, their rims cut off where that takes it.
struct ThumbnailCells {
    std::int64_t step = 1;    ///< frames
    double width = 0;         ///< of a picture on screen
    double shown_across = 1;  ///< share of the picture's width that is shown, from its middle
    double shown_down = 1;    ///< likewise of its height
};

/// requires: all positive.   units: the whole picture's size on screen.
ThumbnailCells thumbnail_cells(double pixels_per_frame, double width);

/// Small pictures along the time: each begins where its frames do. Dim ones stand in for a frame near them.
void draw_thumbnail_strip(const Ui& ui, const TimeScale& scale, const Lane& lane);

/// A track's spans, keyframes and confidence.
void draw_track_lane(const Ui& ui, const TimeScale& scale, const Lane& lane, const Track& track);

/// How unsure a fill is, as heat along the lane's lower edge: the higher and the warmer, the less sure, hatched where it
/// is a guess; nothing where it is sure.
void draw_heat(const Ui& ui, const TimeScale& scale, const Lane& lane, const SpanFill& fill);

/// "sure", "fairly sure", "doubtful" or "a guess": the heat in words.
std::string_view confidence_word(float confidence);

/// A segment's bar; its edges can be dragged where it is selected.
void draw_segment_bar(const Ui& ui, const TimeScale& scale, const Lane& lane, const Segment& segment);

/// Lanes for the video's segments such that none overlap: each lane's segments by begin.
std::vector<std::vector<const Segment*>> stacked_segments(const Session& session);

/// The panel: ruler, lanes, playhead.
void draw_timeline(const Ui& ui);

}  // namespace inbetween
