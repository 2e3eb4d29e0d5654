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
#include "core/formats/text/rows.h"
#include "core/formats/via3.h"
#include "core/formats/via3_rows.h"

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

/// Makes tracks and segments of the rows.
class Reader {
public:
    Reader(std::string_view file, const Media& media, const Via3Options& how)
        : file_(file), media_(media), how_(how), time_(media) {}
    Result<ReadResult> read(ViaRows rows);

private:
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
    std::map<FrameIndex, std::vector<ImageShape>> shapes_;
    std::int64_t outside_ = 0;
    std::int64_t other_shapes_ = 0;
    std::int64_t around_ = 0;
    std::int64_t timeless_ = 0;
    std::int64_t undeclared_ = 0;
    bool lost_attributes_ = false;
    std::int64_t of_actions_ = 0;
    std::optional<ImageNames> images_;  ///< of a project of images
};

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
        return row_error({file_, row.line}, row.shape_field,
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
    if (lost_attributes_)
        tracks.builder().note("ATTRIBUTE: was spoilt by a spreadsheet; attributes are called by their numbers");
    tracks.builder().note_count(of_actions_,
                                "values of actions besides their labels are left out; option label=NAME "
                                "chooses the attribute that names them");
    tracks.builder().note_count(undeclared_, "values are of attributes that the head does not name and are left out");
    return std::move(tracks).finish(file_);
}

Result<ReadResult> Reader::read(ViaRows stated) {
    std::vector<ViaRow>& rows = stated.rows;
    undeclared_ = stated.undeclared;
    lost_attributes_ = stated.lost_attributes;
    std::set<std::string> videos;
    for (const ViaRow& row : rows) videos.insert(row.video);
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
    const auto text = read_file(request.files.front());
    if (!text) return text.error();
    const std::string file = request.files.front().string();
    return read_via3_text(file, *text, request.media, *how);
}

bool sniff(const fs::path&, std::string_view head) {
    head = without_bom(head);
    if (trim(head).starts_with('{') && head.find("\"vid_list\"") != std::string_view::npos) return true;
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
    auto rows = via3_rows_of(file, text);
    if (!rows) return rows.error();
    return Reader(file, media, how).read(*std::move(rows));
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
