#pragma once

#include <opencv2/core.hpp>
#include <optional>

#include "core/model/shape.h"

namespace inbetween {

/// The displacements of a patch's four corners, x and y in turn.   units: patch pixels.
using Corners = cv::Vec<double, 8>;
using Matrix8 = cv::Matx<double, 8, 8>;

/// The homography that takes one quad's corners to another's; nullopt when there is none.
std::optional<cv::Matx33d> homography_between(const Quad& from, const Quad& to);

Point apply(const cv::Matx33d& homography, Point point);
Quad apply(const cv::Matx33d& homography, const Quad& quad);

/// Tells whether all corners are finite and the quad is convex without a flat corner.
bool is_convex(const Quad& quad);

/// The square root of the area.
double size_of(const Quad& quad);

/// The largest distance between corners of one place.
double corner_gap(const Quad& a, const Quad& b);

/// Each corner between `a` (t = 0) and `b` (t = 1).
Quad mix(const Quad& a, const Quad& b, double t);

/// The flat rectangle that stands for the object seen straight on. What moves from frame to frame is told as corner
/// displacements in it, along eight orthonormal directions: shift x, shift y, scale, turn, aspect, shear and two of
/// perspective, so that weak texture can be held to the simpler motions.
class QuadPatch {
public:
    /// Sides like the quads' own, the longer at most 128 px.
    static QuadPatch of(const Quad& a, const Quad& b);
    QuadPatch(double w, double h);

    const Quad& corners() const { return corners_; }
    double width() const { return w_; }
    double height() const { return h_; }
    double size() const;
    /// The eight directions as columns.
    const Matrix8& directions() const { return directions_; }
    /// The directions in the terms of the plain motions, whose jacobian at a patch point is with x and y from the
    /// middle in patch widths: (1, x, y, 0, 0, 0, xx, xy) across and (0, 0, 0, 1, x, y, xy, yy) down.
    const Matrix8& plain_from_directions() const { return plain_from_directions_; }
    /// How far a patch point moves for a unit along each direction.
    cv::Matx<double, 2, 8> jacobian(Point p) const;
    /// The corners displaced.
    Quad displaced(const Corners& by) const;
    /// Where another quad's corners lie from the patch's own.
    Corners displacement_of(const Quad& quad) const;

private:
    static cv::Matx<double, 2, 8> plain_jacobian(Point p, double w, double h);
    double w_;
    double h_;
    Quad corners_;
    Matrix8 directions_;
    Matrix8 plain_from_directions_;
};

}  // namespace inbetween
