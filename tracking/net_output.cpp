#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "tracking/net_detector.h"

namespace inbetween {
namespace {

/// Numbers of one candidate, wherever the layout keeps them.
struct Column {
    const float* first;
    std::ptrdiff_t stride;
    double operator[](std::size_t i) const {
        return static_cast<double>(first[static_cast<std::ptrdiff_t>(i) * stride]);
    }
};

Box box_around(double cx, double cy, double w, double h) { return {cx - w / 2, cy - h / 2, w, h}; }

/// The class that a candidate most likely is.
Detection best_class(const Column& numbers, std::size_t first, std::size_t classes) {
    Detection detection;
    for (std::size_t i = 0; i < classes; ++i) {
        if (!(numbers[first + i] > detection.confidence)) continue;
        detection.confidence = numbers[first + i];
        detection.label = static_cast<int>(i);
    }
    return detection;
}

std::vector<Detection> read_ssd(const cv::Mat& output, const OutputContext& context) {
    std::vector<Detection> found;
    const auto* numbers = output.ptr<float>();
    for (int i = 0; i < output.size[2]; ++i, numbers += 7) {
        const double confidence = static_cast<double>(numbers[2]);
        // The layer fills its output up with rows of image -1 or class 0 without confidence.
        if (!(confidence >= context.least_confidence) || numbers[0] < 0 || !(numbers[1] >= 0) || numbers[1] > 1e6F)
            continue;
        const double x = static_cast<double>(numbers[3]) * context.input.width;
        const double y = static_cast<double>(numbers[4]) * context.input.height;
        found.push_back({{x, y, static_cast<double>(numbers[5]) * context.input.width - x,
                          static_cast<double>(numbers[6]) * context.input.height - y},
                         std::min(1.0, confidence),
                         static_cast<int>(numbers[1]),
                         {}});
    }
    return found;
}

/// Candidates with their centre and size first; after that the objectness, where there is one, then the classes.
struct Candidates {
    const float* first;
    std::size_t count;
    std::ptrdiff_t to_next;    ///< from a candidate's number to that of the next candidate
    std::ptrdiff_t to_number;  ///< from a candidate's number to its next one
    std::size_t numbers;       ///< of a candidate
    bool has_objectness;
    double unit_x = 1;  ///< input pixels
    double unit_y = 1;
};

std::vector<Detection> read_candidates(const Candidates& all, const OutputContext& context, bool classes_hold_all) {
    std::vector<Detection> found;
    const std::size_t first_class = all.has_objectness ? 5 : 4;
    for (std::size_t i = 0; i < all.count; ++i) {
        const Column numbers{all.first + static_cast<std::ptrdiff_t>(i) * all.to_next, all.to_number};
        if (all.has_objectness && !classes_hold_all && !(numbers[4] >= context.least_confidence)) continue;
        Detection detection = best_class(numbers, first_class, all.numbers - first_class);
        if (all.has_objectness && !classes_hold_all) detection.confidence *= numbers[4];
        if (!(detection.confidence >= context.least_confidence)) continue;
        detection.confidence = std::min(1.0, detection.confidence);
        detection.box = box_around(numbers[0] * all.unit_x, numbers[1] * all.unit_y, numbers[2] * all.unit_x,
                                   numbers[3] * all.unit_y);
        found.push_back(std::move(detection));
    }
    return found;
}

enum class Yolo { V5, V8 };

std::optional<Yolo> yolo_layout(std::size_t rows, std::size_t columns, std::size_t classes) {
    if (classes > 0) {
        const bool v5 = columns == classes + 5;
        const bool v8 = rows == classes + 4;
        if (v5 != v8) return v5 ? Yolo::V5 : Yolo::V8;
        if (!v5) return std::nullopt;
    }
    if (rows >= columns && columns > 5) return Yolo::V5;
    if (columns > rows && rows > 4) return Yolo::V8;
    return std::nullopt;
}

}  // namespace

std::optional<std::vector<Detection>> read_output(const cv::Mat& output, const OutputContext& context) {
    if (output.empty() || output.type() != CV_32F || !output.isContinuous()) return std::nullopt;
    const auto* first = output.ptr<float>();
    if (output.dims == 4 && output.size[0] == 1 && output.size[1] == 1 && output.size[3] == 7)
        return read_ssd(output, context);
    const auto rows = static_cast<std::size_t>(output.size[output.dims - 2]);
    const auto columns = static_cast<std::size_t>(output.size[output.dims - 1]);
    const auto row_length = static_cast<std::ptrdiff_t>(columns);
    if (output.dims == 2 && context.family == NetFamily::Darknet && columns > 5) {
        // The layer has multiplied each class by the objectness already.
        return read_candidates({first, rows, row_length, 1, columns, true, static_cast<double>(context.input.width),
                                static_cast<double>(context.input.height)},
                               context, true);
    }
    if (output.dims != 3 || output.size[0] != 1) return std::nullopt;
    const auto layout = yolo_layout(rows, columns, context.classes);
    if (!layout) return std::nullopt;
    if (*layout == Yolo::V5) return read_candidates({first, rows, row_length, 1, columns, true}, context, false);
    return read_candidates({first, columns, 1, row_length, rows, false}, context, false);
}

Error unknown_layout(const std::string& model, const std::vector<cv::Mat>& outputs) {
    std::vector<std::string> shapes;
    for (const cv::Mat& output : outputs) {
        std::vector<int> sides;
        for (int i = 0; i < output.dims; ++i) sides.push_back(output.size[i]);
        shapes.push_back(fmt::format("{}", fmt::join(sides, "x")));
    }
    return fail(
        "{}: its output is {}, and only these are understood: 1x1xNx7 (SSD), 1xNx(5+classes) (YOLOv5), "
        "1x(4+classes)xN (YOLOv8), Nx(5+classes) of Darknet's yolo and region layers",
        model, fmt::join(shapes, " and "));
}

}  // namespace inbetween
