#pragma once

#include "tracking/detector.h"

namespace inbetween {

// One file each; the table that holds them is in detectors.cpp.
extern const DetectorKind hog_detector;
extern const DetectorKind haar_detector;
extern const DetectorKind lbp_detector;
extern const DetectorKind onnx_detector;
extern const DetectorKind darknet_detector;
extern const DetectorKind caffe_detector;

/// The class names of the file that the spec states, one a line; `otherwise` where it states none.
/// errors: the file cannot be read, holds no name.
Result<std::vector<std::string>> labels_for(const DetectorSpec& spec, std::vector<std::string> otherwise);

}  // namespace inbetween
