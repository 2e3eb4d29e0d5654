#pragma once

#include <cstddef>
#include <vector>

#include "core/model/shape.h"

namespace inbetween {

/// A box by its centre and the logarithms of its sides: numbers that change evenly when an object moves or comes
/// nearer.
struct Pose {
    double x = 0;
    double y = 0;
    double log_w = 0;
    double log_h = 0;

    /// The geometric mean of the sides.   units: px.
    double size() const;
};

Pose pose_of(const Box& box);
Box box_of(const Pose& pose);

/// Between `a` (t = 0) and `b` (t = 1), each number by itself.
Pose mix(const Pose& a, const Pose& b, double t);

/// `pose` moved on by the difference of two others, `share` of it.
Pose shifted(const Pose& pose, const Pose& from, const Pose& to, double share);

/// How far apart two centres are.   units: the mean size of the two.
double centre_gap(const Pose& a, const Pose& b);

double iou(const Pose& a, const Pose& b);

/// One pose a frame, from one keyframe of a span to the other, both included.
using Path = std::vector<Pose>;

/// What the model shows between two keyframes when nothing else is known: each edge moves evenly.
Path linear_path(const Box& from, const Box& to, std::size_t steps);

}  // namespace inbetween
