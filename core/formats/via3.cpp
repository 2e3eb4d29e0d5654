#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/csv.h"
#include "core/formats/text/json.h"
#include "core/formats/text/rows.h"
#include "core/formats/via3.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{
    action_video_option,
    action_time_offset_option,
    FormatOption{
        "label", "auto|NAME", "auto",
        "reading: the attribute whose values are labels; auto: TEMPORAL-SEGMENTS or label, else the first that "
        "a row states"},
    FormatOption{"identity", "none|NAME", "track", "reading: the attribute that says which object a shape is of"},
    image_frames_option,
    image_first_option,
    image_link_option,
    image_step_option};

constexpr std::string_view unlabelled = "unlabelled";

// source: VIA 3, _VIA_RSHAPE.
enum class ViaShape {
    Point = 1,
    Rectangle = 2,
    Circle = 3,
    Ellipse = 4,
    Line,
    Polyline,
    Polygon,
    ExtremeRectangle,
    ExtremeCircle
};

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

Result<Done> take_attributes(std::string_view file, std::string_view text, ViaHead& head) {
    const auto json = parse_json(file, text);
    if (!json) return fail("{}: ATTRIBUTE: is malformed", file);
    JsonErrors errors(file);
    for (const auto& [id, at] : JsonAt(errors, *json).members()) {
        ViaAttribute& attribute = head.attributes[id];
        if (at.is_text()) {  // versions before 3.0.8 state names only
            attribute.name = at.text();
            continue;
        }
        attribute.name = at["aname"].text();
        if (const JsonAt choices = at["options"]; choices.is_object())
            for (const auto& [choice, name] : choices.members()) attribute.choices[choice] = name.text();
    }
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
        const auto taken = take_attributes(file, value, head);
        if (!taken && !is_resaved) return taken.error();
        head.lost_attributes = !taken;
    }
    if (line.substr(0, equals).find("CSV_HEADER") == std::string_view::npos) return true;
    std::size_t at = 0;
    for (const std::string_view name : split(value, value.find('\t') == std::string_view::npos ? ',' : '\t'))
        head.columns[std::string(trim(trim(name).substr(0, trim(name).find(','))))] = at++;
    return true;
}

/// An attribute of a row, by name.
using ViaValue = std::pair<std::string, std::string>;

struct ViaRow {
    std::string video;   ///< its file's name without the ending
    std::string folder;  ///< the last folder that the file lies in, if one is named
    std::vector<double> times;
    std::vector<double> shape;
    std::vector<ViaValue> values;
    std::int64_t line = 0;
};

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

/// Reads rows by the columns of the head, of either version.
class Reader {
public:
    Reader(std::string_view file, const Media& media, const Via3Options& how)
        : file_(file), media_(media), how_(how), time_(media) {}
    Result<ReadResult> read(std::string_view text);

private:
    Result<ViaRow> row_of(std::string_view line, const Place& place);
    Result<Done> read_values(std::string_view text, const Place& place, ViaRow& row);
    /// The value that names what a row is of; null for none.
    const ViaValue* label_of(const ViaRow& row, std::string_view usual) const;
    Result<Done> add_shape(const ViaRow& row);
    void add_action(const ViaRow& row, ActionReader& actions);
    Result<std::string> choose_folder(std::vector<ViaRow>& rows) const;
    Result<std::optional<FrameIndex>> frame_of(const ViaRow& row) const;
    /// returns: nullopt for points and lines.   errors: numbers that make no shape.
    Result<std::optional<Shape>> shape_of(const ViaRow& row);
    Result<ReadResult> gather(const std::vector<ViaRow>& rows, const std::string& note);

    std::string_view file_;
    const Media& media_;
    const Via3Options& how_;
    AvaTime time_;
    ViaHead head_;
    std::map<FrameIndex, std::vector<ImageShape>> shapes_;
    std::int64_t outside_ = 0;
    std::int64_t other_shapes_ = 0;
    std::int64_t around_ = 0;
    std::int64_t timeless_ = 0;
    std::int64_t undeclared_ = 0;
    std::int64_t of_actions_ = 0;
    std::optional<ImageNames> images_;  ///< of a project of images
};

/// What a field of a row holds; a discarded value where that is no JSON.
nlohmann::json field_json(std::string_view text) { return nlohmann::json::parse(text, nullptr, false); }

Result<Done> Reader::read_values(std::string_view text, const Place& place, ViaRow& row) {
    const nlohmann::json json = field_json(text);
    if (!json.is_object()) return row_error(place, "metadata", "is no JSON object");
    for (auto at = json.begin(); at != json.end(); ++at) {
        std::string value = at->is_string() ? at->get<std::string>() : at->dump();
        std::string name = at.key();
        if (const auto known = head_.attributes.find(name); known != head_.attributes.end()) {
            name = known->second.name;
            if (const auto choice = known->second.choices.find(value); choice != known->second.choices.end())
                value = choice->second;
        } else if (!head_.attributes.empty()) {
            ++undeclared_;
            continue;
        }
        if (name.empty() || !is_clean_utf8(name) || !is_clean_utf8(value))
            return row_error(place, "metadata", fmt::format("{} is no text for a name", in_quotes(name)));
        row.values.emplace_back(std::move(name), std::move(value));
    }
    return Done{};
}

Result<ViaRow> Reader::row_of(std::string_view line, const Place& place) {
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
    const fs::path path(files.front().get<std::string>());
    row.video = path.stem().string();
    row.folder = path.parent_path().filename().string();
    if (row.video.empty() || !is_clean_utf8(row.video)) fields.reject("file_list", "holds what is no name");
    if (has("temporal_coordinates")) {
        row.times = numbers_in(fields, head_.columns.at("temporal_coordinates"), "temporal_coordinates");
        row.shape = numbers_in(fields, head_.columns.at("spatial_coordinates"), "spatial_coordinates");
    } else {
        row.times = {
            fields.number(head_.columns.at("temporal_segment_start"), "temporal_segment_start", largest_second),
            fields.number(head_.columns.at("temporal_segment_end"), "temporal_segment_end", largest_second)};
    }
    if (row.times.size() > 2) fields.reject("temporal_coordinates", "are more than a begin and an end");
    if (row.times.size() == 2 && row.times[1] < row.times[0])
        fields.reject("temporal_coordinates",
                      fmt::format("end at {} before they begin at {}", row.times[1], row.times[0]));
    const std::string_view values = fields.text(head_.columns.at("metadata"), "metadata");
    if (fields.error()) return *fields.error();
    if (auto read = read_values(values, place, row); !read) return read.error();
    return row;
}

const ViaValue* Reader::label_of(const ViaRow& row, std::string_view usual) const {
    const std::string_view wanted = how_.label.empty() ? usual : std::string_view(how_.label);
    for (const ViaValue& value : row.values)
        if (value.first == wanted && !value.second.empty()) return &value;
    const bool takes_first = how_.label.empty() && !row.values.empty() && !row.values.front().second.empty();
    return takes_first ? &row.values.front() : nullptr;
}

Result<std::optional<Shape>> Reader::shape_of(const ViaRow& row) {
    const std::vector<double>& numbers = row.shape;
    const auto kind = static_cast<ViaShape>(static_cast<int>(std::clamp(numbers.front(), 0.0, 99.0)));
    const std::size_t count = numbers.size() - 1;
    const auto at = [&](std::size_t n) { return numbers[n + 1]; };
    if (kind == ViaShape::Point || kind == ViaShape::Line || kind == ViaShape::Polyline) return std::optional<Shape>();
    if (kind == ViaShape::Rectangle && count == 4) return std::optional<Shape>(Box{at(0), at(1), at(2), at(3)});
    const bool is_circle = kind == ViaShape::Circle || kind == ViaShape::ExtremeCircle;
    const bool is_round = (is_circle && count == 3) || (kind == ViaShape::Ellipse && count == 4);
    if (is_round) {
        ++around_;
        const double down = is_circle ? at(2) : at(3);
        return std::optional<Shape>(Box{at(0) - at(2), at(1) - down, 2 * at(2), 2 * down});
    }
    const bool is_polygon = kind == ViaShape::Polygon || kind == ViaShape::ExtremeRectangle;
    if (!is_polygon || count < 6 || count % 2 != 0)
        return row_error({file_, row.line}, "spatial_coordinates",
                         fmt::format("are no shape of VIA: {} numbers of kind {}", count, numbers.front()));
    if (kind == ViaShape::Polygon && count == 8) {
        const Quad quad{{Point{at(0), at(1)}, Point{at(2), at(3)}, Point{at(4), at(5)}, Point{at(6), at(7)}}};
        if (is_valid(on_grid(quad))) return std::optional<Shape>(quad);
    }
    around_ += kind == ViaShape::Polygon ? 1 : 0;
    Point low{at(0), at(1)};
    Point high = low;
    for (std::size_t i = 0; i < count; i += 2) {
        low = {std::min(low.x, at(i)), std::min(low.y, at(i + 1))};
        high = {std::max(high.x, at(i)), std::max(high.y, at(i + 1))};
    }
    return std::optional<Shape>(Box{low.x, low.y, high.x - low.x, high.y - low.y});
}

/// By its time, or by the name of the image that it is of.   returns: nullopt where the video has none then.
Result<std::optional<FrameIndex>> Reader::frame_of(const ViaRow& row) const {
    if (!row.times.empty()) return time_.frame_near(row.times.front() - how_.time_offset);
    const auto frame = images_->frame_of(fmt::format("{}:{}: file_list", file_, row.line), row.video);
    if (!frame) return frame.error();
    return std::optional(*frame);
}

Result<Done> Reader::add_shape(const ViaRow& row) {
    if (row.times.empty() && !images_) {
        ++timeless_;
        return Done{};
    }
    const auto frame = frame_of(row);
    if (!frame) return frame.error();
    auto found = shape_of(row);
    if (!found) return found.error();
    const std::optional<Shape>& shape = *found;
    outside_ += *frame ? 0 : 1;
    other_shapes_ += shape ? 0 : 1;
    if (!*frame || !shape) return Done{};
    const ViaValue* label = label_of(row, via3_label_attribute);
    ImageShape made{.label = label == nullptr ? std::string(unlabelled) : label->second, .shape = *shape, .values = {}};
    for (const ViaValue& stated : row.values) {
        const auto& [name, value] = stated;
        if (&stated == label || value.empty()) continue;
        if (!how_.identity.empty() && name == how_.identity)
            made.identity = std::clamp<std::int64_t>(parse_int(value).value_or(0), 0, largest_number);
        else if (name == via3_occluded_attribute)
            made.occluded = value == "true" || value == "1";
        else
            made.values.push_back({name, value, AttributeType::Text});
    }
    shapes_[**frame].push_back(std::move(made));
    return Done{};
}

void Reader::add_action(const ViaRow& row, ActionReader& actions) {
    const ViaValue* label = label_of(row, via3_segment_attribute);
    for (const ViaValue& value : row.values) of_actions_ += &value != label && !value.second.empty() ? 1 : 0;
    actions.add({label == nullptr ? std::string(unlabelled) : label->second, row.times.front(), row.times.back()});
}

/// Leaves the rows of one folder where images lie in several: each is a video of its own.
Result<std::string> Reader::choose_folder(std::vector<ViaRow>& rows) const {
    std::set<std::string> folders;
    for (const ViaRow& row : rows) folders.insert(row.folder);
    if (folders.size() < 2) return std::string();
    const auto folder = choose_video(file_, "file_list", folders, media_, how_.video, {.plural = "folders"});
    if (!folder) return folder.error();
    std::erase_if(rows, [&](const ViaRow& row) { return row.folder != folder->name; });
    return folder->note;
}

Result<ReadResult> Reader::gather(const std::vector<ViaRow>& rows, const std::string& note) {
    ActionReader actions(media_, how_.time_offset);
    for (const ViaRow& row : rows) {
        if (!row.shape.empty()) {
            if (auto added = add_shape(row); !added) return added.error();
        } else if (row.times.empty())
            ++timeless_;
        else
            add_action(row, actions);
    }
    const auto said = std::move(actions).finish(file_, "temporal_coordinates");
    if (!said) return said.error();
    ImageTracks tracks(media_, how_.images);
    for (auto& [frame, shapes] : shapes_) tracks.add(frame, std::move(shapes));
    for (const auto& [id, segment] : said->annotations.segments) {
        const LabelId label = tracks.builder().label(said->annotations.label_name(segment->label), LabelKind::Action);
        tracks.builder().add_segment(label, TrackId{}, segment->range);
    }
    tracks.builder().note(note);
    for (const std::string& said_note : said->notes) tracks.builder().note(said_note);
    tracks.builder().note_count(outside_, "shapes lie outside of the video's time and are left out");
    tracks.builder().note_count(other_shapes_, "shapes are points or lines and are left out");
    tracks.builder().note_count(around_,
                                "shapes are round or have not four corners and are read as the boxes around them");
    tracks.builder().note_count(timeless_, "rows state no time and are left out");
    if (head_.lost_attributes)
        tracks.builder().note("ATTRIBUTE: was spoilt by a spreadsheet; attributes are called by their numbers");
    tracks.builder().note_count(of_actions_,
                                "values of actions besides their labels are left out; option label=NAME "
                                "chooses the attribute that names them");
    tracks.builder().note_count(undeclared_, "values are of attributes that the head does not name and are left out");
    return std::move(tracks).finish(file_);
}

Result<ReadResult> Reader::read(std::string_view text) {
    Lines lines(file_, text);
    std::vector<ViaRow> rows;
    std::set<std::string> videos;
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
        videos.insert(row->video);
        rows.push_back(std::move(*row));
    }
    if (head_.columns.empty()) return fail("{}: CSV_HEADER: is missing", file_);
    const bool are_images =
        !rows.empty() && std::all_of(rows.begin(), rows.end(), [](const ViaRow& row) { return row.times.empty(); });
    if (are_images) {
        const auto note = choose_folder(rows);
        if (!note) return note.error();
        std::set<std::string> names;
        for (const ViaRow& row : rows) names.insert(row.video);
        images_.emplace(how_.images, names);
        return gather(rows, *note);
    }
    const auto video = choose_video(file_, "file_list", videos, media_, how_.video);
    if (!video) return video.error();
    std::erase_if(rows, [&](const ViaRow& row) { return row.video != video->name; });
    return gather(rows, video->note);
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = via3_options(request.options);
    if (!how) return how.error();
    if (request.files.size() != 1)
        return fail("via3: {} files are stated; one is read at a time", request.files.size());
    const auto text = read_file(request.files.front());
    if (!text) return text.error();
    const std::string file = request.files.front().string();
    return read_via3_text(file, *text, request.media, *how);
}

bool sniff(const fs::path&, std::string_view head) {
    head = without_bom(head);
    if (head.starts_with('"')) head.remove_prefix(1);
    return (head.starts_with('#') || head.starts_with("//")) &&
           head.find("CSV_HEADER = metadata_id") != std::string_view::npos;
}

}  // namespace

Result<Via3Options> via3_options(const FormatOptions& stated) {
    Options given(via3_format, stated);
    Via3Options how{.video = action_video(given),
                    .time_offset = action_time_offset(given),
                    .label = given.is("label", "auto") ? std::string() : given.text("label"),
                    .identity = given.is("identity", "none") ? std::string() : given.text("identity"),
                    .images = {}};
    how.images.goes_by_order = given.is("frames", "order");
    how.images.first_frame = given.integer("first-frame", 0, largest_frame);
    how.images.link = given.number("link", 0, 1);
    how.images.step = given.integer("step", 1, largest_frame);
    if (given.error()) return *given.error();
    return how;
}

Result<ReadResult> read_via3_text(std::string_view file, std::string_view text, const Media& media,
                                  const Via3Options& how) {
    return Reader(file, media, how).read(text);
}

const Format via3_format{
    .id = "via3",
    .name = "VIA 3 csv",
    .extension = ".csv",
    .reader = "VIA 3, _via_data.js",
    .convention = "seconds of the video; left top width height or corners in px from 0, fractions",
    .carries = {.boxes = true,
                .quads = true,
                .occluded = true,
                .outside = true,
                .attributes = true,
                .video_segments = true,
                .fractions = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write_via3,
};

}  // namespace inbetween
