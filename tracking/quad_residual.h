#pragma once

#include <opencv2/core.hpp>

namespace inbetween {

/// What is left to explain between the keyframe's look and the frame, gain and bias fitted.
struct Residual {
    cv::Mat rest;      ///< gray levels
    cv::Mat level;     ///< the keyframe's levels less their weighted mean
    float gain = 1;    ///< the frame's contrast by the look's
    double noise = 1;  ///< its robust deviation   units: gray levels
};

/// The residual for equal contrast, offset by the median, so that what covers less than half of the object does not
/// decide what its light is.   requires: float images of one size; `inside` 0 where there is nothing to compare.
Residual first_residual(const cv::Mat& look, const cv::Mat& seen, const cv::Mat& inside);

/// The residual with gain and bias fitted to the samples by their weight.
Residual residual_of(const cv::Mat& look, const cv::Mat& seen, const cv::Mat& weight, const cv::Mat& inside);

/// How far each sample is believed: less the more of it is left over, Tukey's way.   units: `widen` of the usual width.
void weigh(const Residual& residual, const cv::Mat& inside, double widen, cv::Mat& weight);

/// Normalised correlation by weight, -1..1.
double correlation(const cv::Mat& x, const cv::Mat& y, const cv::Mat& weight);

}  // namespace inbetween
