#include "core/formats/via3_rows.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <map>

#include "core/base/text.h"
#include "core/formats/text/actions.h"
#include "core/formats/text/csv.h"
#include "core/formats/text/json.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

/// An attribute as a file's head describes it.
struct ViaAttribute {
    std::string name;
    std::map<std::string, std::string> choices;  ///< texts by their ids
};

/// What the lines before the rows say.
struct ViaHead {
    std::map<std::string, ViaAttribute> attributes;  ///< by id
    std::map<std::string, std::size_t> columns;      ///< by name
    bool lost_attributes = false;                    ///< a spreadsheet took the quotes out of their description
};

void take_attributes(const JsonAt& stated, ViaHead& head) {
    for (const auto& [id, at] : stated.members()) {
        ViaAttribute& attribute = head.attributes[id];
        if (at.is_text()) {  // versions before 3.0.8 state names only
            attribute.name = at.text();
            continue;
        }
        attribute.name = at["aname"].text();
        if (const JsonAt choices = at["options"]; choices.is_object())
            for (const auto& [choice, name] : choices.members()) attribute.choices[choice] = name.text();
    }
}

Result<Done> take_attributes_of(std::string_view file, std::string_view text, ViaHead& head) {
    const auto json = parse_json(file, text);
    if (!json) return fail("{}: ATTRIBUTE: is malformed", file);
    JsonErrors errors(file);
    take_attributes(JsonAt(errors, *json), head);
    if (errors.error()) return *errors.error();
    return Done{};
}

/// Takes a line of the head.   returns: whether the line was one.
Result<bool> take_head_line(std::string_view file, std::string_view line, ViaHead& head) {
    // A spreadsheet that saved the file again quotes lines, and fills them up with empty fields.
    const bool is_resaved = line.starts_with('"') || line.ends_with(',');
    if (line.starts_with("\"#")) line.remove_prefix(1);
    if (!line.starts_with('#') && !line.starts_with("//")) return false;
    while (line.ends_with(',')) line.remove_suffix(1);
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return true;
    const std::string_view value = trim(line.substr(equals + 1));
    if (line.substr(0, equals).find("ATTRIBUTE") != std::string_view::npos) {
        const auto taken = take_attributes_of(file, value, head);
        if (!taken && !is_resaved) return taken.error();
        head.lost_attributes = !taken;
    }
    if (line.substr(0, equals).find("CSV_HEADER") == std::string_view::npos) return true;
    std::size_t at = 0;
    for (const std::string_view name : split(value, value.find('\t') == std::string_view::npos ? ',' : '\t'))
        head.columns[std::string(trim(trim(name).substr(0, trim(name).find(','))))] = at++;
    return true;
}

std::vector<double> numbers_in(Fields& fields, std::size_t index, std::string_view name) {
    std::vector<double> numbers;
    std::string_view text = trim(fields.text(index, name));
    if (!text.starts_with('[') || !text.ends_with(']')) {
        fields.reject(name, fmt::format("{} is no list like [1.5,2]", in_quotes(text)));
        return numbers;
    }
    text = trim(text.substr(1, text.size() - 2));
    if (text.empty()) return numbers;
    for (const std::string_view piece : split(text, ',')) {
        const auto value = parse_double(trim(piece));
        if (!value || std::abs(*value) > largest_second)
            fields.reject(name, fmt::format("{} is not a number", in_quotes(piece)));
        numbers.push_back(value.value_or(0));
    }
    return numbers;
}

/// What a field of a row holds; a discarded value where that is no JSON.
nlohmann::json field_json(std::string_view text) { return nlohmann::json::parse(text, nullptr, false); }

/// Takes what a file's path says of the video or the image.   returns: whether that can be a name.
bool take_path(const std::string& text, ViaRow& row) {
    const fs::path path(text);
    row.video = path.stem().string();
    row.folder = path.parent_path().filename().string();
    return !row.video.empty() && is_clean_utf8(row.video);
}

/// What is wrong with a begin and an end; empty where nothing is.
std::string fault_of_times(const std::vector<double>& times) {
    if (times.size() > 2) return "are more than a begin and an end";
    if (times.size() == 2 && times[1] < times[0])
        return fmt::format("end at {} before they begin at {}", times[1], times[0]);
    return {};
}

/// Takes a value by the name that its attribute has; of a choice the text.
Result<Done> take_value(const ViaHead& head, std::string name, std::string value, const Place& place, ViaRow& row,
                        std::int64_t& undeclared) {
    if (const auto known = head.attributes.find(name); known != head.attributes.end()) {
        name = known->second.name;
        if (const auto choice = known->second.choices.find(value); choice != known->second.choices.end())
            value = choice->second;
    } else if (!head.attributes.empty()) {
        ++undeclared;
        return Done{};
    }
    if (name.empty() || !is_clean_utf8(name) || !is_clean_utf8(value))
        return row_error(place, "metadata", fmt::format("{} is no text for a name", in_quotes(name)));
    row.values.emplace_back(std::move(name), std::move(value));
    return Done{};
}

/// Reads a csv by the columns of its head, of either version.
class CsvReader {
public:
    explicit CsvReader(std::string_view file) : file_(file) {}
    Result<ViaRows> read(std::string_view text);

private:
    Result<ViaRow> row_of(std::string_view line, const Place& place);
    Result<Done> read_values(std::string_view text, const Place& place, ViaRow& row);

    std::string_view file_;
    ViaHead head_;
    std::int64_t undeclared_ = 0;
};

Result<Done> CsvReader::read_values(std::string_view text, const Place& place, ViaRow& row) {
    const nlohmann::json json = field_json(text);
    if (!json.is_object()) return row_error(place, "metadata", "is no JSON object");
    for (auto at = json.begin(); at != json.end(); ++at) {
        std::string value = at->is_string() ? at->get<std::string>() : at->dump();
        if (auto taken = take_value(head_, at.key(), std::move(value), place, row, undeclared_); !taken) return taken;
    }
    return Done{};
}

Result<ViaRow> CsvReader::row_of(std::string_view line, const Place& place) {
    const auto pieces = csv_fields(line);
    if (!pieces) return row_error(place, "row", "a double quote is left open, or something stands after a closed one");
    Fields fields(place, {pieces->begin(), pieces->end()});
    const auto has = [&](const char* name) { return head_.columns.contains(name); };
    ViaRow row{.line = place.line};
    const std::string_view listed = trim(fields.text(head_.columns.at("file_list"), "file_list"));
    if (fields.error()) return *fields.error();
    // Published files state a single one without the brackets, too.
    const nlohmann::json files = listed.starts_with('[') ? field_json(listed) : nlohmann::json::array({listed});
    if (!files.is_array() || files.empty() || !files.front().is_string())
        return row_error(place, "file_list", "is no list of files like [\"walk.mp4\"]");
    if (!take_path(files.front().get<std::string>(), row)) fields.reject("file_list", "holds what is no name");
    if (has("temporal_coordinates")) {
        row.times = numbers_in(fields, head_.columns.at("temporal_coordinates"), "temporal_coordinates");
        row.shape = numbers_in(fields, head_.columns.at("spatial_coordinates"), "spatial_coordinates");
    } else {
        row.times = {
            fields.number(head_.columns.at("temporal_segment_start"), "temporal_segment_start", largest_second),
            fields.number(head_.columns.at("temporal_segment_end"), "temporal_segment_end", largest_second)};
    }
    if (const std::string fault = fault_of_times(row.times); !fault.empty())
        fields.reject("temporal_coordinates", fault);
    const std::string_view values = fields.text(head_.columns.at("metadata"), "metadata");
    if (fields.error()) return *fields.error();
    if (auto read = read_values(values, place, row); !read) return read.error();
    return row;
}

Result<ViaRows> CsvReader::read(std::string_view text) {
    Lines lines(file_, text);
    ViaRows said;
    while (const auto line = lines.next_filled()) {
        const auto is_head = take_head_line(file_, *line, head_);
        if (!is_head) return is_head.error();
        if (*is_head) continue;
        const auto has = [&](const char* name) { return head_.columns.contains(name); };
        const bool is_newer = has("temporal_coordinates") && has("spatial_coordinates");
        const bool is_older = has("temporal_segment_start") && has("temporal_segment_end");
        if (!has("file_list") || !has("metadata") || !(is_newer || is_older))
            return row_error(lines.place(), "CSV_HEADER", "does not stand before this row, or lacks columns");
        auto row = row_of(*line, lines.place());
        if (!row) return row.error();
        said.rows.push_back(std::move(*row));
    }
    if (head_.columns.empty()) return fail("{}: CSV_HEADER: is missing", file_);
    said.undeclared = undeclared_;
    said.lost_attributes = head_.lost_attributes;
    return said;
}

/// An id, which programs that write projects state as a number, too.
std::string id_of(const JsonAt& at) { return at.is_number() ? std::to_string(at.whole()) : at.text(); }

std::vector<double> numbers_of(const JsonAt& list) {
    std::vector<double> numbers;
    for (const JsonAt& one : list.elements()) numbers.push_back(one.number(largest_second));
    return numbers;
}

/// The path of the first file of each view.
std::map<std::string, std::string> files_of_views(const JsonAt& root) {
    std::map<std::string, std::string> files;
    const JsonAt all = root["file"];
    for (const auto& [vid, view] : root["view"].members()) {
        const auto listed = view["fid_list"].elements();
        if (listed.empty()) continue;
        const JsonAt file = all[id_of(listed.front())];
        const std::string name = file["fname"].text();
        files[vid] = name.empty() ? file["src"].text() : name;
    }
    return files;
}

/// source: VIA 3, _via_data.js: project, config, attribute, file, metadata, view.
Result<ViaRows> rows_of_project(std::string_view file, std::string_view text) {
    const auto json = parse_json(file, text);
    if (!json) return json.error();
    JsonErrors errors(file);
    const JsonAt root(errors, *json);
    ViaHead head;
    take_attributes(root["attribute"], head);
    const auto files = files_of_views(root);
    ViaRows said;
    for (const auto& [id, at] : root["metadata"].members()) {
        ViaRow row{.shape_field = at["xy"].path()};
        const auto path = files.find(id_of(at["vid"]));
        if (path == files.end() || !take_path(path->second, row)) at["vid"].reject("is of no view that has a file");
        row.times = numbers_of(at["z"]);
        row.shape = numbers_of(at["xy"]);
        if (const std::string fault = fault_of_times(row.times); !fault.empty()) at["z"].reject(fault);
        for (const auto& [name, value] : at["av"].members()) {
            const std::string said_value = id_of(value);
            if (errors.error()) return *errors.error();
            if (auto taken = take_value(head, name, said_value, {file, 0}, row, said.undeclared); !taken)
                return taken.error();
        }
        if (errors.error()) return *errors.error();
        said.rows.push_back(std::move(row));
    }
    if (errors.error()) return *errors.error();
    return said;
}

}  // namespace

Result<ViaRows> via3_rows_of(std::string_view file, std::string_view text) {
    if (trim(without_bom(text)).starts_with('{')) return rows_of_project(file, text);
    return CsvReader(file).read(text);
}

}  // namespace inbetween
