#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/csv.h"
#include "core/formats/text/options.h"
#include "core/formats/text/quads.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// A csv whose first line names its columns: frame (from 0), x1, y1, ... x4, y4 (pixels, the first pixel's left and top
// edges are 0), clockwise from the object's own top-left corner; and, where they are stated, track, label and occluded.
// A row of nan says that the object is not in view, as a missing row does.

constexpr std::array<std::string_view, 8> corner_names{"x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4"};

constexpr std::array options{
    FormatOption{"first-frame", "0|1", "0", "the number of the video's first frame in the file"},
    FormatOption{"label", "NAME", "quad", "the label of rows that state none"}};

struct QuadsOptions {
    std::int64_t first_frame = 0;
    std::string label;
};

Result<QuadsOptions> options_of(const FormatOptions& stated) {
    Options given(quads_format, stated);
    QuadsOptions how;
    how.first_frame = given.integer("first-frame", 0, 1);
    how.label = given.text("label");
    if (how.label.empty() || !is_clean_utf8(how.label)) given.reject("label", "is no name");
    if (given.error()) return *given.error();
    return how;
}

struct Columns {
    std::size_t frame = 0;
    std::array<std::size_t, 8> corners{};
    std::optional<std::size_t> track;
    std::optional<std::size_t> label;
    std::optional<std::size_t> occluded;
};

std::optional<Columns> columns_of(std::string_view header) {
    const auto names = csv_fields(header);
    if (!names) return std::nullopt;
    const auto find = [&](std::string_view name) -> std::optional<std::size_t> {
        const auto found = std::find(names->begin(), names->end(), name);
        if (found == names->end()) return std::nullopt;
        return static_cast<std::size_t>(found - names->begin());
    };
    Columns columns;
    const auto frame = find("frame");
    if (!frame) return std::nullopt;
    columns.frame = *frame;
    for (std::size_t i = 0; i < corner_names.size(); ++i) {
        const auto corner = find(corner_names[i]);
        if (!corner) return std::nullopt;
        columns.corners[i] = *corner;
    }
    columns.track = find("track");
    columns.label = find("label");
    columns.occluded = find("occluded");
    return columns;
}

struct QuadRow {
    StatedQuad stated;
    std::int64_t track = 1;
    std::string label;
    std::int64_t line = 0;
    bool is_absent = false;
};

/// A corner's number, or a word for none.
std::optional<double> corner_of(Fields& fields, std::size_t column, std::string_view name) {
    if (to_lower(trim(fields.text(column, name))) == "nan") return std::nullopt;
    return fields.number(column, name, largest_coordinate_px);
}

Result<QuadRow> row_of(std::string_view line, const Place& place, const Columns& columns, const QuadsOptions& how) {
    const auto pieces = csv_fields(line);
    if (!pieces) return row_error(place, "row", "a double quote is left open, or something stands after a closed one");
    Fields fields(place, {pieces->begin(), pieces->end()});
    QuadRow row{.label = how.label, .line = place.line};
    row.stated.frame =
        FrameIndex{fields.integer(columns.frame, "frame", how.first_frame, largest_frame)} - how.first_frame;
    if (columns.track) row.track = fields.integer(*columns.track, "track", 1, largest_number);
    if (columns.label) row.label = fields.text(*columns.label, "label");
    if (columns.occluded) row.stated.occluded = fields.flag(*columns.occluded, "occluded");
    std::size_t absent = 0;
    for (std::size_t i = 0; i < corner_names.size(); ++i) {
        const auto value = corner_of(fields, columns.corners[i], corner_names[i]);
        absent += value ? 0 : 1;
        Point& corner = row.stated.quad.corners[i / 2];
        (i % 2 == 0 ? corner.x : corner.y) = value.value_or(0);
    }
    if (absent != 0 && absent != corner_names.size()) fields.reject("row", "states some corners as nan, but not all");
    row.is_absent = absent != 0;
    if (row.label.empty() || !is_clean_utf8(row.label)) fields.reject("label", "is no name");
    if (fields.error()) return *fields.error();
    return row;
}

/// The rows of each track, by frame.
Result<std::map<std::int64_t, std::vector<QuadRow>>> rows_of(std::string_view file, std::string_view text,
                                                             const QuadsOptions& how, AnnotationsBuilder& builder) {
    Lines lines(file, text);
    const auto header = lines.next_filled();
    const auto columns = header ? columns_of(*header) : std::nullopt;
    if (!columns) return row_error({file, 1}, "header", "does not name the columns frame, x1, y1, ... x4, y4");
    std::map<std::int64_t, std::vector<QuadRow>> tracks;
    std::int64_t flat = 0;
    while (const auto line = lines.next_filled()) {
        auto row = row_of(*line, lines.place(), *columns, how);
        if (!row) return row.error();
        if (row->is_absent || !builder.takes_row_at(row->stated.frame)) continue;
        if (!is_holdable(row->stated.quad)) {
            ++flat;
            continue;
        }
        tracks[row->track].push_back(std::move(*row));
    }
    builder.note_count(flat, "quads are flat or cross themselves and are left out");
    for (auto& [id, rows] : tracks) {
        std::stable_sort(rows.begin(), rows.end(),
                         [](const auto& a, const auto& b) { return a.stated.frame < b.stated.frame; });
        for (std::size_t i = 1; i < rows.size(); ++i)
            if (rows[i].stated.frame == rows[i - 1].stated.frame)
                return row_error({file, rows[i].line}, "track",
                                 fmt::format("{} stands twice in frame {}, first in line {}", id,
                                             rows[i].stated.frame.value + how.first_frame, rows[i - 1].line));
    }
    return tracks;
}

Result<ReadResult> read_text(std::string_view file, std::string_view text, const Media& media,
                             const QuadsOptions& how) {
    AnnotationsBuilder builder(media);
    const auto tracks = rows_of(file, text, how, builder);
    if (!tracks) return tracks.error();
    std::int64_t other_label = 0;
    for (const auto& [id, rows] : *tracks) {
        Track track = builder.new_track(builder.label(rows.front().label));
        track.id = TrackId{id};
        track.kind = ShapeKind::Quad;
        std::vector<StatedQuad> stated;
        for (const QuadRow& row : rows) {
            stated.push_back(row.stated);
            other_label += row.label == rows.front().label ? 0 : 1;
        }
        track.keyframes = keyframes_of_quads(stated, builder.end());
        builder.add(std::move(track));
    }
    builder.note_count(other_label, "rows state another label than their track's first row, which counts");
    return std::move(builder).finish(file);
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, *how);
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    const Media& media = *request.annotations.find_media(request.media);
    Losses losses;
    std::map<std::pair<FrameIndex, TrackId>, std::string> rows;
    for (const Track* track : tracks_of(request.annotations, request.media)) {
        count_attributes(request.annotations, *track, {}, losses);
        const std::string label = csv_field(request.annotations.label_name(track->label));
        for (const StatedQuad& row : visible_quads(request.annotations, *track, losses))
            rows[{row.frame, track->id}] =
                fmt::format("{},{},{},{},{}\n", row.frame.value + how->first_frame, number(track->id),
                            quad_text(row.quad, ','), row.occluded ? 1 : 0, label);
    }
    count_segments(request.annotations, request.media, losses);
    std::string text = "frame,track,x1,y1,x2,y2,x3,y3,x4,y4,occluded,label\n";
    for (const auto& [key, row] : rows) text += row;
    const auto back = read_text(request.out.string(), text, media, *how);
    if (auto same = check_reads_back(request.out, back, static_cast<std::int64_t>(rows.size())); !same)
        return same.error();
    Output output(request);
    output.add(request.out, std::move(text));
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path&, std::string_view head) {
    Lines lines("", head);
    const auto line = lines.next_filled();
    return line && columns_of(*line).has_value();
}

}  // namespace

const Format quads_format{
    .id = "quads",
    .name = "Quads csv",
    .extension = ".csv",
    .reader = "its header names the columns",
    .convention = "frames from 0 (option first-frame); four corners in px from 0, fractions",
    .carries = {.boxes = false, .quads = true, .occluded = true, .outside = true, .fractions = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
