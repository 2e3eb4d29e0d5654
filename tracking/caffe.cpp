#include "core/base/files.h"
#include "core/base/text.h"
#include "tracking/net_detector.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::uint64_t most_text_bytes = 16 << 20;

/// The sides of the input that a prototxt states, by `input_dim:` or in the shape of its input, before any other shape:
/// picture count, channels, height, width.
Size input_size(std::string_view prototxt, Size otherwise) {
    std::vector<std::int64_t> sides;
    for (std::size_t at = prototxt.find("dim:"); at != std::string_view::npos && sides.size() < 4;
         at = prototxt.find("dim:", at + 1)) {
        std::string_view text = prototxt.substr(at + 4);
        text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t")));
        sides.push_back(parse_int(text.substr(0, text.find_first_not_of("0123456789"))).value_or(0));
    }
    if (sides.size() < 4 || sides[2] < 1 || sides[3] < 1 || sides[2] > 4096 || sides[3] > 4096) return otherwise;
    return {static_cast<int>(sides[3]), static_cast<int>(sides[2])};
}

Result<std::unique_ptr<Detector>> open(const DetectorSpec& spec) {
    if (spec.model.empty()) return fail("caffe: takes a model: caffe=PATH of its .caffemodel or .prototxt");
    if (const auto file = check_model_file(spec.model); !file) return file.error();
    const bool is_weights = fs::path(spec.model).extension() == ".caffemodel";
    const auto other = beside(spec.model, {is_weights ? ".prototxt" : ".caffemodel"});
    if (!other) return fail("{}: there is no {} file beside it", spec.model, is_weights ? ".prototxt" : ".caffemodel");
    const fs::path prototxt = is_weights ? *other : fs::path(spec.model);
    const fs::path weights = is_weights ? fs::path(spec.model) : *other;
    const auto text = read_file(prototxt, most_text_bytes);
    if (!text) return text.error();
    auto net = read_net(spec.model, "Caffe model",
                        [&] { return cv::dnn::readNetFromCaffe(prototxt.string(), weights.string()); });
    if (!net) return net.error();
    const NetInput input{.size = input_size(*text, {300, 300}),
                         .scale = 1,
                         .mean = {104, 117, 123},
                         .rgb = false,
                         .keeps_aspect = false};
    return net_detector({std::move(*net), NetFamily::Other, input, spec.model}, spec);
}

}  // namespace

const DetectorKind caffe_detector{
    .id = "caffe",
    .name = "Caffe model",
    .model = "PATH",
    .help = "What the model knows: SSD. PATH is its .caffemodel or .prototxt, the other and the class names beside it.",
    .options = net_options,
    .open = open};

}  // namespace inbetween
