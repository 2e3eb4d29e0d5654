#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "core/base/text.h"
#include "core/formats/coco.h"
#include "core/formats/formats.h"
#include "core/formats/text/image_name.h"
#include "core/formats/text/images.h"
#include "core/formats/text/json.h"
#include "core/formats/text/json_lines.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: https://cocodataset.org/#format-data; CocoVID of mmtracking adds videos, frame_id and instance_id; TAO adds
// videos, frame_index, tracks and track_id.

constexpr std::array options{
    FormatOption{"as", "coco|cocovid|tao", "coco",
                 "writing: images alone, or with the videos and identities of CocoVID or TAO; reading takes any"},
    FormatOption{
        "frames", "auto|name|order", "auto",
        "reading: the frame is frame_id or frame_index, or the number at the end of an image's name; auto: the "
        "first of them that is there; order: images count by their ids"},
    FormatOption{"first-frame", "N", "0", "the number that the video's first frame has in names"},
    FormatOption{"video", "auto|NAME", "auto", "which of the file's videos; auto: the only one, or that of our name"},
    image_step_option,
    image_prefix_option,
    image_extension_option,
    FormatOption{"images", "annotated|all|every=N", "all", image_choice_option.help}};

Result<CocoOptions> options_of(const FormatOptions& stated) {
    Options given(coco_format, stated);
    CocoOptions how{.as = given.text("as"),
                    .frames = given.text("frames"),
                    .first_frame = given.integer("first-frame", 0, largest_frame),
                    .video = given.text("video"),
                    .step = given.integer("step", 1, largest_frame),
                    .prefix = given.text("prefix"),
                    .extension = given.text("extension"),
                    .every = image_choice_of(given)};
    if (given.error()) return *given.error();
    return how;
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    return read_coco(request.files.front(), request.media, *how);
}

bool is_own_name(std::string_view name) {
    return std::find(coco_own_attributes.begin(), coco_own_attributes.end(), name) != coco_own_attributes.end();
}

/// What a track's attributes say at a frame, with its identity for readers that look for it there.
JsonOut attributes_of(const Annotations& annotations, const Track& track, FrameIndex frame, bool occluded) {
    JsonOut json = {{"occluded", occluded}, {"track_id", number(track.id)}};
    const Label* label = annotations.find_label(track.label);
    if (label == nullptr) return json;
    for (const Attribute& attribute : label->attributes) {
        const std::string_view value = value_at(track, &attribute, frame);
        if (value.empty() || is_own_name(attribute.name)) continue;
        const auto parsed = parse_double(value);
        if (attribute.type == AttributeType::Checkbox)
            json[attribute.name] = value == "true";
        else if (attribute.type == AttributeType::Number && parsed)
            json[attribute.name] = *parsed;
        else
            json[attribute.name] = std::string(value);
    }
    return json;
}

/// Writes the file's lists, an image or annotation a line, so that no more than one is held.
class Writer {
public:
    Writer(const WriteRequest& request, const Media& media, const CocoOptions& how, Losses& losses, StreamedFile& file)
        : annotations_(request.annotations),
          media_(media),
          how_(how),
          losses_(losses),
          file_(file),
          folder_(request.out.parent_path()) {}
    void write();
    std::vector<FrameImage> take_images() { return std::move(named_images_); }

private:
    void number_categories();
    void find_shown();
    void write_images();
    void count_own_names(const Track& track);
    void add(const Track& track, JsonLines& lines);
    bool takes(FrameIndex frame);
    bool is_video() const { return how_.as != "coco"; }

    const Annotations& annotations_;
    const Media& media_;
    const CocoOptions& how_;
    Losses& losses_;
    StreamedFile& file_;
    fs::path folder_;  ///< where the images are looked for
    JsonOut category_list_ = JsonOut::array();
    std::map<LabelId, std::int64_t> categories_;
    std::set<FrameIndex> shown_;  ///< where only images that show something are written
    std::vector<FrameImage> named_images_;
    // COCO's evaluation takes 0 for unmatched, so all ids count from 1.
    std::int64_t next_annotation_ = 1;
};

void Writer::number_categories() {
    const auto add = [&](LabelId id, const std::string& name) {
        if (categories_.contains(id)) return;
        categories_[id] = static_cast<std::int64_t>(category_list_.size()) + 1;
        category_list_.push_back({{"id", categories_[id]}, {"name", name}, {"supercategory", ""}});
    };
    for (const auto& [id, label] : annotations_.labels)
        if (label.kind == LabelKind::Track) add(id, label.name);
    for (const Track* track : tracks_of(annotations_, media_.id))
        add(track->label, annotations_.label_name(track->label));
}

void Writer::find_shown() {
    if (how_.every > 0) return;
    for (const Track* track : tracks_of(annotations_, media_.id))
        for (const auto& [frame, state] : states_in(*track, annotations_.fills_of(track->id), track->extent()))
            if (!state.outside) shown_.insert(frame);
}

void Writer::write_images() {
    JsonLines lines(file_);
    for (std::int64_t n = 0; n < media_.frames; ++n) {
        if (how_.every > 0 ? n % how_.every != 0 : !shown_.contains(FrameIndex{n})) continue;
        const std::string name = image_name(how_.prefix, n + how_.first_frame, how_.extension);
        JsonOut image = {{"id", n + 1}, {"file_name", name}, {"width", media_.width}, {"height", media_.height}};
        named_images_.push_back({FrameIndex{n}, folder_ / name});
        if (is_video()) image["video_id"] = 1;
        if (is_video()) image[how_.as == "tao" ? "frame_index" : "frame_id"] = n;
        lines.add(json_line(image));
    }
}

/// Tells whether a box in that frame is written, and counts those that are not.
bool Writer::takes(FrameIndex frame) {
    const bool is_past = frame.value >= media_.frames;
    if (!is_past && (how_.every == 0 || frame.value % how_.every == 0)) return true;
    losses_.add(is_past ? "boxes past the video's last frame left out" : "boxes in frames that are not written");
    return false;
}

JsonOut corners_of(const Quad& quad) {
    JsonOut corners = JsonOut::array();
    for (const Point& corner : quad.corners) {
        corners.push_back(corner.x);
        corners.push_back(corner.y);
    }
    return corners;
}

/// Counts values of attributes whose names the format has for something else.
void Writer::count_own_names(const Track& track) {
    const Label* label = annotations_.find_label(track.label);
    if (label == nullptr) return;
    const auto count = [&](AttributeId id) {
        const Attribute* attribute = label->find_attribute(id);
        if (attribute == nullptr || !is_own_name(attribute->name)) return;
        losses_.add(fmt::format("values of attributes named {} left out, which says something else in COCO",
                                in_quotes(attribute->name)));
    };
    for (const auto& [id, value] : track.attributes) count(id);
    for (const AttributeRange& range : track.attribute_ranges) count(range.attribute);
}

/// The rows of a track differ in few values, so that one is made and changed from frame to frame.
void Writer::add(const Track& track, JsonLines& lines) {
    count_own_names(track);
    losses_.add("values of fixed attributes written frame by frame",
                static_cast<std::int64_t>(track.attributes.size()));
    JsonOut row = {{"id", 0},
                   {"image_id", 0},
                   {"category_id", categories_.at(track.label)},
                   {"bbox", JsonOut::array({0, 0, 0, 0})},
                   {"area", 0},
                   {"iscrowd", 0},
                   {"segmentation", JsonOut::array()}};
    if (is_video()) row["video_id"] = 1;
    if (is_video()) row[how_.as == "tao" ? "track_id" : "instance_id"] = number(track.id);
    row["attributes"] = attributes_of(annotations_, track, FrameIndex{}, false);
    const Label* label = annotations_.find_label(track.label);
    const bool has_attributes = label != nullptr && !label->attributes.empty();
    JsonOut& bbox = row["bbox"];
    JsonOut& attributes = row["attributes"];
    for (const auto& [frame, state] : states_in(track, annotations_.fills_of(track.id), track.extent())) {
        if (state.outside || !takes(frame)) continue;
        const Shape shape = on_grid(state.shape);
        const Box box = std::get<Box>(on_grid(bounding_box(shape)));
        row["id"] = next_annotation_++;
        row["image_id"] = frame.value + 1;
        std::size_t at = 0;
        for (const double value : {box.x, box.y, box.w, box.h}) bbox[at++] = value;
        row["area"] = box.w * box.h;
        if (const Quad* quad = std::get_if<Quad>(&shape)) {
            row["segmentation"] = JsonOut::array({corners_of(*quad)});
            row["area"] = std::abs(signed_area(*quad));
        }
        if (has_attributes) {
            attributes = attributes_of(annotations_, track, frame, state.occluded);
            const auto crowd = attributes.find("iscrowd");
            row["iscrowd"] = crowd != attributes.end() && *crowd == true ? 1 : 0;
            attributes.erase("iscrowd");
        } else {
            attributes["occluded"] = state.occluded;
        }
        lines.add(json_line(row));
    }
}

void Writer::write() {
    number_categories();
    find_shown();
    file_.write("{\n\"info\": " + json_line({{"description", media_.name()}}) + ",\n\"licenses\": [],\n");
    if (is_video())
        file_.write("\"videos\": " +
                    json_line(JsonOut::array({{{"id", 1},
                                               {"name", fs::path(media_.name()).stem().string()},
                                               {"width", media_.width},
                                               {"height", media_.height}}})) +
                    ",\n");
    file_.write("\"images\": [");
    write_images();
    if (how_.as == "tao") {
        file_.write("\n],\n\"tracks\": [");
        JsonLines lines(file_);
        for (const Track* track : tracks_of(annotations_, media_.id))
            lines.add(
                json_line({{"id", number(track->id)}, {"category_id", categories_[track->label]}, {"video_id", 1}}));
    }
    file_.write("\n],\n\"annotations\": [");
    JsonLines lines(file_);
    for (const Track* track : tracks_of(annotations_, media_.id)) add(*track, lines);
    file_.write("\n],\n\"categories\": " + json_line(category_list_) + "\n}\n");
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    Losses losses;
    Output output(request);
    const auto file = output.stream(request.out);
    if (!file) return file.error();
    Writer writer(request, media, *how, losses, **file);
    writer.write();
    count_segments(request.annotations, media.id, losses);
    if (auto closed = (*file)->close(); !closed) return closed.error();
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{
        std::move(*written), losses.list(), writer.take_images(), {{"frames", "auto"}, {"video", "auto"}}};
}

bool sniff(const fs::path&, std::string_view head) {
    const std::string_view text = trim(without_bom(head));
    if (!text.starts_with('{')) return false;
    const auto has = [&](std::string_view key) { return text.find(key) != std::string_view::npos; };
    const bool is_video_list = has("\"file_names\"") || has("\"bboxes\"");
    return !is_video_list && ((has("\"images\"") && has("\"file_name\"")) || has("\"image_id\"") ||
                              (has("\"categories\"") && has("\"supercategory\"")));
}

}  // namespace

const Format coco_format{
    .id = "coco",
    .name = "COCO, CocoVID, TAO",
    .extension = ".json",
    .reader = "pycocotools",
    .convention = "frames by image name or order; left top width height in px from 0, fractions",
    .carries = {.boxes = true, .quads = true, .occluded = true, .outside = true, .attributes = true, .fractions = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
