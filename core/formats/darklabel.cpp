#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/image_name.h"
#include "core/formats/text/images.h"
#include "core/formats/text/name_list.h"
#include "core/formats/text/row_template.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{
    FormatOption{"preset", "auto|format2|format3|format4|format5|format6|format7|format8|version1", "auto",
                 "the template of that name in DarkLabel 2.4, or the rows of its versions 1.x, a frame a row; auto: by "
                 "the first row, and format5 for writing. format0 and format1 are PASCAL VOC and YOLO"},
    FormatOption{"template", "none|TOKENS", "none",
                 "rows of your own: fn, iname, cname, classid, id, x1, y1, x2, y2, cx, cy, w, h, the same after an n "
                 "for shares of the picture, difficult, c=TEXT; fn, n, [id, ...]*n for a row a frame. Without fn and "
                 "iname there is a file an image"},
    FormatOption{"delimiter", "auto|comma|blank|tab|semicolon|TEXT", "auto",
                 "what stands between two fields; auto: the preset's, else a comma"},
    FormatOption{"classes", "auto|PATH", "auto",
                 "names of the classes that classid counts, one a line; auto: classes.txt beside the rows"},
    FormatOption{"label", "NAME", "object", "reading: the label of rows that state no class"},
    FormatOption{"decimals", "auto|exact|0", "auto",
                 "writing edges as they are, or on whole pixels; auto: whole for presets, as DarkLabel has them"},
    image_frames_option,
    image_first_option,
    image_link_option,
    image_step_option,
    image_prefix_option,
    image_extension_option,
    image_choice_option};

constexpr std::string_view difficult_attribute = "difficult";

struct Preset {
    std::string_view name;
    std::string_view row;
    std::string_view delimiter;
};

/// source: DarkLabel 2.4, darklabel.yml. version1: its public converters, for it is not described.
constexpr std::array<Preset, 8> presets{{{"format5", "fn, cname, id, x1, y1, w, h", ","},
                                         {"format6", "iname, cname, id, x1, y1, w, h", ","},
                                         {"version1", "fn, n, [id, x1, y1, x2, y2, cname]*n", ","},
                                         {"format2", "fn, id, x1, y1, w, h, c=-1, c=-1, c=-1, c=-1", ","},
                                         {"format3", "cname, id, difficult, x1, y1, x2, y2", ","},
                                         {"format4", "classid, id, ncx, ncy, nw, nh", " "},
                                         {"format7", "classid, difficult, x1, y1, x2, y2", ","},
                                         {"format8", "cname, x1, y1, w, h", ","}}};

const Preset& preset_named(std::string_view name) {
    const auto found = std::find_if(presets.begin(), presets.end(), [&](const Preset& p) { return p.name == name; });
    return found == presets.end() ? presets.front() : *found;
}

struct DarkOptions {
    RowTemplate rows;
    ImageOptions images;
    std::string label;
    fs::path classes;  ///< empty: auto
    bool is_rounded = false;
    bool is_file_an_image() const { return !rows.has_frame() && !rows.has_image(); }
};

std::string delimiter_of(const std::string& stated, std::string_view of_preset) {
    if (stated == "auto") return std::string(of_preset);
    if (stated == "comma") return ",";
    if (stated == "blank") return " ";
    if (stated == "tab") return "\t";
    return stated == "semicolon" ? ";" : stated;
}

/// The preset whose template and content a first row fits; only those that say what they are.
const Preset* preset_of_row(std::string_view line);

/// `first_row`: of the file that is read; empty for writing.
Result<DarkOptions> options_of(const FormatOptions& stated, std::string_view first_row) {
    Options given(darklabel_format, stated);
    const std::string own = given.text("template");
    std::string name = given.text("preset");
    if (own != "none" && name != "auto") given.reject("template", "is stated, and so is a preset");
    if (name == "auto") {
        const Preset* seen = preset_of_row(first_row);
        name = seen == nullptr ? std::string() : std::string(seen->name);
    }
    const Preset& preset = preset_named(name);
    const std::string delimiter = delimiter_of(given.text("delimiter"), own == "none" ? preset.delimiter : ",");
    if (delimiter.empty() || delimiter.find('\n') != std::string::npos) given.reject("delimiter", "is no text");
    auto rows = RowTemplate::compile(own == "none" ? preset.row : own, delimiter);
    if (!rows) given.reject("template", rows.error().message);
    ImageOptions images = image_options_of(given);
    const std::string label = given.text("label");
    if (label.empty() || !is_clean_utf8(label)) given.reject("label", "is no name");
    const bool is_rounded = given.is("decimals", "0") || (given.is("decimals", "auto") && own == "none");
    if (given.error()) return *given.error();
    return DarkOptions{std::move(*rows), std::move(images), label,
                       given.is("classes", "auto") ? fs::path() : fs::path(given.text("classes")), is_rounded};
}

/// Whether a piece is no number and could be the name of a class.
bool is_word(std::string_view piece) { return !piece.empty() && !parse_double(piece) && is_clean_utf8(piece); }

const Preset* preset_of_row(std::string_view line) {
    std::vector<std::string_view> pieces;
    for (const std::string_view piece : split(trim(line), ',')) pieces.push_back(trim(piece));
    const auto are_whole = [&](std::size_t from, std::size_t to) {
        return std::all_of(pieces.begin() + static_cast<std::ptrdiff_t>(from),
                           pieces.begin() + static_cast<std::ptrdiff_t>(to),
                           [](std::string_view piece) { return parse_int(piece).has_value(); });
    };
    if (pieces.size() == 7 && is_word(pieces[1]) && are_whole(2, 7)) {
        if (are_whole(0, 1)) return &preset_named("format5");
        const bool has_extension = fs::path(pieces[0]).has_extension();
        return is_word(pieces[0]) && has_extension ? &preset_named("format6") : nullptr;
    }
    if (pieces.size() >= 8 && pieces.size() % 6 == 2 && are_whole(0, 7) && is_word(pieces[7]) &&
        parse_int(pieces[1]) == static_cast<std::int64_t>(pieces.size() / 6))
        return &preset_named("version1");
    // Of MOTChallenge's results only by its frames, which count from 0.
    const bool is_like_mot = pieces.size() == 10 && are_whole(0, 10) && parse_int(pieces[0]) == 0 &&
                             std::all_of(pieces.begin() + 6, pieces.end(), [](auto piece) { return piece == "-1"; });
    return is_like_mot ? &preset_named("format2") : nullptr;
}

std::string first_row_of(std::string_view text) {
    Lines lines("", text);
    return std::string(lines.next_filled().value_or(""));
}

/// Gathers rows and makes tracks of them.
class Reader {
public:
    Reader(const Media& media, const DarkOptions& how, std::vector<std::string> classes)
        : media_(media), how_(how), classes_(std::move(classes)) {}

    /// `frame`: of the image that the file is of; none where rows say it themselves.
    Result<Done> add(std::string_view file, std::string_view text, std::optional<FrameIndex> frame);
    Result<ReadResult> finish(std::string_view file) &&;

private:
    struct Row {
        TemplateBox box;
        std::optional<FrameIndex> frame;
        std::int64_t line = 0;
    };
    Result<Done> find_frames(std::string_view file);
    ImageShape shape_of(const TemplateBox& box) const;

    const Media& media_;
    const DarkOptions& how_;
    std::vector<std::string> classes_;
    std::vector<Row> rows_;
    std::int64_t largest_identity_ = 0;
};

Result<Done> Reader::add(std::string_view file, std::string_view text, std::optional<FrameIndex> frame) {
    Lines lines(file, text);
    while (const auto line = lines.next_filled()) {
        auto boxes = how_.rows.read(*line, lines.place(), media_.width, media_.height);
        if (!boxes) return boxes.error();
        for (TemplateBox& box : *boxes) {
            std::optional<FrameIndex> at = frame;
            if (!at && how_.rows.has_frame()) {
                if (box.frame < how_.images.first_frame)
                    return row_error(lines.place(), "fn",
                                     fmt::format("{} is before the first frame, which is {}; option first-frame=N "
                                                 "states another",
                                                 box.frame, how_.images.first_frame));
                at = FrameIndex{box.frame - how_.images.first_frame};
            }
            largest_identity_ = std::max(largest_identity_, box.identity);
            rows_.push_back({std::move(box), at, lines.place().line});
        }
    }
    return Done{};
}

/// Frames of rows that name an image only.
Result<Done> Reader::find_frames(std::string_view file) {
    std::set<std::string> names;
    for (const Row& row : rows_)
        if (!row.frame) names.insert(fs::path(row.box.image).stem().string());
    const ImageNames order(how_.images, names);
    for (Row& row : rows_) {
        if (row.frame) continue;
        const auto frame =
            order.frame_of(fmt::format("{}:{}: iname", file, row.line), fs::path(row.box.image).stem().string());
        if (!frame) return frame.error();
        row.frame = *frame;
    }
    return Done{};
}

ImageShape Reader::shape_of(const TemplateBox& box) const {
    ImageShape shape{.label = how_.label, .shape = box.box, .values = {}};
    if (how_.rows.has_label())
        shape.label = box.label;
    else if (how_.rows.has_class_id())
        shape.label = box.class_id < static_cast<std::int64_t>(classes_.size())
                          ? classes_[static_cast<std::size_t>(box.class_id)]
                          : fmt::format("class_{}", box.class_id);
    // An identity of 0 is one like any other, and none in a project, so it comes after the others.
    if (box.identity >= 0) shape.identity = box.identity == 0 ? largest_identity_ + 1 : box.identity;
    if (box.difficult) shape.values.push_back({std::string(difficult_attribute), "true", AttributeType::Checkbox});
    return shape;
}

Result<ReadResult> Reader::finish(std::string_view file) && {
    if (auto found = find_frames(file); !found) return found.error();
    std::map<FrameIndex, std::vector<ImageShape>> frames;
    for (const Row& row : rows_) frames[*row.frame].push_back(shape_of(row.box));
    ImageTracks tracks(media_, how_.images);
    for (auto& [frame, shapes] : frames) tracks.add(frame, std::move(shapes));
    return std::move(tracks).finish(file);
}

Result<std::vector<std::string>> classes_for(const DarkOptions& how, const fs::path& folder) {
    if (!how.rows.has_class_id()) return std::vector<std::string>();
    std::error_code error;
    const fs::path path = how.classes.empty() ? folder / "classes.txt" : how.classes;
    if (how.classes.empty() && !fs::is_regular_file(path, error)) return std::vector<std::string>();
    return read_name_list(path);
}

/// "frame_000012" of frame_000012.txt.
std::optional<std::string> stem_of(const fs::path& path) {
    const std::string stem = path.stem().string();
    const bool is_text = path.extension() == ".txt" || path.extension() == ".csv";
    if (!is_text || stem == "classes") return std::nullopt;
    return stem;
}

Result<ReadResult> read(const ReadRequest& request) {
    const fs::path& first = request.files.front();
    std::error_code error;
    const bool is_folder = fs::is_directory(first, error);
    std::string text;
    if (!is_folder) {
        auto whole = read_file(first);
        if (!whole) return whole.error();
        text = std::move(*whole);
    }
    const auto how = options_of(request.options, first_row_of(text));
    if (!how) return how.error();
    auto classes = classes_for(*how, is_folder ? first : first.parent_path());
    if (!classes) return classes.error();
    Reader reader(request.media, *how, std::move(*classes));
    if (how->is_file_an_image()) {
        const auto files = image_files(request, how->images, stem_of, "frame_000001.txt");
        if (!files) return files.error();
        for (const auto& [frame, path] : *files) {
            const auto rows = read_file(path);
            if (!rows) return rows.error();
            if (auto added = reader.add(path.string(), *rows, frame); !added) return added.error();
        }
        return std::move(reader).finish(first.string());
    }
    if (is_folder || request.files.size() != 1)
        return fail(
            "{}: rows that state their frame are read from one file; a folder wants a template without fn and "
            "iname",
            first.string());
    if (auto added = reader.add(first.string(), text, std::nullopt); !added) return added.error();
    return std::move(reader).finish(first.string());
}

/// The numbers of classes, and their names in order.
struct Classes {
    std::map<LabelId, std::int64_t> numbers;
    std::vector<std::string> names;
};

Result<Classes> classes_of(const WriteRequest& request, const DarkOptions& how) {
    Classes classes;
    if (!how.rows.has_class_id()) return classes;
    if (!how.classes.empty()) {
        auto names = read_name_list(how.classes);
        if (!names) return names.error();
        classes.names = std::move(*names);
    }
    for (const Track* track : tracks_of(request.annotations, request.media)) {
        const std::string name = request.annotations.label_name(track->label);
        auto found = std::find(classes.names.begin(), classes.names.end(), name);
        if (found == classes.names.end() && !how.classes.empty())
            return fail("{}: label: {} is not among the classes", how.classes.string(), in_quotes(name));
        if (found == classes.names.end()) found = classes.names.insert(found, name);
        classes.numbers[track->label] = found - classes.names.begin();
    }
    return classes;
}

/// A name that neither ends its field nor its row.
std::string written_label(const std::string& name, const std::string& delimiter, Losses& losses) {
    std::string text = name;
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '_';
    for (auto at = text.find(delimiter); at != std::string::npos; at = text.find(delimiter))
        text.replace(at, delimiter.size(), delimiter == "_" ? "-" : "_");
    text = trim(text);
    if (text.empty()) text = "_";
    if (text != name) losses.add("labels with other characters in place of delimiters and outer blanks");
    return text;
}

/// Makes rows of what images show.
class Writer {
public:
    Writer(const WriteRequest& request, const DarkOptions& how, const Classes& classes, Losses& losses)
        : annotations_(request.annotations),
          media_(*request.annotations.find_media(request.media)),
          how_(how),
          classes_(classes),
          losses_(losses) {
        for (const Track* track : tracks_of(annotations_, media_.id)) {
            count_attributes(
                annotations_, *track,
                how.rows.has_difficult() ? std::vector{difficult_attribute} : std::vector<std::string_view>(), losses);
            labels_.try_emplace(track->label,
                                written_label(annotations_.label_name(track->label), how.rows.delimiter(), losses));
        }
    }
    std::string text_of(FrameIndex frame, const std::vector<ShownShape>& shown);
    void count_links(const ShownImages& images);
    std::int64_t boxes() const { return boxes_; }

private:
    Box written_box(const Shape& shape);

    const Annotations& annotations_;
    const Media& media_;
    const DarkOptions& how_;
    const Classes& classes_;
    Losses& losses_;
    std::map<LabelId, std::string> labels_;
    std::int64_t boxes_ = 0;
};

Box Writer::written_box(const Shape& shape) {
    if (kind_of(shape) == ShapeKind::Quad) losses_.add("quads written as boxes");
    const Box exact = std::get<Box>(on_grid(Shape(bounding_box(shape))));
    if (!how_.is_rounded) return exact;
    const double left = std::round(exact.x);
    const double top = std::round(exact.y);
    const Box whole{left, top, std::max(1.0, std::round(exact.right()) - left),
                    std::max(1.0, std::round(exact.bottom()) - top)};
    losses_.add("boxes rounded to whole pixels", whole == exact ? 0 : 1);
    return whole;
}

std::string Writer::text_of(FrameIndex frame, const std::vector<ShownShape>& shown) {
    std::vector<TemplateBox> boxes;
    for (const ShownShape& one : shown) {
        TemplateBox box{.frame = frame.value + how_.images.first_frame,
                        .image = how_.images.name_of(frame),
                        .label = labels_.at(one.track->label),
                        .identity = number(one.track->id),
                        .box = written_box(one.state.shape)};
        if (how_.rows.has_class_id()) box.class_id = classes_.numbers.at(one.track->label);
        box.difficult = flag_at(annotations_, *one.track, difficult_attribute, frame).value_or(false);
        if (one.state.occluded) losses_.add("occluded flags left out");
        if (!how_.rows.has_label() && !how_.rows.has_class_id() &&
            annotations_.label_name(one.track->label) != how_.label)
            losses_.add("labels left out, for no token states them");
        boxes.push_back(std::move(box));
    }
    boxes_ += static_cast<std::int64_t>(boxes.size());
    return how_.rows.write(boxes, media_.width, media_.height);
}

void Writer::count_links(const ShownImages& images) {
    if (how_.rows.has_identity()) return;
    std::map<TrackId, std::int64_t> shown_in;
    for (const auto& [frame, shown] : images)
        for (const ShownShape& one : shown) ++shown_in[one.track->id];
    for (const auto& [id, count] : shown_in)
        losses_.add("tracks whose boxes are no longer linked from frame to frame", count > 1 ? 1 : 0);
}

Result<WriteReport> write_files(const WriteRequest& request, const fs::path& folder,
                                const std::vector<std::pair<fs::path, std::string>>& files, const Classes& classes,
                                const DarkOptions& how, const Losses& losses) {
    Output output(request);
    for (const auto& [path, text] : files) output.add(path, text);
    if (how.rows.has_class_id() && how.classes.empty()) {
        const fs::path names_file = folder / "classes.txt";
        std::error_code error;
        const auto there = fs::exists(names_file, error) ? read_name_list(names_file) : classes.names;
        if (!there || *there != classes.names)
            return fail("{}: holds the names of other classes; write into another folder", names_file.string());
        output.add(names_file, name_list_text(classes.names));
    }
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options, "");
    if (!how) return how.error();
    const auto classes = classes_of(request, *how);
    if (!classes) return classes.error();
    Losses losses;
    const ShownImages images = shown_images(request, how->images, losses);
    const bool are_many = how->is_file_an_image();
    if (are_many && images.empty()) return no_image(request.out);
    Writer writer(request, *how, *classes, losses);
    Reader back(*request.annotations.find_media(request.media), *how, classes->names);
    const fs::path folder = are_many ? request.out : request.out.parent_path();
    std::vector<std::pair<fs::path, std::string>> files;
    std::set<fs::path> own;
    std::string whole;
    for (const auto& [frame, shown] : images) {
        std::string text = writer.text_of(frame, shown);
        const fs::path path = are_many ? folder / (how->images.stem_of(frame) + ".txt") : request.out;
        const auto at = are_many ? std::optional(frame) : std::nullopt;
        if (auto added = back.add(path.string(), text, at); !added) return added.error();
        if (are_many) files.emplace_back(path, text);
        if (!are_many) whole += text;
        own.insert(path);
    }
    if (!are_many) files.emplace_back(request.out, whole);
    writer.count_links(images);
    const std::string out = request.out.string();
    if (auto same = check_reads_back(request.out, std::move(back).finish(out), writer.boxes()); !same)
        return same.error();
    if (are_many)
        if (auto free = check_no_other_images(folder, own, stem_of); !free) return free.error();
    return write_files(request, folder, files, *classes, *how, losses);
}

bool sniff(const fs::path&, std::string_view head) { return preset_of_row(first_row_of(head)) != nullptr; }

}  // namespace

const Format darklabel_format{
    .id = "darklabel",
    .name = "DarkLabel, own text rows",
    .extension = ".txt",
    .reader = "DarkLabel 2.4",
    .convention = "frames from 0 (as the columns are named); px from 0 or shares of the picture",
    .carries = {.boxes = true, .outside = true, .fractions = true},
    .options = options,
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
