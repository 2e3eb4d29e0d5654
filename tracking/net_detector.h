#pragma once

#include <array>
#include <opencv2/dnn.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tracking/detectors.h"
#include "tracking/guard.h"

namespace inbetween {

/// How a frame becomes the input of a net.
struct NetInput {
    Size size{640, 640};
    double scale = 1;              ///< what a sample is multiplied by, once the mean is taken away
    std::array<double, 3> mean{};  ///< in the order of the channels
    bool rgb = true;               ///< red first; else blue first
    bool keeps_aspect = true;      ///< the rest is gray; else the frame is stretched
};

/// The options by which a person says what a net's input is, the same for every kind of net.
extern const std::array<DetectorOption, 5> net_options;

/// `input` with what the options say instead.   errors: a value that is none of the option's.
Result<NetInput> with_options(NetInput input, const DetectorSpec& spec);

/// Where a frame lies in a net's input: input = frame * scale + shift.
struct InputPlace {
    double scale_x = 1;
    double scale_y = 1;
    double shift_x = 0;
    double shift_y = 0;
    Box frame_from_input(const Box& box) const;
};

/// The input's blob of a frame, and where the frame lies in it.
cv::Mat input_blob(const cv::Mat& bgr, const NetInput& input, InputPlace& place);

/// Whether a net comes from Darknet, whose output is known by that: two dimensions.
enum class NetFamily { Darknet, Other };

/// What is known when a net's output is read.
struct OutputContext {
    NetFamily family = NetFamily::Other;
    Size input;
    std::size_t classes = 0;  ///< how many the label file names; 0: not known
    double least_confidence = 0;
};

/// Reads detections, in input pixels, from one output of a net, if its layout is one of these: 1 x 1 x N x 7 (SSD:
/// image, class, confidence, corners as shares of the input), 1 x N x (5 + classes) (YOLOv5: centre and size in input
/// pixels, objectness, classes), 1 x (4 + classes) x N (YOLOv8), N x (5 + classes) of Darknet's yolo and region layers
/// (centre and size as shares). Where N says nothing, the number of classes tells the two YOLO layouts apart, or else
/// that there are more boxes than numbers a box.
/// returns: nullopt for any other layout.
std::optional<std::vector<Detection>> read_output(const cv::Mat& output, const OutputContext& context);

/// Reads a net by one of OpenCV's readers.   errors: what it says is no such net; `what` names the kind.
template <class Read>
Result<cv::dnn::Net> read_net(const std::string& model, std::string_view what, Read read) {
    silence_opencv();
    auto net = guarded<cv::dnn::Net>(model, [&]() -> Result<cv::dnn::Net> { return read(); });
    if (!net) return fail("{}: is no {} that OpenCV can read", model, what);
    if (net->empty()) return fail("{}: holds no layer", model);
    return net;
}

/// What is said of a model whose outputs are of none of the layouts understood.
Error unknown_layout(const std::string& model, const std::vector<cv::Mat>& outputs);

/// A net that was read, and what a person should call it.
struct OpenedNet {
    cv::dnn::Net net;
    NetFamily family = NetFamily::Other;
    NetInput input;
    std::string model;  ///< for messages
};

/// A detector that runs a net. Its labels are the spec's, else those of a file beside the model of the same name that
/// ends in .names, .labels or .txt.   errors: the label file; an option's value.
Result<std::unique_ptr<Detector>> net_detector(OpenedNet net, const DetectorSpec& spec);

/// The file of the same name with another ending, if it is there.
std::optional<std::filesystem::path> beside(const std::filesystem::path& model,
                                            const std::vector<std::string>& endings);

/// errors: the model is no file, or larger than a program should read unasked (4 GiB).
Result<Done> check_model_file(const std::filesystem::path& path);

}  // namespace inbetween
