#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/images.h"
#include "core/formats/text/xml.h"
#include "core/formats/voc.h"

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

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    return read_voc(request, *how);
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
    write(voc_identity_name, std::to_string(number(track.id)));
    if (const Label* label = annotations_.find_label(track.label))
        for (const Attribute& attribute : label->attributes) {
            constexpr std::array own{voc_truncated_name, voc_difficult_name, voc_pose_name, voc_identity_name};
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
    const std::string_view pose = value_at(track, find_attribute(annotations_, track, voc_pose_name), frame);
    const auto flag = [&](std::string_view name, bool unsaid) {
        return std::int64_t{flag_at(annotations_, track, name, frame).value_or(unsaid)};
    };
    xml.open("object");
    xml.leaf("name", annotations_.label_name(track.label));
    xml.leaf("pose", pose.empty() ? "Unspecified" : pose);
    xml.leaf("truncated", flag(voc_truncated_name, reaches_out));
    xml.leaf("difficult", flag(voc_difficult_name, false));
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
    VocImages back(*request.annotations.find_media(request.media), plain);
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
    if (auto alone = check_no_other_images(request.out, own, voc_stem_of); !alone) return alone.error();
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
    return has("<bndbox>") || has("<robndbox>") || (has("<polygon>") && has("<x1>")) ||
           (has("<size>") && !has("<polygon>") && !has("<imagesize>"));
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return is_voc_text(head);
    const auto text = first_image_text(path, voc_stem_of);
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
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
