#include "core/base/files.h"
#include "core/base/text.h"
#include "tracking/net_detector.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::uint64_t most_text_bytes = 16 << 20;

/// The side lengths in the [net] section at the head of a cfg file.
Size input_size(std::string_view cfg, Size otherwise) {
    Size size = otherwise;
    int sections = 0;
    for (const std::string_view line : split(cfg, '\n')) {
        const std::string_view text = trim(line);
        if (text.starts_with('[') && ++sections > 1) break;
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string_view name = trim(text.substr(0, equals));
        const auto value = parse_int(trim(text.substr(equals + 1)));
        if (!value || *value < 1 || *value > 4096) continue;
        if (name == "width") size.width = static_cast<int>(*value);
        if (name == "height") size.height = static_cast<int>(*value);
    }
    return size;
}

/// Tells whether the weights file holds as many numbers as the net has: OpenCV reads on past its end.
bool is_whole(cv::dnn::Net& net, const fs::path& weights) {
    std::uintmax_t numbers = 0;
    for (const std::string& name : net.getLayerNames()) {
        const auto layer = net.getLayer(net.getLayerId(name));
        // Others hold numbers of the .cfg file.
        if (layer->type != "Convolution" && layer->type != "BatchNorm" && layer->type != "InnerProduct") continue;
        for (const cv::Mat& blob : layer->blobs) numbers += blob.total();
    }
    constexpr std::uintmax_t head_bytes = 16;
    std::error_code error;
    const std::uintmax_t bytes = fs::file_size(weights, error);
    return !error && bytes >= head_bytes + numbers * sizeof(float);
}

Result<std::unique_ptr<Detector>> open(const DetectorSpec& spec) {
    if (spec.model.empty()) return fail("darknet: takes a model: darknet=PATH of its .cfg or .weights");
    if (const auto file = check_model_file(spec.model); !file) return file.error();
    const bool is_weights = fs::path(spec.model).extension() == ".weights";
    const auto other = beside(spec.model, {is_weights ? ".cfg" : ".weights"});
    if (!other) return fail("{}: there is no {} file beside it", spec.model, is_weights ? ".cfg" : ".weights");
    const fs::path cfg = is_weights ? *other : fs::path(spec.model);
    const fs::path weights = is_weights ? fs::path(spec.model) : *other;
    const auto text = read_file(cfg, most_text_bytes);
    if (!text) return text.error();
    auto net = read_net(spec.model, "Darknet model",
                        [&] { return cv::dnn::readNetFromDarknet(cfg.string(), weights.string()); });
    if (!net) return net.error();
    if (!is_whole(*net, weights)) return fail("{}: ends before the weights of its net do", weights.string());
    const NetInput input{.size = input_size(*text, {416, 416}), .scale = 1.0 / 255, .rgb = true, .keeps_aspect = false};
    return net_detector({std::move(*net), NetFamily::Darknet, input, spec.model}, spec);
}

}  // namespace

const DetectorKind darknet_detector{
    .id = "darknet",
    .name = "Darknet model",
    .model = "PATH",
    .help = "What the model knows: YOLO to v4. PATH is its .cfg or .weights, the other and the class names beside it.",
    .options = net_options,
    .open = open};

}  // namespace inbetween
