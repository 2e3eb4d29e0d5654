#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>

#include <core/formats/tfrecord.pb.h>  // made by protoc
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/images.h"
#include "core/formats/text/rows.h"
#include "core/formats/text/streamed_file.h"
#include "core/formats/text/tfrecord_file.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: tensorflow/models research/object_detection/g3doc/using_your_own_dataset.md: an Example an image, with lists
// of equal lengths, coordinates as shares of the picture, and class numbers from 1 on that a label map names.

constexpr std::array options{image_clip_option,
                             image_frames_option,
                             image_first_option,
                             image_link_option,
                             image_step_option,
                             image_prefix_option,
                             image_extension_option,
                             image_choice_option,
                             FormatOption{"encoded", "none|beside", "none",
                                          "writing: put the pictures that lie where the records name them into "
                                          "image/encoded; `export --frames` writes them and does so"}};

struct RecordOptions {
    bool clips = true;
    ImageOptions images;
    bool holds_pictures = false;
};

Result<RecordOptions> options_of(const FormatOptions& stated) {
    Options given(tfrecord_format, stated);
    RecordOptions how{given.flag("clip"), image_options_of(given), given.is("encoded", "beside")};
    if (given.error()) return *given.error();
    return how;
}

using FeatureMap = google::protobuf::Map<std::string, tfrecord::Feature>;

/// Reads the lists of one record; the first thing wrong is kept.
class Lists {
public:
    Lists(const FeatureMap& features, const TfrecordReader& record) : features_(features), record_(record) {}

    std::vector<float> numbers(const std::string& name) {
        const tfrecord::Feature* feature = find(name);
        if (feature == nullptr) return {};
        if (feature->kind_case() != tfrecord::Feature::kFloatList && feature->kind_case() != 0)
            reject(name, "is no list of fractions");
        const auto& list = feature->float_list().value();
        return {list.begin(), list.end()};
    }
    std::vector<std::int64_t> integers(const std::string& name) {
        const tfrecord::Feature* feature = find(name);
        if (feature == nullptr) return {};
        const auto& list = feature->int64_list().value();
        return {list.begin(), list.end()};
    }
    std::vector<std::string> texts(const std::string& name) {
        const tfrecord::Feature* feature = find(name);
        if (feature == nullptr) return {};
        const auto& list = feature->bytes_list().value();
        return {list.begin(), list.end()};
    }
    void reject(std::string_view name, std::string_view why) {
        if (!error_) error_ = record_.error(name, why);
    }
    const std::optional<Error>& error() const { return error_; }

private:
    const tfrecord::Feature* find(const std::string& name) const {
        const auto found = features_.find(name);
        return found == features_.end() ? nullptr : &found->second;
    }

    const FeatureMap& features_;
    const TfrecordReader& record_;
    std::optional<Error> error_;
};

const std::array<std::string, 4> edge_names{"image/object/bbox/xmin", "image/object/bbox/ymin",
                                            "image/object/bbox/xmax", "image/object/bbox/ymax"};

/// What a record says of its image.
struct RecordImage {
    std::string name;
    std::vector<ImageShape> shapes;
};

class Reader {
public:
    Reader(std::string file, std::istream& in, const Media& media, const RecordOptions& how)
        : file_(file), records_(std::move(file), in), media_(media), tracks_(media, how.images), how_(how) {}
    Result<ReadResult> read() &&;

private:
    Result<RecordImage> image_of(const FeatureMap& features);
    std::optional<Shape> box_of(Lists& lists, const std::array<std::vector<float>, 4>& edges, std::size_t i) const;

    std::string file_;
    TfrecordReader records_;
    const Media& media_;
    ImageTracks tracks_;
    const RecordOptions& how_;
};

std::optional<Shape> Reader::box_of(Lists& lists, const std::array<std::vector<float>, 4>& edges, std::size_t i) const {
    std::array<double, 4> px{};
    // What is not cut at the border may reach out by some pictures.
    constexpr double farthest = 10;
    for (std::size_t side = 0; side < 4; ++side) {
        const double share = edges[side][i];
        if (!std::isfinite(share) || std::abs(share - 0.5) > farthest)
            lists.reject(edge_names[side], fmt::format("{} is not a share of the picture", share));
        const double value = share * (side % 2 == 0 ? media_.width : media_.height);
        px[side] = std::round(value * shape_grid_per_px) / shape_grid_per_px;
    }
    if (px[2] < px[0]) lists.reject(edge_names[2], "is left of xmin");
    if (px[3] < px[1]) lists.reject(edge_names[3], "is above ymin");
    if (lists.error()) return std::nullopt;
    return Box{px[0], px[1], px[2] - px[0], px[3] - px[1]};
}

Result<RecordImage> Reader::image_of(const FeatureMap& features) {
    Lists lists(features, records_);
    RecordImage image;
    for (const char* key : {"image/filename", "image/source_id"}) {
        const auto names = lists.texts(key);
        if (image.name.empty() && !names.empty()) image.name = names.front();
    }
    if (image.name.empty() || !is_clean_utf8(image.name)) lists.reject("image/filename", "is no name");
    std::array<std::vector<float>, 4> edges;
    for (std::size_t side = 0; side < 4; ++side) edges[side] = lists.numbers(edge_names[side]);
    const std::size_t count = edges[0].size();
    const auto labels = lists.texts("image/object/class/text");
    const auto classes = lists.integers("image/object/class/label");
    const auto check = [&](const std::string& name, std::size_t size, bool may_lack) {
        if (size != count && !(may_lack && size == 0))
            lists.reject(name, fmt::format("has {} values, and xmin {}", size, count));
    };
    for (std::size_t side = 1; side < 4; ++side) check(edge_names[side], edges[side].size(), false);
    check("image/object/class/text", labels.size(), classes.size() == count);
    const std::vector<std::pair<std::string, std::vector<std::int64_t>>> flags{
        {"difficult", lists.integers("image/object/difficult")},
        {"truncated", lists.integers("image/object/truncated")},
        {"occluded", lists.integers("image/object/occluded")}};
    const auto identities = lists.integers("image/object/track_id");
    for (std::size_t i = 0; i < count && !lists.error(); ++i) {
        ImageShape shape;
        shape.label = labels.empty() ? fmt::format("class {}", classes[i]) : labels[i];
        if (shape.label.empty() || !is_clean_utf8(shape.label)) lists.reject("image/object/class/text", "is no name");
        if (identities.size() == count) shape.identity = std::clamp<std::int64_t>(identities[i], 0, largest_number);
        for (const auto& [name, values] : flags) {
            if (values.size() != count || values[i] == 0) continue;
            if (name == "occluded")
                shape.occluded = true;
            else
                shape.values.push_back({name, "true", AttributeType::Checkbox});
        }
        const auto box = box_of(lists, edges, i);
        if (box) shape.shape = *box;
        image.shapes.push_back(std::move(shape));
    }
    if (lists.error()) return *lists.error();
    const auto width = lists.integers("image/width");
    const auto height = lists.integers("image/height");
    if (!width.empty() && !height.empty()) tracks_.speak_of_size(width.front(), height.front());
    return image;
}

Result<ReadResult> Reader::read() && {
    std::vector<RecordImage> images;
    std::set<std::string> names;
    while (true) {
        const auto bytes = records_.next();
        if (!bytes) return bytes.error();
        if (!*bytes) break;
        tfrecord::Example example;
        if (!example.ParseFromString(**bytes)) return records_.error("Example", "is no such message");
        auto image = image_of(example.features().feature());
        if (!image) return image.error();
        image->name = fs::path(image->name).stem().string();
        names.insert(image->name);
        images.push_back(std::move(*image));
    }
    const ImageNames order(how_.images, names);
    std::map<FrameIndex, std::vector<ImageShape>> by_frame;
    for (RecordImage& image : images) {
        const auto frame = order.frame_of(file_ + ": image/filename", image.name);
        if (!frame) return frame.error();
        auto& shapes = by_frame[*frame];
        std::move(image.shapes.begin(), image.shapes.end(), std::back_inserter(shapes));
    }
    for (auto& [frame, shapes] : by_frame) tracks_.add(frame, std::move(shapes));
    return std::move(tracks_).finish(file_);
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const fs::path& path = request.files.front();
    std::error_code error;
    if (!fs::exists(path, error)) return fail("{}: no such file", path.string());
    if (!fs::is_regular_file(path, error)) return fail("{}: is no file", path.string());
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail("{}: cannot be read", path.string());
    return Reader(path.string(), in, request.media, *how).read();
}

/// What the field calls the kind of picture; empty for what it has no name for.
std::string_view picture_format(std::string_view bytes) {
    if (bytes.starts_with("\x89PNG")) return "png";
    return bytes.starts_with("\xFF\xD8") ? "jpeg" : "";
}

class Writer {
public:
    Writer(const WriteRequest& request, const RecordOptions& how, Losses& losses)
        : folder_(request.out.parent_path()),
          annotations_(request.annotations),
          media_(*request.annotations.find_media(request.media)),
          how_(how),
          losses_(losses) {
        for (const auto& [id, label] : annotations_.labels)
            if (label.kind == LabelKind::Track) numbers_.emplace(id, static_cast<std::int64_t>(numbers_.size()) + 1);
        for (const Track* track : tracks_of(annotations_, media_.id)) {
            count_attributes(annotations_, *track, {"difficult", "truncated"}, losses_);
            numbers_.emplace(track->label, static_cast<std::int64_t>(numbers_.size()) + 1);
        }
    }
    fs::path picture_of(FrameIndex frame) const { return folder_ / how_.images.name_of(frame); }
    /// errors: a picture that is to go into the record is not there, or is neither PNG nor JPEG.
    Result<std::string> record_of(FrameIndex frame, const std::vector<ShownShape>& shown);
    /// The label map that names the classes.
    std::string label_map() const;
    std::int64_t boxes() const { return boxes_; }

private:
    fs::path folder_;
    const Annotations& annotations_;
    const Media& media_;
    const RecordOptions& how_;
    Losses& losses_;
    std::map<LabelId, std::int64_t> numbers_;
    std::int64_t boxes_ = 0;
};

Result<std::string> Writer::record_of(FrameIndex frame, const std::vector<ShownShape>& shown) {
    tfrecord::Example example;
    FeatureMap& features = *example.mutable_features()->mutable_feature();
    const auto integers = [&](const char* name) { return features[name].mutable_int64_list(); };
    const auto texts = [&](const char* name) { return features[name].mutable_bytes_list(); };
    integers("image/height")->add_value(media_.height);
    integers("image/width")->add_value(media_.width);
    texts("image/filename")->add_value(how_.images.name_of(frame));
    texts("image/source_id")->add_value(how_.images.name_of(frame));
    std::string format = how_.images.extension == ".jpg" ? "jpeg" : how_.images.extension.substr(1);
    if (how_.holds_pictures) {
        auto picture = read_file(picture_of(frame));
        if (!picture) return picture.error();
        format = picture_format(*picture);
        if (format.empty()) return fail("{}: is neither a PNG nor a JPEG", picture_of(frame).string());
        texts("image/encoded")->add_value(*std::move(picture));
    }
    texts("image/format")->add_value(format);
    std::array<tfrecord::FloatList*, 4> edges{};
    for (std::size_t side = 0; side < 4; ++side) edges[side] = features[edge_names[side]].mutable_float_list();
    auto* names = texts("image/object/class/text");
    auto* classes = integers("image/object/class/label");
    auto* difficult = integers("image/object/difficult");
    auto* truncated = integers("image/object/truncated");
    auto* occluded = integers("image/object/occluded");
    auto* identities = integers("image/object/track_id");
    for (const ShownShape& one : shown) {
        const Track& track = *one.track;
        const auto box = written_box(one.state.shape, media_, how_.clips, losses_);
        if (!box) continue;
        edges[0]->add_value(static_cast<float>(box->x / media_.width));
        edges[1]->add_value(static_cast<float>(box->y / media_.height));
        edges[2]->add_value(static_cast<float>(box->right() / media_.width));
        edges[3]->add_value(static_cast<float>(box->bottom() / media_.height));
        names->add_value(annotations_.label_name(track.label));
        classes->add_value(numbers_.at(track.label));
        difficult->add_value(flag_at(annotations_, track, "difficult", frame).value_or(false) ? 1 : 0);
        truncated->add_value(flag_at(annotations_, track, "truncated", frame).value_or(false) ? 1 : 0);
        occluded->add_value(one.state.occluded ? 1 : 0);
        identities->add_value(number(track.id));
        ++boxes_;
    }
    std::string bytes;
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    // The same annotations give the same file.
    coded.SetSerializationDeterministic(true);
    example.SerializeToCodedStream(&coded);
    coded.Trim();
    return tfrecord_of(bytes);
}

std::string Writer::label_map() const {
    std::string text;
    for (const auto& [id, number] : numbers_) {
        std::string name;
        for (const char c : annotations_.label_name(id)) {
            if (c == '\'' || c == '\\') name += '\\';
            name += c;
        }
        text += fmt::format("item {{\n  id: {}\n  name: '{}'\n}}\n\n", number, name);
    }
    return text;
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    Losses losses;
    Writer writer(request, *how, losses);
    std::vector<FrameImage> pictures;
    Output output(request);
    // Pictures of a whole video are more than memory holds.
    const auto file = output.stream(request.out);
    if (!file) return file.error();
    for (const auto& [frame, shown] : shown_images(request, how->images, losses)) {
        const auto record = writer.record_of(frame, shown);
        if (!record) return record.error();
        (*file)->write(*record);
        pictures.push_back({frame, writer.picture_of(frame)});
    }
    if (auto closed = (*file)->close(); !closed) return closed.error();
    output.add(request.out.parent_path() / (request.out.stem().string() + "_label_map.pbtxt"), writer.label_map());
    auto written = output.write();
    if (!written) return written.error();
    WriteReport report{std::move(*written), losses.list(), std::move(pictures)};
    report.boxes = writer.boxes();
    return report;
}

bool sniff(const fs::path&, std::string_view head) { return is_tfrecord_head(head); }

}  // namespace

const Format tfrecord_format{
    .id = "tfrecord",
    .name = "TFRecord",
    .extension = ".tfrecord",
    .reader = "TensorFlow object_detection",
    .convention = "frames by image name; left right top bottom as shares of the picture",
    .carries = {.boxes = true, .occluded = true, .outside = true, .fractions = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
