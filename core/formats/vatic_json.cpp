#include <fmt/format.h>

#include <array>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/json.h"
#include "core/formats/vatic.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{vatic_gaps_option,     vatic_dimensions_option, vatic_interpolation_option,
                             vatic_integers_option, vatic_actions_option,    vatic_hold_option};

/// A key that is a whole number.
std::int64_t key_number(const std::string& key, const JsonAt& at, std::int64_t most, std::string_view what) {
    const auto value = parse_int(key);
    if (!value || *value < 0 || *value > most) at.reject(fmt::format("its key is not the number of a {}", what));
    return value.value_or(0);
}

bool is_set_flag(const JsonAt& at) { return at.is_true() || (at.is_number() && at.integer(0, 1) == 1); }

VaticRow row_of(const std::string& key, const JsonAt& at, const VaticOptions& how, VaticFile& file) {
    VaticRow row{.frame = FrameIndex{key_number(key, at, largest_frame, "frame")}};
    constexpr std::array<std::string_view, 4> names{"xtl", "ytl", "xbr", "ybr"};
    std::array<double, 4> edges{};
    for (std::size_t i = 0; i < 4; ++i) edges[i] = at[names[i]].number(largest_coordinate_px);
    if (const auto wrong = vatic_box(edges, how, file, row.box)) at[wrong->first].reject(wrong->second);
    row.lost = is_set_flag(at["outside"]);
    row.occluded = is_set_flag(at["occluded"]);
    if (const JsonAt attributes = at["attributes"]; attributes.is_there())
        for (const JsonAt& attribute : attributes.elements()) file.say(row, attribute.name());
    return row;
}

Result<ReadResult> read_text(std::string_view name, std::string_view text, const Media& media,
                             const VaticOptions& how) {
    const auto json = parse_json(name, text);
    if (!json) return json.error();
    JsonErrors errors(name);
    VaticFile file;
    file.is_dense = true;
    for (const auto& [key, at] : JsonAt(errors, *json).members()) {
        const std::int64_t id = key_number(key, at, largest_number, "track");
        if (file.paths.contains(id)) at.reject("stands twice");
        VaticPath& path = file.paths[id];
        path.label = file.keep(at["label"].name());
        for (const auto& [frame, box] : at["boxes"].members()) path.rows.push_back(row_of(frame, box, how, file));
        if (errors.error()) return *errors.error();
    }
    if (errors.error()) return *errors.error();
    return read_vatic_file(name, file, media, how);
}

Result<ReadResult> read(const ReadRequest& request) {
    Options given(vatic_json_format, request.options);
    const VaticOptions how = vatic_options(vatic_json_format, given, request.options, request.media);
    if (given.error()) return *given.error();
    auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, how);
}

Result<WriteReport> write(const WriteRequest& request) {
    const Media& media = *request.annotations.find_media(request.media);
    Options given(vatic_json_format, request.options);
    const VaticOptions how = vatic_options(vatic_json_format, given, request.options, media);
    if (given.error()) return *given.error();
    Losses losses;
    VaticDump dump(request, how, losses);
    JsonOut json = JsonOut::object();
    for (const Track* track : tracks_of(request.annotations, request.media)) {
        const auto& rows = dump.rows_of(*track);
        if (rows.empty()) continue;
        JsonOut boxes = JsonOut::object();
        // Frames ascend; a look for each one's key first would take longer the more there are.
        auto& in_order = boxes.get_ref<JsonOut::object_t&>();
        for (const VaticDumpRow& row : rows)
            in_order.emplace_back(fmt::to_string(row.frame.value), JsonOut{{"xtl", row.edges[0]},
                                                                           {"ytl", row.edges[1]},
                                                                           {"xbr", row.edges[2]},
                                                                           {"ybr", row.edges[3]},
                                                                           {"outside", row.lost ? 1 : 0},
                                                                           {"occluded", row.occluded ? 1 : 0},
                                                                           {"attributes", row.attributes}});
        const std::string id = fmt::to_string(json.size());
        json[id] = {{"label", dump.label_of(*track)}, {"boxes", std::move(boxes)}};
    }
    dump.count_rest();
    // One line, as VATIC has it.
    const std::string text = json.dump(-1, ' ', false, JsonOut::error_handler_t::replace) + "\n";
    return write_vatic_text(request, text, how, dump.boxes(), losses, &read_text);
}

/// Tracks by number, with boxes in them.
bool sniff(const fs::path&, std::string_view head) {
    std::string_view rest = trim(without_bom(head));
    for (const char wanted : {'{', '"'}) {
        if (!rest.starts_with(wanted)) return false;
        rest = trim(rest.substr(1));
    }
    const auto quote = rest.find('"');
    return quote != std::string_view::npos && parse_int(rest.substr(0, quote)) &&
           rest.find("\"boxes\"") != std::string_view::npos && rest.find("\"xtl\"") != std::string_view::npos;
}

}  // namespace

const Format vatic_json_format{
    .id = "vatic-json",
    .name = "VATIC JSON",
    .extension = ".json",
    .reader = "its own public source",
    .convention = "frames from 0; left top right bottom in whole px from 0 of the dumped size",
    .carries = {.boxes = true, .occluded = true, .outside = true, .attributes = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
