#include "core/formats/formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "core/base/text.h"
#include "core/formats/encoding.h"
#include "core/formats/text/rows.h"

namespace inbetween {
namespace {

/// From the most telling first bytes to the least: rows of bare numbers last.
// clang-format off
constexpr std::array formats{
    &json_format,
    &csv_format,
    &vbb_format,
    &tfrecord_format,
    &cvat_video_format,
    &cvat_images_format,
    &vatic_labelme_format,
    &vatic_pascal_format,
    &voc_format,
    &vbb_text_format,
    &caltech_results_format,
    &bbgt_format,
    &vatic_format,
    &vatic_xml_format,
    &vatic_json_format,
    &labelme_format,
    &vott_format,
    &vott_csv_format,
    &coco_format,
    &youtube_vis_format,
    &activitynet_format,
    &kinetics_format,
    &elan_format,
    &boris_format,
    &via3_format,
    &quads_format,
    &icdar_format,
    &ava_kinetics_format,
    &ava_format,
    &active_speaker_format,
    &mots_format,
    &pot_format,
    &bbox_label_tool_format,
    &cntk_format,
    &yolo_mark_format,
    &yolo_format,
    &dota_format,
    &thumos_format,
    &darklabel_format,
    &mot_format,
};
// clang-format on

/// "0|1" and "auto|skip|keep" state all values there are; a capital letter stands for what a user makes up.
bool is_closed_list(std::string_view values) {
    return std::none_of(values.begin(), values.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Why a file is not what any text is. XML states its encoding itself.
std::optional<std::string> fault_of(const Format& format, const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
    std::string head(4096, '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    const auto got = static_cast<std::size_t>(in.gcount());
    const bool is_whole = got < head.size();
    head.resize(got);
    const bool is_blank = trim(without_bom(head)).empty();
    if (is_blank && (!is_whole || format.may_be_empty)) return std::nullopt;
    if (!is_blank && format.extension == ".xml") return std::nullopt;
    return fault_of_head(head);
}

std::string known_options(const Format& format) {
    std::string names;
    for (const FormatOption& option : format.options) {
        if (!names.empty()) names += ", ";
        names += option.name;
    }
    return names.empty() ? "it knows none" : "it knows " + names;
}

}  // namespace

std::span<const Format* const> all_formats() { return formats; }

const Format* find_format(std::string_view id) {
    for (const Format* format : formats)
        if (format->id == id) return format;
    return nullptr;
}

Result<Done> check_options(const Format& format, const FormatOptions& options) {
    for (const auto& [name, value] : options) {
        const auto known = std::find_if(format.options.begin(), format.options.end(),
                                        [&](const FormatOption& option) { return option.name == name; });
        if (known == format.options.end())
            return fail("{}: no option {}; {}", format.id, in_quotes(name), known_options(format));
        const auto values = split(known->values, '|');
        if (is_closed_list(known->values) && std::find(values.begin(), values.end(), value) == values.end())
            return fail("{}: option {}: {} is not one of {}", format.id, name, in_quotes(value), known->values);
    }
    return Done{};
}

Result<ReadResult> read_annotations(const Format& format, const ReadRequest& request) {
    if (auto checked = check_options(format, request.options); !checked) return checked.error();
    if (request.files.empty()) return fail("{}: no file to read", format.id);
    if (request.files.size() > 1 && !format.reads_many)
        return fail("{}: {} files are stated; one is read at a time", format.id, request.files.size());
    for (const std::filesystem::path& path : request.files)
        if (const auto fault = fault_of(format, path)) return fail("{}: {}", path.string(), *fault);
    auto result = format.read(request);
    if (!result) return result;
    if (const auto breach = find_breach(result->annotations))
        return fail("{}: cannot be held: {}", request.files.front().string(), *breach);
    return result;
}

}  // namespace inbetween
