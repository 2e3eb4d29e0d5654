#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/actions.h"
#include "core/formats/text/json.h"
#include "core/formats/text/rows.h"
#include "core/formats/vott.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{
    vott_assets_option,
    FormatOption{"tags", "label|all", "label",
                 "writing: the label alone, or also 'occluded' and attributes that are ticked, which VoTT's other "
                 "exports take for labels"},
    FormatOption{"polygons", "box|skip", "box",
                 "reading polygons that have no four corners: as their bounding boxes, or not at all"},
    action_video_option,
    image_frames_option,
    image_first_option,
    image_link_option,
    image_step_option,
    image_prefix_option,
    image_extension_option,
    image_choice_option};

constexpr std::string_view occluded_tag = "occluded";
constexpr std::string_view region_prefix = "track_";

struct JsonOptions {
    VottOptions vott;
    bool writes_all_tags = false;
    bool takes_polygons = true;
};

Result<JsonOptions> options_of(const FormatOptions& stated) {
    Options given(vott_format, stated);
    JsonOptions how{.vott = vott_options_of(given, stated),
                    .writes_all_tags = given.is("tags", "all"),
                    .takes_polygons = given.is("polygons", "box")};
    if (given.error()) return *given.error();
    return how;
}

/// Takes the files of a data set one after another: an export, or an asset each as a project keeps them.
class Reader {
public:
    Reader(const Media& media, const JsonOptions& how) : errors_(""), assets_(media, how.vott), how_(how) {}
    Result<Done> take(const std::string& file, std::string_view text);
    Result<ReadResult> finish(const std::string& file) &&;

private:
    void read_asset(const JsonAt& stated);
    void read_region(const JsonAt& region, std::vector<ImageShape>& shapes);
    std::optional<Shape> shape_of(const JsonAt& region);
    std::optional<Box> box_of(const JsonAt& region);

    JsonErrors errors_;  ///< of the file at hand
    std::string file_;
    VottAssets assets_;
    const JsonOptions& how_;
    std::int64_t untagged_ = 0;
    std::int64_t left_out_ = 0;
    std::int64_t as_boxes_ = 0;
};

std::optional<Box> Reader::box_of(const JsonAt& region) {
    const JsonAt stated = region["boundingBox"];
    const auto at = [&](const char* name) { return stated[name].number(largest_coordinate_px); };
    const Box box{at("left"), at("top"), at("width"), at("height")};
    if (box.w < 0) stated["width"].reject("is negative");
    if (box.h < 0) stated["height"].reject("is negative");
    if (errors_.error()) return std::nullopt;
    return box;
}

std::optional<Shape> Reader::shape_of(const JsonAt& region) {
    const std::string type = region["type"].text();
    if (type == "RECTANGLE" || type == "SQUARE") return box_of(region);
    if (type != "POLYGON") {
        ++left_out_;
        return std::nullopt;
    }
    std::vector<Point> points;
    for (const JsonAt& point : region["points"].elements())
        points.push_back({point["x"].number(largest_coordinate_px), point["y"].number(largest_coordinate_px)});
    if (points.size() == 4) {
        const Shape quad = on_grid(Quad{{points[0], points[1], points[2], points[3]}});
        if (is_valid(quad)) return quad;
    }
    if (!how_.takes_polygons) {
        ++left_out_;
        return std::nullopt;
    }
    ++as_boxes_;
    return box_of(region);
}

void Reader::read_region(const JsonAt& region, std::vector<ImageShape>& shapes) {
    ImageShape shape;
    for (const JsonAt& tag : region["tags"].elements()) {
        const std::string name = tag.name();
        if (shape.label.empty())
            shape.label = name;
        else if (name == occluded_tag)
            shape.occluded = true;
        else
            shape.values.push_back({name, "true", AttributeType::Checkbox});
    }
    const auto form = shape_of(region);
    if (errors_.error() || !form) return;
    if (shape.label.empty()) {
        ++untagged_;
        return;
    }
    if (const JsonAt id = region["id"]; id.is_text() && id.text().starts_with(region_prefix)) {
        const std::string text = id.text();
        const auto number = parse_int(std::string_view(text).substr(region_prefix.size()));
        shape.identity = std::clamp<std::int64_t>(number.value_or(0), 0, largest_number);
    }
    shape.shape = *form;
    shapes.push_back(std::move(shape));
}

void Reader::read_asset(const JsonAt& stated) {
    const JsonAt asset = stated["asset"];
    const std::string name = asset["name"].name();
    std::optional<double> second;
    if (asset["timestamp"].is_there()) second = asset["timestamp"].number(largest_second);
    if (const JsonAt size = asset["size"]; size.is_object())
        assets_.tracks().speak_of_size(
            static_cast<std::int64_t>(size["width"].number(static_cast<double>(largest_frame))),
            static_cast<std::int64_t>(size["height"].number(static_cast<double>(largest_frame))));
    std::vector<ImageShape> shapes;
    for (const JsonAt& region : stated["regions"].elements()) {
        read_region(region, shapes);
        if (errors_.error()) return;
    }
    // A video itself is an asset, too, and shows nothing.
    if (shapes.empty()) return;
    assets_.add(fmt::format("{}: {}/name", file_, asset.path()), name, second, std::move(shapes));
}

Result<Done> Reader::take(const std::string& file, std::string_view text) {
    const auto json = parse_json(file, text);
    if (!json) return json.error();
    file_ = file;
    errors_ = JsonErrors(file);
    const JsonAt root(errors_, *json);
    if (root["asset"].is_object()) {
        read_asset(root);
    } else {
        for (const auto& [id, asset] : root["assets"].members()) {
            read_asset(asset);
            if (errors_.error()) break;
        }
    }
    if (errors_.error()) return *errors_.error();
    return Done{};
}

Result<ReadResult> Reader::finish(const std::string& file) && {
    AnnotationsBuilder& builder = assets_.tracks().builder();
    builder.note_count(untagged_, "regions have no tag and are left out");
    builder.note_count(left_out_, "regions of other kinds than rectangles and polygons are left out");
    builder.note_count(as_boxes_, "polygons without four proper corners are read as their bounding boxes");
    return std::move(assets_).finish(file);
}

Result<ReadResult> read_text(const std::string& file, std::string_view text, const Media& media,
                             const JsonOptions& how) {
    Reader reader(media, how);
    if (auto taken = reader.take(file, text); !taken) return taken.error();
    return std::move(reader).finish(file);
}

constexpr std::string_view asset_ending = "-asset.json";

/// The files of assets in a folder, by name.
std::vector<fs::path> asset_files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator at(folder.empty() ? "." : folder, error), end; !error && at != end; at.increment(error))
        if (at->path().filename().string().ends_with(asset_ending)) files.push_back(at->path());
    std::sort(files.begin(), files.end());
    return files;
}

/// An export, or the files in which a project keeps what its assets show, beside the one called .vott.
Result<std::vector<fs::path>> files_of(const fs::path& stated) {
    std::error_code error;
    const bool is_folder = fs::is_directory(stated, error);
    if (!is_folder && to_lower(stated.extension().string()) != ".vott") return std::vector<fs::path>{stated};
    auto files = asset_files_in(is_folder ? stated : stated.parent_path());
    if (files.empty())
        return fail("{}: a project keeps its regions in files like 0f3a-asset.json, and there is none {}",
                    stated.string(), is_folder ? "in it" : "beside it");
    return files;
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    Reader reader(request.media, *how);
    for (const fs::path& stated : request.files) {
        const auto files = files_of(stated);
        if (!files) return files.error();
        for (const fs::path& file : *files) {
            const auto text = read_file(file);
            if (!text) return text.error();
            if (auto taken = reader.take(file.string(), *text); !taken) return taken.error();
        }
    }
    return std::move(reader).finish(request.files.front().string());
}

class Writer {
public:
    Writer(const WriteRequest& request, const JsonOptions& how, Losses& losses)
        : annotations_(request.annotations),
          media_(*request.annotations.find_media(request.media)),
          how_(how),
          losses_(losses) {}
    std::string text(const fs::path& out, const ShownImages& images);

private:
    void count_values(const Track& track);
    JsonOut tags_of(FrameIndex frame, const ShownShape& shown);
    JsonOut region_of(FrameIndex frame, const ShownShape& shown);
    JsonOut asset_of(FrameIndex frame) const;
    JsonOut size() const { return {{"width", media_.width}, {"height", media_.height}}; }

    const Annotations& annotations_;
    const Media& media_;
    const JsonOptions& how_;
    Losses& losses_;
};

/// Counts the values that are no ticks, which tags cannot say.
void Writer::count_values(const Track& track) {
    std::vector<std::string_view> carried;
    const Label* label = annotations_.find_label(track.label);
    if (label != nullptr && how_.writes_all_tags)
        for (const Attribute& attribute : label->attributes)
            if (attribute.type == AttributeType::Checkbox) carried.push_back(attribute.name);
    count_attributes(annotations_, track, carried, losses_);
}

JsonOut Writer::tags_of(FrameIndex frame, const ShownShape& shown) {
    const Track& track = *shown.track;
    JsonOut tags = JsonOut::array({annotations_.label_name(track.label)});
    if (!how_.writes_all_tags) {
        if (shown.state.occluded) losses_.add("occluded flags left out");
        return tags;
    }
    if (shown.state.occluded) tags.push_back(std::string(occluded_tag));
    if (const Label* label = annotations_.find_label(track.label))
        for (const Attribute& attribute : label->attributes)
            if (attribute.type == AttributeType::Checkbox && value_at(track, &attribute, frame) == "true")
                tags.push_back(attribute.name);
    return tags;
}

JsonOut Writer::region_of(FrameIndex frame, const ShownShape& shown) {
    const Shape shape = on_grid(shown.state.shape);
    const Box box = std::get<Box>(on_grid(bounding_box(shape)));
    const Quad* quad = std::get_if<Quad>(&shape);
    const Quad corners = quad == nullptr ? quad_of(box) : *quad;
    JsonOut points = JsonOut::array();
    for (const Point& corner : corners.corners) points.push_back({{"x", corner.x}, {"y", corner.y}});
    return {{"id", fmt::format("{}{}", region_prefix, number(shown.track->id))},
            {"type", quad == nullptr ? "RECTANGLE" : "POLYGON"},
            {"tags", tags_of(frame, shown)},
            {"boundingBox", {{"height", box.h}, {"width", box.w}, {"left", box.x}, {"top", box.y}}},
            {"points", std::move(points)}};
}

/// VoTT's asset ids are 32 hexadecimal digits; a video's is 0 here, a frame's its number from 1 on.
std::string id_of(std::int64_t number) { return fmt::format("{:032x}", number); }

JsonOut Writer::asset_of(FrameIndex frame) const {
    const std::string name = vott_name(media_, how_.vott, frame);
    const bool is_image = how_.vott.names_images;
    JsonOut asset = {{"format", is_image ? how_.vott.images.extension.substr(1) : std::string("jpg")},
                     {"id", id_of(frame.value + 1)},
                     {"name", name},
                     {"path", "file:" + name},
                     {"size", size()},
                     {"state", 2},
                     {"type", is_image ? 1 : 3}};
    if (is_image) return asset;
    std::string format = fs::path(media_.name()).extension().string();
    if (!format.empty()) format.erase(0, 1);
    asset["parent"] = {{"format", format},
                       {"id", id_of(0)},
                       {"name", media_.name()},
                       {"path", "file:" + media_.name()},
                       {"size", size()},
                       {"state", 2},
                       {"type", 2}};
    asset["timestamp"] = vott_second(media_, frame);
    return asset;
}

std::string Writer::text(const fs::path& out, const ShownImages& images) {
    for (const Track* track : tracks_of(annotations_, media_.id)) {
        count_values(*track);
        if (how_.writes_all_tags)
            losses_.add("values of fixed attributes written image by image",
                        static_cast<std::int64_t>(track->attributes.size()));
    }
    JsonOut assets = JsonOut::object();
    for (const auto& [frame, shown] : images) {
        JsonOut regions = JsonOut::array();
        for (const ShownShape& one : shown) regions.push_back(region_of(frame, one));
        assets[id_of(frame.value + 1)] = {
            {"asset", asset_of(frame)}, {"regions", std::move(regions)}, {"version", "2.2.0"}};
    }
    JsonOut tags = JsonOut::array();
    for (const auto& [id, label] : annotations_.labels)
        if (label.kind == LabelKind::Track) tags.push_back({{"name", label.name}, {"color", hex_of(label.colour)}});
    return json_text({{"name", out.stem().string()},
                      {"version", "2.2.0"},
                      {"description", ""},
                      {"tags", std::move(tags)},
                      {"videoSettings", {{"frameExtractionRate", 15}}},
                      {"assets", std::move(assets)}});
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    Losses losses;
    const auto images = shown_images(request, how->vott.images, losses);
    Writer writer(request, *how, losses);
    const std::string text = writer.text(request.out, images);
    std::int64_t shapes = 0;
    for (const auto& [frame, shown] : images) shapes += static_cast<std::int64_t>(shown.size());
    JsonOptions back = *how;
    back.vott.video.clear();
    back.vott.images.goes_by_order = false;
    back.vott.images.step = 1;
    const Media& media = *request.annotations.find_media(request.media);
    const auto again = read_text(request.out.string(), text, media, back);
    if (auto same = check_reads_back(request.out, again, shapes); !same) return same.error();
    Output output(request);
    output.add(request.out, text);
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list(), vott_images(request, how->vott, images)};
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (fs::is_directory(path, error)) return !asset_files_in(path).empty();
    const auto has = [&](std::string_view key) { return head.find(key) != std::string_view::npos; };
    if (!trim(without_bom(head)).starts_with('{')) return false;
    // Which of its keys come first is up to how the project was saved.
    return (has("\"asset\"") && has("\"regions\"")) || (has("\"assets\"") && has("\"videoSettings\"")) ||
           (has("\"frameExtractionRate\"") && has("\"tags\""));
}

}  // namespace

const Format vott_format{
    .id = "vott",
    .name = "VoTT 2 JSON",
    .extension = ".json",
    .reader = "VoTT 2",
    .convention = "seconds in asset names, or images by name; left top width height in px from 0, fractions",
    .carries = {.boxes = true, .quads = true, .outside = true, .fractions = true},
    .options = options,
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
