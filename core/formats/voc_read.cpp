#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <span>
#include <vector>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/text/xml.h"
#include "core/formats/voc.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

/// Reads the file of one image.
class Reader {
public:
    Reader(std::string_view file, std::string_view text, const VocOptions& how) : xml_(file, text), how_(how) {}
    Result<Done> read();

    std::vector<ImageShape> shapes;
    std::int64_t width = 0;
    std::int64_t height = 0;
    std::int64_t placeholders = 0;
    std::int64_t polygons_as_boxes = 0;
    std::int64_t bare_points = 0;

private:
    using Edges = std::array<std::optional<double>, 4>;
    /// The middle, the sides and the turn of a box that roLabelImg turned.
    using Turned = std::array<std::optional<double>, 5>;
    Result<Done> read_object();
    Result<Done> take(Edges& edges, ImageShape& shape);
    Result<Done> take_number(std::span<const std::string_view> names, std::span<std::optional<double>> numbers) const;
    Result<Done> take_corner();
    Result<std::optional<Shape>> outlined(Edges& edges, const Place& place);
    Result<bool> flag() const;
    Result<Done> add(Edges edges, ImageShape shape, const Place& place);
    Error error_at(const Place& place, std::string_view field, std::string_view why) const {
        return row_error(place, fmt::format("object: {}", field), why);
    }

    XmlReader xml_;
    const VocOptions& how_;
    std::string attribute_;
    bool is_point_ = false;  ///< the object states a point, as some of DroneVehicle do
    Turned turned_;
    std::map<std::int64_t, std::array<std::optional<double>, 2>> corners_;  ///< x and y, by their numbers from 1
};

constexpr std::array<std::string_view, 4> edge_names{"xmin", "ymin", "xmax", "ymax"};
constexpr std::array<std::string_view, 5> turned_names{"cx", "cy", "w", "h", "angle"};

/// source: roLabelImg: the angle is in radians and turns from x towards y.
Quad quad_of_turned(double cx, double cy, double w, double h, double angle) {
    const double c = std::cos(angle) / 2;
    const double s = std::sin(angle) / 2;
    const auto corner = [&](double x, double y) {
        return Point{cx + x * w * c - y * h * s, cy + x * w * s + y * h * c};
    };
    return {{corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)}};
}

Result<bool> Reader::flag() const {
    const std::string text = to_lower(trim(xml_.text()));
    if (text == "1" || text == "true") return true;
    if (text.empty() || text == "0" || text == "false" || text == "unspecified") return false;
    return row_error(xml_.place(), xml_.name(), in_quotes(text) + " is neither 0 nor 1");
}

/// Takes the text of the element as the number that it is called.
Result<Done> Reader::take_number(std::span<const std::string_view> names,
                                 std::span<std::optional<double>> numbers) const {
    const auto name = std::find(names.begin(), names.end(), xml_.name());
    if (name == names.end()) return Done{};
    const auto value = parse_double(trim(xml_.text()));
    if (!value) return row_error(xml_.place(), *name, in_quotes(trim(xml_.text())) + " is not a number");
    if (std::abs(*value) > largest_coordinate_px)
        return row_error(xml_.place(), *name,
                         fmt::format("{} is larger than {} can be", *value, largest_coordinate_px));
    numbers[static_cast<std::size_t>(name - names.begin())] = *value;
    return Done{};
}

/// Takes the text of the element as a coordinate of a numbered corner: Roboflow and DroneVehicle call them x1 to yN,
/// DIOR-R by their places.
Result<Done> Reader::take_corner() {
    constexpr std::array<std::string_view, 4> places{"_left_top", "_right_top", "_right_bottom", "_left_bottom"};
    const std::string_view name = xml_.name();
    if (name.empty() || (name.front() != 'x' && name.front() != 'y')) return Done{};
    const auto place = std::find(places.begin(), places.end(), name.substr(1));
    const auto stated = parse_int(name.substr(1));
    if (place == places.end() && (!stated || *stated < 1)) return Done{};
    const std::int64_t number = place == places.end() ? *stated : place - places.begin() + 1;
    return take_number({{name}}, {&corners_[number][name.front() == 'x' ? 0 : 1], 1});
}

/// Takes the text of the element that closed.
Result<Done> Reader::take(Edges& edges, ImageShape& shape) {
    const std::string_view name = xml_.name();
    const std::string_view parent = xml_.parent();
    // A part (head, hand, foot) has a box of its own, one element deeper.
    if (parent == "bndbox") return xml_.around().size() == 3 ? take_number(edge_names, edges) : Done{};
    if (parent == "polygon" || parent == "robndbox") {
        if (xml_.around().size() != 3) return Done{};
        if (auto taken = take_corner(); !taken || parent == "polygon") return taken;
        return take_number(turned_names, turned_);
    }
    const std::string text(trim(xml_.text()));
    if (parent == "attribute" && name == "name") attribute_ = text;
    if (parent == "attribute" && name == "value") {
        if (attribute_.empty() || !is_clean_utf8(attribute_))
            return row_error(xml_.place(), "attribute", in_quotes(attribute_) + " is no name");
        if (attribute_ == voc_identity_name)
            shape.identity = std::clamp<std::int64_t>(parse_int(text).value_or(0), 0, largest_number);
        else if (!text.empty() && is_clean_utf8(text))
            shape.values.push_back({attribute_, text, AttributeType::Text});
    }
    if (parent == "point" && xml_.around().size() == 3) is_point_ = true;
    if (parent != "object") return Done{};
    // source: ImageNet's videos, where objects count from 0; a project's from 1.
    if (name == "trackid")
        if (const auto number = parse_int(text); number && *number >= 0 && *number < largest_number)
            shape.identity = *number + 1;
    if (name == "name") {
        if (text.empty() || !is_clean_utf8(text)) return row_error(xml_.place(), name, in_quotes(text) + " is no name");
        shape.label = text;
    }
    if (name == voc_pose_name && !text.empty() && text != "Unspecified" && is_clean_utf8(text))
        shape.values.push_back({std::string(voc_pose_name), text, AttributeType::Text});
    if (name == voc_truncated_name || name == voc_difficult_name || name == "occluded") {
        const auto value = flag();
        if (!value) return value.error();
        if (name == "occluded")
            shape.occluded = *value;
        else if (*value)
            shape.values.push_back({std::string(name), "true", AttributeType::Checkbox});
    }
    return Done{};
}

/// The quadrilateral that the corners make. Of another outline only the box is left, in `edges` if none is stated.
Result<std::optional<Shape>> Reader::outlined(Edges& edges, const Place& place) {
    if (corners_.empty()) return std::optional<Shape>();
    std::vector<Point> points;
    for (const auto& [number, xy] : corners_) {
        if (!xy[0] || !xy[1])
            return error_at(place, xy[0] ? fmt::format("y{}", number) : fmt::format("x{}", number), "is missing");
        points.push_back({*xy[0], *xy[1]});
    }
    const double shift = how_.is_one_based ? 1 : 0;
    if (points.size() == 4) {
        Quad quad{{points[0], points[1], points[2], points[3]}};
        for (Point& corner : quad.corners) corner = {corner.x - shift, corner.y - shift};
        const Shape shape = on_grid(Shape(quad));
        if (is_valid(shape)) return std::optional(shape);
    }
    ++polygons_as_boxes;
    if (std::any_of(edges.begin(), edges.end(), [](const auto& edge) { return edge.has_value(); }))
        return std::optional<Shape>();
    const auto [left, right] =
        std::minmax_element(points.begin(), points.end(), [](Point a, Point b) { return a.x < b.x; });
    const auto [top, bottom] =
        std::minmax_element(points.begin(), points.end(), [](Point a, Point b) { return a.y < b.y; });
    edges = {left->x, top->y, right->x - shift, bottom->y - shift};
    return std::optional<Shape>();
}

Result<Done> Reader::add(Edges edges, ImageShape shape, const Place& place) {
    if (shape.label.empty()) return error_at(place, "name", "is missing");
    if (std::all_of(turned_.begin(), turned_.end(), [](const auto& number) { return number.has_value(); })) {
        shape.shape = on_grid(Shape(quad_of_turned(*turned_[0], *turned_[1], *turned_[2], *turned_[3], *turned_[4])));
        if (!is_valid(shape.shape)) return error_at(place, "robndbox", "has no area");
        shapes.push_back(std::move(shape));
        return Done{};
    }
    const auto quad = outlined(edges, place);
    if (!quad) return quad.error();
    if (*quad) {
        shape.shape = **quad;
        shapes.push_back(std::move(shape));
        return Done{};
    }
    if (is_point_ && edges == Edges{}) {
        ++bare_points;
        return Done{};
    }
    for (std::size_t i = 0; i < 4; ++i)
        if (!edges[i]) return error_at(place, edge_names[i], "is missing");
    // VATIC states this of images that show nothing.
    if (shape.label == "not-a-real-object") {
        ++placeholders;
        return Done{};
    }
    const double shift = how_.is_one_based ? 1 : 0;
    const double left = *edges[0] - shift;
    const double top = *edges[1] - shift;
    if (*edges[2] < left) return error_at(place, "xmax", fmt::format("{} is left of xmin {}", *edges[2], *edges[0]));
    if (*edges[3] < top) return error_at(place, "ymax", fmt::format("{} is above ymin {}", *edges[3], *edges[1]));
    const auto on_step = [](double v) { return std::round(v * shape_grid_per_px) / shape_grid_per_px; };
    // Edge by edge, since decimals lead back to an edge and not to a width.
    shape.shape =
        Box{on_step(left), on_step(top), on_step(*edges[2]) - on_step(left), on_step(*edges[3]) - on_step(top)};
    shapes.push_back(std::move(shape));
    return Done{};
}

Result<Done> Reader::read_object() {
    const Place place = xml_.place();
    Edges edges;
    ImageShape shape;
    turned_ = {};
    corners_.clear();
    is_point_ = false;
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == XmlReader::Event::Open) continue;
        if (xml_.name() == "object" && xml_.around().size() == 1) return add(edges, std::move(shape), place);
        if (auto taken = take(edges, shape); !taken) return taken;
    }
}

Result<Done> Reader::read() {
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == XmlReader::Event::End) return Done{};
        const bool opens = *event == XmlReader::Event::Open;
        if (opens && xml_.around().empty() && xml_.name() != "annotation")
            return xml_.error("XML", "is not the element 'annotation' that a file of PASCAL VOC begins with");
        if (opens && xml_.around().size() == 1 && xml_.name() == "object") {
            if (auto done = read_object(); !done) return done;
        } else if (!opens && xml_.parent() == "size") {
            const auto value = parse_double(trim(xml_.text()));
            const bool is_size = value && *value >= 0 && *value <= largest_coordinate_px;
            if (is_size && xml_.name() == "width") width = static_cast<std::int64_t>(*value);
            if (is_size && xml_.name() == "height") height = static_cast<std::int64_t>(*value);
        }
    }
}

}  // namespace

std::optional<std::string> voc_stem_of(const fs::path& path) {
    return to_lower(path.extension().string()) == ".xml" ? std::optional(path.stem().string()) : std::nullopt;
}

Result<Done> VocImages::add(FrameIndex frame, const std::string& file, std::string_view text) {
    Reader reader(file, text, how_);
    if (auto done = reader.read(); !done) return done;
    if (reader.width > 0 && reader.height > 0) tracks_.speak_of_size(reader.width, reader.height);
    placeholders_ += reader.placeholders;
    polygons_as_boxes_ += reader.polygons_as_boxes;
    points_ += reader.bare_points;
    tracks_.add(frame, std::move(reader.shapes));
    return Done{};
}

Result<ReadResult> VocImages::finish(const std::string& file) && {
    tracks_.builder().note_count(polygons_as_boxes_, "polygons without four proper corners are read as their boxes");
    tracks_.builder().note_count(points_, "objects are only points and left out");
    tracks_.builder().note_count(placeholders_, "objects are VATIC's 'not-a-real-object' and left out");
    return std::move(tracks_).finish(file);
}

Result<ReadResult> read_voc(const ReadRequest& request, const VocOptions& how) {
    const auto files = image_files(request, how.images, voc_stem_of, "frame_000000.xml");
    if (!files) return files.error();
    VocImages images(request.media, how);
    for (const auto& [frame, path] : *files) {
        const auto text = read_file(path);
        if (!text) return text.error();
        if (auto added = images.add(frame, path.string(), *text); !added) return added.error();
    }
    return std::move(images).finish(request.files.front().string());
}

}  // namespace inbetween
