#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/formats/yolo.h"

namespace inbetween {

/// What Ultralytics' data.yaml says that matters here.   source: https://docs.ultralytics.com/datasets/detect/
struct YoloData {
    YoloNames names;
    std::string path;            ///< where the data set lies, from the file's own folder
    bool has_keypoints = false;  ///< kpt_shape is stated: rows hold points of a pose behind the box
};

/// errors: not YAML; names that are neither a list nor numbered, or are not as many as nc; by file and line.
Result<YoloData> parse_yolo_data(std::string_view file, const std::string& text);

/// A data.yaml.   `train`, `val`: lists of images, from the file's own folder.
std::string yolo_data_text(const YoloNames& names, const std::string& path, const std::string& train,
                           const std::string& val);

}  // namespace inbetween
