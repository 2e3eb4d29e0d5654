#include "tracking/detectors.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/base/files.h"
#include "core/base/text.h"

namespace inbetween {
namespace {

const std::array table{&hog_detector,  &haar_detector,    &lbp_detector,
                       &onnx_detector, &darknet_detector, &caffe_detector};

}  // namespace

std::span<const DetectorKind* const> all_detectors() { return table; }

const DetectorKind* find_detector(std::string_view id) {
    const auto* const found =
        std::find_if(table.begin(), table.end(), [&](const auto* kind) { return kind->id == id; });
    return found == table.end() ? nullptr : *found;
}

Result<std::vector<std::string>> labels_for(const DetectorSpec& spec, std::vector<std::string> otherwise) {
    if (spec.labels.empty()) return otherwise;
    constexpr std::uint64_t most_bytes = 1 << 20;
    const auto text = read_file(spec.labels, most_bytes);
    if (!text) return text.error();
    std::vector<std::string> labels;
    for (const std::string_view line : split(*text, '\n')) labels.emplace_back(trim(line));
    while (!labels.empty() && labels.back().empty()) labels.pop_back();
    if (labels.empty()) return fail("{}: holds no class name", spec.labels.string());
    return labels;
}

Result<DetectorSpec> parse_detector(std::string_view text) {
    const auto equals = text.find('=');
    DetectorSpec spec;
    spec.kind = text.substr(0, equals);
    if (equals != std::string_view::npos) spec.model = text.substr(equals + 1);
    const DetectorKind* kind = find_detector(spec.kind);
    if (kind == nullptr) {
        std::vector<std::string_view> known;
        for (const DetectorKind* other : table) known.push_back(other->id);
        return fail("{}: no such detector; there are {}", spec.kind, fmt::join(known, ", "));
    }
    if (kind->model.empty() && equals != std::string_view::npos) return fail("{}: takes no model", spec.kind);
    if (equals != std::string_view::npos && spec.model.empty()) return fail("{}: the model's path is missing", text);
    return spec;
}

Result<Done> check_detector_options(const DetectorSpec& spec) {
    const DetectorKind* kind = find_detector(spec.kind);
    if (kind == nullptr) return fail("{}: no such detector", spec.kind);
    for (const auto& [name, value] : spec.options) {
        const bool known = std::any_of(kind->options.begin(), kind->options.end(),
                                       [&, &key = name](const DetectorOption& option) { return option.name == key; });
        if (known) continue;
        std::vector<std::string_view> names;
        for (const DetectorOption& option : kind->options) names.push_back(option.name);
        return fail("{}: no option {}; it has {}", spec.kind, name,
                    names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")));
    }
    return Done{};
}

Result<std::unique_ptr<Detector>> open_detector(const DetectorSpec& spec) {
    if (auto checked = check_detector_options(spec); !checked) return checked.error();
    return find_detector(spec.kind)->open(spec);
}

}  // namespace inbetween
