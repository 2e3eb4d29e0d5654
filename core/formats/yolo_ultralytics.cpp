#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/rows.h"
#include "core/formats/yolo_data.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: https://docs.ultralytics.com/datasets/detect/: data.yaml, images/NAME.png, labels/NAME.txt, and lists of
// images to train and to validate by.

constexpr std::array options{
    FormatOption{"shapes", "box|polygon", "box",
                 "writing: centre and size; or every shape as four corners, as for segments and turned boxes"},
    FormatOption{"decimals", "N", "6", "writing: of shares of the picture"},
    FormatOption{"val", "SHARE", "0",
                 "writing: the last images, this share of them, are to validate by; 0: the same as to train by"},
    FormatOption{"path", "PATH", "", "writing: the path that data.yaml states; none: its own folder"},
    FormatOption{"identity", "auto|last|second|none", "auto",
                 "reading: the last field is the track's number, as `yolo track` saves it after the shares and the "
                 "confidence, or the second, as in labels_with_ids of JDE and FairMOT; auto: where every row ends in a "
                 "whole number and none does twice in a file, or has one behind the class"},
    image_frames_option,
    image_first_option,
    image_link_option,
    image_step_option,
    image_prefix_option,
    image_extension_option,
    image_choice_option};

struct UltralyticsOptions {
    YoloRows rows;
    double val = 0;
    std::string path;
    YoloIdentity identity = YoloIdentity::Auto;
    ImageOptions images;
};

Result<UltralyticsOptions> options_of(const FormatOptions& stated) {
    Options given(yolo_format, stated);
    UltralyticsOptions how{.rows = {.decimals = static_cast<int>(given.integer("decimals", 4, 15)),
                                    .has_polygons = given.is("shapes", "polygon")},
                           .val = given.number("val", 0, 0.9),
                           .path = given.text("path"),
                           .identity = given.is("identity", "auto")     ? YoloIdentity::Auto
                                       : given.is("identity", "last")   ? YoloIdentity::Last
                                       : given.is("identity", "second") ? YoloIdentity::Second
                                                                        : YoloIdentity::None,
                           .images = image_options_of(given)};
    if (!is_clean_utf8(how.path)) given.reject("path", "is no UTF-8 text");
    if (given.error()) return *given.error();
    return how;
}

bool is_yaml(const fs::path& path) {
    const std::string extension = to_lower(path.extension().string());
    return extension == ".yaml" || extension == ".yml";
}

/// The description of a data set that lies in the folder: a YAML file that speaks of names.
std::optional<fs::path> data_in(const fs::path& folder) {
    std::error_code error;
    std::set<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        std::error_code ignored;
        if (!is_yaml(entry.path()) || !entry.is_regular_file(ignored)) continue;
        const auto text = read_file(entry.path(), 1 << 20);
        if (text && text->find("names") != std::string::npos) found.insert(entry.path());
    }
    return found.empty() ? std::nullopt : std::optional(*found.begin());
}

/// What is said of the classes: by a data.yaml in a folder around the labels, or of labelImg's classes.txt beside them.
Result<YoloData> data_around(fs::path folder) {
    constexpr int farthest = 3;
    for (int up = 0; up < farthest; ++up, folder = folder.parent_path()) {
        for (const char* name : {"classes.txt", "obj.names"}) {
            std::error_code error;
            if (!fs::is_regular_file(folder / name, error)) continue;
            const auto text = read_file(folder / name);
            if (!text) return text.error();
            auto names = yolo_names_of((folder / name).string(), *text);
            if (!names) return names.error();
            return YoloData{.names = std::move(*names)};
        }
        if (const auto data = data_in(folder.empty() ? "." : folder)) {
            const auto text = read_file(*data);
            if (!text) return text.error();
            return parse_yolo_data(data->string(), *text);
        }
        if (folder.empty() || folder == folder.root_path()) break;
    }
    return YoloData{};
}

/// Tells whether all label files are called as Ultralytics calls those of a video that it looked through, which is
/// NAME_1.txt, NAME_2.txt and so on of NAME.mp4.   source: engine/predictor.py write_results, yolov5 detect.py.
bool are_of_results(const std::map<FrameIndex, fs::path>& labels, const Media& media) {
    const std::string begin = fs::path(media.path).stem().string() + "_";
    return std::all_of(labels.begin(), labels.end(), [&](const auto& label) {
        const std::string stem = label.second.stem().string();
        return stem.size() > begin.size() && stem.starts_with(begin) && stem[begin.size()] != '0' &&
               parse_int(stem.substr(begin.size()));
    });
}

Result<ReadResult> read(const ReadRequest& request) {
    auto how = options_of(request.options);
    if (!how) return how.error();
    ReadRequest labels = request;
    YoloFiles files;
    for (fs::path& path : labels.files) {
        std::error_code error;
        if (is_yaml(path)) {
            const auto text = read_file(path);
            if (!text) return text.error();
            const auto data = parse_yolo_data(path.string(), *text);
            if (!data) return data.error();
            files.names = data->names;
            files.has_keypoints = data->has_keypoints;
            const fs::path folder = path.parent_path();
            const fs::path stated = folder / data->path;
            path = !data->path.empty() && fs::is_directory(stated / "labels", error) ? stated : folder;
            if (!fs::is_directory(path / "labels", error))
                return fail("{}: there is no folder labels beside it", request.files.front().string());
        }
        if (fs::is_directory(path / "labels", error)) path /= "labels";
    }
    if (files.names.empty()) {
        std::error_code error;
        const fs::path& first = labels.files.front();
        auto data = data_around(fs::is_directory(first, error) ? first : first.parent_path());
        if (!data) return data.error();
        files.names = std::move(data->names);
        files.has_keypoints = data->has_keypoints;
    }
    auto found = image_files(labels, how->images, yolo_stem_of, "frame_000000.txt");
    if (!found) return found.error();
    // Results have no list of names around them.
    files.are_results = files.names.empty() && request.options.count("first-frame") == 0 &&
                        !how->images.goes_by_order && are_of_results(*found, request.media);
    if (files.are_results) {
        how->images.first_frame = 1;
        found = image_files(labels, how->images, yolo_stem_of, "frame_000000.txt");
        if (!found) return found.error();
    }
    files.labels = std::move(*found);
    return read_yolo(request, how->images, files, how->identity);
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    Losses losses;
    Output output(request);
    YoloWriter writer(request, how->rows, losses);
    const auto images = shown_images(request, how->images, losses);
    const auto count = static_cast<double>(images.size());
    const auto train_count = static_cast<std::size_t>(std::ceil(count * (1 - how->val)));
    std::set<fs::path> own;
    std::vector<FrameImage> pictures;
    std::string train;
    std::string val;
    for (const auto& [frame, shown] : images) {
        const fs::path path = request.out / "labels" / (how->images.stem_of(frame) + ".txt");
        auto text = writer.text_of(frame, shown, path.string());
        if (!text) return text.error();
        std::string& list = own.size() < train_count ? train : val;
        list += "./images/" + how->images.name_of(frame) + "\n";
        own.insert(path);
        pictures.push_back({frame, request.out / "images" / how->images.name_of(frame)});
        output.add(path, std::move(*text));
    }
    if (own.empty()) return no_image(request.out);
    if (auto alone = check_no_other_images(request.out / "labels", own, yolo_stem_of); !alone) return alone.error();
    output.add(request.out / "train.txt", train);
    if (!val.empty()) output.add(request.out / "val.txt", val);
    const fs::path data = request.out / "data.yaml";
    const std::string text =
        yolo_data_text(writer.names(), how->path, "train.txt", val.empty() ? "train.txt" : "val.txt");
    const auto again = parse_yolo_data(data.string(), text);
    if (!again || again->names != writer.names())
        return fail("{}: other names would be read back: {}", data.string(), again ? "" : again.error().message);
    output.add(data, text);
    if (auto same = std::move(writer).check(request.out); !same) return same.error();
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list(), std::move(pictures)};
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    const auto speaks_of_names = [](std::string_view text) {
        const std::string lines = "\n" + std::string(text);
        return lines.find("\nnames:") != std::string::npos &&
               (lines.find("\ntrain:") != std::string::npos || lines.find("\nnc:") != std::string::npos);
    };
    if (!fs::is_directory(path, error)) return is_yaml(path) ? speaks_of_names(head) : is_yolo_text(head);
    const fs::path labels = fs::is_directory(path / "labels", error) ? path / "labels" : path;
    const auto text = first_image_text(labels, yolo_stem_of);
    return text && is_yolo_text(*text);
}

}  // namespace

const Format yolo_format{
    .id = "yolo",
    .name = "YOLO (Ultralytics)",
    .extension = "",
    .reader = "yolov5 dataloaders",
    .convention = "frames by image name; centre width height as shares of the picture",
    .carries = {.boxes = true, .quads = true, .outside = true, .fractions = true},
    .options = options,
    .may_be_empty = true,
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
