#include "tracking/net_detector.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/base/text.h"
#include "tracking/guard.h"
#include "tracking/image_cache.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr double gray = 114;          // around a frame that keeps its aspect, as YOLO's training does
constexpr double same_object = 0.45;  // overlap of boxes that mean one object

class NetDetector : public Detector {
public:
    NetDetector(OpenedNet opened, std::vector<std::string> labels, bool labels_known)
        : opened_(std::move(opened)), labels_(std::move(labels)), labels_known_(labels_known) {
        opened_.net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
        opened_.net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
    }
    const std::vector<std::string>& labels() const override { return labels_; }

    Result<std::vector<Detection>> find(const FrameImages& frame, double least_confidence,
                                        const std::stop_token&) override {
        return guarded<std::vector<Detection>>(opened_.model, [&]() { return run(frame.bgr, least_confidence); });
    }

private:
    Result<std::vector<Detection>> run(const cv::Mat& bgr, double least_confidence) {
        InputPlace place;
        opened_.net.setInput(input_blob(bgr, opened_.input, place));
        std::vector<cv::Mat> outputs;
        opened_.net.forward(outputs, opened_.net.getUnconnectedOutLayersNames());
        const OutputContext context{opened_.family, opened_.input.size, labels_known_ ? labels_.size() : 0,
                                    least_confidence};
        std::vector<Detection> all;
        bool understood = false;
        for (const cv::Mat& output : outputs) {
            auto found = read_output(output, context);
            if (!found) continue;
            understood = true;
            for (Detection& detection : *found) {
                detection.box = place.frame_from_input(detection.box);
                if (is_valid(detection.box)) all.push_back(std::move(detection));
            }
        }
        if (!understood) return unknown_layout(opened_.model, outputs);
        return without_doubles(std::move(all), same_object);
    }

    OpenedNet opened_;
    std::vector<std::string> labels_;
    bool labels_known_;
};

Result<Size> parse_input_size(const std::string& text) {
    const auto sides = split(text, 'x');
    const std::int64_t width = sides.size() == 2 ? parse_int(sides[0]).value_or(0) : 0;
    const std::int64_t height = sides.size() == 2 ? parse_int(sides[1]).value_or(0) : 0;
    if (width < 16 || height < 16 || width > 4096 || height > 4096)
        return fail("size takes WxH, 16 to 4096 each, not '{}'", text);
    return Size{static_cast<int>(width), static_cast<int>(height)};
}

Result<double> parse_scale(const std::string& text) {
    const auto parts = split(text, '/');
    const auto over = parse_double(parts[0]);
    const auto under = parts.size() == 2 ? parse_double(parts[1]) : std::optional(1.0);
    if (!over || !under || parts.size() > 2 || !(*over > 0) || !(*under > 0))
        return fail("scale takes a number or a fraction above 0, not '{}'", text);
    return *over / *under;
}

Result<std::array<double, 3>> parse_mean(const std::string& text) {
    const auto parts = split(text, '/');
    std::array<double, 3> mean{};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto value = parts.size() == 3 ? parse_double(parts[i]) : std::nullopt;
        if (!value) return fail("mean takes three numbers A/B/C, not '{}'", text);
        mean[i] = *value;
    }
    return mean;
}

}  // namespace

const std::array<DetectorOption, 5> net_options{DetectorOption{"size", "WxH", "the model's"},
                                                DetectorOption{"scale", "NUMBER|A/B", "1/255; caffe: 1"},
                                                DetectorOption{"mean", "A/B/C", "0/0/0; caffe: 104/117/123"},
                                                DetectorOption{"channels", "rgb|bgr", "rgb; caffe: bgr"},
                                                DetectorOption{"fit", "pad|stretch", "pad; darknet, caffe: stretch"}};

Result<NetInput> with_options(NetInput input, const DetectorSpec& spec) {
    for (const auto& [option, value] : spec.options) {
        const auto wrong = [&, &key = option](const Error& error) { return fail("{}: {}", spec.kind, error.message); };
        if (option == "size") {
            const auto size = parse_input_size(value);
            if (!size) return wrong(size.error());
            input.size = *size;
        } else if (option == "scale") {
            const auto scale = parse_scale(value);
            if (!scale) return wrong(scale.error());
            input.scale = *scale;
        } else if (option == "mean") {
            const auto mean = parse_mean(value);
            if (!mean) return wrong(mean.error());
            input.mean = *mean;
        } else if (option == "channels") {
            if (value != "rgb" && value != "bgr") return wrong(fail("channels takes rgb or bgr, not '{}'", value));
            input.rgb = value == "rgb";
        } else if (option == "fit") {
            if (value != "pad" && value != "stretch") return wrong(fail("fit takes pad or stretch, not '{}'", value));
            input.keeps_aspect = value == "pad";
        }
    }
    return input;
}

Box InputPlace::frame_from_input(const Box& box) const {
    return {(box.x - shift_x) / scale_x, (box.y - shift_y) / scale_y, box.w / scale_x, box.h / scale_y};
}

cv::Mat input_blob(const cv::Mat& bgr, const NetInput& input, InputPlace& place) {
    const cv::Size size(input.size.width, input.size.height);
    place = {static_cast<double>(size.width) / bgr.cols, static_cast<double>(size.height) / bgr.rows, 0, 0};
    cv::Mat image;
    if (input.keeps_aspect) {
        const double scale = std::min(place.scale_x, place.scale_y);
        const cv::Size inner(std::clamp(cvRound(bgr.cols * scale), 1, size.width),
                             std::clamp(cvRound(bgr.rows * scale), 1, size.height));
        const cv::Point corner((size.width - inner.width) / 2, (size.height - inner.height) / 2);
        image = cv::Mat(size, CV_8UC3, cv::Scalar::all(gray));
        cv::resize(bgr, image(cv::Rect(corner, inner)), inner, 0, 0, cv::INTER_LINEAR);
        place = {static_cast<double>(inner.width) / bgr.cols, static_cast<double>(inner.height) / bgr.rows,
                 static_cast<double>(corner.x), static_cast<double>(corner.y)};
    } else {
        cv::resize(bgr, image, size, 0, 0, cv::INTER_LINEAR);
    }
    // blobFromImage takes the mean away after it has swapped the channels.
    return cv::dnn::blobFromImage(image, input.scale, size, cv::Scalar(input.mean[0], input.mean[1], input.mean[2]),
                                  input.rgb, false);
}

std::optional<fs::path> beside(const fs::path& model, const std::vector<std::string>& endings) {
    std::error_code error;
    for (const std::string& ending : endings) {
        fs::path path = model;
        path.replace_extension(ending);
        if (path != model && fs::is_regular_file(path, error)) return path;
    }
    return std::nullopt;
}

Result<Done> check_model_file(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return fail("{}: no such model file", path.string());
    const auto bytes = fs::file_size(path, error);
    constexpr std::uintmax_t most_bytes = std::uintmax_t{4} << 30;
    if (error || bytes == 0 || bytes > most_bytes) return fail("{}: is empty or too large for a model", path.string());
    return Done{};
}

Result<std::unique_ptr<Detector>> net_detector(OpenedNet net, const DetectorSpec& spec) {
    auto input = with_options(net.input, spec);
    if (!input) return input.error();
    net.input = *input;
    DetectorSpec with_labels = spec;
    if (with_labels.labels.empty())
        with_labels.labels = beside(spec.model, {".names", ".labels", ".txt"}).value_or(fs::path());
    const bool known = !with_labels.labels.empty();
    auto labels = labels_for(with_labels, {});
    if (!labels) return labels.error();
    return guarded<std::unique_ptr<Detector>>(net.model, [&]() -> Result<std::unique_ptr<Detector>> {
        return std::unique_ptr<Detector>(std::make_unique<NetDetector>(std::move(net), std::move(*labels), known));
    });
}

}  // namespace inbetween
