#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/base/text.h"
#include "core/formats/cvat.h"
#include "core/formats/formats.h"
#include "core/formats/text/image_name.h"
#include "core/formats/text/images.h"
#include "core/formats/text/options.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{
    FormatOption{"frames", "name|id", "name",
                 "reading: the frame is the number at the end of an image's name, or the image's id"},
    FormatOption{"first-frame", "N", "0", "the number that the video's first frame has in names and ids"},
    FormatOption{"identity", "group|none", "group",
                 "reading: shapes of one group_id and label are one track, unless two stand in an image; or each shape "
                 "is a track. Writing: whether tracks are groups"},
    image_step_option,
    FormatOption{"polygons", "box|skip", "box",
                 "reading polygons that have no four corners: as their bounding boxes, or not at all"},
    cvat_task_option,
    image_prefix_option,
    image_extension_option,
    image_choice_option,
    FormatOption{"decimals", "exact|2", "exact", "writing coordinates as they are, or with CVAT's two decimals"}};

struct ImagesOptions {
    bool goes_by_name = true;
    std::int64_t first_frame = 0;
    bool has_groups = true;
    std::int64_t step = 1;
    bool takes_polygons = true;
    std::int64_t task = -1;  ///< which of a project's tasks is read; -1: the video's
    std::string prefix = "frame_";
    std::string extension = ".png";
    std::int64_t every = 0;  ///< 0: images that show something
    bool is_rounded = false;
};

Result<ImagesOptions> options_of(const FormatOptions& stated) {
    Options given(cvat_images_format, stated);
    ImagesOptions how{.goes_by_name = given.is("frames", "name"),
                      .first_frame = given.integer("first-frame", 0, largest_frame),
                      .has_groups = given.is("identity", "group"),
                      .step = given.integer("step", 1, largest_frame),
                      .takes_polygons = given.is("polygons", "box"),
                      .task = cvat_task_of(given),
                      .prefix = given.text("prefix"),
                      .extension = given.text("extension"),
                      .every = image_choice_of(given),
                      .is_rounded = given.is("decimals", "2")};
    if (!is_clean_utf8(how.prefix)) given.reject("prefix", "is no UTF-8 text");
    if (!is_clean_utf8(how.extension)) given.reject("extension", "is no UTF-8 text");
    if (given.error()) return *given.error();
    return how;
}

/// A shape in one image.
struct Row {
    FrameIndex frame;
    Shape shape;
    bool occluded = false;
    CvatValues values;
};

class Reader {
public:
    Reader(std::string_view file, std::istream& in, const Media& media, const ImagesOptions& how)
        : file_(file), xml_(file, in), builder_(media), how_(how) {}
    Result<ReadResult> read() &&;

private:
    Result<FrameIndex> frame_of_image();
    Result<Done> read_image();
    Result<Done> read_shape(FrameIndex frame);
    Result<Done> add_track(LabelId label, const std::vector<Row>& rows, std::int64_t id);
    Result<Done> say_attributes(const std::vector<Row>& rows, Track& track);
    Result<Done> add_tracks();

    std::string_view file_;
    XmlReader xml_;
    AnnotationsBuilder builder_;
    const ImagesOptions& how_;
    CvatMeta meta_;
    CvatOthers others_;
    std::map<std::pair<std::int64_t, LabelId>, std::vector<Row>> groups_;
    std::vector<std::pair<LabelId, Row>> singles_;
    std::int64_t tracks_in_file_ = 0;
    std::set<std::pair<std::int64_t, std::int64_t>> sizes_;  ///< of the images
};

Result<FrameIndex> Reader::frame_of_image() {
    std::int64_t frame = 0;
    if (how_.goes_by_name) {
        const auto name = xml_.attribute("name");
        if (!name) return xml_.error("name", "is missing");
        const auto end = number_at_end(*name);
        if (!end || *end > largest_frame)
            return xml_.error("name", in_quotes(*name) + " does not end with the number of a frame; see option frames");
        frame = *end;
    } else {
        const auto id = xml_.integer("id", 0, largest_frame);
        if (!id) return id.error();
        frame = *id;
    }
    if (frame < how_.first_frame)
        return xml_.error(how_.goes_by_name ? "name" : "id",
                          fmt::format("{} is before the first frame, which is {}", frame, how_.first_frame));
    return FrameIndex{frame - how_.first_frame};
}

Result<Done> Reader::read_shape(FrameIndex frame) {
    auto shape = cvat_shape_of(xml_, how_.takes_polygons, others_);
    if (!shape) return shape.error();
    if (!shape->has_value()) return skip_element(xml_);
    const auto label = cvat_label_of(xml_, builder_, others_);
    if (!label) return label.error();
    const auto occluded = xml_.flag("occluded", false);
    if (!occluded) return occluded.error();
    std::int64_t group = 0;
    if (const auto stated = xml_.attribute("group_id"); stated && how_.has_groups) {
        const auto id = xml_.integer("group_id", 0, largest_number);
        if (!id) return id.error();
        group = *id;
    }
    auto values = read_cvat_values(xml_);
    if (!values) return values.error();
    if (!builder_.takes_row_at(frame)) return Done{};
    Row row{frame, **shape, *occluded, std::move(*values)};
    if (group == 0)
        singles_.emplace_back(*label, std::move(row));
    else
        groups_[{group, *label}].push_back(std::move(row));
    return Done{};
}

Result<Done> Reader::read_image() {
    const auto frame = frame_of_image();
    if (!frame) return frame.error();
    if (xml_.attribute("width") && xml_.attribute("height")) {
        const auto width = xml_.integer("width", 0, largest_frame);
        const auto height = xml_.integer("height", 0, largest_frame);
        if (!width) return width.error();
        if (!height) return height.error();
        sizes_.emplace(*width, *height);
    }
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == XmlReader::Event::Close) return Done{};
        if (xml_.name() == "tag") ++others_.left_out.try_emplace("tag", 0).first->second;
        auto done = is_cvat_shape(xml_.name()) ? read_shape(*frame) : skip_element(xml_);
        if (!done) return done.error();
    }
}

Result<Done> Reader::say_attributes(const std::vector<Row>& rows, Track& track) {
    AttributeTrail trail;
    for (const Row& row : rows) {
        std::set<AttributeId> said;
        for (const auto& [name, value] : row.values) {
            const auto id = cvat_attribute_of(xml_, name, track.label, builder_);
            if (!id) return id.error();
            const Attribute& attribute = *builder_.label_of(track.label).find_attribute(*id);
            if (!says_something(attribute, value) || !said.insert(*id).second) continue;
            if (attribute.is_mutable)
                trail.say(*id, row.frame, value);
            else
                track.attributes.try_emplace(*id, value);
        }
    }
    track.attribute_ranges = trail.ranges();
    return Done{};
}

Result<Done> Reader::add_track(LabelId label, const std::vector<Row>& rows, std::int64_t id) {
    Track track = builder_.new_track(label);
    if (id > 0) track.id = TrackId{id};
    std::vector<StatedShape> shapes;
    for (const Row& row : rows) shapes.push_back({row.frame, row.shape, row.occluded});
    state_shapes(track, std::move(shapes), builder_.end(), how_.step);
    if (auto said = say_attributes(rows, track); !said) return said;
    builder_.add(std::move(track));
    return Done{};
}

Result<Done> Reader::add_tracks() {
    std::int64_t crowded = 0;
    std::set<std::int64_t> taken;
    std::vector<std::pair<LabelId, std::vector<Row>>> unnumbered;
    for (auto& [key, rows] : groups_) {
        std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.frame < b.frame; });
        const bool is_track = std::adjacent_find(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
                                  return a.frame == b.frame;
                              }) == rows.end();
        crowded += is_track ? 0 : 1;
        if (!is_track)
            for (Row& row : rows) singles_.emplace_back(key.second, std::move(row));
        else if (!taken.insert(key.first).second)
            unnumbered.emplace_back(key.second, std::move(rows));
        else if (auto added = add_track(key.second, rows, key.first); !added)
            return added;
    }
    for (auto& [label, row] : singles_) unnumbered.emplace_back(label, std::vector<Row>{std::move(row)});
    for (auto& [label, rows] : unnumbered)
        if (auto added = add_track(label, rows, 0); !added) return added;
    builder_.note_count(crowded, "groups have several shapes in one image, which are a track each");
    return Done{};
}

Result<ReadResult> Reader::read() && {
    std::int64_t images = 0;
    while (true) {
        const auto event = xml_.next();
        if (!event) return event.error();
        if (*event == XmlReader::Event::End) break;
        if (*event == XmlReader::Event::Close) continue;
        if (xml_.parent().empty() && xml_.name() != "annotations")
            return xml_.error("XML", "is not the element 'annotations' that a CVAT file begins with");
        if (xml_.around().size() != 1) continue;
        tracks_in_file_ += xml_.name() == "track" ? 1 : 0;
        images += xml_.name() == "image" ? 1 : 0;
        auto done = xml_.name() == "meta"                         ? meta_.read(xml_, builder_, how_.task)
                    : xml_.name() == "image" && meta_.takes(xml_) ? read_image()
                                                                  : skip_element(xml_);
        if (!done) return done.error();
    }
    if (images == 0 && tracks_in_file_ > 0)
        return fail("{}: holds {} tracks and no images; read it as cvat", file_, tracks_in_file_);
    if (auto added = add_tracks(); !added) return added.error();
    if (meta_.task.width == 0) note_other_sizes(builder_, sizes_);
    builder_.note_count(meta_.other_rows, "images are of the project's other tasks and are left out");
    others_.note(builder_);
    return std::move(builder_).finish(file_);
}

Result<ReadResult> read(const ReadRequest& request) {
    auto how = options_of(request.options);
    if (!how) return how.error();
    auto in = open_to_read(request.files.front());
    if (!in) return in.error();
    const std::string file = request.files.front().string();
    return Reader(file, *in, request.media, *how).read();
}

/// Writes the images one after another, each with what is in view.
class Writer {
public:
    Writer(const WriteRequest& request, const ImagesOptions& how, Losses& losses, StreamedFile& file)
        : annotations_(request.annotations),
          media_(*annotations_.find_media(request.media)),
          how_(how),
          losses_(losses),
          folder_(request.out.parent_path()),
          xml_(file) {}
    void write();
    std::int64_t boxes() const { return boxes_; }
    std::vector<FrameImage> take_pictures() { return std::move(pictures_); }

private:
    void take(FrameIndex frame, const Track& track, const TrackState& state);
    void close_image();
    void write_empty_images(std::int64_t end);
    void open_image(std::int64_t frame);
    void write_shape(FrameIndex frame, const Track& track, const TrackState& state);

    const Annotations& annotations_;
    const Media& media_;
    const ImagesOptions& how_;
    Losses& losses_;
    fs::path folder_;
    XmlWriter xml_;
    std::map<TrackId, CvatAttributes> attributes_;
    std::optional<std::int64_t> image_;  ///< the frame of the image that is open
    std::int64_t next_ = 0;              ///< the next frame whose image is written whatever it shows
    std::vector<FrameImage> pictures_;
    std::int64_t boxes_ = 0;
};

void Writer::write_shape(FrameIndex frame, const Track& track, const TrackState& state) {
    xml_.open(cvat_element_of(state.shape));
    xml_.attribute("label", annotations_.label_name(track.label));
    xml_.attribute("source", std::string_view("manual"));
    xml_.attribute("occluded", std::int64_t{state.occluded});
    write_cvat_shape(xml_, state.shape, how_.is_rounded);
    xml_.attribute("z_order", std::int64_t{0});
    if (how_.has_groups) xml_.attribute("group_id", number(track.id));
    for (const auto& [name, value] : attributes_.at(track.id).values_at(frame)) {
        xml_.open("attribute");
        xml_.attribute("name", name);
        xml_.text(value);
        xml_.close();
    }
    xml_.close();
    ++boxes_;
}

void Writer::open_image(std::int64_t frame) {
    const std::int64_t number = frame + how_.first_frame;
    xml_.open("image");
    xml_.attribute("id", number);
    const std::string name = image_name(how_.prefix, number, how_.extension);
    pictures_.push_back({FrameIndex{frame}, folder_ / name});
    xml_.attribute("name", name);
    xml_.attribute("width", std::int64_t{media_.width});
    xml_.attribute("height", std::int64_t{media_.height});
    image_ = frame;
}

void Writer::close_image() {
    if (image_) xml_.close();
    image_.reset();
}

/// The images up to that frame that show nothing, where they are written too.
void Writer::write_empty_images(std::int64_t end) {
    for (; how_.every > 0 && next_ < end; next_ += how_.every) {
        open_image(next_);
        close_image();
    }
}

void Writer::take(FrameIndex frame, const Track& track, const TrackState& state) {
    const bool is_past = frame.value >= media_.frames;
    if (is_past || (how_.every > 0 && frame.value % how_.every != 0)) {
        losses_.add(is_past ? "boxes past the video's last frame left out" : "boxes in frames that are not written");
        return;
    }
    if (image_ != frame.value) {
        close_image();
        write_empty_images(frame.value);
        open_image(frame.value);
        next_ = frame.value + how_.every;
    }
    write_shape(frame, track, state);
}

void Writer::write() {
    for (const Track* track : tracks_of(annotations_, media_.id)) {
        const auto made = attributes_.emplace(track->id, CvatAttributes(annotations_, *track, true)).first;
        losses_.add("actions of tracks written as attributes", made->second.actions());
    }
    losses_.add("segments of the video left out",
                static_cast<std::int64_t>(segments_of(annotations_, media_.id, TrackId{}).size()));
    xml_.open("annotations");
    write_cvat_meta(xml_, annotations_, media_, "annotation", true);
    for_each_in_view(annotations_, media_.id,
                     [&](FrameIndex frame, const Track& track, const TrackState& state) { take(frame, track, state); });
    close_image();
    write_empty_images(media_.frames);
    xml_.close();
    xml_.finish();
}

Result<WriteReport> write(const WriteRequest& request) {
    auto how = options_of(request.options);
    if (!how) return how.error();
    Losses losses;
    Output output(request);
    const auto file = output.stream(request.out);
    if (!file) return file.error();
    Writer writer(request, *how, losses, **file);
    writer.write();
    if (auto closed = (*file)->close(); !closed) return closed.error();
    auto written = output.write();
    if (!written) return written.error();
    WriteReport report{std::move(*written), losses.list(), writer.take_pictures()};
    report.boxes = writer.boxes();
    return report;
}

bool sniff(const fs::path&, std::string_view head) { return is_cvat_of_images(head); }

}  // namespace

const Format cvat_images_format{
    .id = "cvat-images",
    .name = "CVAT for images 1.1",
    .extension = ".xml",
    .reader = "CVAT load_anno",
    .convention = "frames by image name or id; left top right bottom edges in px from 0, fractions",
    .carries = {.boxes = true, .quads = true, .occluded = true, .outside = true, .attributes = true, .fractions = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
