#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/images.h"
#include "core/formats/text/json.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: wkentaro/labelme, labelme/label_file.py: a JSON file an image. group_id is what tells objects apart, flags
// are what a person may tick.

constexpr std::array options{
    FormatOption{"identity", "group|none", "group",
                 "reading: shapes of one group_id and label are one track, unless two stand in an image; or each shape "
                 "is a track. Writing: whether tracks are groups"},
    FormatOption{"polygons", "box|skip", "box",
                 "reading shapes that have no four corners: as their bounding boxes, or not at all"},
    FormatOption{"quads", "oriented|polygon", "polygon",
                 "writing quads that have right angles: as oriented rectangles, or as polygons as all others"},
    image_frames_option,
    image_first_option,
    image_link_option,
    image_step_option,
    image_prefix_option,
    image_extension_option,
    image_choice_option};

constexpr std::string_view occluded_flag = "occluded";

struct LabelmeOptions {
    bool has_groups = true;
    bool takes_polygons = true;
    bool writes_oriented = false;
    ImageOptions images;
};

Result<LabelmeOptions> options_of(const FormatOptions& stated) {
    Options given(labelme_format, stated);
    LabelmeOptions how{.has_groups = given.is("identity", "group"),
                       .takes_polygons = given.is("polygons", "box"),
                       .writes_oriented = given.is("quads", "oriented"),
                       .images = image_options_of(given)};
    if (given.error()) return *given.error();
    return how;
}

std::optional<std::string> stem_of(const fs::path& path) {
    return to_lower(path.extension().string()) == ".json" ? std::optional(path.stem().string()) : std::nullopt;
}

/// Takes the images one after another.
class Images {
public:
    Images(const Media& media, const LabelmeOptions& how) : tracks_(media, how.images), how_(how) {}
    Result<Done> add(FrameIndex frame, const std::string& file, std::string_view text);
    Result<ReadResult> finish(const std::string& file) &&;

private:
    std::optional<Shape> shape_of(const JsonAt& stated, const std::string& type);
    void read_flags(const JsonAt& flags, ImageShape& shape);
    void read_attributes(const JsonAt& stated, ImageShape& shape);
    void read_shape(const JsonAt& stated, std::vector<ImageShape>& shapes);

    ImageTracks tracks_;
    const LabelmeOptions& how_;
    std::map<std::string, std::int64_t> left_out_;
    std::int64_t as_boxes_ = 0;
};

Box box_around(const std::vector<Point>& points) {
    Point least = points.front();
    Point most = points.front();
    for (const Point& point : points) {
        least = {std::min(least.x, point.x), std::min(least.y, point.y)};
        most = {std::max(most.x, point.x), std::max(most.y, point.y)};
    }
    // Edge by edge, since decimals lead back to an edge and not to a width.
    const auto on_step = [](double v) { return std::round(v * shape_grid_per_px) / shape_grid_per_px; };
    return {on_step(least.x), on_step(least.y), on_step(most.x) - on_step(least.x), on_step(most.y) - on_step(least.y)};
}

/// The box around a circle, which is stated by its centre and a point of its rim.
Box box_of_circle(const std::vector<Point>& points) {
    const double radius = std::hypot(points[1].x - points[0].x, points[1].y - points[0].y);
    return {points[0].x - radius, points[0].y - radius, 2 * radius, 2 * radius};
}

/// Tells whether four corners, one after another, are those of an upright rectangle.
bool is_upright(const std::vector<Point>& corners) {
    const auto is_same = [](double a, double b) { return std::abs(a - b) < 0.01; };
    const auto is_level = [&](std::size_t a, std::size_t b) { return is_same(corners[a].y, corners[b].y); };
    const auto is_plumb = [&](std::size_t a, std::size_t b) { return is_same(corners[a].x, corners[b].x); };
    return (is_level(0, 1) && is_plumb(1, 2) && is_level(2, 3) && is_plumb(3, 0)) ||
           (is_plumb(0, 1) && is_level(1, 2) && is_plumb(2, 3) && is_level(3, 0));
}

/// A shape as labelme would have it: X-AnyLabeling states rectangles by four corners, and calls a turned one a
/// rotation.   source: https://github.com/CVHub520/X-AnyLabeling/issues/1262
std::string type_of(const std::string& stated, const std::vector<Point>& points) {
    if (points.size() == 4 && stated == "rectangle" && !is_upright(points)) return "oriented_rectangle";
    return stated == "rotation" ? "oriented_rectangle" : stated;
}

std::optional<Shape> Images::shape_of(const JsonAt& stated, const std::string& stated_type) {
    std::vector<Point> points;
    for (const JsonAt& point : stated["points"].elements()) {
        const auto numbers = point.elements(2);
        points.push_back({numbers[0].number(largest_coordinate_px), numbers[1].number(largest_coordinate_px)});
    }
    const std::string type = type_of(stated_type, points);
    const bool is_whole_rectangle = type == "rectangle" && points.size() == 4;
    const bool needs_two = (type == "rectangle" || type == "circle") && !is_whole_rectangle;
    if (needs_two && points.size() != 2)
        stated["points"].reject(
            fmt::format("has {} points, not 2{}", points.size(), type == "rectangle" ? " or 4" : ""));
    if (type == "oriented_rectangle" && points.size() != 4)
        stated["points"].reject(fmt::format("has {} points, not 4", points.size()));
    if (type == "polygon" && points.size() < 3)
        stated["points"].reject(fmt::format("has {} points, which is no polygon", points.size()));
    if (points.empty() || (needs_two && points.size() != 2)) return std::nullopt;
    if (type == "rectangle") return box_around(points);
    if ((type == "polygon" || type == "oriented_rectangle") && points.size() == 4) {
        const Shape quad = on_grid(Quad{{points[0], points[1], points[2], points[3]}});
        if (is_valid(quad)) return quad;
    }
    const bool has_area = type == "polygon" || type == "oriented_rectangle" || type == "circle" || type == "mask";
    if (!has_area || !how_.takes_polygons) {
        ++left_out_[type];
        return std::nullopt;
    }
    ++as_boxes_;
    return type == "circle" ? box_of_circle(points) : box_around(points);
}

void Images::read_flags(const JsonAt& flags, ImageShape& shape) {
    if (!flags.is_there()) return;
    for (const auto& [name, value] : flags.members()) {
        if (!value.is_true()) continue;
        if (name == occluded_flag)
            shape.occluded = true;
        else if (!name.empty() && is_clean_utf8(name))
            shape.values.push_back({name, "true", AttributeType::Checkbox});
    }
}

/// What X-AnyLabeling states besides.
void Images::read_attributes(const JsonAt& stated, ImageShape& shape) {
    const auto is_said = [&](std::string_view name) {
        return std::any_of(shape.values.begin(), shape.values.end(), [&](const auto& one) { return one.name == name; });
    };
    if (stated["difficult"].is_true() && !is_said("difficult"))
        shape.values.push_back({"difficult", "true", AttributeType::Checkbox});
    if (!stated["attributes"].is_object()) return;
    for (const auto& [name, value] : stated["attributes"].members()) {
        if (name.empty() || !is_clean_utf8(name) || is_said(name)) continue;
        if (value.is_text() && !value.text().empty() && is_clean_utf8(value.text()))
            shape.values.push_back({name, value.text(), AttributeType::Text});
    }
}

void Images::read_shape(const JsonAt& stated, std::vector<ImageShape>& shapes) {
    ImageShape shape;
    shape.label = stated["label"].name();
    const JsonAt type = stated["shape_type"];
    // Files of before version 3 state none.
    const auto form = shape_of(stated, type.is_there() ? type.text() : "polygon");
    if (stated["group_id"].is_there() && how_.has_groups)
        shape.identity = stated["group_id"].integer(-largest_number, largest_number);
    if (stated["description"].is_text() && is_clean_utf8(stated["description"].text()) &&
        !stated["description"].text().empty())
        shape.values.push_back({"description", stated["description"].text(), AttributeType::Text});
    read_flags(stated["flags"], shape);
    read_attributes(stated, shape);
    if (!form) return;
    shape.shape = *form;
    shapes.push_back(std::move(shape));
}

Result<Done> Images::add(FrameIndex frame, const std::string& file, std::string_view text) {
    const auto json = parse_json(file, text);
    if (!json) return json.error();
    JsonErrors errors(file);
    const JsonAt root(errors, *json);
    std::vector<ImageShape> shapes;
    for (const JsonAt& stated : root["shapes"].elements()) {
        read_shape(stated, shapes);
        if (errors.error()) break;
    }
    if (!errors.error() && root["imageWidth"].is_there() && root["imageHeight"].is_there())
        tracks_.speak_of_size(root["imageWidth"].integer(0, largest_frame),
                              root["imageHeight"].integer(0, largest_frame));
    if (errors.error()) return *errors.error();
    tracks_.add(frame, std::move(shapes));
    return Done{};
}

Result<ReadResult> Images::finish(const std::string& file) && {
    for (const auto& [type, count] : left_out_)
        tracks_.builder().note_count(
            count, fmt::format("shapes of kind {} have no place here and are left out", in_quotes(type)));
    tracks_.builder().note_count(as_boxes_, "shapes without four proper corners are read as their bounding boxes");
    return std::move(tracks_).finish(file);
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const auto files = image_files(request, how->images, stem_of, "frame_000000.json");
    if (!files) return files.error();
    Images images(request.media, *how);
    for (const auto& [frame, path] : *files) {
        const auto text = read_file(path);
        if (!text) return text.error();
        if (auto added = images.add(frame, path.string(), *text); !added) return added.error();
    }
    return std::move(images).finish(request.files.front().string());
}

/// Tells whether the corners make a rectangle, to a hundredth of a pixel.
bool is_rectangle(const Quad& quad) {
    const auto& c = quad.corners;
    const Point gap{c[0].x - c[1].x + c[2].x - c[3].x, c[0].y - c[1].y + c[2].y - c[3].y};
    const double first = std::hypot(c[2].x - c[0].x, c[2].y - c[0].y);
    const double second = std::hypot(c[3].x - c[1].x, c[3].y - c[1].y);
    constexpr double same_px = 0.01;
    return std::hypot(gap.x, gap.y) < same_px && std::abs(first - second) < same_px;
}

class Writer {
public:
    Writer(const WriteRequest& request, const LabelmeOptions& how, Losses& losses)
        : annotations_(request.annotations), media_(*request.annotations.find_media(request.media)), how_(how) {
        for (const Track* track : tracks_of(annotations_, media_.id)) {
            count_values(*track, losses);
            losses.add("values of fixed attributes written image by image",
                       static_cast<std::int64_t>(track->attributes.size()));
        }
    }
    std::string text_of(FrameIndex frame, const std::vector<ShownShape>& shown) const;

private:
    void count_values(const Track& track, Losses& losses) const;
    JsonOut shape_of(FrameIndex frame, const ShownShape& shown) const;

    const Annotations& annotations_;
    const Media& media_;
    const LabelmeOptions& how_;
};

bool is_description(const Attribute& attribute) {
    return attribute.name == "description" && attribute.type != AttributeType::Checkbox;
}

/// Counts what is no tick, which flags cannot say.
void Writer::count_values(const Track& track, Losses& losses) const {
    const Label* label = annotations_.find_label(track.label);
    std::vector<std::string_view> carried;
    if (label != nullptr)
        for (const Attribute& attribute : label->attributes)
            if (attribute.type == AttributeType::Checkbox || is_description(attribute))
                carried.push_back(attribute.name);
    count_attributes(annotations_, track, carried, losses);
}

JsonOut Writer::shape_of(FrameIndex frame, const ShownShape& shown) const {
    const Track& track = *shown.track;
    const Shape shape = on_grid(shown.state.shape);
    JsonOut points = JsonOut::array();
    const char* type = "rectangle";
    if (const Box* box = std::get_if<Box>(&shape)) {
        points.push_back({box->x, box->y});
        points.push_back({box->right(), box->bottom()});
    } else {
        const Quad& quad = std::get<Quad>(shape);
        type = how_.writes_oriented && is_rectangle(quad) ? "oriented_rectangle" : "polygon";
        for (const Point& corner : quad.corners) points.push_back({corner.x, corner.y});
    }
    JsonOut flags = {{std::string(occluded_flag), shown.state.occluded}};
    std::string description;
    if (const Label* label = annotations_.find_label(track.label))
        for (const Attribute& attribute : label->attributes) {
            const std::string_view value = value_at(track, &attribute, frame);
            if (is_description(attribute)) description = value;
            if (attribute.type == AttributeType::Checkbox && attribute.name != occluded_flag && !value.empty())
                flags[attribute.name] = value == "true";
        }
    JsonOut group = nullptr;
    if (how_.has_groups) group = number(track.id);
    return {{"label", annotations_.label_name(track.label)},
            {"points", std::move(points)},
            {"group_id", std::move(group)},
            {"description", description},
            {"shape_type", type},
            {"flags", std::move(flags)},
            {"mask", nullptr}};
}

std::string Writer::text_of(FrameIndex frame, const std::vector<ShownShape>& shown) const {
    JsonOut shapes = JsonOut::array();
    for (const ShownShape& one : shown) shapes.push_back(shape_of(frame, one));
    return json_text({{"version", "5.0.0"},
                      {"flags", JsonOut::object()},
                      {"shapes", std::move(shapes)},
                      {"imagePath", how_.images.name_of(frame)},
                      {"imageData", nullptr},
                      {"imageHeight", media_.height},
                      {"imageWidth", media_.width}});
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    Losses losses;
    Output output(request);
    const Writer writer(request, *how, losses);
    LabelmeOptions plain = *how;
    plain.images = {};
    Images back(*request.annotations.find_media(request.media), plain);
    std::set<fs::path> own;
    std::vector<FrameImage> pictures;
    std::int64_t count = 0;
    for (const auto& [frame, shown] : shown_images(request, how->images, losses)) {
        const fs::path path = request.out / (how->images.stem_of(frame) + ".json");
        std::string text = writer.text_of(frame, shown);
        if (auto added = back.add(frame, path.string(), text); !added)
            return fail("{}: would not be read back: {}", path.string(), added.error().message);
        count += static_cast<std::int64_t>(shown.size());
        own.insert(path);
        pictures.push_back({frame, request.out / how->images.name_of(frame)});
        output.add(path, std::move(text));
    }
    if (own.empty()) return no_image(request.out);
    if (auto alone = check_no_other_images(request.out, own, stem_of); !alone) return alone.error();
    if (auto same = check_reads_back(request.out, std::move(back).finish(request.out.string()), count); !same)
        return same.error();
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list(), std::move(pictures)};
}

bool is_labelme_text(std::string_view head) {
    const auto has = [&](std::string_view key) { return head.find(key) != std::string_view::npos; };
    return trim(without_bom(head)).starts_with('{') && has("\"shapes\"") &&
           (has("\"shape_type\"") || has("\"imagePath\"") || has("\"imageData\""));
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return is_labelme_text(head);
    const auto text = first_image_text(path, stem_of);
    return text && is_labelme_text(*text);
}

}  // namespace

const Format labelme_format{
    .id = "labelme",
    .name = "LabelMe JSON",
    .extension = "",
    .reader = "labelme LabelFile",
    .convention = "frames by image name; corners in px from 0, fractions",
    .carries = {.boxes = true, .quads = true, .occluded = true, .outside = true, .attributes = true, .fractions = true},
    .options = options,
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
