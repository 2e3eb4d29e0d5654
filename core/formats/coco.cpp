#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/image_name.h"
#include "core/formats/text/images.h"
#include "core/formats/text/json.h"
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
    FormatOption{"step", "N", "1", "reading: images of a track at most so many frames apart are filled in between"},
    FormatOption{"prefix", "NAME", "frame_", "writing: what an image's name begins with, before six digits"},
    FormatOption{"extension", "NAME", ".png", "writing: what an image's name ends with"},
    FormatOption{"images", "annotated|all|every=N", "all", image_choice_option.help}};

struct CocoOptions {
    std::string as, frames;
    std::int64_t first_frame = 0;
    std::string video;
    std::int64_t step = 1;
    std::string prefix;
    std::string extension;
    std::int64_t every = 1;  ///< 0: images that show something
};

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

/// A shape of a track in an image.
struct Row {
    FrameIndex frame;
    Shape shape;
    bool occluded = false;
    bool is_crowd = false;
    JsonAt attributes;
};

struct TrackRows {
    std::string label;
    std::vector<Row> rows;
};

class Reader {
public:
    Reader(const Json& json, std::string_view file, const Media& media, const CocoOptions& how)
        : errors_(file), root_(errors_, json), file_(file), builder_(media), how_(how) {}
    Result<ReadResult> read() &&;

private:
    std::optional<std::int64_t> wanted_video();
    void read_images();
    void read_annotations();
    std::optional<FrameIndex> frame_of(const JsonAt& image, std::int64_t order);
    std::int64_t identity_of(const JsonAt& annotation);
    std::optional<Shape> shape_of(const JsonAt& annotation);
    void add_track(std::int64_t id, const TrackRows& track);
    void say_attributes(const Row& row, LabelId label, AttributeTrail& trail);

    JsonErrors errors_;
    JsonAt root_;
    std::string_view file_;
    AnnotationsBuilder builder_;
    const CocoOptions& how_;
    std::map<std::int64_t, std::string> categories_;
    std::map<std::int64_t, std::optional<FrameIndex>> images_;  ///< none: of another video
    std::map<std::int64_t, TrackRows> tracks_;
    std::vector<TrackRows> singles_;
    std::int64_t shapeless_ = 0;
    std::int64_t flat_ = 0;
    std::int64_t scores_ = 0;
    std::int64_t other_class_ = 0;
};

std::optional<std::int64_t> Reader::wanted_video() {
    if (!root_["videos"].is_there()) return std::nullopt;
    std::map<std::string, std::int64_t> videos;
    for (const JsonAt& video : root_["videos"].elements())
        videos[video["name"].name()] = video["id"].integer(-largest_number, largest_number);
    if (errors_.error() || videos.empty()) return std::nullopt;
    const std::string own = fs::path(builder_.media().name()).stem().string();
    for (const auto& [name, id] : videos) {
        const bool is_own = name == own || fs::path(name).stem().string() == own;
        if (how_.video == "auto" ? is_own : name == how_.video) return id;
    }
    if (how_.video == "auto" && videos.size() == 1) return videos.begin()->second;
    root_["videos"].reject(fmt::format("has no {} among its {}; state one by option video, such as {}",
                                       in_quotes(how_.video == "auto" ? own : how_.video), videos.size(),
                                       in_quotes(videos.begin()->first)));
    return std::nullopt;
}

std::optional<FrameIndex> Reader::frame_of(const JsonAt& image, std::int64_t order) {
    if (how_.frames == "order") return FrameIndex{order};
    for (const char* key : {"frame_id", "frame_index"})
        if (how_.frames == "auto" && image[key].is_there()) return FrameIndex{image[key].integer(0, largest_frame)};
    const auto number = number_at_end(image["file_name"].text());
    if (!number || *number > largest_frame)
        image["file_name"].reject("does not end with the number of a frame; see option frames");
    else if (*number < how_.first_frame)
        image["file_name"].reject(fmt::format("{} is before the first frame, which is {}", *number, how_.first_frame));
    else
        return FrameIndex{*number - how_.first_frame};
    return std::nullopt;
}

void Reader::read_images() {
    const auto video = wanted_video();
    std::map<std::int64_t, JsonAt> by_id;
    for (const JsonAt& image : root_["images"].elements()) {
        const std::int64_t id = image["id"].integer(-largest_number, largest_number);
        if (errors_.error()) return;
        if (!by_id.emplace(id, image).second) image["id"].reject(fmt::format("{} stands twice", id));
    }
    std::int64_t order = 0;
    std::set<std::pair<std::int64_t, std::int64_t>> sizes;
    for (const auto& [id, image] : by_id) {
        if (errors_.error()) return;
        const bool is_other = video && image["video_id"].is_there() &&
                              image["video_id"].integer(-largest_number, largest_number) != *video;
        images_[id] = is_other ? std::nullopt : frame_of(image, order++);
        if (!is_other && image["width"].is_number() && image["height"].is_number())
            sizes.emplace(image["width"].integer(0, largest_frame), image["height"].integer(0, largest_frame));
    }
    note_other_sizes(builder_, sizes);
}

std::int64_t Reader::identity_of(const JsonAt& annotation) {
    for (const char* key : {"instance_id", "track_id"})
        if (annotation[key].is_there()) return annotation[key].integer(-1, largest_number);
    if (!annotation["attributes"].is_object()) return -1;
    const JsonAt id = annotation["attributes"]["track_id"];
    return id.is_there() ? id.integer(-1, largest_number) : -1;
}

/// The polygon of four corners that the segmentation is, unless it is the box itself.
std::optional<Shape> quad_of_segmentation(const JsonAt& segmentation, const Box& box) {
    if (!segmentation.is_array()) return std::nullopt;
    const auto polygons = segmentation.elements();
    if (polygons.size() != 1 || !polygons.front().is_array()) return std::nullopt;
    const auto numbers = polygons.front().elements();
    if (numbers.size() != 8) return std::nullopt;
    Quad quad;
    for (std::size_t i = 0; i < 4; ++i)
        quad.corners[i] = {numbers[2 * i].number(largest_coordinate_px),
                           numbers[2 * i + 1].number(largest_coordinate_px)};
    const Shape shape = on_grid(quad);
    if (!is_valid(shape)) return std::nullopt;
    constexpr double same_px = 0.01;
    for (const Point& corner : quad.corners) {
        const bool is_left = std::abs(corner.x - box.x) < same_px;
        const bool is_top = std::abs(corner.y - box.y) < same_px;
        if (!is_left && std::abs(corner.x - box.right()) >= same_px) return shape;
        if (!is_top && std::abs(corner.y - box.bottom()) >= same_px) return shape;
    }
    return std::nullopt;
}

std::optional<Shape> Reader::shape_of(const JsonAt& annotation) {
    if (!annotation["bbox"].is_there()) {
        ++shapeless_;
        return std::nullopt;
    }
    const auto numbers = annotation["bbox"].elements(4);
    if (errors_.error()) return std::nullopt;
    const auto at = [&](std::size_t i) { return numbers[i].number(largest_coordinate_px); };
    const Box box{at(0), at(1), at(2), at(3)};
    if (box.w < 0) numbers[2].reject("is negative: a box is x, y, width and height");
    if (box.h < 0) numbers[3].reject("is negative: a box is x, y, width and height");
    if (errors_.error()) return std::nullopt;
    if (auto quad = quad_of_segmentation(annotation["segmentation"], box)) return quad;
    if (box.w == 0 || box.h == 0) {
        ++flat_;
        return std::nullopt;
    }
    return on_grid(box);
}

void Reader::read_annotations() {
    for (const JsonAt& category : root_["categories"].elements())
        categories_[category["id"].integer(-largest_number, largest_number)] = category["name"].name();
    for (const JsonAt& annotation : root_["annotations"].elements()) {
        if (errors_.error()) return;
        const std::int64_t image = annotation["image_id"].integer(-largest_number, largest_number);
        const auto frame = images_.find(image);
        if (!errors_.error() && frame == images_.end())
            annotation["image_id"].reject(fmt::format("{} is none of the images", image));
        const auto category = categories_.find(annotation["category_id"].integer(-largest_number, largest_number));
        if (!errors_.error() && category == categories_.end())
            annotation["category_id"].reject("is none of the categories");
        if (errors_.error() || !frame->second) continue;
        const std::int64_t id = identity_of(annotation);
        const auto shape = shape_of(annotation);
        if (!shape || !builder_.takes_row_at(*frame->second)) continue;
        const JsonAt attributes = annotation["attributes"];
        const JsonAt occluded = attributes.is_object() ? attributes["occluded"] : annotation["occluded"];
        const JsonAt crowd = annotation["iscrowd"];
        scores_ += annotation["score"].is_there() ? 1 : 0;
        const Row row{*frame->second, *shape, occluded.is_true(), crowd.is_there() && crowd.integer(0, 1) == 1,
                      attributes};
        if (id < 0) {
            singles_.push_back({category->second, {row}});
            continue;
        }
        TrackRows& track = tracks_.try_emplace(id, TrackRows{category->second, {}}).first->second;
        other_class_ += track.label == category->second ? 0 : 1;
        track.rows.push_back(row);
    }
}

void Reader::say_attributes(const Row& row, LabelId label, AttributeTrail& trail) {
    const auto say = [&](std::string_view name, AttributeType type, std::string_view value) {
        trail.say(builder_.attribute(label, name, type, true), row.frame, value);
    };
    if (row.is_crowd) say("iscrowd", AttributeType::Checkbox, "true");
    if (!row.attributes.is_object()) return;
    for (const auto& [name, value] : row.attributes.members()) {
        if (name == "occluded" || name == "track_id" || name == "rotation" || name.empty() || !is_clean_utf8(name))
            continue;
        if (value.is_true()) say(name, AttributeType::Checkbox, "true");
        if (value.is_number())
            say(name, AttributeType::Number, format_number(value.number(static_cast<double>(largest_number)), 6));
        if (value.is_text() && !value.text().empty() && is_clean_utf8(value.text()))
            say(name, AttributeType::Text, value.text());
    }
}

void Reader::add_track(std::int64_t id, const TrackRows& stated) {
    const LabelId label = builder_.label(stated.label);
    Track track = builder_.new_track(label);
    if (id > 0) track.id = TrackId{id};
    AttributeTrail trail;
    std::vector<StatedShape> shapes;
    for (const Row& row : stated.rows) {
        shapes.push_back({row.frame, row.shape, row.occluded});
        say_attributes(row, label, trail);
    }
    state_shapes(track, std::move(shapes), builder_.end(), how_.step);
    track.attribute_ranges = trail.ranges();
    builder_.add(std::move(track));
}

Result<ReadResult> Reader::read() && {
    if (root_.is_array())
        return fail("{}: is a list of results, which names no images; read the file of annotations", file_);
    read_images();
    if (!errors_.error()) read_annotations();
    if (errors_.error()) return *errors_.error();
    for (auto& [id, track] : tracks_) {
        auto& rows = track.rows;
        std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.frame < b.frame; });
        const auto twice =
            std::adjacent_find(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.frame == b.frame; });
        if (twice != rows.end())
            return fail("{}: /annotations: track {} stands twice in frame {}", file_, id, twice->frame.value);
    }
    // Identities stay what they are where they can; 0 is none in a project, so it comes after the others.
    for (const auto& [id, track] : tracks_)
        if (id > 0) add_track(id, track);
    for (const auto& [id, track] : tracks_)
        if (id == 0) add_track(0, track);
    for (const TrackRows& single : singles_) add_track(0, single);
    if (errors_.error()) return *errors_.error();
    builder_.note_count(shapeless_, "annotations have no bbox and are left out");
    builder_.note_count(flat_, "boxes without area are left out");
    builder_.note_count(scores_, "scores are left out");
    builder_.note_count(other_class_, "annotations state another category than their track's first, which counts");
    return std::move(builder_).finish(file_);
}

Result<ReadResult> read_text(std::string_view file, std::string_view text, const Media& media, const CocoOptions& how) {
    const auto json = parse_json(file, text);
    if (!json) return json.error();
    return Reader(*json, file, media, how).read();
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    if (request.files.size() != 1)
        return fail("coco: {} files are stated; one is read at a time", request.files.size());
    const auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, *how);
}

/// What a track's attributes say at a frame, with its identity for readers that look for it there.
JsonOut attributes_of(const Annotations& annotations, const Track& track, FrameIndex frame, bool occluded) {
    JsonOut json = {{"occluded", occluded}, {"track_id", number(track.id)}};
    const Label* label = annotations.find_label(track.label);
    if (label == nullptr) return json;
    for (const Attribute& attribute : label->attributes) {
        const std::string_view value = value_at(track, &attribute, frame);
        if (value.empty() || json.contains(attribute.name)) continue;
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

class Writer {
public:
    Writer(const WriteRequest& request, const Media& media, const CocoOptions& how, Losses& losses)
        : annotations_(request.annotations),
          media_(media),
          how_(how),
          losses_(losses),
          folder_(request.out.parent_path()) {}
    std::string text();
    const std::vector<FrameImage>& named_images() const { return named_images_; }

private:
    void add(const Track& track);
    JsonOut images();
    bool is_video() const { return how_.as != "coco"; }

    const Annotations& annotations_;
    const Media& media_;
    const CocoOptions& how_;
    Losses& losses_;
    fs::path folder_;  ///< where the images are looked for
    std::map<LabelId, std::int64_t> categories_;
    std::set<FrameIndex> shown_;
    JsonOut rows_ = JsonOut::array();
    std::vector<FrameImage> named_images_;
    // COCO's evaluation takes 0 for unmatched, so all ids count from 1.
    std::int64_t next_annotation_ = 1;
};

void Writer::add(const Track& track) {
    losses_.add("values of fixed attributes written frame by frame",
                static_cast<std::int64_t>(track.attributes.size()));
    for (const auto& [frame, state] : states_in(track, annotations_.fills_of(track.id), track.extent())) {
        if (state.outside) continue;
        const bool is_past = frame.value >= media_.frames;
        if (is_past || (how_.every > 0 && frame.value % how_.every != 0)) {
            losses_.add(is_past ? "boxes past the video's last frame left out"
                                : "boxes in frames that are not written");
            continue;
        }
        const Shape shape = on_grid(state.shape);
        const Box box = std::get<Box>(on_grid(bounding_box(shape)));
        JsonOut segmentation = JsonOut::array();
        double area = box.w * box.h;
        if (const Quad* quad = std::get_if<Quad>(&shape)) {
            JsonOut corners = JsonOut::array();
            for (const Point& corner : quad->corners) {
                corners.push_back(corner.x);
                corners.push_back(corner.y);
            }
            segmentation.push_back(std::move(corners));
            area = std::abs(signed_area(*quad));
        }
        JsonOut row = {{"id", next_annotation_++},
                       {"image_id", frame.value + 1},
                       {"category_id", categories_.at(track.label)},
                       {"bbox", JsonOut::array({box.x, box.y, box.w, box.h})},
                       {"area", area},
                       {"iscrowd", 0},
                       {"segmentation", std::move(segmentation)}};
        if (is_video()) row["video_id"] = 1;
        if (is_video()) row[how_.as == "tao" ? "track_id" : "instance_id"] = number(track.id);
        row["attributes"] = attributes_of(annotations_, track, frame, state.occluded);
        const auto crowd = row["attributes"].find("iscrowd");
        if (crowd != row["attributes"].end()) row["iscrowd"] = *crowd == true ? 1 : 0;
        row["attributes"].erase("iscrowd");
        rows_.push_back(std::move(row));
        shown_.insert(frame);
    }
}

JsonOut Writer::images() {
    JsonOut images = JsonOut::array();
    for (std::int64_t n = 0; n < media_.frames; ++n) {
        if (how_.every > 0 ? n % how_.every != 0 : !shown_.contains(FrameIndex{n})) continue;
        JsonOut image = {{"id", n + 1},
                         {"file_name", image_name(how_.prefix, n + how_.first_frame, how_.extension)},
                         {"width", media_.width},
                         {"height", media_.height}};
        named_images_.push_back({FrameIndex{n}, folder_ / image["file_name"].get<std::string>()});
        if (is_video()) image["video_id"] = 1;
        if (is_video()) image[how_.as == "tao" ? "frame_index" : "frame_id"] = n;
        images.push_back(std::move(image));
    }
    return images;
}

std::string Writer::text() {
    JsonOut categories = JsonOut::array();
    for (const auto& [id, label] : annotations_.labels) {
        if (label.kind != LabelKind::Track) continue;
        categories_[id] = static_cast<std::int64_t>(categories.size()) + 1;
        categories.push_back({{"id", categories_[id]}, {"name", label.name}, {"supercategory", ""}});
    }
    JsonOut tracks = JsonOut::array();
    for (const Track* track : tracks_of(annotations_, media_.id)) {
        if (!categories_.contains(track->label)) {
            categories_[track->label] = static_cast<std::int64_t>(categories.size()) + 1;
            categories.push_back({{"id", categories_[track->label]},
                                  {"name", annotations_.label_name(track->label)},
                                  {"supercategory", ""}});
        }
        add(*track);
        tracks.push_back({{"id", number(track->id)}, {"category_id", categories_[track->label]}, {"video_id", 1}});
    }
    JsonOut root = {{"info", {{"description", media_.name()}}}, {"licenses", JsonOut::array()}};
    if (is_video())
        root["videos"] = JsonOut::array({{{"id", 1},
                                          {"name", fs::path(media_.name()).stem().string()},
                                          {"width", media_.width},
                                          {"height", media_.height}}});
    root["images"] = images();
    if (how_.as == "tao") root["tracks"] = std::move(tracks);
    root["annotations"] = std::move(rows_);
    root["categories"] = std::move(categories);
    return json_text(root);
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    Losses losses;
    Writer writer(request, media, *how, losses);
    const std::string text = writer.text();
    count_segments(request.annotations, media.id, losses);
    Output output(request);
    output.add(request.out, text);
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{
        std::move(*written), losses.list(), writer.named_images(), {{"frames", "auto"}, {"video", "auto"}}};
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
