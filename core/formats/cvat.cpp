#include "core/formats/cvat.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <set>

#include "core/base/text.h"
#include "core/formats/text/images.h"
#include "core/formats/text/quads.h"

namespace inbetween {
namespace {

/// What an element states: blanks at its ends are its own, as in CVAT, unless they lay the file out on lines.
std::string_view stated_text(std::string_view text) {
    const std::string_view inner = trim(text);
    const auto before = text.substr(0, static_cast<std::size_t>(inner.data() - text.data()));
    const bool is_laid_out = before.find('\n') != std::string_view::npos;
    return is_laid_out ? inner : text;
}

AttributeType type_of(std::string_view input_type) {
    if (input_type == "checkbox") return AttributeType::Checkbox;
    if (input_type == "number") return AttributeType::Number;
    if (input_type == "select" || input_type == "radio") return AttributeType::Select;
    return AttributeType::Text;
}

void take_attribute(CvatAttribute& attribute, std::string_view field, std::string_view text) {
    if (field == "name") attribute.name = stated_text(text);
    if (field == "mutable") attribute.is_mutable = to_lower(trim(text)) == "true";
    if (field == "input_type") attribute.input_type = to_lower(trim(text));
    if (field == "default_value") attribute.default_value = stated_text(text);
    if (field != "values") return;
    for (const std::string_view value : split(text, '\n'))
        if (!trim(value).empty()) attribute.values.emplace_back(trim(value));
}

void take_label(CvatLabel& label, std::string_view field, std::string_view text) {
    if (field == "name") label.name = stated_text(text);
    if (field == "color") label.colour = trim(text);
    if (field == "type") label.type = trim(text);
    if (field == "parent") label.is_part = true;
}

Result<Shape> box_of(const XmlReader& reader) {
    std::array<double, 4> edges{};
    constexpr std::array<std::string_view, 4> names{"xtl", "ytl", "xbr", "ybr"};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto edge = reader.number(names[i], largest_coordinate_px);
        if (!edge) return edge.error();
        edges[i] = *edge;
    }
    // Edge by edge, since decimals lead back to an edge and not to a width.
    if (!reader.attribute("rotation"))
        for (double& edge : edges) edge = std::round(edge * shape_grid_per_px) / shape_grid_per_px;
    if (edges[2] < edges[0]) return reader.error("xbr", fmt::format("{} is left of xtl {}", edges[2], edges[0]));
    if (edges[3] < edges[1]) return reader.error("ybr", fmt::format("{} is above ytl {}", edges[3], edges[1]));
    const Box box{edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]};
    if (!reader.attribute("rotation")) return on_grid(box);
    const auto degrees = reader.number("rotation", 1e6);
    if (!degrees) return degrees.error();
    return *degrees == 0 ? on_grid(box) : on_grid(turned(box, *degrees));
}

Result<std::vector<Point>> points_of(const XmlReader& reader) {
    const auto stated = reader.attribute("points");
    if (!stated) return reader.error("points", "is missing");
    std::vector<Point> points;
    for (const std::string_view pair : split(*stated, ';')) {
        const auto numbers = split(pair, ',');
        const auto x = parse_double(trim(numbers.front()));
        const auto y = parse_double(trim(numbers.back()));
        if (numbers.size() != 2 || !x || !y) return reader.error("points", in_quotes(pair) + " is no point like 1.5,2");
        if (std::abs(*x) > largest_coordinate_px || std::abs(*y) > largest_coordinate_px)
            return reader.error("points",
                                fmt::format("{} is larger than {} can be", in_quotes(pair), largest_coordinate_px));
        points.push_back({*x, *y});
    }
    return points;
}

Box box_around(const std::vector<Point>& points) {
    Point least = points.front();
    Point most = points.front();
    for (const Point& point : points) {
        least = {std::min(least.x, point.x), std::min(least.y, point.y)};
        most = {std::max(most.x, point.x), std::max(most.y, point.y)};
    }
    return {least.x, least.y, most.x - least.x, most.y - least.y};
}

}  // namespace

void CvatMeta::take(const XmlReader& reader, XmlReader::Event event) {
    const std::string_view name = reader.name();
    const std::string_view parent = reader.parent();
    if (event == XmlReader::Event::Open) {
        if (name == "label" && parent == "labels") labels.emplace_back();
        if (name == "attribute" && parent == "attributes" && !labels.empty()) labels.back().attributes.emplace_back();
        if (name == "task" && (parent == "tasks" || parent == "meta")) tasks.emplace_back();
        return;
    }
    if (parent == "label" && !labels.empty()) take_label(labels.back(), name, reader.text());
    if (parent == "attribute" && !labels.empty() && !labels.back().attributes.empty())
        take_attribute(labels.back().attributes.back(), name, reader.text());
    // What a project says of itself is of no task.
    if (parent != "task" && parent != "job" && parent != "original_size") return;
    // A job's file has no task.
    if (tasks.empty()) tasks.emplace_back();
    CvatTask& last = tasks.back();
    if (name == "name" && parent == "task") last.name = trim(reader.text());
    if (name == "source") last.source = trim(reader.text());
    const auto value = parse_int(trim(reader.text()));
    if (!value || *value < 0) return;
    if (name == "id" && parent == "task") last.id = *value;
    if (parent == "original_size" && name == "width") last.width = *value;
    if (parent == "original_size" && name == "height") last.height = *value;
    if (name == "stop_frame") last.stop_frame = std::max(last.stop_frame, *value);
}

Result<Done> CvatMeta::choose(std::string_view file, const Media& media, std::int64_t stated) {
    if (tasks.empty()) return Done{};
    task = tasks.front();
    if (tasks.size() == 1) return Done{};
    const auto stem = [](const std::string& name) { return std::filesystem::path(name).stem().string(); };
    std::vector<const CvatTask*> fitting;
    for (const CvatTask& one : tasks) {
        const bool is_this = stated >= 0 ? one.id == stated
                                         : stem(one.source) == stem(media.name()) || one.name == media.name() ||
                                               one.name == stem(media.name());
        if (is_this) fitting.push_back(&one);
    }
    if (fitting.size() == 1) {
        task = *fitting.front();
        return Done{};
    }
    return row_error({file, 0}, "task",
                     fmt::format("{} of the project's {} tasks are {}; the first is {}, {}; option task=ID chooses one",
                                 fitting.empty() ? "none" : "several", tasks.size(),
                                 stated >= 0 ? fmt::format("number {}", stated) : in_quotes(media.name()),
                                 tasks.front().id, in_quotes(tasks.front().name)));
}

bool CvatMeta::takes(const XmlReader& reader) {
    if (tasks.size() < 2) return true;
    const auto stated = reader.attribute("task_id");
    const bool is_taken = !stated || parse_int(*stated) == task.id;
    other_rows += is_taken ? 0 : 1;
    return is_taken;
}

std::int64_t cvat_task_of(Options& given) {
    return given.is("task", "auto") ? -1 : given.integer("task", 0, largest_number);
}

Result<Done> CvatMeta::read(XmlReader& reader, AnnotationsBuilder& builder, std::int64_t stated) {
    while (true) {
        const auto event = reader.next();
        if (!event) return event.error();
        if (*event == XmlReader::Event::Close && reader.name() == "meta") {
            const std::string_view file = reader.place().file;
            if (auto chosen = choose(file, builder.media(), stated); !chosen) return chosen;
            return make_labels(file, builder);
        }
        take(reader, *event);
    }
}

Result<Done> CvatMeta::make_labels(std::string_view file, AnnotationsBuilder& builder) const {
    const auto is_name = [](const std::string& text) { return !text.empty() && is_clean_utf8(text); };
    for (const CvatLabel& label : labels) {
        if (label.is_part || label.type == "skeleton") continue;
        if (!is_name(label.name)) return row_error({file, 0}, "label", in_quotes(label.name) + " is no name");
        const LabelId id = builder.label(label.name);
        if (const auto colour = colour_of(label.colour)) builder.label_of(id).colour = *colour;
        for (const CvatAttribute& stated : label.attributes) {
            if (!is_name(stated.name)) return row_error({file, 0}, "attribute", in_quotes(stated.name) + " is no name");
            builder.attribute(id, stated.name, type_of(stated.input_type), stated.is_mutable);
            for (Attribute& made : builder.label_of(id).attributes) {
                if (made.name != stated.name) continue;
                made.default_value = stated.default_value;
                if (made.type == AttributeType::Select) made.values = stated.values;
            }
        }
    }
    if (task.width > 0 && task.height > 0) note_other_sizes(builder, {{task.width, task.height}});
    return Done{};
}

void CvatOthers::note(AnnotationsBuilder& builder) const {
    for (const auto& [element, count] : left_out)
        builder.note_count(count, fmt::format("shapes of kind '{}' have no place here and are left out", element));
    builder.note_count(unlabelled, "labels are empty and read as 'unlabelled'");
    builder.note_count(polygons_as_boxes, "polygons without four proper corners are read as their bounding boxes");
}

bool is_cvat_shape(std::string_view element) {
    constexpr std::array<std::string_view, 8> elements{"box",     "polygon", "polyline", "points",
                                                       "ellipse", "cuboid",  "skeleton", "mask"};
    return std::find(elements.begin(), elements.end(), element) != elements.end();
}

Result<std::optional<Shape>> cvat_shape_of(const XmlReader& reader, bool takes_polygons, CvatOthers& others) {
    if (reader.name() == "box") {
        auto box = box_of(reader);
        if (!box) return box.error();
        return std::optional<Shape>(std::move(*box));
    }
    if (reader.name() == "polygon") {
        const auto points = points_of(reader);
        if (!points) return points.error();
        if (points->size() == 4) {
            const Shape quad = on_grid(Quad{{(*points)[0], (*points)[1], (*points)[2], (*points)[3]}});
            if (is_valid(quad)) return std::optional<Shape>(quad);
        }
        if (takes_polygons) {
            ++others.polygons_as_boxes;
            return std::optional<Shape>(on_grid(box_around(*points)));
        }
    }
    const auto found = others.left_out.try_emplace(std::string(reader.name()), 0).first;
    ++found->second;
    return std::optional<Shape>();
}

Result<LabelId> cvat_label_of(const XmlReader& reader, AnnotationsBuilder& builder, CvatOthers& others) {
    const auto name = reader.attribute("label");
    if (!name) return reader.error("label", "is missing");
    if (trim(*name).empty()) {
        ++others.unlabelled;
        return builder.label("unlabelled");
    }
    if (!is_clean_utf8(*name)) return reader.error("label", in_quotes(*name) + " is no name");
    return builder.label(*name);
}

Result<AttributeId> cvat_attribute_of(const XmlReader& reader, std::string_view name, LabelId label,
                                      AnnotationsBuilder& builder) {
    if (name.empty() || !is_clean_utf8(name)) return reader.error("attribute", in_quotes(name) + " is no name");
    return builder.attribute(label, name, AttributeType::Text, true);
}

bool says_something(const Attribute& attribute, std::string_view value) {
    const bool is_unchecked =
        attribute.type == AttributeType::Checkbox && value == "false" && attribute.default_value != "true";
    return !value.empty() && !is_unchecked;
}

Result<CvatValues> read_cvat_values(XmlReader& reader) {
    CvatValues values;
    std::string name;
    for (int depth = 1; depth > 0;) {
        const auto event = reader.next();
        if (!event) return event.error();
        const bool opens = *event == XmlReader::Event::Open;
        depth += opens ? 1 : -1;
        if (reader.name() != "attribute") continue;
        if (opens) name = reader.attribute("name").value_or("");
        if (!opens) values.emplace_back(name, stated_text(reader.text()));
    }
    return values;
}

CvatAttributes::CvatAttributes(const Annotations& annotations, const Track& track, bool writes_actions)
    : track_(track), label_(annotations.find_label(track.label)) {
    if (!writes_actions) return;
    for (const Segment* segment : segments_of(annotations, track.media, track.id))
        actions_.emplace_back(segment, annotations.label_name(segment->label));
}

CvatValues CvatAttributes::values_at(FrameIndex frame) const {
    CvatValues values;
    if (label_ != nullptr) {
        for (const Attribute& attribute : label_->attributes) {
            const std::string_view said = value_at(track_, &attribute, frame);
            values.emplace_back(attribute.name, said.empty() ? attribute.default_value : std::string(said));
        }
    }
    std::map<std::string_view, bool> happens;
    for (const auto& [segment, name] : actions_) happens[name] = happens[name] || segment->range.contains(frame);
    for (const auto& [name, is_on] : happens)
        if (label_ == nullptr || label_->find_attribute(name) == nullptr)
            values.emplace_back(name, is_on ? "true" : "false");
    return values;
}

std::vector<FrameIndex> CvatAttributes::changes() const {
    std::vector<FrameIndex> frames;
    for (const AttributeRange& range : track_.attribute_ranges) {
        frames.push_back(range.range.begin);
        frames.push_back(range.range.end);
    }
    for (const auto& [segment, name] : actions_) {
        frames.push_back(segment->range.begin);
        frames.push_back(segment->range.end);
    }
    return frames;
}

namespace {

void write_attribute_spec(XmlWriter& xml, std::string_view name, bool is_mutable, std::string_view type,
                          std::string_view default_value, const std::vector<std::string>& values) {
    xml.open("attribute");
    xml.leaf("name", name);
    xml.leaf("mutable", std::string_view(is_mutable ? "True" : "False"));
    xml.leaf("input_type", type);
    xml.leaf("default_value", default_value);
    std::string lines;
    for (const std::string& value : values) lines += (lines.empty() ? "" : "\n") + value;
    xml.leaf("values", lines);
    xml.close();
}

void write_label(XmlWriter& xml, const Label& label, const std::set<std::string>& actions) {
    xml.open("label");
    xml.leaf("name", label.name);
    xml.leaf("color", hex_of(label.colour));
    xml.leaf("type", std::string_view("any"));
    xml.open("attributes");
    for (const Attribute& attribute : label.attributes)
        write_attribute_spec(xml, attribute.name, attribute.is_mutable, name_of(attribute.type),
                             attribute.default_value, attribute.values);
    for (const std::string& action : actions)
        if (label.find_attribute(action) == nullptr)
            write_attribute_spec(xml, action, true, "checkbox", "false", {"false"});
    xml.close();
    xml.close();
}

}  // namespace

void write_cvat_meta(XmlWriter& xml, const Annotations& annotations, const Media& media, const char* mode,
                     bool writes_actions) {
    std::map<LabelId, std::set<std::string>> actions;
    for (const Track* track : tracks_of(annotations, media.id)) {
        auto& names = actions[track->label];
        if (!writes_actions) continue;
        for (const Segment* segment : segments_of(annotations, media.id, track->id))
            names.insert(annotations.label_name(segment->label));
    }
    xml.leaf("version", std::string_view("1.1"));
    xml.open("meta");
    xml.open("task");
    xml.leaf("name", media.name());
    xml.leaf("size", media.frames);
    xml.leaf("mode", std::string_view(mode));
    xml.leaf("overlap", std::int64_t{0});
    xml.leaf("start_frame", std::int64_t{0});
    xml.leaf("stop_frame", std::max<std::int64_t>(media.frames - 1, 0));
    xml.leaf("frame_filter", std::string_view());
    xml.open("labels");
    for (const auto& [id, label] : annotations.labels)
        if (label.kind == LabelKind::Track || actions.contains(id)) write_label(xml, label, actions[id]);
    xml.close();
    xml.open("original_size");
    xml.leaf("width", std::int64_t{media.width});
    xml.leaf("height", std::int64_t{media.height});
    xml.close();
    xml.close();
    xml.leaf("source", media.name());
    xml.close();
}

const char* cvat_element_of(const Shape& shape) { return kind_of(shape) == ShapeKind::Box ? "box" : "polygon"; }

void write_cvat_shape(XmlWriter& xml, const Shape& stated, bool is_rounded) {
    // On the grid first: edges that were put there one by one could make a box wider than it is.
    const Shape shape = on_grid(stated);
    std::string digits;
    const auto text = [&](double value) -> const std::string& {
        digits.clear();
        if (is_rounded)
            digits = fmt::format("{:.2f}", value);
        else
            append_grid_number(digits, value);
        return digits;
    };
    if (const Box* box = std::get_if<Box>(&shape)) {
        xml.attribute("xtl", text(box->x));
        xml.attribute("ytl", text(box->y));
        xml.attribute("xbr", text(box->right()));
        xml.attribute("ybr", text(box->bottom()));
        return;
    }
    std::string points;
    for (const Point& corner : std::get<Quad>(shape).corners) {
        points += points.empty() ? "" : ";";
        points += text(corner.x);
        points += ',';
        points += text(corner.y);
    }
    xml.attribute("points", points);
}

namespace {

bool holds(std::string_view head, std::string_view piece) { return head.find(piece) != std::string_view::npos; }

/// Tracks as other programs write them for CVAT's readers, without a description of the task. VATIC's own are counted,
/// and its attributes have numbers in place of names.
bool is_bare(std::string_view head) {
    const bool is_counted = holds(head, "<annotations count=");
    return holds(head, "<track ") && holds(head, " label=") && (!is_counted || holds(head, "<attribute name="));
}

bool is_cvat(std::string_view head) {
    return is_xml_of(head, "annotations") && (holds(head, "<version>") || holds(head, "<meta>") || is_bare(head));
}

}  // namespace

bool is_cvat_of_images(std::string_view head) {
    return is_cvat(head) && !holds(head, "<track ") && (holds(head, "<image ") || holds(head, "<mode>annotation"));
}

bool is_cvat_of_tracks(std::string_view head) { return is_cvat(head) && !is_cvat_of_images(head); }

}  // namespace inbetween
