#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/image_name.h"
#include "core/formats/text/images.h"
#include "core/formats/text/xml.h"
#include "core/formats/vatic.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{
    vatic_dimensions_option,
    vatic_interpolation_option,
    vatic_integers_option,
    image_link_option,
    FormatOption{"skip", "N", "15", "a file for every Nth frame from the first; VATIC's own is 15"},
    FormatOption{"difficult", "N", "100", "writing: boxes of fewer square pixels are marked as difficult"},
    FormatOption{"empty", "fake|none", "fake",
                 "writing: a frame that shows nothing gets VATIC's box not-a-real-object, or no object"},
    FormatOption{"size", "swapped|right", "swapped",
                 "writing: VATIC states the pictures' width as their height and the other way round"}};

constexpr std::string_view fake_name = "not-a-real-object";
constexpr std::string_view difficult_attribute = "difficult";

struct PascalOptions {
    VaticOptions vatic;
    ImageOptions images;
    std::int64_t skip = 15;
    std::int64_t difficult_area = 100;
    bool writes_fakes = true;
    bool swaps_size = true;
};

Result<PascalOptions> options_of(const FormatOptions& stated, const Media& media) {
    Options given(vatic_pascal_format, stated);
    PascalOptions how{.vatic = vatic_options(vatic_pascal_format, given, stated, media),
                      .images = {},
                      .skip = given.integer("skip", 1, largest_frame),
                      .difficult_area = given.integer("difficult", 0, largest_number),
                      .writes_fakes = given.is("empty", "fake"),
                      .swaps_size = given.is("size", "swapped")};
    how.images.first_frame = 1;
    how.images.link = given.number("link", 0, 1);
    how.images.step = how.images.link > 0 ? how.skip : 1;
    if (given.error()) return *given.error();
    return how;
}

/// "000016" of Annotations/000016.xml, which is of frame 15.
std::optional<std::string> stem_of(const fs::path& path) {
    const std::string stem = path.stem().string();
    const bool is_number =
        !stem.empty() && std::all_of(stem.begin(), stem.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (path.extension() != ".xml" || !is_number) return std::nullopt;
    return stem;
}

using Event = XmlReader::Event;

/// An object as its elements say it.
struct Object {
    std::string name;
    std::map<std::string, double, std::less<>> numbers;  ///< by element
};

Result<Object> object_at(XmlReader& xml) {
    constexpr std::array<std::string_view, 6> numbers{"xmin", "ymin", "xmax", "ymax", "difficult", "occluded"};
    Object object;
    while (true) {
        const auto event = xml.next();
        if (!event) return event.error();
        if (*event == Event::Open) continue;
        const std::string_view text = trim(xml.text());
        if (xml.name() == "object") break;
        if (xml.name() == "name" && xml.parent() == "object") object.name = text;
        if (std::find(numbers.begin(), numbers.end(), xml.name()) == numbers.end()) continue;
        const auto value = parse_double(text);
        if (!value || std::abs(*value) > largest_coordinate_px)
            return xml.error("text", fmt::format("{} is not a number of pixels", in_quotes(text)));
        object.numbers[std::string(xml.name())] = *value;
    }
    if (object.name.empty() || !is_clean_utf8(object.name)) return xml.error("name", "is missing or no text");
    return object;
}

/// Reads the files of single frames.
class Reader {
public:
    Reader(const Media& media, const PascalOptions& how) : how_(how), media_(media), tracks_(media, how.images) {}

    /// requires: frames ascend.
    Result<Done> add(FrameIndex frame, std::string_view name, std::string_view text);
    Result<ReadResult> finish(std::string_view file) &&;

private:
    Result<Done> take_object(XmlReader& xml, std::vector<ImageShape>& shapes);
    Result<Done> take_size(XmlReader& xml);

    const PascalOptions& how_;
    const Media& media_;
    ImageTracks tracks_;
    VaticFile counts_;
    std::int64_t fakes_ = 0;
};

Result<Done> Reader::take_object(XmlReader& xml, std::vector<ImageShape>& shapes) {
    const auto object = object_at(xml);
    if (!object) return object.error();
    if (object->name == fake_name) {
        ++fakes_;
        return Done{};
    }
    std::array<double, 4> edges{};
    constexpr std::array<std::string_view, 4> names{"xmin", "ymin", "xmax", "ymax"};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto found = object->numbers.find(names[i]);
        if (found == object->numbers.end()) return xml.error(names[i], "is missing");
        edges[i] = found->second;
    }
    Box box;
    if (const auto wrong = vatic_box(edges, how_.vatic, counts_, box))
        return xml.error(wrong->first == "xbr" ? "xmax" : "ymax", "is not larger than its lower end");
    const auto is = [&](std::string_view flag) {
        const auto found = object->numbers.find(flag);
        return found != object->numbers.end() && found->second != 0;
    };
    ImageShape shape{.label = object->name, .shape = box, .occluded = is("occluded"), .values = {}};
    // A small box is difficult by itself; only of others it says something.
    const double area = (edges[2] - edges[0]) * (edges[3] - edges[1]);
    if (is("difficult") && area >= static_cast<double>(how_.difficult_area))
        shape.values.push_back({std::string(difficult_attribute), "true", AttributeType::Checkbox});
    shapes.push_back(std::move(shape));
    return Done{};
}

Result<Done> Reader::take_size(XmlReader& xml) {
    std::int64_t width = 0;
    std::int64_t height = 0;
    while (true) {
        const auto event = xml.next();
        if (!event) return event.error();
        if (*event == Event::Open) continue;
        if (xml.name() == "size") break;
        if (xml.name() == "width") width = parse_int(trim(xml.text())).value_or(0);
        if (xml.name() == "height") height = parse_int(trim(xml.text())).value_or(0);
    }
    const bool is_right = width == media_.width && height == media_.height;
    if (!is_right && how_.vatic.scale == 1) tracks_.speak_of_size(height, width);
    return Done{};
}

Result<Done> Reader::add(FrameIndex frame, std::string_view name, std::string_view text) {
    XmlReader xml(name, text);
    std::vector<ImageShape> shapes;
    while (true) {
        const auto event = xml.next();
        if (!event) return event.error();
        if (*event == Event::End) break;
        if (*event == Event::Close) continue;
        if (xml.parent().empty()) {
            if (xml.name() != "annotation")
                return xml.error("XML", "is not the element 'annotation' that a PASCAL file begins with");
            continue;
        }
        auto done = xml.name() == "object" ? take_object(xml, shapes)
                    : xml.name() == "size" ? take_size(xml)
                                           : skip_element(xml);
        if (!done) return done;
    }
    tracks_.add(frame, std::move(shapes));
    return Done{};
}

Result<ReadResult> Reader::finish(std::string_view file) && {
    tracks_.builder().note_count(fakes_, "frames hold VATIC's not-a-real-object, which is left out");
    return std::move(tracks_).finish(file);
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options, request.media);
    if (!how) return how.error();
    const auto files = image_files(request, how->images, stem_of, "Annotations/000001.xml");
    if (!files) return files.error();
    Reader reader(request.media, *how);
    for (const auto& [frame, path] : *files) {
        const auto text = read_file(path);
        if (!text) return text.error();
        if (auto added = reader.add(frame, path.string(), *text); !added) return added.error();
    }
    return std::move(reader).finish(request.files.front().string());
}

/// A box of one frame.
struct Shown {
    std::string label;
    VaticDumpRow row;
    bool is_difficult = false;
};
using ShownByFrame = std::map<FrameIndex, std::vector<Shown>>;

/// The boxes of the frames that are written. Counts what these files cannot say.
ShownByFrame shown_boxes(const WriteRequest& request, const PascalOptions& how, VaticDump& dump, Losses& losses) {
    ShownByFrame frames;
    const Media& media = *request.annotations.find_media(request.media);
    for (std::int64_t n = 0; n < media.frames; n += how.skip) frames[FrameIndex{n}];
    for (const Track* track : tracks_of(request.annotations, request.media)) {
        std::int64_t written = 0;
        for (const VaticDumpRow& row : dump.rows_of(*track)) {
            if (row.lost) continue;
            const auto frame = frames.find(row.frame);
            if (frame == frames.end()) {
                losses.add("boxes in frames that are not written");
                continue;
            }
            const auto& names = row.attributes;
            const auto stated = std::count(names.begin(), names.end(), difficult_attribute);
            losses.add("attributes of boxes left out", static_cast<std::int64_t>(names.size()) - stated);
            const auto& [left, top, right, bottom] = row.edges;
            const bool is_small = (right - left) * (bottom - top) < how.difficult_area;
            frame->second.push_back({dump.label_of(*track), row, stated > 0 || is_small});
            ++written;
        }
        losses.add("tracks whose boxes are no longer linked from frame to frame", written > 1 ? 1 : 0);
    }
    dump.count_rest();
    return frames;
}

void write_object(XmlWriter& xml, std::string_view name, const std::array<std::int64_t, 4>& edges, bool is_difficult,
                  bool is_occluded) {
    xml.open("object");
    xml.leaf("name", name);
    xml.open("bndbox");
    xml.leaf("xmax", edges[2]);
    xml.leaf("xmin", edges[0]);
    xml.leaf("ymax", edges[3]);
    xml.leaf("ymin", edges[1]);
    xml.close();
    xml.leaf("difficult", std::int64_t{is_difficult});
    xml.leaf("occluded", std::int64_t{is_occluded});
    xml.leaf("pose", std::string_view("Unspecified"));
    xml.leaf("truncated", std::int64_t{0});
    xml.close();
}

std::string stem_at(FrameIndex frame) { return image_name("", frame.value + 1, ""); }

std::string text_of(FrameIndex frame, const std::vector<Shown>& shown, const Media& media, const PascalOptions& how) {
    const auto width = static_cast<std::int64_t>(media.width / how.vatic.scale + 1e-9);
    const auto height = static_cast<std::int64_t>(media.height / how.vatic.scale + 1e-9);
    const std::string slug = fs::path(media.name()).stem().string();
    XmlWriter xml;
    xml.open("annotation");
    xml.leaf("folder", slug);
    xml.leaf("filename", stem_at(frame) + ".jpg");
    for (const Shown& one : shown) write_object(xml, one.label, one.row.edges, one.is_difficult, one.row.occluded);
    if (shown.empty() && how.writes_fakes) write_object(xml, fake_name, {20, 40, 10, 30}, true, true);
    xml.leaf("segmented", std::int64_t{0});
    xml.open("size");
    xml.leaf("depth", std::int64_t{3});
    xml.leaf("height", how.swaps_size ? width : height);
    xml.leaf("width", how.swaps_size ? height : width);
    xml.close();
    xml.open("source");
    xml.leaf("annotation", slug);
    xml.leaf("database", std::string_view("vatic"));
    xml.leaf("image", std::string_view("vatic"));
    xml.close();
    xml.open("owner");
    xml.leaf("flickrid", std::string_view("vatic"));
    xml.leaf("name", std::string_view("vatic"));
    xml.close();
    xml.close();
    return xml.finish();
}

/// The lists of images, and for each label which of them show it.
std::map<std::string, std::string> image_sets_of(const ShownByFrame& frames) {
    std::set<std::string> labels;
    for (const auto& [frame, shown] : frames)
        for (const Shown& one : shown) labels.insert(one.label);
    std::map<std::string, std::string> sets;
    for (const auto& [frame, shown] : frames) {
        sets["trainval.txt"] += stem_at(frame) + "\n";
        for (const std::string& label : labels) {
            const bool has =
                std::any_of(shown.begin(), shown.end(), [&](const Shown& one) { return one.label == label; });
            std::string name = label;
            std::replace(name.begin(), name.end(), '/', '_');
            sets[name + "_trainval.txt"] += stem_at(frame) + (has ? " 1\n" : " -1\n");
        }
    }
    std::map<std::string, std::string> all = sets;
    for (const auto& [name, text] : sets)
        all[name.substr(0, name.size() - std::string("val.txt").size()) + ".txt"] = text;
    return all;
}

Result<WriteReport> write(const WriteRequest& request) {
    const Media& media = *request.annotations.find_media(request.media);
    const auto how = options_of(request.options, media);
    if (!how) return how.error();
    Losses losses;
    VaticDump dump(request, how->vatic, losses);
    const ShownByFrame frames = shown_boxes(request, *how, dump, losses);
    Output images(request);
    Reader back(media, *how);
    std::int64_t boxes = 0;
    std::set<fs::path> own;
    for (const auto& [frame, shown] : frames) {
        const fs::path path = request.out / "Annotations" / (stem_at(frame) + ".xml");
        std::string text = text_of(frame, shown, media, *how);
        if (auto added = back.add(frame, path.string(), text); !added) return added.error();
        images.add(path, std::move(text));
        own.insert(path);
        boxes += static_cast<std::int64_t>(shown.size());
    }
    const std::string out = request.out.string();
    if (auto same = check_reads_back(request.out, std::move(back).finish(out), boxes); !same) return same.error();
    if (auto free = check_no_other_images(request.out / "Annotations", own, stem_of); !free) return free.error();
    auto written = images.write();
    if (!written) return written.error();
    Output lists(request);
    for (auto& [name, text] : image_sets_of(frames)) lists.add(request.out / "ImageSets" / "Main" / name, text);
    const auto more = lists.write();
    if (!more) return more.error();
    written->insert(written->end(), more->begin(), more->end());
    return WriteReport{std::move(*written), losses.list()};
}

/// PASCAL VOC as VATIC writes it: the upper end of an edge comes first, and the database is called vatic. ImageNet's
/// videos have the edges so, too, and say which object it is.
bool is_by_vatic(std::string_view text) {
    if (!is_xml_of(text, "annotation")) return false;
    if (text.find("<database>vatic</database>") != std::string_view::npos) return true;
    const auto at = text.find("<bndbox>");
    return at != std::string_view::npos && trim(text.substr(at + 8)).starts_with("<xmax>") &&
           text.find("<pose>") > text.find("<occluded>") && text.find("<trackid>") == std::string_view::npos;
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return is_by_vatic(head);
    const auto text = first_image_text(path, stem_of);
    return text && is_by_vatic(*text);
}

}  // namespace

const Format vatic_pascal_format{
    .id = "vatic-pascal",
    .name = "VATIC PASCAL",
    .extension = "",
    .reader = "its own public source",
    .convention = "the file of frame n is numbered n+1; left top right bottom in whole px from 0 of the dumped size",
    .carries = {.boxes = true, .occluded = true, .outside = true},
    .options = options,
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
