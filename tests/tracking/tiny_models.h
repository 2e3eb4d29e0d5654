#pragma once

#include <filesystem>
#include <string>

// Nets small enough to be written by hand, which find red squares: their input is 32 x 32, of 4 x 4 cells, and each
// cell that is red is a detection of just that cell. What they answer is computed from the pixels by real layers.
namespace inbetween::test {

inline constexpr int tiny_input = 32;
inline constexpr int tiny_cell = 8;

/// How an ONNX model puts out its candidates.
enum class TinyLayout {
    Yolov5,      ///< 1 x 16 x 6: one class
    Yolov8,      ///< 1 x 5 x 16: one class
    Classifier,  ///< 1 x 96: no layout of a detector
};

void write_tiny_onnx(const std::filesystem::path& path, TinyLayout layout);

/// Writes `stem`.cfg with a yolo layer, and `stem`.weights.
void write_tiny_darknet(const std::filesystem::path& stem);

/// Writes `stem`.prototxt with prior boxes and a DetectionOutput layer, and `stem`.caffemodel. Its classes are 0, the
/// background, and 1.
void write_tiny_caffe(const std::filesystem::path& stem);

}  // namespace inbetween::test
