#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "tracking/link.h"
#include "tracking/solver.h"

namespace inbetween {

struct FrameImages;

/// Finds objects of some classes in single frames.
/// thread: one at a time; each thread opens its own.
class Detector {
public:
    virtual ~Detector() = default;
    /// The names of its classes; a detection's label is a place in it.
    virtual const std::vector<std::string>& labels() const = 0;
    /// What it sees in a frame with at least this confidence. A detector that takes long looks at `stop` on the way.
    /// errors: a model whose output is not understood; cancelled.
    virtual Result<std::vector<Detection>> find(const FrameImages& frame, double least_confidence,
                                                const std::stop_token& stop) = 0;
};

/// An option of a detector, told as name=value.
struct DetectorOption {
    std::string_view name;
    std::string_view values;         ///< "1..4", "rgb|bgr"
    std::string_view default_value;  ///< in words where it is no value
};

/// What a detector is opened with.
struct DetectorSpec {
    std::string kind;              ///< a DetectorKind's id
    std::string model;             ///< a path, or for cascades a name; may be empty where the kind has a default
    std::filesystem::path labels;  ///< one class name a line; empty: looked for beside the model
    std::map<std::string, std::string> options;
};

/// A kind of detector.
struct DetectorKind {
    std::string_view id;     ///< what --detector takes: "onnx"
    std::string_view name;   ///< "ONNX model"
    std::string_view model;  ///< what may follow "id=": "PATH"; empty: nothing
    std::string_view help;   ///< one sentence: what it finds, what it understands
    std::span<const DetectorOption> options;
    /// errors: a model that is missing or is none; an option's value.
    Result<std::unique_ptr<Detector>> (*open)(const DetectorSpec& spec);
};

/// Every kind of detector.
std::span<const DetectorKind* const> all_detectors();
const DetectorKind* find_detector(std::string_view id);

/// Reads "hog", "haar=fullbody", "onnx=yolov5n.onnx".   errors: an unknown kind; a model missing or too many.
Result<DetectorSpec> parse_detector(std::string_view text);

/// errors: no such kind; an option that it does not have.
Result<Done> check_detector_options(const DetectorSpec& spec);

/// Opens a detector.   errors: those of its kind; an option that it does not have.
Result<std::unique_ptr<Detector>> open_detector(const DetectorSpec& spec);

/// Which frames a detector looks at, and what of it is kept.
struct DetectTask {
    DetectorSpec detector;
    FrameRange range;  ///< cut to the video
    std::int64_t every = 1;
    double least_confidence = 0.25;
    int threads = 0;                   ///< 0: one a core, at most 8
    std::vector<std::string> classes;  ///< classes that the detector must know
};

/// What a detector saw in a video.
struct Detections {
    std::vector<std::string> labels;
    std::vector<FrameDetections> frames;  ///< one a frame looked at, ascending
};

/// The name of a class by its number: the label file's, else "class N".
std::string label_name(const Detections& detections, int label);

/// Runs a detector over frames of a video, on threads of its own that end before it returns. The same for any number of
/// threads.   errors: the detector cannot be opened or does not know a class, a frame cannot be decoded; cancelled.
Result<Detections> detect(const FrameSource::Opener& open, const DetectTask& task, const SolveControl& control);

}  // namespace inbetween
