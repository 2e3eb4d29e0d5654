#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/images.h"
#include "core/formats/text/xml.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: http://host.robots.ox.ac.uk/pascal/VOC/voc2012/devkit_doc.pdf; labelImg libs/pascal_voc_io.py. Attributes are
// stated as CVAT and Datumaro do.

constexpr std::array options{
    FormatOption{"one-based", "0|1", "0",
                 "1: as in PASCAL's devkit, the first pixel is 1 and the last one counts (xmin = left + 1, xmax = "
                 "right); 0: as labelImg draws them, edges from 0"},
    FormatOption{"coordinates", "whole|exact", "whole", "writing: rounded to whole pixels, or as they are"},
    image_clip_option,
    FormatOption{"layout", "flat|devkit", "flat",
                 "writing: each file beside its image, or in folders Annotations, JPEGImages and ImageSets"},
    image_frames_option,
    image_first_option,
    image_link_option,
    image_step_option,
    image_prefix_option,
    image_extension_option,
    image_choice_option};

constexpr std::string_view truncated_name = "truncated";
constexpr std::string_view difficult_name = "difficult";
constexpr std::string_view pose_name = "pose";
constexpr std::string_view identity_name = "track_id";

struct VocOptions {
    bool is_one_based = false;
    bool is_exact = false;
    bool clips = true;
    bool is_devkit = false;
    ImageOptions images;
};

Result<VocOptions> options_of(const FormatOptions& stated) {
    Options given(voc_format, stated);
    VocOptions how{.is_one_based = given.flag("one-based"),
                   .is_exact = given.is("coordinates", "exact"),
                   .clips = given.flag("clip"),
                   .is_devkit = given.is("layout", "devkit"),
                   .images = image_options_of(given)};
    if (given.error()) return *given.error();
    return how;
}

std::optional<std::string> stem_of(const fs::path& path) {
    return to_lower(path.extension().string()) == ".xml" ? std::optional(path.stem().string()) : std::nullopt;
}

/// Reads the file of one image.
class Reader {
public:
    Reader(std::string_view file, std::string_view text, const VocOptions& how) : xml_(file, text), how_(how) {}
    Result<Done> read();

    std::vector<ImageShape> shapes;
    std::int64_t width = 0;
    std::int64_t height = 0;
    std::int64_t placeholders = 0;

private:
    using Edges = std::array<std::optional<double>, 4>;
    /// The middle, the sides and the turn of a box that roLabelImg turned.
    using Turned = std::array<std::optional<double>, 5>;
    Result<Done> read_object();
    Result<Done> take(Edges& edges, ImageShape& shape);
    Result<Done> take_number(std::span<const std::string_view> names, std::span<std::optional<double>> numbers) const;
    Result<bool> flag() const;
    Result<Done> add(const Edges& edges, ImageShape shape, const Place& place);
    Error error_at(const Place& place, std::string_view field, std::string_view why) const {
        return row_error(place, fmt::format("object: {}", field), why);
    }

    XmlReader xml_;
    const VocOptions& how_;
    std::string attribute_;
    Turned turned_;
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

/// Takes the text of the element that closed.
Result<Done> Reader::take(Edges& edges, ImageShape& shape) {
    const std::string_view name = xml_.name();
    const std::string_view parent = xml_.parent();
    // A part (head, hand, foot) has a box of its own, one element deeper.
    if (parent == "bndbox") return xml_.around().size() == 3 ? take_number(edge_names, edges) : Done{};
    if (parent == "robndbox") return xml_.around().size() == 3 ? take_number(turned_names, turned_) : Done{};
    const std::string text(trim(xml_.text()));
    if (parent == "attribute" && name == "name") attribute_ = text;
    if (parent == "attribute" && name == "value") {
        if (attribute_.empty() || !is_clean_utf8(attribute_))
            return row_error(xml_.place(), "attribute", in_quotes(attribute_) + " is no name");
        if (attribute_ == identity_name)
            shape.identity = std::clamp<std::int64_t>(parse_int(text).value_or(0), 0, largest_number);
        else if (!text.empty() && is_clean_utf8(text))
            shape.values.push_back({attribute_, text, AttributeType::Text});
    }
    if (parent != "object") return Done{};
    // source: ImageNet's videos, where objects count from 0; a project's from 1.
    if (name == "trackid")
        if (const auto number = parse_int(text); number && *number >= 0 && *number < largest_number)
            shape.identity = *number + 1;
    if (name == "name") {
        if (text.empty() || !is_clean_utf8(text)) return row_error(xml_.place(), name, in_quotes(text) + " is no name");
        shape.label = text;
    }
    if (name == pose_name && !text.empty() && text != "Unspecified" && is_clean_utf8(text))
        shape.values.push_back({std::string(pose_name), text, AttributeType::Text});
    if (name == truncated_name || name == difficult_name || name == "occluded") {
        const auto value = flag();
        if (!value) return value.error();
        if (name == "occluded")
            shape.occluded = *value;
        else if (*value)
            shape.values.push_back({std::string(name), "true", AttributeType::Checkbox});
    }
    return Done{};
}

Result<Done> Reader::add(const Edges& edges, ImageShape shape, const Place& place) {
    if (shape.label.empty()) return error_at(place, "name", "is missing");
    if (std::all_of(turned_.begin(), turned_.end(), [](const auto& number) { return number.has_value(); })) {
        shape.shape = on_grid(Shape(quad_of_turned(*turned_[0], *turned_[1], *turned_[2], *turned_[3], *turned_[4])));
        if (!is_valid(shape.shape)) return error_at(place, "robndbox", "has no area");
        shapes.push_back(std::move(shape));
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

/// Takes the images one after another.
class Images {
public:
    Images(const Media& media, const VocOptions& how) : tracks_(media, how.images), how_(how) {}
    Result<Done> add(FrameIndex frame, const std::string& file, std::string_view text) {
        Reader reader(file, text, how_);
        if (auto done = reader.read(); !done) return done;
        if (reader.width > 0 && reader.height > 0) tracks_.speak_of_size(reader.width, reader.height);
        placeholders_ += reader.placeholders;
        tracks_.add(frame, std::move(reader.shapes));
        return Done{};
    }
    Result<ReadResult> finish(const std::string& file) && {
        tracks_.builder().note_count(placeholders_, "objects are VATIC's 'not-a-real-object' and left out");
        return std::move(tracks_).finish(file);
    }

private:
    ImageTracks tracks_;
    const VocOptions& how_;
    std::int64_t placeholders_ = 0;
};

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const auto files = image_files(request, how->images, stem_of, "frame_000000.xml");
    if (!files) return files.error();
    Images images(request.media, *how);
    for (const auto& [frame, path] : *files) {
        const auto text = read_file(path);
        if (!text) return text.error();
        if (auto added = images.add(frame, path.string(), *text); !added) return added.error();
    }
    return std::move(images).finish(request.files.front().string());
}

/// What is said of one image, and how many objects it shows.
struct ImageText {
    std::string text;
    std::int64_t objects = 0;
};

class Writer {
public:
    Writer(const WriteRequest& request, const VocOptions& how, Losses& losses)
        : annotations_(request.annotations),
          media_(*request.annotations.find_media(request.media)),
          out_(request.out),
          how_(how),
          losses_(losses) {}
    ImageText text_of(FrameIndex frame, const std::vector<ShownShape>& shown);
    fs::path image_of(FrameIndex frame) const {
        return (how_.is_devkit ? out_ / "JPEGImages" : out_) / how_.images.name_of(frame);
    }

private:
    std::optional<Box> box_of(const Shape& shape);
    bool write_object(XmlWriter& xml, FrameIndex frame, const ShownShape& shown);
    void write_attributes(XmlWriter& xml, FrameIndex frame, const Track& track);

    const Annotations& annotations_;
    const Media& media_;
    const fs::path& out_;
    const VocOptions& how_;
    Losses& losses_;
};

/// The box as it is stated: cut, rounded; its edges still count from 0.
std::optional<Box> Writer::box_of(const Shape& shape) {
    const auto inside = written_box(shape, media_, how_.clips, losses_);
    if (!inside || how_.is_exact) return inside;
    const Box box = *inside;
    const double left = std::floor(box.x + 0.5);
    const double top = std::floor(box.y + 0.5);
    const Box whole{left, top, std::max(1.0, std::floor(box.right() + 0.5) - left),
                    std::max(1.0, std::floor(box.bottom() + 0.5) - top)};
    losses_.add("boxes rounded to whole pixels", whole == box ? 0 : 1);
    return whole;
}

void Writer::write_attributes(XmlWriter& xml, FrameIndex frame, const Track& track) {
    xml.open("attributes");
    const auto write = [&](std::string_view name, std::string_view value) {
        xml.open("attribute");
        xml.leaf("name", name);
        xml.leaf("value", value);
        xml.close();
    };
    write(identity_name, std::to_string(number(track.id)));
    if (const Label* label = annotations_.find_label(track.label))
        for (const Attribute& attribute : label->attributes) {
            constexpr std::array own{truncated_name, difficult_name, pose_name, identity_name};
            const std::string_view value = value_at(track, &attribute, frame);
            if (!value.empty() && std::find(own.begin(), own.end(), attribute.name) == own.end())
                write(attribute.name, value);
        }
    xml.close();
}

bool Writer::write_object(XmlWriter& xml, FrameIndex frame, const ShownShape& shown) {
    const Track& track = *shown.track;
    const auto box = box_of(shown.state.shape);
    if (!box) return false;
    const Box whole = bounding_box(shown.state.shape);
    const bool reaches_out =
        whole.x < 0 || whole.y < 0 || whole.right() > media_.width || whole.bottom() > media_.height;
    const std::string_view pose = value_at(track, find_attribute(annotations_, track, pose_name), frame);
    const auto flag = [&](std::string_view name, bool unsaid) {
        return std::int64_t{flag_at(annotations_, track, name, frame).value_or(unsaid)};
    };
    xml.open("object");
    xml.leaf("name", annotations_.label_name(track.label));
    xml.leaf("pose", pose.empty() ? "Unspecified" : pose);
    xml.leaf("truncated", flag(truncated_name, reaches_out));
    xml.leaf("difficult", flag(difficult_name, false));
    xml.leaf("occluded", std::int64_t{shown.state.occluded});
    xml.open("bndbox");
    const double shift = how_.is_one_based ? 1 : 0;
    xml.leaf("xmin", grid_number(box->x + shift));
    xml.leaf("ymin", grid_number(box->y + shift));
    xml.leaf("xmax", grid_number(box->right()));
    xml.leaf("ymax", grid_number(box->bottom()));
    xml.close();
    write_attributes(xml, frame, track);
    xml.close();
    return true;
}

ImageText Writer::text_of(FrameIndex frame, const std::vector<ShownShape>& shown) {
    ImageText written;
    XmlWriter xml;
    xml.open("annotation");
    xml.leaf("folder", image_of(frame).parent_path().filename().string());
    xml.leaf("filename", how_.images.name_of(frame));
    xml.open("source");
    xml.leaf("database", std::string_view("Unknown"));
    xml.close();
    xml.open("size");
    xml.leaf("width", std::int64_t{media_.width});
    xml.leaf("height", std::int64_t{media_.height});
    xml.leaf("depth", std::int64_t{3});
    xml.close();
    xml.leaf("segmented", std::int64_t{0});
    for (const ShownShape& one : shown) written.objects += write_object(xml, frame, one) ? 1 : 0;
    xml.close();
    written.text = xml.finish();
    return written;
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    Losses losses;
    Output output(request);
    Writer writer(request, *how, losses);
    VocOptions plain = *how;
    plain.images = {};
    Images back(*request.annotations.find_media(request.media), plain);
    for (const Track* track : tracks_of(request.annotations, request.media))
        losses.add("values of fixed attributes written image by image",
                   static_cast<std::int64_t>(track->attributes.size()));
    std::set<fs::path> own;
    std::vector<FrameImage> pictures;
    std::int64_t objects = 0;
    std::string list;
    for (const auto& [frame, shown] : shown_images(request, how->images, losses)) {
        const std::string stem = how->images.stem_of(frame);
        const fs::path path = (how->is_devkit ? request.out / "Annotations" : request.out) / (stem + ".xml");
        auto image = writer.text_of(frame, shown);
        if (auto added = back.add(frame, path.string(), image.text); !added)
            return fail("{}: would not be read back: {}", path.string(), added.error().message);
        objects += image.objects;
        list += stem + "\n";
        own.insert(path);
        pictures.push_back({frame, writer.image_of(frame)});
        output.add(path, std::move(image.text));
    }
    if (own.empty()) return no_image(request.out);
    if (how->is_devkit) output.add(request.out / "ImageSets" / "Main" / "trainval.txt", std::move(list));
    if (auto alone = check_no_other_images(request.out, own, stem_of); !alone) return alone.error();
    if (auto same = check_reads_back(request.out, std::move(back).finish(request.out.string()), objects); !same)
        return same.error();
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list(), std::move(pictures)};
}

bool is_voc_text(std::string_view head) {
    const auto has = [&](std::string_view piece) { return head.find(piece) != std::string_view::npos; };
    if (!is_xml_of(head, "annotation")) return false;
    // LabelMe's old files have the same root, and polygons without a box around them.
    return has("<bndbox>") || has("<robndbox>") || (has("<size>") && !has("<polygon>") && !has("<imagesize>"));
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return is_voc_text(head);
    const auto text = first_image_text(path, stem_of);
    return text && is_voc_text(*text);
}

}  // namespace

const Format voc_format{
    .id = "voc",
    .name = "PASCAL VOC XML",
    .extension = "",
    .reader = "labelImg",
    .convention = "frames by image name; left top right bottom in px (options say from 0 or 1)",
    .carries = {.boxes = true, .occluded = true, .outside = true, .attributes = true, .fractions = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
