#pragma once

#include <array>
#include <opencv2/core.hpp>
#include <vector>

#include "tracking/quad_patch.h"

namespace inbetween {

/// The gray levels of a frame around a quad, halved as often as a rectification asks.
class GrayRegion {
public:
    /// requires: `gray` 8-bit, one channel, with whole numbers at pixel centres.
    GrayRegion(const cv::Mat& gray, const Quad& around);

    /// The region at 1 / 2^halvings of its size; empty where the quad lies outside the picture.
    const cv::Mat& level(int halvings);
    /// Where the region's first pixel lies in the frame.
    cv::Point origin() const { return origin_; }

private:
    cv::Point origin_;
    std::vector<cv::Mat> levels_;
};

/// A quad as seen straight on.
struct Rectified {
    cv::Mat pixels;      ///< gray levels, float, lightly smoothed
    cv::Mat inside;      ///< float, 1 where the frame has a pixel for it, else 0
    double visible = 0;  ///< share of `inside`
};

/// The resolutions at which a patch is looked at.
enum class LookSize { Quarter, Half, Full };

/// How a patch is sampled at one resolution.
struct PatchGrid {
    PatchGrid(const QuadPatch& patch, LookSize size);
    int width = 0;
    int height = 0;
    double step_x = 1;  ///< patch pixels from sample to sample
    double step_y = 1;
    /// From a sample's place in the grid to the patch.
    cv::Matx33d patch_from_grid() const { return {step_x, 0, step_x / 2, 0, step_y, step_y / 2, 0, 0, 1}; }
};

/// The frame's pixels inside `quad`, seen straight on. `margin` samples are added on each side of the grid.
Rectified rectify(GrayRegion& frame, const Quad& quad, const QuadPatch& patch, const PatchGrid& grid,
                  cv::Size margin = {});

/// Whether a quad is compared as it is, or without what varies slowly over it, so that highlights and shadows do not
/// matter; large covers of one colour then do.
enum class Light { AsSeen, Evened };

/// What an object looks like at a keyframe, seen straight on at three resolutions.
class QuadLook {
public:
    struct Level {
        PatchGrid grid;
        Rectified seen;
        cv::Mat dx;  ///< gray levels a sample
        cv::Mat dy;
    };
    QuadLook(const cv::Mat& gray, const Quad& quad, const QuadPatch& patch);

    const QuadPatch& patch() const { return patch_; }
    /// A frame's quad as seen straight on, to be compared with this look.
    Rectified see(GrayRegion& frame, const Quad& quad, const PatchGrid& grid, Light light) const;
    const Level& level(LookSize size, Light light = Light::AsSeen) const {
        return levels_[static_cast<std::size_t>(light)][static_cast<std::size_t>(size)];
    }
    /// Leaves out what `shown`, of any resolution, has 0 for.
    void keep_only(const cv::Mat& shown);
    /// Share of the patch that is not left out and lies in the picture.
    double kept() const { return kept_; }
    /// Whether the object has fine texture enough to be compared with its light evened.
    bool can_even_light() const { return can_even_light_; }

private:
    QuadPatch patch_;
    std::array<std::vector<Level>, 2> levels_;  // by light
    double kept_ = 1;
    bool can_even_light_ = false;
};

/// Central differences, smoothed across.   units: gray levels a pixel.
void slopes(const cv::Mat& pixels, cv::Mat& dx, cv::Mat& dy);

}  // namespace inbetween
