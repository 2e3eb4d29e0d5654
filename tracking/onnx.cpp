#include "core/base/files.h"
#include "tracking/net_detector.h"
#include "tracking/onnx_input.h"

namespace inbetween {
namespace {

Result<std::unique_ptr<Detector>> open(const DetectorSpec& spec) {
    if (spec.model.empty()) return fail("onnx: takes a model: onnx=PATH");
    if (const auto file = check_model_file(spec.model); !file) return file.error();
    const auto bytes = read_file(spec.model, std::uint64_t{4} << 30);
    if (!bytes) return bytes.error();
    auto net =
        read_net(spec.model, "ONNX model", [&] { return cv::dnn::readNetFromONNX(bytes->data(), bytes->size()); });
    if (!net) return net.error();
    NetInput input{.scale = 1.0 / 255, .rgb = true, .keeps_aspect = true};
    if (const auto size = onnx_input_size(*bytes)) input.size = *size;
    return net_detector({std::move(*net), NetFamily::Other, input, spec.model}, spec);
}

}  // namespace

const DetectorKind onnx_detector{
    .id = "onnx",
    .name = "ONNX model",
    .model = "PATH",
    .help = "What the model knows: YOLOv5, YOLOv8 and SSD outputs. Class names in a file beside it or by --labels.",
    .options = net_options,
    .open = open};

}  // namespace inbetween
