#pragma once

#include <vector>

#include "core/model/annotations.h"

namespace inbetween {

/// A frame at which a look, and perhaps a keyframe, is worth most.
struct UsefulFrame {
    TrackId track{};
    FrameIndex frame;
    double worth = 0;            ///< expected square of the changes that a keyframe there spares, over the frames
    double expected_change = 0;  ///< how far it is expected to move the object there.   units: the object's size
    int rank = 0;                ///< how many frames of its span come before it
};

/// How far the object is expected to be from where a fill has it, by the chance that the two overlap by 0.7 or more.
/// returns: a share of the object's size, 0..1.
double expected_change(double confidence);

/// How far a span without pixels behind it is expected to be off, `i` frames after the first of `steps`.
double expected_change_of_linear(std::size_t i, std::size_t steps);

/// The frames of a track where a keyframe is expected to change it most, the most useful first: each tells something
/// of the frames around it, the less the farther they are, and the keyframes it stands between are told already. A
/// frame is chosen as if the ones before it had been stated. However unsure a fill is of what it sees, the object
/// strays from an even movement no farther than it has time for, as its keyframes tell. Only frames that are expected
/// to move by `tolerance` or more are among them: none means that the track is done. source: the idea of Vondrick,
/// Ramanan, "Video annotation and tracking with active learning", 2011.
std::vector<UsefulFrame> useful_frames(const Track& track, const TrackFills& fills, double tolerance = 0);
std::vector<UsefulFrame> useful_frames(const Annotations& annotations, const Track& track, double tolerance = 0);

}  // namespace inbetween
