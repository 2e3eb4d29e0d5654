#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "tracking/quad_patch.h"

namespace inbetween {

/// Collects the normal equations of a patch's motion from gray levels, row by row: with steepest descent images that
/// are polynomials of the place, all that is needed are moments of products of the slopes.
class QuadMoments {
public:
    /// units: `aspect` is height / width of the patch.
    QuadMoments(int width, int height, double aspect);

    /// One row of samples: slopes a patch pixel, the keyframe's levels less their mean, what is left to explain, and
    /// the weight of each.
    void add_row(int row, const float* dx, const float* dy, const float* level, const float* rest, const float* weight);

    /// The equations along the patch's directions, gain and bias eliminated.
    struct Equations {
        Matrix8 a;
        Corners b;
    };
    Equations solve_for(const QuadPatch& patch) const;

private:
    using Order4 = cv::Matx<double, 5, 5>;
    using Order2 = cv::Matx<double, 3, 3>;
    int width_;
    std::vector<std::vector<float>> powers_;  // of x along a row
    std::vector<double> y_;
    std::vector<std::vector<float>> products_;
    std::array<Order4, 3> slopes_{};    // xx, xy, yy
    std::array<Order2, 2> of_level_{};  // slope x level
    std::array<Order2, 2> of_bias_{};   // slope
    std::array<Order2, 2> of_rest_{};   // slope x rest
    double level_level_ = 0;
    double level_bias_ = 0;
    double bias_bias_ = 0;
    double level_rest_ = 0;
    double bias_rest_ = 0;
};

}  // namespace inbetween
