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
#include "core/formats/text/builder.h"
#include "core/formats/text/export.h"
#include "core/formats/text/name_list.h"
#include "core/formats/text/options.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: https://motchallenge.net/instructions, and TrackEval's reader of it.
constexpr std::array<std::string_view, 13> class_names{
    "pedestrian",      "person_on_vehicle", "car",        "bicycle",  "motorbike",
    "non_mot_vehicle", "static_person",     "distractor", "occluder", "occluder_on_ground",
    "occluder_full",   "reflection",        "crowd"};

constexpr std::string_view ignore_attribute = "ignore";
constexpr std::string_view visibility_attribute = "visibility";
constexpr std::string_view confidence_attribute = "confidence";

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
                 "and visibility; or detections, which have no identity either"}};

enum class MotFile { Truth, Results, Detections };

struct MotOptions {
    MotFile file = MotFile::Truth;
    bool one_based = false;
    std::int64_t first_frame = 1;
    std::vector<std::int64_t> classes;  ///< none: all
    bool skips_ignored = false;
    double occluded_below = 0.5;
    std::string label = "pedestrian";
    std::vector<std::string> names{class_names.begin(), class_names.end()};  ///< of class 1, 2, ...
};

struct MotRow {
    FrameIndex frame;
    std::int64_t id = 0;
    Box box;
    double confidence = 1;
    std::int64_t class_number = -1;  ///< -1: not stated
    double visibility = -1;          ///< -1: not stated
    std::int64_t line = 0;
};

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

/// A whole number that may be written like 12.0, as trackers do.
std::int64_t whole(Fields& fields, std::size_t index, std::string_view name) {
    const double value = fields.number(index, name, static_cast<double>(largest_number));
    if (!fields.error() && value != std::floor(value)) fields.reject(name, fmt::format("{} is not whole", value));
    return static_cast<std::int64_t>(value);
}

/// Ten columns state a place in the world after the confidence; eight and nine the class and the visibility.
void read_class(Fields& fields, MotRow& row) {
    if (fields.size() != 8 && fields.size() != 9) return;
    row.class_number = whole(fields, 7, "class");
    if (!fields.error() && row.class_number < -1) fields.reject("class", "is negative");
    if (fields.size() == 8) return;
    row.visibility = fields.number(8, "visibility", largest_coordinate_px);
    if (!fields.error() && row.visibility != -1 && (row.visibility < 0 || row.visibility > 1))
        fields.reject("visibility", fmt::format("{} is not within 0 and 1", row.visibility));
}

Result<MotRow> row_of(Fields& fields, const MotOptions& how) {
    MotRow row;
    row.line = fields.place().line;
    const std::int64_t frame = whole(fields, 0, "frame");
    if (!fields.error() && frame < how.first_frame)
        fields.reject("frame", fmt::format("{} is before the first frame, which is {}", frame, how.first_frame));
    row.frame = FrameIndex{frame - how.first_frame};
    row.id = whole(fields, 1, "id");
    row.box.x = fields.number(2, "left", largest_coordinate_px) - (how.one_based ? 1 : 0);
    row.box.y = fields.number(3, "top", largest_coordinate_px) - (how.one_based ? 1 : 0);
    row.box.w = fields.number(4, "width", largest_coordinate_px);
    row.box.h = fields.number(5, "height", largest_coordinate_px);
    if (fields.size() > 6) row.confidence = fields.number(6, "conf", largest_coordinate_px);
    read_class(fields, row);
    if (row.box.w < 0) fields.reject("width", "is negative");
    if (row.box.h < 0) fields.reject("height", "is negative");
    if (fields.error()) return *fields.error();
    return row;
}

struct MotRows {
    std::map<std::int64_t, std::vector<MotRow>> tracks;  ///< by id
    std::vector<MotRow> detections;                      ///< those whose id is negative
};

bool is_wanted(const MotRow& row, const MotOptions& how, AnnotationsBuilder& builder, std::int64_t& flat) {
    if (!how.classes.empty() &&
        std::find(how.classes.begin(), how.classes.end(), row.class_number) == how.classes.end())
        return false;
    if (how.skips_ignored && row.id >= 0 && row.confidence == 0) return false;
    if (!builder.takes_row_at(row.frame)) return false;
    const bool is_flat = row.box.w == 0 || row.box.h == 0;
    flat += is_flat ? 1 : 0;
    return !is_flat;
}

Result<MotRows> rows_of(std::string_view file, std::string_view text, const MotOptions& how,
                        AnnotationsBuilder& builder) {
    MotRows rows;
    std::int64_t flat = 0;
    Lines lines(file, text);
    while (const auto line = lines.next_filled()) {
        std::vector<std::string_view> pieces;
        for (const std::string_view piece : split(*line, ',')) pieces.push_back(trim(piece));
        Fields fields(lines.place(), std::move(pieces));
        auto row = row_of(fields, how);
        if (!row) return row.error();
        if (!is_wanted(*row, how, builder, flat)) continue;
        (row->id < 0 ? rows.detections : rows.tracks[row->id]).push_back(*row);
    }
    builder.note_count(flat, "boxes without area are left out");
    for (auto& [id, track] : rows.tracks) {
        std::stable_sort(track.begin(), track.end(), [](const auto& a, const auto& b) { return a.frame < b.frame; });
        for (std::size_t i = 1; i < track.size(); ++i)
            if (track[i].frame == track[i - 1].frame)
                return row_error({file, track[i].line}, "id",
                                 fmt::format("{} stands twice in frame {}, first in line {}", id,
                                             track[i].frame.value + how.first_frame, track[i - 1].line));
    }
    return rows;
}

std::string label_name(std::int64_t class_number, const MotOptions& how) {
    if (class_number == -1) return how.label;
    if (class_number >= 1 && class_number <= static_cast<std::int64_t>(how.names.size()))
        return how.names[static_cast<std::size_t>(class_number - 1)];
    return fmt::format("class_{}", class_number);
}

/// What the flags and the shape do not hold of a row, as values of mutable attributes.
void say_attributes(const MotRow& row, LabelId label, AnnotationsBuilder& builder, AttributeTrail& trail) {
    const auto say = [&](std::string_view name, AttributeType type, std::string_view value) {
        trail.say(builder.attribute(label, name, type, true), row.frame, value);
    };
    if (row.id >= 0 && row.confidence == 0)
        say(ignore_attribute, AttributeType::Checkbox, "true");
    else if (row.confidence != 1)
        say(confidence_attribute, AttributeType::Number, format_number(row.confidence, 6));
    if (row.visibility > 0 && row.visibility < 1)
        say(visibility_attribute, AttributeType::Number, format_number(row.visibility, 6));
}

Track track_of(const std::vector<MotRow>& rows, const MotOptions& how, AnnotationsBuilder& builder) {
    const LabelId label = builder.label(label_name(rows.front().class_number, how));
    Track track = builder.new_track(label);
    std::vector<StatedBox> stated;
    AttributeTrail trail;
    for (const MotRow& row : rows) {
        const bool occluded = row.visibility >= 0 && row.visibility < how.occluded_below;
        stated.push_back({row.frame, row.box, occluded});
        say_attributes(row, label, builder, trail);
    }
    track.keyframes = keyframes_of_runs(stated, builder.end());
    track.attribute_ranges = trail.ranges();
    return track;
}

Result<ReadResult> read_text(std::string_view file, std::string_view text, const Media& media, const MotOptions& how) {
    AnnotationsBuilder builder(media);
    auto rows = rows_of(file, text, how, builder);
    if (!rows) return rows.error();
    std::int64_t other_class = 0;
    // Identities stay what they are where they can; 0 is none in a project, so it comes after the others.
    for (const bool zero : {false, true}) {
        for (const auto& [id, track_rows] : rows->tracks) {
            if ((id == 0) != zero) continue;
            Track track = track_of(track_rows, how, builder);
            if (id > 0) track.id = TrackId{id};
            other_class += std::count_if(track_rows.begin(), track_rows.end(), [&](const MotRow& row) {
                return row.class_number != track_rows.front().class_number;
            });
            builder.add(std::move(track));
        }
    }
    for (const MotRow& row : rows->detections) builder.add(track_of({row}, how, builder));
    builder.note_count(other_class, "rows state another class than their track's first row, which counts");
    return std::move(builder).finish(file);
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
    if (request.files.size() != 1) return fail("mot: {} files are stated; one is read at a time", request.files.size());
    fs::path file = request.files.front();
    std::error_code error;
    if (fs::is_directory(file, error)) file = file_in(file, how->file);
    auto text = read_file(file);
    if (!text) return text.error();
    if (auto taken = take_names(request, file, *how); !taken) return taken.error();
    auto result = read_text(file.string(), *text, request.media, *how);
    if (result) compare_with_seqinfo(file, request.media, result->notes);
    return result;
}

/// Which class each label is written as.
struct MotClasses {
    std::map<LabelId, std::int64_t> numbers;
    std::vector<std::string> names{class_names.begin(), class_names.end()};
    bool has_own() const { return names.size() > class_names.size(); }
};

MotClasses classes_of(const Annotations& annotations, MediaId media, const MotOptions& how, Losses& losses) {
    MotClasses classes;
    for (const Track* track : tracks_of(annotations, media)) {
        const std::string name = annotations.label_name(track->label);
        auto& number = classes.numbers[track->label];
        if (!how.classes.empty()) {
            number = how.classes.front();
            if (label_name(number, how) != name)
                losses.add(fmt::format("tracks of '{}' written as class {}, as stated", name, number));
            continue;
        }
        // Tracks labelled person are what the benchmark calls pedestrians; anything else would not be scored.
        const std::string wanted = to_lower(name) == "person" ? "pedestrian" : to_lower(name);
        const auto known = std::find(class_names.begin(), class_names.end(), wanted);
        if (known != class_names.end()) {
            number = known - class_names.begin() + 1;
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

std::string confidence_at(const Annotations& annotations, const Track& track, FrameIndex frame) {
    if (value_at(track, find_attribute(annotations, track, ignore_attribute), frame) == "true") return "0";
    const auto value = parse_double(value_at(track, find_attribute(annotations, track, confidence_attribute), frame));
    return value ? format_number(*value, 6) : "1";
}

/// The visibility that was stated, as long as it says the same as the flag; else what the flag says.
std::string visibility_at(const Annotations& annotations, const Track& track, const VisibleBox& box,
                          const MotOptions& how) {
    const auto value =
        parse_double(value_at(track, find_attribute(annotations, track, visibility_attribute), box.frame));
    const bool holds = value && *value >= 0 && *value <= 1 && (*value < how.occluded_below) == box.occluded;
    return holds ? format_number(*value, 6) : box.occluded ? "0" : "1";
}

struct MotText {
    std::string text;
    std::int64_t boxes = 0;
};

MotText text_of(const Annotations& annotations, MediaId media, const MotOptions& how, const MotClasses& classes,
                Losses& losses) {
    const double shift = how.one_based ? 1 : 0;
    std::map<std::pair<FrameIndex, std::int64_t>, std::string> rows;
    const bool is_truth = how.file == MotFile::Truth;
    for (const Track* track : tracks_of(annotations, media)) {
        count_attributes(annotations, *track, {ignore_attribute, visibility_attribute, confidence_attribute}, losses);
        const auto boxes = visible_boxes(annotations, *track, losses);
        if (how.file == MotFile::Detections)
            losses.add("tracks whose boxes are no longer linked from frame to frame", boxes.size() > 1 ? 1 : 0);
        if (!is_truth && annotations.label_name(track->label) != how.label)
            losses.add(fmt::format("tracks whose label is not written, and not '{}'", how.label));
        for (const VisibleBox& box : boxes) {
            if (!is_truth && box.occluded) losses.add("occluded flags left out");
            rows[{box.frame, number(track->id)}] =
                fmt::format("{},{},{},{},{},{},{},{}\n", box.frame.value + 1,
                            how.file == MotFile::Detections ? -1 : number(track->id), grid_number(box.box.x + shift),
                            grid_number(box.box.y + shift), grid_number(box.box.w), grid_number(box.box.h),
                            confidence_at(annotations, *track, box.frame),
                            is_truth ? fmt::format("{},{}", classes.numbers.at(track->label),
                                                   visibility_at(annotations, *track, box, how))
                                     : "-1,-1,-1");
        }
    }
    MotText result;
    for (const auto& [key, row] : rows) result.text += row;
    result.boxes = static_cast<std::int64_t>(rows.size());
    return result;
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
    if (names->size() >= class_names.size() && std::equal(class_names.begin(), class_names.end(), names->begin()))
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
    const MotText made = text_of(request.annotations, request.media, *how, classes, losses);
    count_segments(request.annotations, request.media, losses);

    std::error_code error;
    const bool to_folder = fs::is_directory(request.out, error) || !request.out.has_extension();
    const fs::path name = how->file == MotFile::Truth ? "gt" : how->file == MotFile::Detections ? "det" : "results";
    const fs::path file = to_folder ? request.out / name / (name.string() + ".txt") : request.out;
    const fs::path names_file = file.parent_path() / "labels.txt";
    if (how->file == MotFile::Truth)
        if (auto free = check_names_file(names_file); !free) return free.error();
    Output output(request);
    output.add(file, made.text);
    if (to_folder) output.add(request.out / "seqinfo.ini", seqinfo_of(media));
    if (classes.has_own()) output.add(names_file, name_list_text(classes.names));
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{
        std::move(*written), losses.list(), {}, {{"first-frame", "1"}, {"class", "all"}, {"conf", "keep"}}};
}

bool sniff(const fs::path& path, std::string_view head) {
    std::error_code error;
    if (fs::is_directory(path, error))
        return fs::exists(path / "gt" / "gt.txt", error) || fs::exists(path / "det" / "det.txt", error);
    Lines lines("", head);
    const auto line = lines.next_filled();
    if (!line) return false;
    const auto pieces = split(*line, ',');
    return pieces.size() >= 6 && pieces.size() <= 10 &&
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
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
