#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/images.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: puzzledqs/BBox-Label-Tool main.py: Images/001/NAME.JPEG and Labels/001/NAME.txt, a count, then rows
// "x1 y1 x2 y2". Its forks put the class behind each row, and list the classes in class.txt.

constexpr std::array options{
    FormatOption{"classes", "folders|names", "folders",
                 "writing: a folder a class, as the tool does, or all in one and the class behind each row, as its "
                 "forks do; reading takes both"},
    image_clip_option,
    image_frames_option,
    image_first_option,
    image_link_option,
    image_step_option,
    image_prefix_option,
    image_extension_option,
    image_choice_option};

struct ToolOptions {
    bool has_folders = true;
    bool clips = true;
    ImageOptions images;
};

Result<ToolOptions> options_of(const FormatOptions& stated) {
    Options given(bbox_label_tool_format, stated);
    ToolOptions how{
        .has_folders = given.is("classes", "folders"), .clips = given.flag("clip"), .images = image_options_of(given)};
    if (how.images.prefix.find('.') != std::string::npos)
        given.reject("prefix", "holds a dot, at which the tool cuts an image's name off");
    if (given.error()) return *given.error();
    return how;
}

std::optional<std::string> stem_of(const fs::path& path) {
    const std::string name = to_lower(path.filename().string());
    if (to_lower(path.extension().string()) != ".txt" || name == "class.txt" || name == "classes.txt" ||
        name.starts_with("readme"))
        return std::nullopt;
    return path.stem().string();
}

/// The classes of class.txt, in the folder or up to two above it; none when there is no such file.
Result<std::vector<std::string>> classes_around(fs::path folder) {
    std::vector<std::string> classes;
    for (int up = 0; up < 3; ++up, folder = folder.parent_path()) {
        const fs::path file = folder / "class.txt";
        std::error_code error;
        if (!fs::is_regular_file(file, error)) {
            if (folder.empty()) break;
            continue;
        }
        const auto text = read_file(file);
        if (!text) return text.error();
        const std::string name = file.string();
        Lines lines(name, *text);
        while (const auto line = lines.next_filled()) {
            if (!is_clean_utf8(trim(*line)))
                return row_error(lines.place(), "class", in_quotes(trim(*line)) + " is no name");
            classes.emplace_back(trim(*line));
        }
        break;
    }
    return classes;
}

/// What the files of a folder are of: the class of its number, else the folder's name.
std::string class_of(const fs::path& file, const std::vector<std::string>& classes) {
    const std::string folder = file.parent_path().filename().string();
    const auto number = parse_int(folder);
    if (number && *number >= 1 && *number <= static_cast<std::int64_t>(classes.size()))
        return classes[static_cast<std::size_t>(*number) - 1];
    return !folder.empty() && is_clean_utf8(folder) ? folder : "object";
}

/// The text after the first four fields of a row.
std::string_view rest_of(std::string_view line) {
    for (int i = 0; i < 4; ++i) {
        line = trim(line);
        const auto blank = line.find_first_of(" \t");
        line.remove_prefix(blank == std::string_view::npos ? line.size() : blank);
    }
    return trim(line);
}

Result<std::vector<ImageShape>> shapes_of(std::string_view file, std::string_view text, const std::string& class_name) {
    std::vector<ImageShape> shapes;
    Lines lines(file, text);
    const auto first = lines.next_filled();
    if (!first) return shapes;
    Fields head(lines.place(), split_blanks(*first));
    const std::int64_t count = head.integer(0, "count", 0, largest_number);
    if (head.size() > 1) head.reject("count", "is not alone on its line");
    if (head.error()) return *head.error();
    while (const auto line = lines.next_filled()) {
        Fields fields(lines.place(), split_blanks(*line));
        constexpr std::array<std::string_view, 4> names{"x1", "y1", "x2", "y2"};
        std::array<double, 4> edges{};
        for (std::size_t i = 0; i < 4; ++i) edges[i] = fields.number(i, names[i], largest_coordinate_px);
        if (edges[2] < edges[0]) fields.reject("x2", fmt::format("{} is left of x1 {}", edges[2], edges[0]));
        if (edges[3] < edges[1]) fields.reject("y2", fmt::format("{} is above y1 {}", edges[3], edges[1]));
        const std::string own(rest_of(*line));
        if (!fields.error() && !is_clean_utf8(own)) fields.reject("class", in_quotes(own) + " is no name");
        if (fields.error()) return *fields.error();
        ImageShape shape;
        shape.label = own.empty() ? class_name : own;
        shape.shape = Box{edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]};
        shapes.push_back(std::move(shape));
    }
    if (count != static_cast<std::int64_t>(shapes.size()))
        return row_error({file, 1}, "count", fmt::format("is {}, but {} boxes follow", count, shapes.size()));
    return shapes;
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    ReadRequest labels = request;
    std::error_code error;
    for (fs::path& path : labels.files)
        if (fs::is_directory(path / "Labels", error)) path /= "Labels";
    const auto files = files_of_images(labels, how->images, stem_of, "001/frame_000000.txt");
    if (!files) return files.error();
    const fs::path& first = labels.files.front();
    const auto classes = classes_around(fs::is_directory(first, error) ? first : first.parent_path());
    if (!classes) return classes.error();
    ImageTracks tracks(request.media, how->images);
    std::map<FrameIndex, std::vector<ImageShape>> images;
    for (const auto& [frame, path] : *files) {
        const auto text = read_file(path);
        if (!text) return text.error();
        auto shapes = shapes_of(path.string(), *text, class_of(path, *classes));
        if (!shapes) return shapes.error();
        std::move(shapes->begin(), shapes->end(), std::back_inserter(images[frame]));
    }
    for (auto& [frame, shapes] : images) tracks.add(frame, std::move(shapes));
    return std::move(tracks).finish(request.files.front().string());
}

class Writer {
public:
    Writer(const WriteRequest& request, const ToolOptions& how)
        : request_(request),
          media_(*request.annotations.find_media(request.media)),
          how_(how),
          output_(request),
          back_(media_, {}) {}
    Result<WriteReport> write();

private:
    void number_classes();
    std::map<std::int64_t, std::vector<std::string>> rows_of(const std::vector<ShownShape>& shown);
    Result<Done> add_image(FrameIndex frame, const std::vector<ShownShape>& shown);

    const WriteRequest& request_;
    const Media& media_;
    const ToolOptions& how_;
    Losses losses_;
    Output output_;
    ImageTracks back_;
    std::map<LabelId, std::int64_t> numbers_;
    std::vector<std::string> classes_;
    std::set<fs::path> own_;
    std::vector<FrameImage> pictures_;
    std::int64_t boxes_ = 0;
};

void Writer::number_classes() {
    for (const Track* track : tracks_of(request_.annotations, media_.id)) {
        if (numbers_.try_emplace(track->label, static_cast<std::int64_t>(classes_.size()) + 1).second)
            classes_.push_back(request_.annotations.label_name(track->label));
        count_attributes(request_.annotations, *track, {}, losses_);
        losses_.add("tracks whose boxes are no longer linked from image to image",
                    track->extent().end - track->extent().begin > 1 ? 1 : 0);
    }
}

/// The rows of an image by the number of their folder.
std::map<std::int64_t, std::vector<std::string>> Writer::rows_of(const std::vector<ShownShape>& shown) {
    std::map<std::int64_t, std::vector<std::string>> rows;
    for (const ShownShape& one : shown) {
        const auto box = written_box(one.state.shape, media_, how_.clips, losses_);
        if (!box) continue;
        const double left = std::floor(box->x + 0.5);
        const double top = std::floor(box->y + 0.5);
        const Box whole{left, top, std::max(1.0, std::floor(box->right() + 0.5) - left),
                        std::max(1.0, std::floor(box->bottom() + 0.5) - top)};
        losses_.add("boxes rounded to whole pixels", whole == *box ? 0 : 1);
        if (one.state.occluded) losses_.add("occluded flags left out");
        const std::int64_t number = numbers_.at(one.track->label);
        std::string row = fmt::format("{} {} {} {}", whole.x, whole.y, whole.right(), whole.bottom());
        if (!how_.has_folders) row += " " + classes_[static_cast<std::size_t>(number) - 1];
        rows[how_.has_folders ? number : 1].push_back(std::move(row));
    }
    return rows;
}

Result<Done> Writer::add_image(FrameIndex frame, const std::vector<ShownShape>& shown) {
    auto folders = rows_of(shown);
    if (folders.empty()) folders[1];
    std::vector<ImageShape> all;
    for (const auto& [number, rows] : folders) {
        const fs::path path =
            request_.out / "Labels" / fmt::format("{:03}", number) / (how_.images.stem_of(frame) + ".txt");
        std::string text = fmt::format("{}\n", rows.size());
        for (const std::string& row : rows) text += row + "\n";
        boxes_ += static_cast<std::int64_t>(rows.size());
        auto again = shapes_of(path.string(), text, class_of(path, classes_));
        if (!again) return fail("{}: would not be read back: {}", path.string(), again.error().message);
        std::move(again->begin(), again->end(), std::back_inserter(all));
        own_.insert(path);
        pictures_.push_back(
            {frame, request_.out / "Images" / fmt::format("{:03}", number) / how_.images.name_of(frame)});
        output_.add(path, std::move(text));
    }
    back_.add(frame, std::move(all));
    return Done{};
}

Result<WriteReport> Writer::write() {
    number_classes();
    for (const auto& [frame, shown] : shown_images(request_, how_.images, losses_))
        if (auto added = add_image(frame, shown); !added) return added.error();
    if (own_.empty()) return no_image(request_.out);
    if (auto alone = check_no_other_images(request_.out / "Labels", own_, stem_of); !alone) return alone.error();
    std::string list;
    for (const std::string& name : classes_) {
        if (trim(name) != name || !is_clean_utf8(name))
            return fail("{}: the label {} cannot stand on a line of its own", request_.out.string(), in_quotes(name));
        list += name + "\n";
    }
    output_.add(request_.out / "class.txt", std::move(list));
    if (auto same = check_reads_back(request_.out, std::move(back_).finish(request_.out.string()), boxes_); !same)
        return same.error();
    auto written = output_.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses_.list(), std::move(pictures_)};
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    return Writer(request, *how).write();
}

/// A count, and a row of four whole numbers.
bool is_tool_text(std::string_view head) {
    Lines lines("", head);
    const auto count = lines.next_filled();
    const auto row = lines.next_filled();
    if (!count || !row || parse_int(trim(*count)).value_or(0) < 1) return false;
    const auto fields = split_blanks(*row);
    return (fields.size() == 4 || (fields.size() == 5 && !parse_double(fields[4]))) &&
           std::all_of(fields.begin(), fields.begin() + 4, [](auto field) { return parse_int(field).has_value(); });
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return is_tool_text(head);
    const auto text = first_image_text(fs::is_directory(path / "Labels", error) ? path / "Labels" : path, stem_of);
    return text && is_tool_text(*text);
}

}  // namespace

const Format bbox_label_tool_format{
    .id = "bbox-label-tool",
    .name = "BBox-Label-Tool",
    .extension = "",
    .reader = "BBox-Label-Tool",
    .convention = "frames by image name; left top right bottom in whole px from 0",
    .carries = {.boxes = true, .outside = true},
    .options = options,
    .may_be_empty = true,
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
