#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "core/base/text.h"
#include "core/formats/mot.h"
#include "core/formats/text/builder.h"
#include "core/formats/text/rows.h"

namespace inbetween {
namespace {

struct MotRow {
    FrameIndex frame;
    std::int64_t id = 0;
    Box box;
    double confidence = 1;
    std::int64_t class_number = -1;  ///< -1: not stated
    double visibility = -1;          ///< -1: not stated
    std::int32_t line = 0;
    std::int8_t occlusion = -1;   ///< VisDrone's; -1: not stated
    std::int8_t truncation = -1;  ///< VisDrone's; -1: not stated
};

/// Reads the numbers of a row in which nothing is wrong with them.   returns: how many there are; 0: something is.
std::size_t take_numbers(std::string_view line, std::array<double, 10>& numbers) {
    const char* at = line.data();
    const char* end = at + line.size();
    const auto skip_blanks = [&] {
        while (at != end && (*at == ' ' || *at == '\t')) ++at;
    };
    bool has_commas = true;
    for (std::size_t count = 0; count < numbers.size();) {
        skip_blanks();
        const auto [stop, error] = std::from_chars(at, end, numbers[count]);
        if (error != std::errc{} || !std::isfinite(numbers[count])) return 0;
        at = stop;
        ++count;
        skip_blanks();
        if (at == end) return count;
        if (count == 1) has_commas = *at == ',';
        if (has_commas != (*at == ',') || (!has_commas && at == stop)) return 0;
        at += has_commas ? 1 : 0;
    }
    return 0;
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

/// VisDrone states after the confidence the category, whether the object is cut, and how far it is occluded.
void read_category(Fields& fields, MotRow& row) {
    if (fields.size() != 10) fields.reject("row", fmt::format("has {} fields, not VisDrone's 10", fields.size()));
    row.class_number = fields.integer(7, "category", 0, largest_frame);
    row.truncation = static_cast<std::int8_t>(fields.integer(8, "truncation", -1, 1));
    row.occlusion = static_cast<std::int8_t>(fields.integer(9, "occlusion", -1, 2));
}

Result<MotRow> row_of(Fields& fields, const MotOptions& how) {
    MotRow row;
    row.line = static_cast<std::int32_t>(fields.place().line);
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
    if (how.is_visdrone)
        read_category(fields, row);
    else
        read_class(fields, row);
    if (row.box.w < 0) fields.reject("width", "is negative");
    if (row.box.h < 0) fields.reject("height", "is negative");
    if (fields.error()) return *fields.error();
    return row;
}

/// The row of a line of nine numbers, as the truth has them, in which nothing is wrong; nullopt for any other.
std::optional<MotRow> quick_row_of(std::string_view line, std::int64_t line_number, const MotOptions& how) {
    std::array<double, 10> numbers{};
    if (take_numbers(line, numbers) != 9) return std::nullopt;
    const auto is_whole = [](double value, double least, double most) {
        return value >= least && value <= most && value == static_cast<double>(static_cast<std::int64_t>(value));
    };
    const auto is_place = [](double value) { return std::abs(value) <= largest_coordinate_px; };
    constexpr auto most = static_cast<double>(largest_number);
    const auto& [frame, id, left, top, width, height, confidence, class_number, visibility, none] = numbers;
    const bool is_good = is_whole(frame, static_cast<double>(how.first_frame), most) && is_whole(id, -most, most) &&
                         is_place(left) && is_place(top) && width >= 0 && is_place(width) && height >= 0 &&
                         is_place(height) && is_place(confidence) && is_whole(class_number, -1, most) &&
                         (visibility == -1 || (visibility >= 0 && visibility <= 1));
    if (!is_good) return std::nullopt;
    const double shift = how.one_based ? 1 : 0;
    return MotRow{FrameIndex{static_cast<std::int64_t>(frame) - how.first_frame},
                  static_cast<std::int64_t>(id),
                  Box{left - shift, top - shift, width, height},
                  confidence,
                  static_cast<std::int64_t>(class_number),
                  visibility,
                  static_cast<std::int32_t>(line_number)};
}

/// The rows of one identity, as they become a track.
struct MotTrack {
    std::int64_t class_number = -1;  ///< its first row's, which counts
    std::size_t keyframes = 0;       ///< how many there will be, the one behind the last not among them
    FrameIndex last_frame{-1};
    std::int64_t last_line = 0;
    LabelId label{};
    std::vector<Keyframe> stated;
    AttributeTrail trail;
};

/// The tracks by id. In a file sorted by frame the next row is mostly of the next track.
class MotTracks {
public:
    MotTracks() = default;
    MotTracks(const MotTracks&) = delete;
    MotTracks& operator=(const MotTracks&) = delete;

    MotTrack& of(std::int64_t id) {
        if (at_ != all_.end() && at_->first != id) ++at_;
        if (at_ == all_.end()) at_ = all_.begin();
        if (at_ == all_.end() || at_->first != id) at_ = all_.try_emplace(id).first;
        return at_->second;
    }
    std::map<std::int64_t, MotTrack>& all() { return all_; }
    void clear() {
        all_.clear();
        at_ = all_.end();
    }

private:
    std::map<std::int64_t, MotTrack> all_;
    std::map<std::int64_t, MotTrack>::iterator at_ = all_.end();
};

/// Rows in the order of the file, in blocks that can go one by one while the next are still looked at.
class MotRows {
public:
    void add(const MotRow& row) {
        if (blocks_.empty() || blocks_.back().size() == rows_of_block) {
            blocks_.emplace_back();
            blocks_.back().reserve(rows_of_block);
        }
        blocks_.back().push_back(row);
    }
    void sort_by_frame() {
        std::vector<MotRow> all;
        for (const auto& block : blocks_) all.insert(all.end(), block.begin(), block.end());
        std::stable_sort(all.begin(), all.end(), [](const MotRow& a, const MotRow& b) { return a.frame < b.frame; });
        blocks_.clear();
        blocks_.push_back(std::move(all));
    }
    std::vector<std::vector<MotRow>>& blocks() { return blocks_; }

private:
    static constexpr std::size_t rows_of_block = 4096;

    std::vector<std::vector<MotRow>> blocks_;
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

Result<MotRows> rows_of(std::string_view file, std::istream& in, const MotOptions& how, AnnotationsBuilder& builder) {
    MotRows rows;
    std::int64_t flat = 0;
    FileLines lines(file, in);
    Fields fields({}, {});
    while (const auto line = lines.next_filled()) {
        auto row = how.is_visdrone ? std::nullopt : quick_row_of(*line, lines.place().line, how);
        if (!row) {
            split_mot_row(fields.restart(lines.place()), *line);
            auto careful = row_of(fields, how);
            if (!careful) return careful.error();
            row = *careful;
        }
        if (is_wanted(*row, how, builder, flat)) rows.add(*row);
    }
    builder.note_count(flat, "boxes without area are left out");
    return rows;
}

/// Finds out what each track will need.   returns: false where the rows of a track do not ascend.
bool count_tracks(MotRows& rows, MotTracks& tracks) {
    for (const auto& block : rows.blocks())
        for (const MotRow& row : block) {
            if (row.id < 0) continue;
            MotTrack& track = tracks.of(row.id);
            if (track.keyframes == 0)
                track.class_number = row.class_number;
            else if (row.frame < track.last_frame)
                return false;
            else if (row.frame - track.last_frame > 1)
                ++track.keyframes;
            ++track.keyframes;
            track.last_frame = row.frame;
        }
    return true;
}

/// What the flags and the shape do not hold of a row, as values of mutable attributes.
void say_attributes(const MotRow& row, LabelId label, AnnotationsBuilder& builder, AttributeTrail& trail) {
    const auto say = [&](std::string_view name, AttributeType type, std::string_view value) {
        trail.say(builder.attribute(label, name, type, true), row.frame, value);
    };
    if (row.id >= 0 && row.confidence == 0)
        say(mot_ignore_attribute, AttributeType::Checkbox, "true");
    else if (row.confidence != 1)
        say(mot_confidence_attribute, AttributeType::Number, format_number(row.confidence, 6));
    if (row.visibility > 0 && row.visibility < 1)
        say(mot_visibility_attribute, AttributeType::Number, format_number(row.visibility, 6));
    if (row.occlusion > 0) say(visdrone_occlusion_attribute, AttributeType::Number, std::to_string(int{row.occlusion}));
    if (row.truncation > 0) say(visdrone_truncation_attribute, AttributeType::Checkbox, "true");
}

/// errors: the track is stated at the frame already.
std::optional<Error> state_row(std::string_view file, const MotRow& row, const MotOptions& how,
                               AnnotationsBuilder& builder, MotTrack& track) {
    if (!track.stated.empty() && track.stated.back().frame == row.frame)
        return row_error({file, row.line}, "id",
                         fmt::format("{} stands twice in frame {}, first in line {}", row.id,
                                     row.frame.value + how.first_frame, track.last_line));
    track.last_line = row.line;
    const bool occluded = row.occlusion > 0 || (row.visibility >= 0 && row.visibility < how.occluded_below);
    state_box(track.stated, {row.frame, row.box, occluded});
    say_attributes(row, track.label, builder, track.trail);
    return std::nullopt;
}

void add_track(MotTrack& stated, std::int64_t id, AnnotationsBuilder& builder) {
    end_run(stated.stated, builder.end());
    Track track = builder.new_track(stated.label);
    if (id > 0) track.id = TrackId{id};
    track.keyframes = std::move(stated.stated);
    track.attribute_ranges = stated.trail.ranges();
    builder.add(std::move(track));
}

/// A detection is a track of its own.
std::optional<Error> add_detection(std::string_view file, const MotRow& row, const MotOptions& how,
                                   AnnotationsBuilder& builder) {
    MotTrack track{.label = builder.label(mot_label_name(row.class_number, how))};
    if (auto error = state_row(file, row, how, builder, track)) return error;
    add_track(track, row.id, builder);
    return std::nullopt;
}

/// Gives the tracks what the rows state of them and lets the rows go; those of no track are put to the detections.
/// returns: how many rows state another class than their track's.
Result<std::int64_t> state_rows(std::string_view file, MotRows& rows, const MotOptions& how,
                                AnnotationsBuilder& builder, MotTracks& tracks, std::vector<MotRow>& detections) {
    std::int64_t other_class = 0;
    for (auto& block : rows.blocks()) {
        for (const MotRow& row : block) {
            if (row.id < 0) {
                detections.push_back(row);
                continue;
            }
            MotTrack& track = tracks.of(row.id);
            other_class += row.class_number != track.class_number ? 1 : 0;
            if (auto error = state_row(file, row, how, builder, track)) return *error;
        }
        block = {};
    }
    return other_class;
}

}  // namespace

std::string mot_label_name(std::int64_t class_number, const MotOptions& how) {
    if (class_number == -1) return how.label;
    if (class_number >= 1 && class_number <= static_cast<std::int64_t>(how.names.size()))
        return how.names[static_cast<std::size_t>(class_number - 1)];
    if (class_number == 0 && how.is_visdrone) return std::string(visdrone_class_names.front());
    return fmt::format("class_{}", class_number);
}

Result<ReadResult> read_mot_rows(std::string_view file, std::istream& in, const Media& media, const MotOptions& how) {
    AnnotationsBuilder builder(media);
    auto rows = rows_of(file, in, how, builder);
    if (!rows) return rows.error();
    MotTracks tracks;
    if (!count_tracks(*rows, tracks)) {
        rows->sort_by_frame();
        tracks.clear();
        count_tracks(*rows, tracks);
    }
    // Identities stay what they are where they can; 0 is none in a project, so it comes after the others.
    std::vector<std::int64_t> order;
    for (const auto& [id, track] : tracks.all())
        if (id != 0) order.push_back(id);
    if (order.size() < tracks.all().size()) order.push_back(0);
    for (const std::int64_t id : order) {
        MotTrack& track = tracks.of(id);
        track.label = builder.label(mot_label_name(track.class_number, how));
        track.stated.reserve(track.keyframes + 1);
    }
    std::vector<MotRow> detections;
    const auto other_class = state_rows(file, *rows, how, builder, tracks, detections);
    if (!other_class) return other_class.error();
    for (const std::int64_t id : order) add_track(tracks.of(id), id, builder);
    for (const MotRow& row : detections)
        if (auto error = add_detection(file, row, how, builder)) return *error;
    builder.note_count(*other_class, "rows state another class than their track's first row, which counts");
    return std::move(builder).finish(file);
}

}  // namespace inbetween
