#pragma once

#include <optional>
#include <vector>

#include "core/base/frame.h"
#include "core/model/shape.h"

namespace inbetween {

/// What a detector saw at one place of one frame.
struct Detection {
    Box box;                  ///< in the upright picture
    double confidence = 0;    ///< 0..1, how likely it is right
    int label = 0;            ///< number of its class in Detections::labels
    std::vector<float> look;  ///< colours of the box as a vector of length one; may be empty
};

/// All that was seen in one frame.
struct FrameDetections {
    FrameIndex frame;
    std::vector<Detection> found;
};

/// How detections become tracks.
struct LinkParams {
    double start_confidence = 0.5;  ///< a track begins with a detection at least so sure
    int most_missed = 8;            ///< looks in a row in which an object may go unseen
    int least_seen = 5;             ///< detections that make a track
};

/// One object through the frames in which it was seen.
struct LinkedTrack {
    int label = 0;
    struct Seen {
        FrameIndex frame;
        Box box;  ///< smoothed along the track as far as that predicts its detections better
        double confidence = 0;
    };
    std::vector<Seen> seen;  ///< by frame, ascending
    /// How likely the whole of it is an object: mean confidence over the looks between its ends, a missed look being 0.
    double certainty = 0;
};

/// Takes away detections that overlap a surer one of the same class by more than `most_overlap` (IoU), surest first.
std::vector<Detection> without_doubles(std::vector<Detection> found, double most_overlap);

/// Links detections of successive looks into tracks: from look to look by the assignment of least cost, of overlap with
/// where a track is expected and of colours, the sure ones first; over gaps; tracks seen too rarely are dropped.
/// Detections of different classes are never linked. A function of its arguments alone.
/// requires: frames ascending.   returns: by first frame.
/// source: Bewley et al., "Simple online and realtime tracking", 2016; Zhang et al., "ByteTrack", 2022, for the order.
std::vector<LinkedTrack> link(const std::vector<FrameDetections>& frames, const LinkParams& params);

}  // namespace inbetween
