#include <fmt/format.h>

#include <algorithm>
#include <array>
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
#include "core/formats/text/rle.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{
    FormatOption{"first-frame", "0|1", "1",
                 "the number of the video's first frame: 1 in MOTSChallenge, 0 in KITTI MOTS"},
    FormatOption{"labels", "auto|none|PATH", "auto",
                 "class names, one a line; auto: labels.txt beside the file when it is there, else car, pedestrian "
                 "and, for class 10, ignore"}};

// source: https://www.vision.rwth-aachen.de/page/mots. Classes between these are none of MOTS's.
constexpr std::int64_t ids_per_class = 1000;
constexpr std::int64_t car_class = 1;
constexpr std::int64_t pedestrian_class = 2;
constexpr std::int64_t ignore_class = 10;

struct MotsOptions {
    std::int64_t first_frame = 1;
    std::vector<std::string> names;  ///< of class 1, 2, ...; none: MOTS's own
};

Result<MotsOptions> options_of(const FormatOptions& stated, const fs::path& file) {
    Options given(mots_format, stated);
    MotsOptions how{.first_frame = given.integer("first-frame", 0, 1), .names = {}};
    if (given.error()) return *given.error();
    if (given.is("labels", "none")) return how;
    std::error_code error;
    const bool is_auto = given.is("labels", "auto");
    const fs::path path = is_auto ? file.parent_path() / "labels.txt" : fs::path(given.text("labels"));
    if (is_auto && !fs::is_regular_file(path, error)) return how;
    auto names = read_name_list(path);
    if (!names) return names.error();
    how.names = std::move(*names);
    return how;
}

std::string label_name(std::int64_t class_number, const MotsOptions& how) {
    if (class_number >= 1 && class_number <= static_cast<std::int64_t>(how.names.size()))
        return how.names[static_cast<std::size_t>(class_number - 1)];
    if (class_number == car_class) return "car";
    if (class_number == pedestrian_class) return "pedestrian";
    return class_number == ignore_class ? "ignore" : fmt::format("class_{}", class_number);
}

struct MotsRow {
    FrameIndex frame;
    std::int64_t id = 0;
    std::int64_t class_number = 0;
    std::int64_t width = 0;
    std::int64_t height = 0;
    PixelRuns mask;
    std::int64_t line = 0;
};

Result<MotsRow> row_of(std::string_view line, const Place& place, const MotsOptions& how) {
    constexpr std::int64_t largest_side = 100000;
    Fields fields(place, split_blanks(line));
    if (fields.size() != 6) fields.reject("row", fmt::format("has {} fields, not 6", fields.size()));
    MotsRow row{.line = place.line};
    const std::int64_t frame = fields.integer(0, "frame", 0, largest_frame);
    if (frame < how.first_frame)
        fields.reject("frame", fmt::format("{} is before the first, which is {}; option first-frame=N states another",
                                           frame, how.first_frame));
    row.frame = FrameIndex{frame - how.first_frame};
    row.id = fields.integer(1, "id", 0, largest_number);
    row.class_number = fields.integer(2, "class", 0, largest_frame);
    row.height = fields.integer(3, "height", 1, largest_side);
    row.width = fields.integer(4, "width", 1, largest_side);
    const std::string_view text = fields.text(5, "rle");
    if (fields.error()) return *fields.error();
    auto mask = decode_rle(text, row.width, row.height);
    if (!mask) return row_error(place, "rle", fmt::format("is no mask of {} by {} pixels", row.width, row.height));
    row.mask = std::move(*mask);
    return row;
}

/// A mask whose sides are the video's the other way round was written that way, and says another place of each pixel.
Result<Done> check_size(const MotsRow& row, const Media& media, const Place& place) {
    if (media.width == media.height || row.width != media.height || row.height != media.width) return Done{};
    return row_error(place, "height",
                     fmt::format("{} and width {} are those of the video the other way round", row.height, row.width));
}

struct MotsRows {
    std::map<std::int64_t, std::vector<std::pair<StatedBox, std::int64_t>>> boxes;  ///< by id, with their lines
    std::map<std::int64_t, std::int64_t> classes;                                   ///< by id
    std::int64_t empty = 0;
    std::int64_t other_size = 0;
    std::int64_t other_class = 0;
};

Result<MotsRows> rows_of(std::string_view file, std::string_view text, const MotsOptions& how,
                         AnnotationsBuilder& builder) {
    MotsRows rows;
    Lines lines(file, text);
    const Media& media = builder.media();
    while (const auto line = lines.next_filled()) {
        const auto row = row_of(*line, lines.place(), how);
        if (!row) return row.error();
        if (auto checked = check_size(*row, media, lines.place()); !checked) return checked.error();
        if (!builder.takes_row_at(row->frame)) continue;
        rows.other_size += row->width != media.width || row->height != media.height ? 1 : 0;
        rows.empty += row->mask.empty() ? 1 : 0;
        if (row->mask.empty()) continue;
        const auto stated = rows.classes.emplace(row->id, row->class_number).first->second;
        rows.other_class += stated == row->class_number ? 0 : 1;
        rows.boxes[row->id].push_back({{row->frame, box_around(row->mask, row->height), false}, row->line});
    }
    for (auto& [id, boxes] : rows.boxes) {
        std::stable_sort(boxes.begin(), boxes.end(),
                         [](const auto& a, const auto& b) { return a.first.frame < b.first.frame; });
        for (std::size_t i = 1; i < boxes.size(); ++i)
            if (boxes[i].first.frame == boxes[i - 1].first.frame)
                return row_error({file, boxes[i].second}, "id",
                                 fmt::format("{} stands twice in frame {}, first in line {}", id,
                                             boxes[i].first.frame.value + how.first_frame, boxes[i - 1].second));
    }
    return rows;
}

/// The numbers that objects have without their class, where that tells them apart; else their whole ids.
std::map<std::int64_t, std::int64_t> numbers_of(const MotsRows& rows) {
    std::map<std::int64_t, std::int64_t> numbers;
    std::set<std::int64_t> taken;
    bool are_short = true;
    for (const auto& [id, boxes] : rows.boxes) {
        const std::int64_t short_number = id - rows.classes.at(id) * ids_per_class;
        are_short = are_short && short_number > 0 && short_number < ids_per_class && taken.insert(short_number).second;
        numbers[id] = short_number;
    }
    if (!are_short)
        for (auto& [id, number] : numbers) number = id;
    return numbers;
}

Result<ReadResult> read_text(std::string_view file, std::string_view text, const Media& media, const MotsOptions& how) {
    AnnotationsBuilder builder(media);
    const auto rows = rows_of(file, text, how, builder);
    if (!rows) return rows.error();
    const auto numbers = numbers_of(*rows);
    // 0 is no identity in a project, so it comes after the others.
    for (const bool zero : {false, true}) {
        for (const auto& [id, boxes] : rows->boxes) {
            if ((numbers.at(id) == 0) != zero) continue;
            Track track = builder.new_track(builder.label(label_name(rows->classes.at(id), how)));
            if (!zero) track.id = TrackId{numbers.at(id)};
            std::vector<StatedBox> stated;
            for (const auto& [box, line] : boxes) stated.push_back(box);
            track.keyframes = keyframes_of_runs(stated, builder.end());
            builder.add(std::move(track));
        }
    }
    builder.note_count(rows->empty, "masks are empty and left out");
    builder.note_count(rows->other_class, "rows state another class than their object's first row, which counts");
    builder.note_count(rows->other_size, "masks are of pictures of another size than the video's");
    return std::move(builder).finish(file);
}

Result<ReadResult> read(const ReadRequest& request) {
    const fs::path& file = request.files.front();
    auto text = read_file(file);
    if (!text) return text.error();
    auto how = options_of(request.options, file);
    if (!how) return how.error();
    return read_text(file.string(), *text, request.media, *how);
}

/// The class that each label is written as, and the names of all where some are not of MOTS.
struct MotsClasses {
    std::map<LabelId, std::int64_t> numbers;
    std::vector<std::string> names;  ///< empty: MOTS's own are enough
};

MotsClasses classes_of(const Annotations& annotations, MediaId media, Losses& losses) {
    MotsClasses classes;
    std::vector<std::string> own;
    for (const Track* track : tracks_of(annotations, media)) {
        const std::string name = annotations.label_name(track->label);
        auto& number = classes.numbers[track->label];
        const std::string lower = to_lower(name);
        if (lower == "car")
            number = car_class;
        else if (lower == "pedestrian" || lower == "person")
            number = pedestrian_class;
        else if (lower == "ignore")
            number = ignore_class;
        if (number == 0) {
            own.push_back(name);
            number = pedestrian_class + static_cast<std::int64_t>(own.size());
            // Class 10 is taken.
            if (number >= ignore_class) ++number;
        }
        const bool is_own = number != car_class && number != pedestrian_class && number != ignore_class;
        if (is_own)
            losses.add("tracks of classes that MOTS does not know, numbered in labels.txt");
        else if (label_name(number, {}) != name)
            losses.add(fmt::format("tracks of '{}' written as class {}, {}", name, number, label_name(number, {})));
    }
    if (own.empty()) return classes;
    classes.names = {"car", "pedestrian"};
    for (const std::string& name : own) {
        if (static_cast<std::int64_t>(classes.names.size()) == ignore_class - 1) classes.names.emplace_back("ignore");
        classes.names.push_back(name);
    }
    return classes;
}

/// The id that a track has in the file if no other has it: its number behind its class, or its own where the class is
/// in it already, as in a file that was read; nullopt where neither is an id of the class.
std::optional<std::int64_t> own_id(const Track& track, std::int64_t class_number) {
    const std::int64_t id = number(track.id);
    if (id < ids_per_class) return class_number * ids_per_class + id;
    return id / ids_per_class == class_number ? std::optional(id) : std::nullopt;
}

/// The ids of tracks: their class, and three digits of their own. Counts those that are none of the project's.
Result<std::map<TrackId, std::int64_t>> ids_of(const Annotations& annotations, MediaId media,
                                               const MotsClasses& classes, Losses& losses) {
    std::map<TrackId, std::int64_t> ids;
    std::set<std::int64_t> taken;
    std::vector<const Track*> others;
    for (const Track* track : tracks_of(annotations, media)) {
        const auto own = own_id(*track, classes.numbers.at(track->label));
        if (own && taken.insert(*own).second)
            ids[track->id] = *own;
        else
            others.push_back(track);
    }
    std::map<std::int64_t, std::int64_t> last;
    for (const Track* track : others) {
        const std::int64_t class_number = classes.numbers.at(track->label);
        std::int64_t& own = last[class_number];
        do {
            if (++own >= ids_per_class)
                return fail("mots: more than {} tracks of {}; a class has no more ids", ids_per_class - 1,
                            in_quotes(annotations.label_name(track->label)));
        } while (!taken.insert(class_number * ids_per_class + own).second);
        ids[track->id] = class_number * ids_per_class + own;
    }
    losses.add("tracks whose number is another one in the file", static_cast<std::int64_t>(others.size()));
    return ids;
}

/// A track in view in a frame.
struct Shown {
    const Track* track = nullptr;
    Shape shape;
    bool occluded = false;
};

std::map<FrameIndex, std::vector<Shown>> shown_in(const WriteRequest& request, Losses& losses) {
    const Annotations& annotations = request.annotations;
    const Media& media = *annotations.find_media(request.media);
    std::map<FrameIndex, std::vector<Shown>> frames;
    for (const Track* track : tracks_of(annotations, request.media)) {
        count_attributes(annotations, *track, {}, losses);
        for (const auto& [frame, state] : states_in(*track, annotations.fills_of(track->id), track->extent())) {
            if (state.outside) continue;
            if (frame.value >= media.frames) {
                losses.add("boxes past the video's last frame left out");
                continue;
            }
            if (state.occluded) losses.add("occluded flags left out");
            frames[frame].push_back({track, state.shape, state.occluded});
        }
    }
    // What is hidden lies behind what is not.
    for (auto& [frame, shown] : frames)
        std::stable_sort(shown.begin(), shown.end(),
                         [](const Shown& a, const Shown& b) { return !a.occluded && b.occluded; });
    count_segments(annotations, request.media, losses);
    return frames;
}

struct MotsText {
    std::string text;
    std::int64_t boxes = 0;
};

MotsText text_of(const WriteRequest& request, const MotsOptions& how, const MotsClasses& classes,
                 const std::map<TrackId, std::int64_t>& ids, Losses& losses) {
    const Media& media = *request.annotations.find_media(request.media);
    MotsText made;
    for (const auto& [frame, shown] : shown_in(request, losses)) {
        std::map<std::int64_t, std::string> rows;
        PixelRuns taken;
        for (const Shown& one : shown) {
            const PixelRuns whole = pixels_of(one.shape, media.width, media.height);
            const PixelRuns free = without(whole, taken);
            if (free.empty()) {
                losses.add("masks left out, for nothing of them is in the picture or uncovered");
                continue;
            }
            if (pixel_count(free) < pixel_count(whole)) losses.add("masks cut where another one covers them");
            const bool is_same =
                kind_of(one.shape) == ShapeKind::Box && box_around(free, media.height) == bounding_box(one.shape);
            if (!is_same) losses.add("shapes that come back as another box than they are");
            taken = united(taken, free);
            const std::int64_t id = ids.at(one.track->id);
            rows[id] = fmt::format("{} {} {} {} {} {}\n", frame.value + how.first_frame, id,
                                   classes.numbers.at(one.track->label), media.height, media.width,
                                   encode_rle(free, media.width, media.height));
        }
        for (const auto& [id, row] : rows) made.text += row;
        made.boxes += static_cast<std::int64_t>(rows.size());
    }
    return made;
}

Result<WriteReport> write(const WriteRequest& request) {
    Options given(mots_format, request.options);
    MotsOptions how{.first_frame = given.integer("first-frame", 0, 1), .names = {}};
    if (given.error()) return *given.error();
    const Media& media = *request.annotations.find_media(request.media);
    if (media.width < 1 || media.height < 1) return fail("mots: the size of {} is not known", media.name());
    Losses losses;
    const MotsClasses classes = classes_of(request.annotations, request.media, losses);
    const auto ids = ids_of(request.annotations, request.media, classes, losses);
    if (!ids) return ids.error();
    const MotsText made = text_of(request, how, classes, *ids, losses);
    how.names = classes.names;
    if (auto same = check_reads_back(request.out, read_text(request.out.string(), made.text, media, how), made.boxes);
        !same)
        return same.error();
    Output output(request);
    output.add(request.out, made.text);
    const fs::path names_file = request.out.parent_path() / "labels.txt";
    std::error_code error;
    if (fs::exists(names_file, error)) {
        const auto there = read_name_list(names_file);
        if (!there || *there != classes.names)
            return fail("{}: holds the names of other classes; write into another folder", names_file.string());
    } else if (!classes.names.empty()) {
        output.add(names_file, name_list_text(classes.names));
    }
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path&, std::string_view head) {
    Lines lines("", head);
    const auto line = lines.next_filled();
    const auto pieces = line ? split_blanks(*line) : std::vector<std::string_view>();
    if (pieces.size() != 6) return false;
    if (!std::all_of(pieces.begin(), pieces.begin() + 5, [](auto piece) { return parse_int(piece).has_value(); }))
        return false;
    const std::int64_t height = *parse_int(pieces[3]);
    const std::int64_t width = *parse_int(pieces[4]);
    return height > 0 && width > 0 && height < 100000 && width < 100000 && decode_rle(pieces[5], width, height);
}

}  // namespace

const Format mots_format{
    .id = "mots",
    .name = "MOTS",
    .extension = ".txt",
    .reader = "TrackEval",
    .convention = "frames from 1; run-length masks in whole px, read as their boxes",
    .carries = {.boxes = true, .outside = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
