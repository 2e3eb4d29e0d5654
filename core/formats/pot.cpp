#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/formats.h"
#include "core/formats/text/options.h"
#include "core/formats/text/quads.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

// source: POT-210 and POT-280 (Liang et al.), as the HDN toolkit reads them, and PlanarTrack: a row a frame,
// x1 y1 ... x4 y4, all zeros where nothing is annotated; beside it a flag a frame (0 normal, 1 occluded by more than
// half, 2 out of view by more than half, 3 blurred) and a homography a frame, from the first annotated corners.

constexpr std::array options{
    FormatOption{"label", "NAME", "quad", "reading: the label of the object"},
    FormatOption{"gap", "N", "1",
                 "reading: up to so many rows of zeros are frames between annotated ones and are filled; more are a "
                 "pause. POT annotates every second frame"},
    FormatOption{"flags", "auto|none", "auto", "reading: the file of flags beside the points"},
    FormatOption{"homography", "0|1", "1", "writing: a file of homographies beside the points"}};

constexpr std::string_view flag_attribute = "flag";
constexpr std::string_view points_suffix = "_gt_points";

struct PotOptions {
    std::string label;
    std::int64_t gap = 1;
    bool reads_flags = true;
    bool writes_homography = true;
};

Result<PotOptions> options_of(const FormatOptions& stated) {
    Options given(pot_format, stated);
    PotOptions how;
    how.label = given.text("label");
    how.gap = given.integer("gap", 0, largest_frame);
    how.reads_flags = given.is("flags", "auto");
    how.writes_homography = given.flag("homography");
    if (how.label.empty() || !is_clean_utf8(how.label)) given.reject("label", "is no name");
    if (given.error()) return *given.error();
    return how;
}

/// The name that the files of one object share: V01_1 of V01_1_gt_points.txt.
std::string base_of(const fs::path& points) {
    std::string base = points.stem().string();
    if (base.size() > points_suffix.size() && base.ends_with(points_suffix))
        base.resize(base.size() - points_suffix.size());
    return base;
}

fs::path beside(const fs::path& points, std::string_view suffix) {
    return points.parent_path() / fmt::format("{}{}.txt", base_of(points), suffix);
}

/// A row's pieces, between blanks or, as other planar trackers' tools write them, between commas.
std::vector<std::string_view> fields_of(std::string_view line) {
    if (line.find(',') == std::string_view::npos) return split_blanks(line);
    std::vector<std::string_view> fields = split(trim(line), ',');
    for (std::string_view& field : fields) field = trim(field);
    return fields;
}

Result<std::vector<int>> flags_of(std::string_view file, std::string_view text) {
    std::vector<int> flags;
    Lines lines(file, text);
    while (const auto line = lines.next_filled()) {
        Fields fields(lines.place(), split_blanks(*line));
        flags.push_back(static_cast<int>(fields.integer(0, "flag", 0, 3)));
        if (fields.size() > 1) fields.reject("row", fmt::format("has {} fields, not 1", fields.size()));
        if (fields.error()) return *fields.error();
    }
    return flags;
}

bool is_zero(const Quad& quad) {
    return std::all_of(quad.corners.begin(), quad.corners.end(), [](Point p) { return p == Point{0, 0}; });
}

/// The quads that a file of points states; a flag is told of each.
Result<std::vector<StatedQuad>> points_of(std::string_view file, std::string_view text, AnnotationsBuilder& builder) {
    std::vector<StatedQuad> rows;
    std::int64_t flat = 0;
    FrameIndex frame;
    Lines lines(file, text);
    for (; const auto line = lines.next_filled(); ++frame) {
        Fields fields(lines.place(), fields_of(*line));
        const Quad quad = quad_field(fields, 0);
        if (fields.size() > 8) fields.reject("row", fmt::format("has {} fields, not 8", fields.size()));
        if (fields.error()) return *fields.error();
        if (is_zero(quad) || !builder.takes_row_at(frame)) continue;
        if (is_holdable(quad))
            rows.push_back({frame, quad, false});
        else
            ++flat;
    }
    builder.note_count(flat, "quads are flat or cross themselves and are left out");
    return rows;
}

/// Adds what one file says: the track of one object.
Result<Done> read_track(std::string_view file, std::string_view text, const std::vector<int>& flags,
                        const PotOptions& how, AnnotationsBuilder& builder) {
    auto rows = points_of(file, text, builder);
    if (!rows) return rows.error();
    if (rows->empty()) return Done{};
    const LabelId label = builder.label(how.label);
    AttributeTrail trail;
    for (StatedQuad& row : *rows) {
        const auto at = static_cast<std::size_t>(row.frame.value);
        const int flag = at < flags.size() ? flags[at] : 0;
        row.occluded = flag == 1;
        if (flag > 1)
            trail.say(builder.attribute(label, flag_attribute, AttributeType::Number, true), row.frame,
                      std::to_string(flag));
    }
    Track track = builder.new_track(label);
    track.kind = ShapeKind::Quad;
    track.keyframes = keyframes_of_quads(*rows, builder.end(), how.gap + 1);
    track.attribute_ranges = trail.ranges();
    builder.add(std::move(track));
    return Done{};
}

/// The flags of the frames, from the file beside the one of points; none where there is none.
Result<std::vector<int>> flags_beside(const fs::path& path, const PotOptions& how) {
    const fs::path flags_path = beside(path, "_flag");
    std::error_code error;
    if (!how.reads_flags || flags_path == path || !fs::is_regular_file(flags_path, error)) return std::vector<int>();
    const auto text = read_file(flags_path);
    if (!text) return text.error();
    return flags_of(flags_path.string(), *text);
}

Result<ReadResult> read(const ReadRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    AnnotationsBuilder builder(request.media);
    for (const fs::path& path : request.files) {
        const auto text = read_file(path);
        if (!text) return text.error();
        const auto flags = flags_beside(path, *how);
        if (!flags) return flags.error();
        if (auto done = read_track(path.string(), *text, *flags, *how, builder); !done) return done.error();
    }
    return std::move(builder).finish(request.files.front().string());
}

/// A 3x3 matrix, row by row.
using Matrix = std::array<double, 9>;

Matrix product(const Matrix& a, const Matrix& b) {
    Matrix c{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            for (std::size_t k = 0; k < 3; ++k) c[3 * i + j] += a[3 * i + k] * b[3 * k + j];
    return c;
}

/// The inverse but for a factor, which a homography does not have.
Matrix adjugate(const Matrix& m) {
    return {m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
            m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
            m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3]};
}

/// The homography from the unit square to the quad.   source: Heckbert, "Fundamentals of Texture Mapping", 1989.
Matrix from_unit_square(const Quad& quad) {
    const auto& [a, b, c, d] = quad.corners;
    const double sum_x = a.x - b.x + c.x - d.x;
    const double sum_y = a.y - b.y + c.y - d.y;
    const double dx1 = b.x - c.x;
    const double dx2 = d.x - c.x;
    const double dy1 = b.y - c.y;
    const double dy2 = d.y - c.y;
    const double det = dx1 * dy2 - dx2 * dy1;
    const double g = (sum_x * dy2 - dx2 * sum_y) / det;
    const double h = (dx1 * sum_y - sum_x * dy1) / det;
    return {b.x - a.x + g * b.x, d.x - a.x + h * d.x, a.x, b.y - a.y + g * b.y, d.y - a.y + h * d.y, a.y, g, h, 1};
}

/// The homography that takes the corners of one quad to those of the other; nullopt where three lie in a line.
std::optional<Matrix> homography(const Quad& from, const Quad& to) {
    Matrix m = product(from_unit_square(to), adjugate(from_unit_square(from)));
    const double scale = m[8];
    for (double& value : m) value /= scale;
    if (!std::all_of(m.begin(), m.end(), [](double value) { return std::isfinite(value); })) return std::nullopt;
    return m;
}

/// The files of one object.
struct PotTexts {
    std::string points;
    std::string flags;
    std::string homographies;
    std::vector<int> flag_values;
};

int flag_of(const Track& track, const Attribute* attribute, const StatedQuad& row, Losses& losses) {
    const std::string_view stated = value_at(track, attribute, row.frame);
    if (stated != "2" && stated != "3") return row.occluded ? 1 : 0;
    if (row.occluded) losses.add("occluded flags left out, for the frame is out of view or blurred");
    return stated == "2" ? 2 : 3;
}

PotTexts texts_of(const WriteRequest& request, const Track& track, const PotOptions& how, Losses& losses) {
    const Media& media = *request.annotations.find_media(request.media);
    const Attribute* attribute = find_attribute(request.annotations, track, flag_attribute);
    const auto rows = visible_quads(request.annotations, track, losses);
    PotTexts texts;
    auto row = rows.begin();
    for (FrameIndex frame{0}; frame.value < media.frames; ++frame) {
        if (row == rows.end() || row->frame != frame) {
            texts.points += "0 0 0 0 0 0 0 0\n";
            texts.flag_values.push_back(rows.empty() ? 0 : 2);
            texts.homographies += "0 0 0 0 0 0 0 0 0\n";
            continue;
        }
        texts.points += quad_text(row->quad, ' ') + "\n";
        texts.flag_values.push_back(flag_of(track, attribute, *row, losses));
        const auto matrix = homography(rows.front().quad, row->quad);
        if (!matrix) losses.add("homographies left out, for three corners lie in a line");
        texts.homographies +=
            matrix ? fmt::format("{:.12g}\n", fmt::join(*matrix, " ")) : std::string("0 0 0 0 0 0 0 0 0\n");
        if (row != rows.begin()) {
            const std::int64_t pause = frame - std::prev(row)->frame - 1;
            if (pause > 0 && pause <= how.gap) {
                losses.add("frames of short pauses that are read as in view", pause);
            }
        }
        ++row;
    }
    for (const int flag : texts.flag_values) texts.flags += fmt::format("{}\n", flag);
    return texts;
}

/// Where the n-th object's points go: the stated path, or one with the number behind its name.
fs::path path_of(const fs::path& out, std::size_t n) {
    if (n == 0) return out;
    const bool has_suffix = out.stem().string() != base_of(out);
    return out.parent_path() /
           fmt::format("{}_{}{}{}", base_of(out), n + 1, has_suffix ? points_suffix : "", out.extension().string());
}

Result<WriteReport> write(const WriteRequest& request) {
    const auto how = options_of(request.options);
    if (!how) return how.error();
    Losses losses;
    Output output(request);
    std::size_t count = 0;
    for (const Track* track : tracks_of(request.annotations, request.media)) {
        count_attributes(request.annotations, *track, {flag_attribute}, losses);
        if (request.annotations.label_name(track->label) != how->label)
            losses.add("labels left out; option label states one when the file is read");
        PotTexts texts = texts_of(request, *track, *how, losses);
        const fs::path path = path_of(request.out, count++);
        output.add(path, std::move(texts.points));
        output.add(beside(path, "_flag"), std::move(texts.flags));
        if (how->writes_homography) output.add(beside(path, "_gt_homography"), std::move(texts.homographies));
    }
    if (count == 0) output.add(request.out, "");
    count_segments(request.annotations, request.media, losses);
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path&, std::string_view head) {
    Lines lines("", head);
    const auto line = lines.next_filled();
    if (!line) return false;
    Fields fields({}, fields_of(*line));
    if (fields.size() != 8) return false;
    const Quad quad = quad_field(fields, 0);
    if (fields.error()) return false;
    // Between commas they may be a row of MOT, whose seventh says how sure it is.
    const bool has_commas = line->find(',') != std::string_view::npos;
    return !has_commas || (quad.corners[3].x > 1 && is_holdable(quad));
}

}  // namespace

const Format pot_format{
    .id = "pot",
    .name = "POT / PlanarTrack points",
    .extension = ".txt",
    .reader = "HDN toolkit",
    .convention = "one row a frame, the first of frame 0; four corners in px from 0, fractions",
    .carries = {.quads = true, .occluded = true, .outside = true, .fractions = true},
    .options = options,
    .reads_many = true,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
