#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "tracking/box_path.h"

namespace inbetween {

/// Pixels a feature cell is wide, in images where the object measures `look_object_px`.
inline constexpr int look_cell_px = 4;
/// The geometric mean of an object's sides after it was scaled to be looked at.
inline constexpr double look_object_px = 40;
inline constexpr int look_planes = 12;

/// Feature planes of an image patch, one value a cell: nine orientations of edges, normalised by their surroundings,
/// and the three channels of CIE Lab.
using LookPlanes = std::vector<cv::Mat>;

/// The planes of cells x cells around (x, y), at the scale at which an object of `size` is look_object_px large. The
/// middle of cell (cells / 2) lies on (x, y) when `cells` is odd.
LookPlanes look_around(const cv::Mat& bgr, double x, double y, double size, int cells);

/// The planes in bytes, a twelfth of the rows each, and back; what was packed once packs to the same again.
cv::Mat1b packed(const LookPlanes& planes);
LookPlanes unpacked(const cv::Mat1b& bytes);

/// Tells an object from what surrounds it: a correlation filter over feature planes, trained on one keyframe.
/// source: Bolme et al., "Visual object tracking using adaptive correlation filters", 2010; Danelljan et al.,
/// "Discriminative Scale Space Tracking", 2017.
class LookFilter {
public:
    /// Learns from a frame in which the object is at `box`. It answers best where the object is `larger` times as large
    /// as the planes' size says.
    LookFilter(const cv::Mat& bgr, const Box& box, double larger = 1);

    /// How much each cell looks like the object's middle: about 1 at the object, about 0 elsewhere.
    cv::Mat response(const LookPlanes& planes) const;
    /// The same for several patches of one size and for several filters costs the transforms of the planes only once.
    struct Spectrum {
        LookPlanes planes;
        cv::Size size;
    };
    static Spectrum spectrum_of(const LookPlanes& planes);
    cv::Mat response(const Spectrum& spectrum, cv::Size cells) const;
    /// A filter that answers with the mean of this one's answer and of the others' together.   requires: one other.
    LookFilter joined_with(const std::vector<const LookFilter*>& others) const;
    std::size_t bytes() const;
    /// How much a place in a frame looks like the object.
    double score(const cv::Mat& bgr, const Pose& pose) const;

private:
    LookFilter() = default;
    /// Adds so much of another's answer.
    void add(const LookFilter& other, double share);
    void train(const cv::Mat& bgr, const Box& box, double larger);
    double response_in_middle(const LookPlanes& planes) const;

    LookPlanes taps_;  ///< the filter itself, the object's middle in its middle
    std::vector<double> mean_;
    double bias_ = 0;
    double peak_ = 1;
    mutable cv::Size spectrum_size_;
    mutable LookPlanes spectrum_;  ///< of the taps, for planes of spectrum_size_
};

}  // namespace inbetween
