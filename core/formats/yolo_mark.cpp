#include <fmt/format.h>

#include <array>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/rows.h"
#include "core/formats/yolo.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: AlexeyAB/Yolo_mark main.cpp and its x64/Release/data: obj.names, obj.data, train.txt, and img with a text
// file beside each image.

constexpr std::array options{
    FormatOption{"decimals", "N", "6", "writing: of shares of the picture"},
    FormatOption{"path", "PATH", "data",
                 "writing: the way to the folder from where darknet runs, as obj.data and train.txt state it"},
    image_frames_option,
    image_first_option,
    image_link_option,
    image_step_option,
    image_prefix_option,
    image_extension_option,
    image_choice_option};

struct MarkOptions {
    YoloRows rows;
    std::string path;
    ImageOptions images;
};

Result<MarkOptions> options_of(const FormatOptions& stated) {
    Options given(yolo_mark_format, stated);
    MarkOptions how{.rows = {.decimals = static_cast<int>(given.integer("decimals", 4, 15))},
                    .path = given.text("path"),
                    .images = image_options_of(given)};
    if (!is_clean_utf8(how.path)) given.reject("path", "is no UTF-8 text");
    while (how.path.ends_with('/')) how.path.pop_back();
    if (given.error()) return *given.error();
    return how;
}

/// The one file of that ending in the folder.
std::optional<fs::path> file_in(const fs::path& folder, std::string_view extension) {
    std::error_code error;
    std::set<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        std::error_code ignored;
        if (to_lower(entry.path().extension().string()) == extension && entry.is_regular_file(ignored))
            found.insert(entry.path());
    }
    return found.empty() ? std::nullopt : std::optional(*found.begin());
}

/// The folder that holds the names: the one stated or, of darknet's own, the only one in it that does.
fs::path folder_of_names(const fs::path& stated) {
    if (file_in(stated, ".names")) return stated;
    std::error_code error;
    std::set<fs::path> found;
    for (const auto& entry : fs::directory_iterator(stated, error)) {
        std::error_code ignored;
        if (entry.is_directory(ignored) && file_in(entry.path(), ".names")) found.insert(entry.path());
    }
    return found.size() == 1 ? *found.begin() : stated;
}

/// What obj.data says of names, `names = data/obj.names`: the file's name, since the folder is darknet's.
/// errors: it says nothing of them, or no file's name.
Result<fs::path> names_by_data(const fs::path& data, const std::string& text) {
    const std::string file = data.string();
    Lines lines(file, text);
    while (const auto line = lines.next_filled()) {
        const auto equals = line->find('=');
        if (equals == std::string_view::npos || trim(line->substr(0, equals)) != "names") continue;
        const fs::path name = fs::path(trim(line->substr(equals + 1))).filename();
        if (name.empty() || !is_clean_utf8(name.string())) return row_error(lines.place(), "names", "is no name");
        return data.parent_path() / name;
    }
    return fail("{}: names: is missing", file);
}

/// The folder of the data set, and its file of names, by what was stated: the folder, obj.data or obj.names.
struct DataSet {
    fs::path folder;
    fs::path names;
};

Result<DataSet> data_set_of(const fs::path& stated) {
    std::error_code error;
    DataSet place{folder_of_names(stated), {}};
    fs::path data;
    if (!fs::is_directory(stated, error)) {
        place.folder = stated.parent_path();
        if (stated.extension() == ".names") place.names = stated;
        if (stated.extension() == ".data") data = stated;
        if (place.names.empty() && data.empty())
            return fail("{}: is none of obj.data, obj.names and the folder that holds them", stated.string());
    }
    if (place.names.empty() && data.empty()) data = file_in(place.folder, ".data").value_or(fs::path());
    if (!data.empty()) {
        const auto text = read_file(data);
        if (!text) return text.error();
        auto names = names_by_data(data, *text);
        if (!names) return names.error();
        place.names = std::move(*names);
    }
    if (place.names.empty()) place.names = file_in(place.folder, ".names").value_or(fs::path());
    if (place.names.empty()) return fail("{}: holds neither obj.data nor obj.names", stated.string());
    if (place.folder.empty()) place.folder = ".";
    return place;
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const auto place = data_set_of(request.files.front());
    if (!place) return place.error();
    const auto text = read_file(place->names);
    if (!text) return text.error();
    YoloFiles files;
    auto names = yolo_names_of(place->names.string(), *text);
    if (!names) return names.error();
    files.names = std::move(*names);
    ReadRequest labels = request;
    labels.files = {place->folder};
    auto found = image_files(labels, how->images, yolo_stem_of, "frame_000000.txt");
    if (!found) return found.error();
    files.labels = std::move(*found);
    return read_yolo(request, how->images, files, YoloIdentity::None);
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    Losses losses;
    Output output(request);
    YoloWriter writer(request, how->rows, losses);
    const std::string root = how->path.empty() ? "" : how->path + "/";
    std::set<fs::path> own;
    std::vector<FrameImage> pictures;
    std::string train;
    for (const auto& [frame, shown] : shown_images(request, how->images, losses)) {
        const fs::path path = request.out / "img" / (how->images.stem_of(frame) + ".txt");
        auto text = writer.text_of(frame, shown, path.string());
        if (!text) return text.error();
        train += root + "img/" + how->images.name_of(frame) + "\n";
        own.insert(path);
        pictures.push_back({frame, request.out / "img" / how->images.name_of(frame)});
        output.add(path, std::move(*text));
    }
    if (own.empty()) return no_image(request.out);
    if (auto alone = check_no_other_images(request.out, own, yolo_stem_of); !alone) return alone.error();
    std::string names;
    for (const auto& [number, name] : writer.names()) {
        if (name.find_first_of("\r\n") != std::string::npos || trim(name) != name)
            return fail("{}: the label {} cannot stand on a line of its own", request.out.string(), in_quotes(name));
        names += name + "\n";
    }
    output.add(request.out / "obj.names", names);
    output.add(request.out / "train.txt", train);
    output.add(request.out / "obj.data",
               fmt::format("classes= {}\ntrain = {}train.txt\nvalid = {}train.txt\nnames = {}obj.names\n"
                           "backup = backup/\n",
                           writer.names().size(), root, root, root));
    if (auto same = std::move(writer).check(request.out); !same) return same.error();
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list(), std::move(pictures)};
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        const auto has = [&](std::string_view piece) { return head.find(piece) != std::string_view::npos; };
        return path.extension() == ".data" && has("names") && has("classes") && has("=");
    }
    const fs::path folder = folder_of_names(path);
    if (!file_in(folder, ".names")) return false;
    const auto text = first_image_text(folder, yolo_stem_of);
    return text && is_yolo_text(*text);
}

}  // namespace

const Format yolo_mark_format{
    .id = "yolo-mark",
    .name = "YOLO (Yolo_mark, darknet)",
    .extension = "",
    .reader = "Yolo_mark, darknet",
    .convention = "frames by image name; centre width height as shares of the picture",
    .carries = {.boxes = true, .outside = true, .fractions = true},
    .options = options,
    .may_be_empty = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
