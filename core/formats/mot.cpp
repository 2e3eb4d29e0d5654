#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/mot.h"
#include "core/formats/text/export.h"
#include "core/formats/text/name_list.h"
#include "core/formats/text/options.h"
#include "core/formats/text/rows.h"
#include "core/formats/text/streamed_file.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{
    FormatOption{"one-based", "0|1", "0",
                 "1: left and top count from 1, as the official text says; they are shifted by a pixel on the way in "
                 "and out. 0: they are taken as they are, as the field's tools do. Frames count from 1 either way"},
    FormatOption{"first-frame", "0|1", "1", "the number of the video's first frame in a file that is read"},
    FormatOption{"class", "all|N[,N...]", "all",
                 "reading: rows of these classes only; writing: all tracks as this one class"},
    FormatOption{"conf", "keep|skip", "keep",
                 "rows with confidence 0, which the benchmark ignores: keep them, marked by the attribute 'ignore', or "
                 "skip them"},
    FormatOption{"occluded-below", "NUMBER", "0.5", "a visibility (0 to 1) under this is read as occluded"},
    FormatOption{"label", "NAME", "pedestrian", "the label of rows that state no class"},
    FormatOption{"labels", "auto|none|PATH", "auto",
                 "class names, one a line; auto: labels.txt beside the file when it is there"},
    FormatOption{"as", "gt|results|det", "gt",
                 "which of the benchmark's files: the truth of nine columns; a tracker's results of ten, without class "
                 "and visibility; or detections, which have no identity either"},
    FormatOption{
        "rows", "auto|mot|visdrone", "auto",
        "reading: what follows the confidence in ten columns: MOTChallenge's place in the world, or VisDrone's "
        "category, truncation and occlusion; auto: VisDrone's where all rows look like that"}};

Result<MotOptions> options_of(const FormatOptions& stated) {
    Options given(mot_format, stated);
    MotOptions result;
    result.file = given.is("as", "det")       ? MotFile::Detections
                  : given.is("as", "results") ? MotFile::Results
                                              : MotFile::Truth;
    result.one_based = given.flag("one-based");
    result.first_frame = given.integer("first-frame", 0, 1);
    result.skips_ignored = given.is("conf", "skip");
    result.occluded_below = given.number("occluded-below", 0, 1);
    result.label = given.text("label");
    if (result.label.empty() || !is_clean_utf8(result.label)) given.reject("label", "is no name");
    if (const std::string classes = given.text("class"); classes != "all") {
        for (const std::string_view piece : split(classes, ',')) {
            const auto value = parse_int(piece);
            if (value && *value >= 0 && *value <= largest_frame)
                result.classes.push_back(*value);
            else
                given.reject("class", fmt::format("{} is not the number of a class", in_quotes(piece)));
        }
    }
    if (given.error()) return *given.error();
    return result;
}

Result<Done> take_names(const ReadRequest& request, const fs::path& file, MotOptions& how) {
    Options given(mot_format, request.options);
    const std::string stated = given.text("labels");
    if (stated == "none") return Done{};
    const fs::path path = stated == "auto" ? file.parent_path() / "labels.txt" : fs::path(stated);
    std::error_code error;
    if (stated == "auto" && !fs::is_regular_file(path, error)) return Done{};
    auto names = read_name_list(path);
    if (!names) return names.error();
    how.names = std::move(*names);
    return Done{};
}

/// Finds out what the columns after the confidence are.   returns: what is to be told of it; may be empty.
Result<std::string> take_kind(const ReadRequest& request, const fs::path& file, MotOptions& how) {
    Options given(mot_format, request.options);
    auto in = open_to_read(file);
    if (!in) return in.error();
    const auto kind = kind_of_mot_rows(file.string(), *in);
    if (!kind) return kind.error();
    how.is_visdrone = given.is("rows", "visdrone") || (given.is("rows", "auto") && *kind == MotRowsKind::VisDrone);
    if (how.is_visdrone) how.names.assign(visdrone_class_names.begin() + 1, visdrone_class_names.end());
    if (!given.is("rows", "auto")) return std::string();
    if (how.is_visdrone)
        return std::string(
            "the rows look like VisDrone's, with category, truncation and occlusion after the score, and are read so; "
            "option rows=mot reads them as MOTChallenge's");
    if (*kind == MotRowsKind::Categories)
        return std::string(
            "after the confidence stands what looks like a class, which results of MOTChallenge have not, and is left "
            "out; option rows=visdrone reads it as VisDrone's category");
    return std::string();
}

/// Notes where a sequence's own description speaks of another video than the one at hand.
void compare_with_seqinfo(const fs::path& file, const Media& media, std::vector<std::string>& notes) {
    for (const fs::path& folder : {file.parent_path(), file.parent_path().parent_path()}) {
        const auto text = read_file(folder / "seqinfo.ini", 1 << 16);
        if (!text) continue;
        const std::map<std::string_view, std::int64_t> facts{
            {"imWidth", media.width}, {"imHeight", media.height}, {"seqLength", media.frames}};
        Lines lines("seqinfo.ini", *text);
        while (const auto line = lines.next_filled()) {
            const auto equals = line->find('=');
            if (equals == std::string_view::npos) continue;
            const auto rate = parse_double(trim(line->substr(equals + 1)));
            if (trim(line->substr(0, equals)) == "frameRate" && rate && std::abs(*rate - media.mean_fps()) > 0.5)
                notes.push_back(fmt::format("seqinfo.ini says frameRate {}, the video's is {}", *rate,
                                            format_number(media.mean_fps(), 3)));
            const auto fact = facts.find(trim(line->substr(0, equals)));
            const auto value = parse_int(trim(line->substr(equals + 1)));
            if (fact != facts.end() && value && *value != fact->second && fact->second > 0)
                notes.push_back(
                    fmt::format("seqinfo.ini says {} {}, the video's is {}", fact->first, *value, fact->second));
        }
        return;
    }
}

/// Where a sequence's folder keeps that file.
fs::path file_in(const fs::path& folder, MotFile file) {
    const fs::path name = file == MotFile::Truth ? "gt" : file == MotFile::Detections ? "det" : "results";
    const fs::path inside = folder / name / (name.string() + ".txt");
    std::error_code error;
    return fs::exists(inside, error) ? inside : folder / (name.string() + ".txt");
}

Result<ReadResult> read(const ReadRequest& request) {
    auto how = options_of(request.options);
    if (!how) return how.error();
    fs::path file = request.files.front();
    std::error_code error;
    if (fs::is_directory(file, error)) file = file_in(file, how->file);
    auto in = open_to_read(file);
    if (!in) return in.error();
    const auto told = take_kind(request, file, *how);
    if (!told) return told.error();
    if (auto taken = take_names(request, file, *how); !taken) return taken.error();
    auto result = read_mot_rows(file.string(), *in, request.media, *how);
    if (!result) return result;
    if (!told->empty()) result->notes.insert(result->notes.begin(), *told);
    compare_with_seqinfo(file, request.media, result->notes);
    return result;
}

/// Which class each label is written as.
struct MotClasses {
    std::map<LabelId, std::int64_t> numbers;
    std::vector<std::string> names{mot_class_names.begin(), mot_class_names.end()};
    bool has_own() const { return names.size() > mot_class_names.size(); }
};

MotClasses classes_of(const Annotations& annotations, MediaId media, const MotOptions& how, Losses& losses) {
    MotClasses classes;
    for (const Track* track : tracks_of(annotations, media)) {
        const std::string name = annotations.label_name(track->label);
        auto& number = classes.numbers[track->label];
        if (!how.classes.empty()) {
            number = how.classes.front();
            if (mot_label_name(number, how) != name)
                losses.add(fmt::format("tracks of '{}' written as class {}, as stated", name, number));
            continue;
        }
        // Tracks labelled person are what the benchmark calls pedestrians; anything else would not be scored.
        const std::string wanted = to_lower(name) == "person" ? "pedestrian" : to_lower(name);
        const auto known = std::find(mot_class_names.begin(), mot_class_names.end(), wanted);
        if (known != mot_class_names.end()) {
            number = known - mot_class_names.begin() + 1;
            if (name != *known) losses.add(fmt::format("tracks of '{}' written as class {}, {}", name, number, *known));
            continue;
        }
        if (number == 0) {
            classes.names.push_back(name);
            number = static_cast<std::int64_t>(classes.names.size());
        }
        losses.add("tracks of classes that MOTChallenge does not know, numbered in labels.txt");
    }
    return classes;
}

/// Where a label keeps what a row says besides its box; null where it does not.
struct MotAttributes {
    const Attribute* ignore = nullptr;
    const Attribute* visibility = nullptr;
    const Attribute* confidence = nullptr;
};

std::string confidence_at(const Track& track, const MotAttributes& said, FrameIndex frame) {
    if (value_at(track, said.ignore, frame) == "true") return "0";
    const auto value = parse_double(value_at(track, said.confidence, frame));
    return value ? format_number(*value, 6) : "1";
}

/// The visibility that was stated, as long as it says the same as the flag; else what the flag says.
std::string visibility_at(const Track& track, const MotAttributes& said, FrameIndex frame, bool is_occluded,
                          const MotOptions& how) {
    const auto value = parse_double(value_at(track, said.visibility, frame));
    const bool holds = value && *value >= 0 && *value <= 1 && (*value < how.occluded_below) == is_occluded;
    return holds ? format_number(*value, 6) : is_occluded ? "0" : "1";
}

/// Writes the rows of a file, by frame and then by id.
class RowWriter {
public:
    RowWriter(const Annotations& annotations, MediaId media, const MotOptions& how, const MotClasses& classes,
              Losses& losses)
        : annotations_(annotations), media_(media), how_(how), classes_(classes), losses_(losses) {}

    /// returns: how many rows there are.
    std::int64_t write(StreamedFile& file);

private:
    void count_track(const Track& track);
    void append_row(FrameIndex frame, const Track& track, const TrackState& state);

    const Annotations& annotations_;
    MediaId media_;
    const MotOptions& how_;
    const MotClasses& classes_;
    Losses& losses_;
    std::map<TrackId, MotAttributes> attributes_;
    std::map<TrackId, std::int64_t> boxes_;
    std::string text_;
};

void RowWriter::count_track(const Track& track) {
    count_attributes(annotations_, track, {mot_ignore_attribute, mot_visibility_attribute, mot_confidence_attribute},
                     losses_);
    attributes_[track.id] = {find_attribute(annotations_, track, mot_ignore_attribute),
                             find_attribute(annotations_, track, mot_visibility_attribute),
                             find_attribute(annotations_, track, mot_confidence_attribute)};
    if (how_.file != MotFile::Truth && annotations_.label_name(track.label) != how_.label)
        losses_.add(fmt::format("tracks whose label is not written, and not '{}'", how_.label));
}

void RowWriter::append_row(FrameIndex frame, const Track& track, const TrackState& state) {
    if (kind_of(state.shape) == ShapeKind::Quad) losses_.add("quads written as boxes");
    const bool is_truth = how_.file == MotFile::Truth;
    if (!is_truth && state.occluded) losses_.add("occluded flags left out");
    const double shift = how_.one_based ? 1 : 0;
    const Box box = bounding_box(state.shape);
    append_number(text_, frame.value + 1);
    text_ += ',';
    append_number(text_, how_.file == MotFile::Detections ? -1 : number(track.id));
    for (const double value : {box.x + shift, box.y + shift, box.w, box.h}) {
        text_ += ',';
        append_grid_number(text_, value);
    }
    const MotAttributes& said = attributes_.at(track.id);
    text_ += ',';
    text_ += confidence_at(track, said, frame);
    if (is_truth) {
        text_ += ',';
        append_number(text_, classes_.numbers.at(track.label));
        text_ += ',';
        text_ += visibility_at(track, said, frame, state.occluded, how_);
    } else {
        text_ += ",-1,-1,-1";
    }
    text_ += '\n';
}

std::int64_t RowWriter::write(StreamedFile& file) {
    constexpr std::size_t piece_bytes = 1 << 16;
    const FrameIndex end{annotations_.find_media(media_)->frames};
    for (const Track* track : tracks_of(annotations_, media_)) count_track(*track);
    std::int64_t rows = 0;
    for_each_in_view(annotations_, media_, [&](FrameIndex frame, const Track& track, const TrackState& state) {
        if (frame >= end) {
            losses_.add("boxes past the video's last frame left out");
            return;
        }
        append_row(frame, track, state);
        ++rows;
        ++boxes_[track.id];
        if (text_.size() < piece_bytes) return;
        file.write(text_);
        text_.clear();
    });
    file.write(text_);
    if (how_.file == MotFile::Detections)
        for (const auto& [id, count] : boxes_)
            losses_.add("tracks whose boxes are no longer linked from frame to frame", count > 1 ? 1 : 0);
    return rows;
}

std::string seqinfo_of(const Media& media) {
    return fmt::format(
        "[Sequence]\nname={}\nimDir=img1\nframeRate={}\nseqLength={}\nimWidth={}\nimHeight={}\nimExt=.jpg\n",
        fs::path(media.name()).stem().string(), std::max<std::int64_t>(1, std::llround(media.mean_fps())), media.frames,
        media.width, media.height);
}

/// Another's list of names beside the file would be taken for this file's; it is neither believed nor written over.
Result<Done> check_names_file(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error)) return Done{};
    const auto names = read_name_list(path);
    if (!names) return names.error();
    if (names->size() >= mot_class_names.size() &&
        std::equal(mot_class_names.begin(), mot_class_names.end(), names->begin()))
        return Done{};
    return fail("{}: holds the names of other classes; write into another folder", path.string());
}

Result<WriteReport> write(const WriteRequest& request) {
    auto how = options_of(request.options);
    if (!how) return how.error();
    if (how->classes.size() > 1) return fail("mot: option class: all tracks are written as one class, not as several");
    const Media& media = *request.annotations.find_media(request.media);
    Losses losses;
    const MotClasses classes =
        how->file == MotFile::Truth ? classes_of(request.annotations, request.media, *how, losses) : MotClasses();
    std::error_code error;
    const bool to_folder = fs::is_directory(request.out, error) || !request.out.has_extension();
    const fs::path name = how->file == MotFile::Truth ? "gt" : how->file == MotFile::Detections ? "det" : "results";
    const fs::path file = to_folder ? request.out / name / (name.string() + ".txt") : request.out;
    const fs::path names_file = file.parent_path() / "labels.txt";
    if (how->file == MotFile::Truth)
        if (auto free = check_names_file(names_file); !free) return free.error();
    Output output(request);
    const auto rows = output.stream(file);
    if (!rows) return rows.error();
    const std::int64_t boxes = RowWriter(request.annotations, request.media, *how, classes, losses).write(**rows);
    count_segments(request.annotations, request.media, losses);
    if (auto closed = (*rows)->close(); !closed) return closed.error();
    if (to_folder) output.add(request.out / "seqinfo.ini", seqinfo_of(media));
    if (classes.has_own()) output.add(names_file, name_list_text(classes.names));
    auto written = output.write();
    if (!written) return written.error();
    WriteReport report{std::move(*written), losses.list()};
    report.read_options = {{"first-frame", "1"}, {"class", "all"}, {"conf", "keep"}, {"rows", "mot"}};
    report.boxes = boxes;
    return report;
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (fs::is_directory(path, error))
        return fs::exists(path / "gt" / "gt.txt", error) || fs::exists(path / "det" / "det.txt", error);
    Lines lines("", head);
    const auto line = lines.next_filled();
    if (!line) return false;
    // What looks like it is refused in a sentence.
    if (is_kitti_row(*line)) return true;
    std::vector<std::string_view> pieces;
    split_mot_row(pieces, *line);
    // Fewer numbers between blanks are rows of many things.
    const std::size_t least = line->find(',') != std::string_view::npos ? 6 : 7;
    const auto has_area = [&] { return parse_double(pieces[4]) > 0.0 && parse_double(pieces[5]) > 0.0; };
    return pieces.size() >= least && pieces.size() <= 10 && (least == 6 || (parse_int(pieces[1]) && has_area())) &&
           std::all_of(pieces.begin(), pieces.end(), [](auto piece) { return parse_double(trim(piece)).has_value(); });
}

}  // namespace

const Format mot_format{
    .id = "mot",
    .name = "MOTChallenge",
    .extension = ".txt",
    .reader = "TrackEval",
    .convention = "frames from 1 (option first-frame); left top width height in px, from 0 (option one-based)",
    .carries = {.boxes = true, .occluded = true, .outside = true, .fractions = true},
    .options = options,
    .may_be_empty = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
