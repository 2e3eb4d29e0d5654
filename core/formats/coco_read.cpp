#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "core/base/text.h"
#include "core/formats/coco.h"
#include "core/formats/text/builder.h"
#include "core/formats/text/image_name.h"
#include "core/formats/text/images.h"
#include "core/formats/text/json.h"
#include "core/formats/text/quads.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

/// An image as the file states it; -1 stands for what it does not.
struct Image {
    std::int64_t id = 0;
    std::int64_t index = 0;  ///< in the file's list
    std::int64_t frame = -1;
    std::int64_t number = -1;  ///< at the end of its name
    std::int64_t width = -1;
    std::int64_t height = -1;
    std::optional<std::int64_t> video;
};

/// A value of an attribute.
struct Said {
    std::string name;
    AttributeType type = AttributeType::Text;
    std::string value;
};

/// An annotation, in few bytes: of a file there may be millions, and none can be placed before all images are known.
struct Row {
    std::int64_t image = 0;  ///< its id; once the images are known, its frame
    std::int64_t category = 0;
    std::int64_t identity = -1;
    Box box;
    std::uint32_t index = 0;  ///< in the file's list
    std::uint32_t quad = 0;   ///< which quad it is, from 1; 0: a box
    std::uint32_t said = 0;   ///< which list of values it has, from 1
    bool has_box = false;
    bool is_flat = false;
    bool is_turned = false;  ///< by its attribute
    bool has_score = false;
    bool is_occluded = false;
    bool is_crowd = false;
};

bool is_before(const Row& a, const Row& b) {
    const auto key = [](const Row& row) {
        return std::tuple(row.identity < 0, std::max<std::int64_t>(row.identity, -1), row.identity < 0 ? 0 : row.image,
                          row.index);
    };
    return key(a) < key(b);
}

constexpr std::int64_t most = largest_number;

class Reader {
public:
    Reader(std::string file, const Media& media, const CocoOptions& how)
        : file_(std::move(file)), errors_(file_), builder_(media), how_(how) {}
    Result<ReadResult> read(const fs::path& path) &&;

private:
    void take(std::string_view member, const JsonAt& value);
    void take_image(const JsonAt& image);
    std::optional<std::int64_t> pose_track_frame(const JsonAt& at, Image& image);
    void take_annotation(const JsonAt& annotation);
    void take_shape(const JsonAt& annotation, Row& row);
    std::uint32_t take_said(const JsonAt& attributes);
    std::optional<std::int64_t> wanted_video();
    void place_images();
    void place_image(Image& image, std::int64_t order);
    void place_rows();
    bool place_row(Row& row);
    std::optional<Error> doubled_frame() const;
    void add_tracks();
    void add_track(std::size_t begin, std::size_t end);
    void say_attributes(const Row& row, LabelId label, AttributeTrail& trail);
    void reject(std::string_view list, std::int64_t index, std::string_view field, std::string_view why) {
        errors_.reject(fmt::format("/{}[{}]/{}", list, index, field), why);
    }

    std::string file_;
    JsonErrors errors_;
    AnnotationsBuilder builder_;
    const CocoOptions& how_;
    std::map<std::string, std::int64_t> videos_;
    std::map<std::string, std::int64_t>
        pose_track_videos_;  ///< by each of their names; count where no others are there
    std::map<std::int64_t, std::string> categories_;
    std::vector<Image> images_;  ///< by id, once they are placed
    std::vector<Row> rows_;
    std::vector<Quad> quads_;
    std::vector<std::vector<Said>> said_;
    std::map<std::string, std::uint32_t> said_numbers_;
    std::int64_t shapeless_ = 0;
    std::int64_t flat_ = 0;
    std::int64_t turned_ = 0;
    std::int64_t scores_ = 0;
    std::int64_t other_class_ = 0;
};

/// A name, which converters of trackers' data sets state as a number, too.
std::string spoken_name(const JsonAt& value) {
    return value.is_number() ? std::to_string(value.integer(-most, most)) : value.name();
}

void Reader::take(std::string_view member, const JsonAt& value) {
    const bool is_read = member == "videos" || member == "images" || member == "annotations" || member == "categories";
    if (!is_read) return;
    if (value.index() < 0)
        value.want("an array");
    else if (member == "videos")
        videos_[spoken_name(value[value["name"].is_there() ? "name" : "file_name"])] = value["id"].integer(-most, most);
    else if (member == "images")
        take_image(value);
    else if (member == "annotations")
        take_annotation(value);
    else
        categories_[value["id"].integer(-most, most)] = spoken_name(value["name"]);
}

/// The frame in PoseTrack's ids, which have eleven digits: 1, six of the sequence, four of the frame. They state the
/// video, too.   returns: nullopt for an image without one.   source: anDoer/PoseTrack21, doc/dataset_structure.md
std::optional<std::int64_t> Reader::pose_track_frame(const JsonAt& at, Image& image) {
    constexpr std::int64_t least = 10'000'000'000;
    constexpr std::int64_t frames_per_video = 10'000;
    if (!at["frame_id"].is_number()) return std::nullopt;
    const std::int64_t id = at["frame_id"].integer(-most, most);
    if (id < least || id >= 2 * least) return std::nullopt;
    if (!image.video) {
        image.video = id / frames_per_video;
        if (at["vid_id"].is_text()) pose_track_videos_[at["vid_id"].text()] = *image.video;
        if (at["file_name"].is_text())
            pose_track_videos_[fs::path(at["file_name"].text()).parent_path().filename().string()] = *image.video;
        pose_track_videos_.erase("");
    }
    return id % frames_per_video;
}

void Reader::take_image(const JsonAt& at) {
    Image image{.id = at["id"].integer(-most, most), .index = at.index()};
    if (at["video_id"].is_there()) image.video = at["video_id"].integer(-most, most);
    const auto pose_track = pose_track_frame(at, image);
    for (const char* key : {"frame_index", "frame_id"})
        if (how_.frames == "auto" && at[key].is_there()) {
            image.frame = (pose_track ? *pose_track : at[key].integer(0, largest_frame)) - how_.first_frame;
            if (image.frame < 0)
                at[key].reject(fmt::format("is before the first frame, which is {}", how_.first_frame));
        }
    if (at["file_name"].is_text()) image.number = number_at_end(at["file_name"].text()).value_or(-1);
    if (at["width"].is_number() && at["height"].is_number()) {
        image.width = at["width"].integer(0, largest_frame);
        image.height = at["height"].integer(0, largest_frame);
    }
    images_.push_back(image);
}

std::int64_t identity_of(const JsonAt& annotation, const JsonAt& attributes) {
    for (const char* key : {"instance_id", "track_id"})
        if (const JsonAt id = annotation[key]; id.is_there()) return id.integer(-1, most);
    if (!attributes.is_object()) return -1;
    const JsonAt id = attributes["track_id"];
    return id.is_there() ? id.integer(-1, most) : -1;
}

/// The polygon of four corners that the segmentation is, unless it is the box itself.
std::optional<Quad> quad_of_segmentation(const JsonAt& segmentation, const Box& box) {
    if (!segmentation.is_array() || segmentation.size() != 1) return std::nullopt;
    const JsonAt polygon = segmentation.elements().front();
    if (!polygon.is_array() || polygon.size() != 8) return std::nullopt;
    std::array<double, 8> numbers{};
    polygon.numbers(numbers.data(), numbers.size(), largest_coordinate_px);
    Quad quad;
    for (std::size_t i = 0; i < 4; ++i) quad.corners[i] = {numbers[2 * i], numbers[2 * i + 1]};
    const Shape shape = on_grid(quad);
    if (!is_valid(shape)) return std::nullopt;
    constexpr double same_px = 0.01;
    for (const Point& corner : quad.corners) {
        const bool is_left = std::abs(corner.x - box.x) < same_px;
        const bool is_top = std::abs(corner.y - box.y) < same_px;
        if (!is_left && std::abs(corner.x - box.right()) >= same_px) return std::get<Quad>(shape);
        if (!is_top && std::abs(corner.y - box.bottom()) >= same_px) return std::get<Quad>(shape);
    }
    return std::nullopt;
}

/// The degrees by which CVAT states that the upright box is turned clockwise; 0 for none.
/// source: https://github.com/cvat-ai/cvat/issues/4745
double rotation_of(const JsonAt& attributes) {
    if (!attributes.is_object() || !attributes["rotation"].is_number()) return 0;
    constexpr double most_degrees = 1e6;
    return attributes["rotation"].number(most_degrees);
}

/// Tells whether a value says yes, as a truth value, a number as trackers' files have it, or a word.
bool says_yes(const JsonAt& value) {
    if (value.is_text()) return to_lower(value.text()) == "true" || value.text() == "1";
    return value.is_number() ? value.number(static_cast<double>(most)) > 0 : value.is_true();
}

void Reader::take_shape(const JsonAt& annotation, Row& row) {
    const JsonAt bbox = annotation["bbox"];
    row.has_box = bbox.is_there() && !(bbox.is_array() && bbox.size() == 0);
    if (!row.has_box) return;
    std::array<double, 4> numbers{};
    bbox.numbers(numbers.data(), numbers.size(), largest_coordinate_px);
    if (errors_.error()) return;
    const Box box{numbers[0], numbers[1], numbers[2], numbers[3]};
    for (const std::size_t side : {2U, 3U})
        if (numbers[side] < 0) bbox.elements()[side].reject("is negative: a box is x, y, width and height");
    if (errors_.error()) return;
    auto quad = quad_of_segmentation(annotation["segmentation"], box);
    if (const double degrees = quad ? 0 : rotation_of(annotation["attributes"]); degrees != 0) {
        const Shape shape = on_grid(turned(box, degrees));
        if (is_valid(shape)) quad = std::get<Quad>(shape);
        row.is_turned = quad.has_value();
    }
    if (quad) {
        quads_.push_back(*quad);
        row.quad = static_cast<std::uint32_t>(quads_.size());
    } else {
        row.is_flat = box.w == 0 || box.h == 0;
        row.box = std::get<Box>(on_grid(box));
    }
}

/// The values that an annotation states; most state the same ones as others do.
std::uint32_t Reader::take_said(const JsonAt& attributes) {
    const auto is_ours = [](std::string_view name) {
        return std::find(coco_own_attributes.begin(), coco_own_attributes.end(), name) != coco_own_attributes.end();
    };
    std::size_t ours = 0;
    for (const std::string_view name : coco_own_attributes) ours += attributes[name].is_stated() ? 1 : 0;
    if (attributes.size() == ours) return 0;
    std::vector<Said> said;
    std::string key;
    for (const auto& [name, value] : attributes.members()) {
        if (is_ours(name) || name.empty() || !is_clean_utf8(name)) continue;
        if (value.is_true()) said.push_back({name, AttributeType::Checkbox, "true"});
        if (value.is_number())
            said.push_back({name, AttributeType::Number, format_number(value.number(static_cast<double>(most)), 6)});
        if (value.is_text() && !value.text().empty() && is_clean_utf8(value.text()))
            said.push_back({name, AttributeType::Text, value.text()});
    }
    // No name and no value holds a line end.
    for (const Said& one : said) key += fmt::format("{}\n{}\n{}\n", one.name, static_cast<int>(one.type), one.value);
    const auto [number, is_new] = said_numbers_.try_emplace(key, static_cast<std::uint32_t>(said_.size() + 1));
    if (is_new) said_.push_back(std::move(said));
    return number->second;
}

void Reader::take_annotation(const JsonAt& annotation) {
    Row row{.image = annotation["image_id"].integer(-most, most),
            .category = annotation["category_id"].integer(-most, most),
            .index = static_cast<std::uint32_t>(annotation.index())};
    const JsonAt attributes = annotation["attributes"];
    row.identity = identity_of(annotation, attributes);
    take_shape(annotation, row);
    row.is_occluded = says_yes(annotation["occluded"]) || (attributes.is_object() && says_yes(attributes["occluded"]));
    const JsonAt crowd = annotation["iscrowd"];
    if (crowd.is_there()) row.is_crowd = crowd.is_true() || (!crowd.is_false() && crowd.integer(0, 1) == 1);
    row.has_score = annotation["score"].is_there();
    if (attributes.is_object()) row.said = take_said(attributes);
    rows_.push_back(row);
}

std::optional<std::int64_t> Reader::wanted_video() {
    if (videos_.empty()) videos_ = pose_track_videos_;
    if (videos_.empty()) return std::nullopt;
    const std::string own = fs::path(builder_.media().name()).stem().string();
    for (const auto& [name, id] : videos_) {
        const bool is_own = name == own || fs::path(name).stem().string() == own;
        if (how_.video == "auto" ? is_own : name == how_.video) return id;
    }
    std::set<std::int64_t> ids;
    for (const auto& [name, id] : videos_) ids.insert(id);
    if (how_.video == "auto" && ids.size() == 1) return *ids.begin();
    errors_.reject("/videos", fmt::format("has no {} among its {}; state one by option video, such as {}",
                                          in_quotes(how_.video == "auto" ? own : how_.video), ids.size(),
                                          in_quotes(videos_.begin()->first)));
    return std::nullopt;
}

/// Gives the image its frame.
void Reader::place_image(Image& image, std::int64_t order) {
    if (how_.frames == "order") image.frame = order;
    if (image.frame >= 0) return;
    if (image.number < 0 || image.number > largest_frame)
        reject("images", image.index, "file_name", "does not end with the number of a frame; see option frames");
    else if (image.number < how_.first_frame)
        reject("images", image.index, "file_name",
               fmt::format("{} is before the first frame, which is {}", image.number, how_.first_frame));
    else
        image.frame = image.number - how_.first_frame;
}

void Reader::place_images() {
    const auto video = wanted_video();
    std::stable_sort(images_.begin(), images_.end(), [](const Image& a, const Image& b) { return a.id < b.id; });
    std::int64_t order = 0;
    std::set<std::int64_t> shifts;
    std::set<std::pair<std::int64_t, std::int64_t>> sizes;
    for (std::size_t i = 0; i < images_.size() && !errors_.error(); ++i) {
        Image& image = images_[i];
        if (i > 0 && images_[i - 1].id == image.id)
            reject("images", image.index, "id", fmt::format("{} stands twice", image.id));
        const bool is_other = video && image.video && *image.video != *video;
        if (is_other) {
            image.frame = -1;
            continue;
        }
        // From 0 or from 1, names and frames say the same.
        if (how_.frames == "auto" && image.frame >= 0 && image.number >= 0)
            shifts.insert(image.number - image.frame - how_.first_frame);
        place_image(image, order++);
        if (image.width >= 0) sizes.emplace(image.width, image.height);
    }
    if (shifts.size() == 1 && std::abs(*shifts.begin()) > 1)
        builder_.note(
            fmt::format("the numbers of the images' names are {} more than their frames in the file, which "
                        "count; option frames=name takes the names",
                        *shifts.begin()));
    note_other_sizes(builder_, sizes);
}

/// Gives the row its frame.   returns: whether it is one of the video's and has a shape.
bool Reader::place_row(Row& row) {
    const auto image =
        std::partition_point(images_.begin(), images_.end(), [&](const Image& each) { return each.id < row.image; });
    const bool is_known = image != images_.end() && image->id == row.image;
    if (!is_known) reject("annotations", row.index, "image_id", fmt::format("{} is none of the images", row.image));
    if (!categories_.contains(row.category))
        reject("annotations", row.index, "category_id", "is none of the categories");
    if (errors_.error() || image->frame < 0) return false;
    shapeless_ += row.has_box ? 0 : 1;
    flat_ += row.is_flat ? 1 : 0;
    turned_ += row.is_turned ? 1 : 0;
    if (!row.has_box || row.is_flat || !builder_.takes_row_at(FrameIndex{image->frame})) return false;
    scores_ += row.has_score ? 1 : 0;
    row.image = image->frame;
    return true;
}

void Reader::place_rows() {
    std::erase_if(rows_, [&](Row& row) { return errors_.error() || !place_row(row); });
    if (!std::is_sorted(rows_.begin(), rows_.end(), is_before)) std::sort(rows_.begin(), rows_.end(), is_before);
}

std::optional<Error> Reader::doubled_frame() const {
    const auto twice = std::adjacent_find(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) {
        return a.identity >= 0 && a.identity == b.identity && a.image == b.image;
    });
    if (twice == rows_.end()) return std::nullopt;
    return fail("{}: /annotations: track {} stands twice in frame {}", file_, twice->identity, twice->image);
}

void Reader::say_attributes(const Row& row, LabelId label, AttributeTrail& trail) {
    const auto say = [&](std::string_view name, AttributeType type, std::string_view value) {
        trail.say(builder_.attribute(label, name, type, true), FrameIndex{row.image}, value);
    };
    if (row.is_crowd) say("iscrowd", AttributeType::Checkbox, "true");
    if (row.said == 0) return;
    for (const Said& said : said_[row.said - 1]) say(said.name, said.type, said.value);
}

/// Makes a track of the rows from `begin` to `end`.
void Reader::add_track(std::size_t begin, std::size_t end) {
    const auto first = rows_.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = rows_.begin() + static_cast<std::ptrdiff_t>(end);
    // The class is that of the row which stands first in the file.
    const auto leading = std::min_element(first, last, [](const Row& a, const Row& b) { return a.index < b.index; });
    other_class_ += std::count_if(first, last, [&](const Row& row) { return row.category != leading->category; });
    const LabelId label = builder_.label(categories_.at(leading->category));
    Track track = builder_.new_track(label);
    if (leading->identity > 0) track.id = TrackId{leading->identity};
    AttributeTrail trail;
    std::vector<StatedShape> shapes;
    shapes.reserve(end - begin);
    for (auto row = first; row != last; ++row) {
        const Shape shape = row->quad > 0 ? Shape(quads_[row->quad - 1]) : Shape(row->box);
        shapes.push_back({FrameIndex{row->image}, shape, row->is_occluded});
        say_attributes(*row, label, trail);
    }
    state_shapes(track, std::move(shapes), builder_.end(), how_.step);
    track.attribute_ranges = trail.ranges();
    builder_.add(std::move(track));
}

/// Identities stay what they are where they can; 0 is none in a project, so it comes after the others, and then what
/// has none.
void Reader::add_tracks() {
    const auto end_of = [&](std::size_t begin) {
        std::size_t end = begin + 1;
        while (end < rows_.size() && rows_[end].identity == rows_[begin].identity && rows_[begin].identity >= 0) ++end;
        return end;
    };
    const std::size_t zero = !rows_.empty() && rows_.front().identity == 0 ? end_of(0) : 0;
    std::size_t begin = zero;
    for (; begin < rows_.size() && rows_[begin].identity > 0; begin = end_of(begin)) add_track(begin, end_of(begin));
    if (zero > 0) add_track(0, zero);
    for (; begin < rows_.size(); ++begin) add_track(begin, begin + 1);
}

Result<ReadResult> Reader::read(const fs::path& path) && {
    const auto root =
        parse_json_members(path, errors_, [&](std::string_view member, const JsonAt& at) { take(member, at); });
    if (!root) return root.error();
    if (root->is_array)
        return fail("{}: is a list of results, which names no images; read the file of annotations", file_);
    if (!root->is_object) return fail("{}: JSON: is no object", file_);
    for (const char* list : {"images", "categories", "annotations"})
        if (!root->members.contains(list)) errors_.reject(fmt::format("/{}", list), "is missing; an array is wanted");
    if (!errors_.error()) place_images();
    if (!errors_.error()) place_rows();
    if (errors_.error()) return *errors_.error();
    if (const auto twice = doubled_frame()) return *twice;
    add_tracks();
    builder_.note_count(shapeless_, "annotations have no bbox and are left out");
    builder_.note_count(flat_, "boxes without area are left out");
    builder_.note_count(turned_, "boxes are turned by their attribute 'rotation', and read as quads");
    builder_.note_count(scores_, "scores are left out");
    builder_.note_count(other_class_, "annotations state another category than their track's first, which counts");
    return std::move(builder_).finish(file_);
}

}  // namespace

Result<ReadResult> read_coco(const fs::path& path, const Media& media, const CocoOptions& how) {
    return Reader(path.string(), media, how).read(path);
}

}  // namespace inbetween
