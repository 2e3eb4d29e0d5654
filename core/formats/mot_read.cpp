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
    std::int64_t line = 0;
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
                  line_number};
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

Result<MotRows> rows_of(std::string_view file, std::istream& in, const MotOptions& how, AnnotationsBuilder& builder) {
    MotRows rows;
    std::int64_t flat = 0;
    FileLines lines(file, in);
    Fields fields({}, {});
    auto at = rows.tracks.end();
    // In a file sorted by frame the next row is mostly of the next track.
    const auto rows_of_track = [&](std::int64_t id) -> std::vector<MotRow>& {
        if (at != rows.tracks.end() && at->first != id) ++at;
        if (at == rows.tracks.end()) at = rows.tracks.begin();
        if (at == rows.tracks.end() || at->first != id) at = rows.tracks.try_emplace(id).first;
        return at->second;
    };
    while (const auto line = lines.next_filled()) {
        auto row = how.is_visdrone ? std::nullopt : quick_row_of(*line, lines.place().line, how);
        if (!row) {
            split_mot_row(fields.restart(lines.place()), *line);
            auto careful = row_of(fields, how);
            if (!careful) return careful.error();
            row = *careful;
        }
        if (!is_wanted(*row, how, builder, flat)) continue;
        (row->id < 0 ? rows.detections : rows_of_track(row->id)).push_back(*row);
    }
    builder.note_count(flat, "boxes without area are left out");
    for (auto& [id, track] : rows.tracks) {
        const auto is_before = [](const MotRow& a, const MotRow& b) { return a.frame < b.frame; };
        if (!std::is_sorted(track.begin(), track.end(), is_before))
            std::stable_sort(track.begin(), track.end(), is_before);
        for (std::size_t i = 1; i < track.size(); ++i)
            if (track[i].frame == track[i - 1].frame)
                return row_error({file, track[i].line}, "id",
                                 fmt::format("{} stands twice in frame {}, first in line {}", id,
                                             track[i].frame.value + how.first_frame, track[i - 1].line));
    }
    return rows;
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

Track track_of(const std::vector<MotRow>& rows, const MotOptions& how, AnnotationsBuilder& builder) {
    const LabelId label = builder.label(mot_label_name(rows.front().class_number, how));
    Track track = builder.new_track(label);
    std::vector<StatedBox> stated;
    stated.reserve(rows.size());
    AttributeTrail trail;
    for (const MotRow& row : rows) {
        const bool occluded = row.occlusion > 0 || (row.visibility >= 0 && row.visibility < how.occluded_below);
        stated.push_back({row.frame, row.box, occluded});
        say_attributes(row, label, builder, trail);
    }
    track.keyframes = keyframes_of_runs(stated, builder.end());
    track.attribute_ranges = trail.ranges();
    return track;
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
    std::int64_t other_class = 0;
    // Identities stay what they are where they can; 0 is none in a project, so it comes after the others.
    for (const bool zero : {false, true}) {
        for (auto& [id, track_rows] : rows->tracks) {
            if ((id == 0) != zero) continue;
            Track track = track_of(track_rows, how, builder);
            if (id > 0) track.id = TrackId{id};
            other_class += std::count_if(track_rows.begin(), track_rows.end(), [&](const MotRow& row) {
                return row.class_number != track_rows.front().class_number;
            });
            builder.add(std::move(track));
            track_rows = {};
        }
    }
    for (const MotRow& row : rows->detections) builder.add(track_of({row}, how, builder));
    builder.note_count(other_class, "rows state another class than their track's first row, which counts");
    return std::move(builder).finish(file);
}

}  // namespace inbetween
