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
#include "core/formats/text/options.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::array options{
    FormatOption{"generated", "auto|skip|keep", "auto",
                 "reading rows that were interpolated: auto drops those that straight lines between keyframes give "
                 "again within a pixel and keeps the others as keyframes; skip drops all; keep keeps all"},
    FormatOption{"gaps", "auto|interpolate|outside", "auto",
                 "reading frames that a track has no row for: outside of view, or between keyframes; auto: outside "
                 "when the file states interpolated rows at all"},
    FormatOption{"dimensions", "video|WxH", "video",
                 "the size of the pictures that the file's pixels belong to: VATIC shrinks to 720x480 unless told not "
                 "to; boxes are scaled between it and the video"},
    FormatOption{"integers", "truncate|round", "truncate", "writing: how a coordinate becomes whole; VATIC truncates"},
    FormatOption{"spaces", "underscore|dash|keep", "underscore",
                 "writing: what stands for blanks in names, which many readers of this format cannot take"},
    FormatOption{"actions", "attributes|drop", "attributes",
                 "writing: actions of a track as attributes over their frames, or not at all"},
    FormatOption{"hold", "0|1", "0",
                 "writing: 1 also marks the frame before the track goes outside as a keyframe, so that VATIC's own "
                 "interpolation keeps the track in view until there"}};

struct VaticOptions {
    std::string generated = "auto";
    std::string gaps = "auto";
    double scale_x = 1;  ///< pixels of the video for one of the file
    double scale_y = 1;
    bool rounds = false;
    std::string spaces = "underscore";
    bool writes_actions = true;
    bool holds = false;
};

Result<VaticOptions> options_of(const FormatOptions& stated, const Media& media) {
    Options given(vatic_format, stated);
    VaticOptions how{.generated = given.text("generated"),
                     .gaps = given.text("gaps"),
                     .rounds = given.is("integers", "round"),
                     .spaces = given.text("spaces"),
                     .writes_actions = given.is("actions", "attributes"),
                     .holds = given.flag("hold")};
    if (const std::string size = given.text("dimensions"); size != "video") {
        const auto pieces = split(size, 'x');
        const auto w = parse_int(pieces.front());
        const auto h = parse_int(pieces.back());
        if (pieces.size() != 2 || !w || !h || *w < 1 || *h < 1 || *w > 100000 || *h > 100000 || media.width < 1 ||
            media.height < 1)
            given.reject("dimensions", fmt::format("{} is no size like 720x480", in_quotes(size)));
        else
            how.scale_x = media.width / static_cast<double>(*w), how.scale_y = media.height / static_cast<double>(*h);
    }
    if (given.error()) return *given.error();
    return how;
}

struct VaticRow {
    FrameIndex frame;
    Box box;
    bool lost = false;
    bool occluded = false;
    bool generated = false;
    std::vector<std::string_view> attributes;  ///< of the file's text
    std::int64_t line = 0;
};

struct VaticPath {
    std::string_view label;
    std::vector<VaticRow> rows;
};

struct VaticFile {
    std::map<std::int64_t, VaticPath> paths;  ///< by id
    bool has_generated = false;
    std::int64_t negative = 0;
};

std::string_view take_word(std::string_view& rest) {
    rest = trim(rest);
    const auto end = rest.find_first_of(" \t");
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end);
    return word;
}

/// The texts in double quotes that make up the rest of a row. A quote closes only before another text or the row's end,
/// so that one within a name does no harm.
std::optional<std::vector<std::string_view>> quoted_texts(std::string_view rest) {
    std::vector<std::string_view> texts;
    for (rest = trim(rest); !rest.empty(); rest = trim(rest)) {
        if (rest.front() != '"') return std::nullopt;
        std::size_t close = 1;
        while (true) {
            close = rest.find('"', close);
            if (close == std::string_view::npos) return std::nullopt;
            const std::string_view after = rest.substr(close + 1);
            const bool before_blank = !after.empty() && (after.front() == ' ' || after.front() == '\t');
            if (after.empty() || (before_blank && trim(after).front() == '"')) break;
            ++close;
        }
        texts.push_back(rest.substr(1, close - 1));
        rest.remove_prefix(close + 1);
    }
    return texts;
}

Result<Done> read_row(std::string_view line, const Place& place, const VaticOptions& how, VaticFile& file) {
    constexpr std::size_t numbers = 9;
    std::vector<std::string_view> words;
    std::string_view rest = line;
    while (words.size() < numbers && !trim(rest).empty()) words.push_back(take_word(rest));
    Fields fields(place, std::move(words));
    const std::int64_t id = fields.integer(0, "id", 0, largest_number);
    std::array<std::int64_t, 4> edges{};
    constexpr std::array<std::string_view, 4> edge_names{"xmin", "ymin", "xmax", "ymax"};
    constexpr auto largest = static_cast<std::int64_t>(largest_coordinate_px);
    for (std::size_t i = 0; i < 4; ++i) edges[i] = fields.integer(i + 1, edge_names[i], -largest, largest);
    if (edges[2] <= edges[0]) fields.reject("xmax", fmt::format("{} is not right of xmin {}", edges[2], edges[0]));
    if (edges[3] <= edges[1]) fields.reject("ymax", fmt::format("{} is not below ymin {}", edges[3], edges[1]));
    VaticRow row{.frame = FrameIndex{fields.integer(5, "frame", 0, largest_frame)}};
    row.lost = fields.flag(6, "lost");
    row.occluded = fields.flag(7, "occluded");
    row.generated = fields.flag(8, "generated");
    row.line = place.line;
    const auto texts = quoted_texts(rest);
    if (!texts || texts->empty() || texts->front().empty())
        fields.reject("label", "does not stand in double quotes after the nine numbers");
    else if (!std::all_of(texts->begin(), texts->end(), is_clean_utf8))
        fields.reject("label", "is not UTF-8 text");
    if (fields.error()) return *fields.error();
    row.box = Box{static_cast<double>(edges[0]) * how.scale_x, static_cast<double>(edges[1]) * how.scale_y,
                  static_cast<double>(edges[2] - edges[0]) * how.scale_x,
                  static_cast<double>(edges[3] - edges[1]) * how.scale_y};
    row.attributes.assign(texts->begin() + 1, texts->end());
    file.has_generated = file.has_generated || row.generated;
    file.negative += edges[0] < 0 || edges[1] < 0 ? 1 : 0;
    VaticPath& path = file.paths[id];
    if (path.rows.empty()) path.label = texts->front();
    if (path.label != texts->front())
        return row_error(place, "label",
                         fmt::format("{} differs from {}, which track {} had in line {}", in_quotes(texts->front()),
                                     in_quotes(path.label), id, path.rows.front().line));
    path.rows.push_back(std::move(row));
    return Done{};
}

Result<VaticFile> rows_of(std::string_view name, std::string_view text, const VaticOptions& how) {
    VaticFile file;
    Lines lines(name, text);
    while (const auto line = lines.next_filled())
        if (auto done = read_row(*line, lines.place(), how, file); !done) return done.error();
    // Rows belong together by id wherever they stand, so a file sorted by frame is read as well.
    for (auto& [id, path] : file.paths) {
        auto& rows = path.rows;
        std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.frame < b.frame; });
        for (std::size_t i = 1; i < rows.size(); ++i)
            if (rows[i].frame == rows[i - 1].frame)
                return row_error({name, rows[i].line}, "frame",
                                 fmt::format("{} stands twice for track {}, first in line {}", rows[i].frame.value, id,
                                             rows[i - 1].line));
    }
    return file;
}

/// Tells whether the model gives the row again from the two keyframes around it.
bool is_reproduced(const VaticRow& row, const VaticRow& left, const VaticRow& right) {
    constexpr double tolerance_px = 1 + 1e-9;
    if (left.lost) return row.lost;
    if (row.lost || row.occluded != left.occluded) return false;
    const double t = static_cast<double>(row.frame - left.frame) / static_cast<double>(right.frame - left.frame);
    const Shape expected = right.lost ? Shape(left.box) : blend(Shape(left.box), Shape(right.box), t);
    return distance(expected, Shape(row.box)) <= tolerance_px;
}

/// Marks which rows of one run become keyframes: the stated ones, the run's ends, those at which the track goes or
/// comes, and all of a span that a straight line does not give again.
std::vector<bool> kept_rows(const std::vector<VaticRow>& rows, std::size_t begin, std::size_t end,
                            const VaticOptions& how, std::int64_t& kept_generated) {
    std::vector<bool> kept(end - begin, false);
    for (std::size_t i = begin; i < end; ++i) {
        const bool is_turn = i == begin || i + 1 == end || rows[i].lost != rows[i - 1].lost;
        const bool is_wanted =
            how.generated == "auto" ? is_turn : how.generated == "keep" && (is_turn || !rows[i].lost);
        kept[i - begin] = !rows[i].generated || is_wanted;
    }
    if (how.generated != "auto") return kept;
    const auto is_straight = [&](std::size_t left, std::size_t right) {
        return std::all_of(rows.begin() + static_cast<std::ptrdiff_t>(left) + 1,
                           rows.begin() + static_cast<std::ptrdiff_t>(right),
                           [&](const VaticRow& row) { return is_reproduced(row, rows[left], rows[right]); });
    };
    for (std::size_t left = begin; left < end;) {
        std::size_t right = left + 1;
        while (right < end && !kept[right - begin]) ++right;
        if (right == end) break;
        if (!is_straight(left, right)) {
            // VATIC moves on towards a keyframe that is lost; the last row in view then says where to.
            const bool goes = !rows[left].lost && rows[right].lost && is_straight(left, right - 1);
            for (std::size_t i = goes ? right - 1 : left + 1; i < right; ++i) {
                kept[i - begin] = true;
                ++kept_generated;
            }
        }
        left = right;
    }
    return kept;
}

void say_attributes(const VaticRow& row, FrameIndex until, LabelId label, AnnotationsBuilder& builder,
                    AttributeTrail& trail) {
    const std::set<std::string_view> names(row.attributes.begin(), row.attributes.end());
    for (const std::string_view name : names) {
        if (name.empty()) continue;
        const AttributeId attribute = builder.attribute(label, name, AttributeType::Checkbox, true);
        trail.say(attribute, {row.frame, until}, "true");
    }
}

std::optional<Track> track_of(const VaticPath& path, bool gaps_are_outside, const VaticOptions& how,
                              AnnotationsBuilder& builder, std::int64_t& kept_generated) {
    std::vector<VaticRow> rows;
    for (const VaticRow& row : path.rows)
        if (builder.takes_row_at(row.frame)) rows.push_back(row);
    if (rows.empty()) return std::nullopt;
    const LabelId label = builder.label(path.label);
    Track track = builder.new_track(label);
    AttributeTrail trail;
    for (std::size_t begin = 0; begin < rows.size();) {
        std::size_t end = begin + 1;
        while (end < rows.size() && (!gaps_are_outside || rows[end].frame == rows[end - 1].frame + 1)) ++end;
        const auto kept = kept_rows(rows, begin, end, how, kept_generated);
        for (std::size_t i = begin; i < end; ++i) {
            const VaticRow& row = rows[i];
            say_attributes(row, i + 1 < end ? rows[i + 1].frame : row.frame + 1, label, builder, trail);
            if (!kept[i - begin]) continue;
            track.keyframes.push_back({row.frame, on_grid(row.box), row.occluded, row.lost, Source::Imported});
        }
        const FrameIndex after = rows[end - 1].frame + 1;
        if (!rows[end - 1].lost && after < builder.end() && !track.keyframes.empty() && !track.keyframes.back().outside)
            track.keyframes.push_back({after, track.keyframes.back().shape, false, true, Source::Imported});
        begin = end;
    }
    if (track.keyframes.empty()) return std::nullopt;
    track.attribute_ranges = trail.ranges();
    return track;
}

Result<ReadResult> read_text(std::string_view name, std::string_view text, const Media& media,
                             const VaticOptions& how) {
    auto file = rows_of(name, text, how);
    if (!file) return file.error();
    AnnotationsBuilder builder(media);
    const bool gaps_are_outside = how.gaps == "outside" || (how.gaps == "auto" && file->has_generated);
    std::int64_t kept_generated = 0;
    std::int64_t empty = 0;
    for (const auto& [id, path] : file->paths) {
        if (auto track = track_of(path, gaps_are_outside, how, builder, kept_generated))
            builder.add(std::move(*track));
        else
            ++empty;
    }
    builder.note_count(kept_generated, "generated rows are not what straight lines give and became keyframes");
    builder.note_count(empty, "tracks have no keyframe within the video and are left out");
    builder.note_count(file->negative, "boxes reach past the left or top edge, which VATIC itself does not write");
    return std::move(builder).finish(name);
}

Result<ReadResult> read(const ReadRequest& request) {
    auto how = options_of(request.options, request.media);
    if (!how) return how.error();
    if (request.files.size() != 1)
        return fail("vatic: {} files are stated; ids count within one dump, so one is read", request.files.size());
    auto text = read_file(request.files.front());
    if (!text) return text.error();
    return read_text(request.files.front().string(), *text, request.media, *how);
}

/// A name as it can stand in double quotes on one line.
std::string written_name(std::string_view name, const VaticOptions& how, Losses& losses) {
    std::string text(name);
    for (char& c : text) {
        if (c == '"') c = '\'';
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
        if (c == ' ' && how.spaces != "keep") c = how.spaces == "dash" ? '-' : '_';
    }
    if (text != name) losses.add("names with other characters in place of blanks and quotes");
    return text;
}

struct Edges {
    std::array<std::int64_t, 4> at{};  ///< left, top, right, bottom
};

/// A box as VATIC holds it: whole, not left of or above the picture, and at least a pixel wide and high.
Edges edges_of(const Shape& shape, const VaticOptions& how, Losses& losses) {
    const Box box = bounding_box(shape);
    const std::array<double, 4> exact{box.x / how.scale_x, box.y / how.scale_y, box.right() / how.scale_x,
                                      box.bottom() / how.scale_y};
    Edges edges;
    bool has_fractions = false;
    for (std::size_t i = 0; i < 4; ++i) {
        // A scaled whole number may fall short of itself by rounding.
        const double value = how.rounds ? std::round(exact[i]) : std::trunc(exact[i] + std::copysign(1e-9, exact[i]));
        edges.at[i] = static_cast<std::int64_t>(value);
        has_fractions = has_fractions || std::abs(value - exact[i]) > 1e-6;
    }
    if (has_fractions) losses.add("boxes with fractions of a pixel cut off");
    if (edges.at[0] < 0 || edges.at[1] < 0) losses.add("boxes cut at the left or top edge of the picture");
    for (auto& edge : edges.at) edge = std::max<std::int64_t>(edge, 0);
    if (edges.at[2] <= edges.at[0] || edges.at[3] <= edges.at[1]) losses.add("boxes widened to a pixel");
    edges.at[2] = std::max(edges.at[2], edges.at[0] + 1);
    edges.at[3] = std::max(edges.at[3], edges.at[1] + 1);
    return edges;
}

/// Between two keyframes: each edge goes on by an even step and is truncated.
/// source: pyvision, vision/track/interpolation.py, LinearFill.
Edges linear_fill(const Edges& from, const Edges& to, std::int64_t step, std::int64_t steps) {
    Edges edges;
    for (std::size_t i = 0; i < 4; ++i) {
        const double rate = static_cast<double>(to.at[i] - from.at[i]) / static_cast<double>(steps);
        edges.at[i] = static_cast<std::int64_t>(static_cast<double>(from.at[i]) + rate * static_cast<double>(step));
    }
    edges.at[2] = std::max(edges.at[2], edges.at[0] + 1);
    edges.at[3] = std::max(edges.at[3], edges.at[1] + 1);
    return edges;
}

/// Writes the rows of one track after another.
class VaticWriter {
public:
    VaticWriter(const Annotations& annotations, const Media& media, const VaticOptions& how, Losses& losses)
        : annotations_(annotations), media_(media), how_(how), losses_(losses) {}

    void add(const Track& track);
    const std::string& text() const { return text_; }
    std::int64_t boxes() const { return boxes_; }

private:
    Edges edges_at(const Track& track, FrameIndex frame, const TrackState& state);
    std::string names_at(const Track& track, FrameIndex frame);
    void name_attributes(const Track& track);

    const Annotations& annotations_;
    const Media& media_;
    const VaticOptions& how_;
    Losses& losses_;
    std::string text_;
    std::int64_t boxes_ = 0;
    std::int64_t next_id_ = 0;
    // Of the track at hand.
    std::vector<std::pair<const Attribute*, std::string>> attributes_;
    std::vector<std::pair<const Segment*, std::string>> actions_;
};

void VaticWriter::name_attributes(const Track& track) {
    attributes_.clear();
    actions_.clear();
    std::vector<std::string_view> carried;
    if (const Label* label = annotations_.find_label(track.label)) {
        for (const Attribute& attribute : label->attributes) {
            if (attribute.type != AttributeType::Checkbox) continue;
            carried.push_back(attribute.name);
            attributes_.emplace_back(&attribute, written_name(attribute.name, how_, losses_));
        }
    }
    count_attributes(annotations_, track, carried, losses_);
    for (const Segment* segment : segments_of(annotations_, track.media, track.id)) {
        losses_.add(how_.writes_actions ? "actions of tracks written as attributes" : "actions of tracks left out");
        if (how_.writes_actions)
            actions_.emplace_back(segment, written_name(annotations_.label_name(segment->label), how_, losses_));
    }
}

std::string VaticWriter::names_at(const Track& track, FrameIndex frame) {
    std::set<std::string_view> names;
    for (const auto& [attribute, name] : attributes_)
        if (value_at(track, attribute, frame) == "true") names.insert(name);
    for (const auto& [segment, name] : actions_)
        if (segment->range.contains(frame)) names.insert(name);
    std::string text;
    for (const std::string_view name : names) text += fmt::format(" \"{}\"", name);
    return text;
}

Edges VaticWriter::edges_at(const Track& track, FrameIndex frame, const TrackState& state) {
    const Keyframe* left = track.keyframe_at_or_before(frame);
    const Keyframe* right = track.keyframe_after(frame);
    const bool is_linear = !state.is_keyframe && right != nullptr && track.kind == ShapeKind::Box &&
                           span_method(track, annotations_.fills_of(track.id), *left) == "linear";
    if (!is_linear) return edges_of(state.shape, how_, losses_);
    Losses counted_at_the_keyframes;
    return linear_fill(edges_of(left->shape, how_, counted_at_the_keyframes),
                       edges_of(right->shape, how_, counted_at_the_keyframes), frame - left->frame,
                       right->frame - left->frame);
}

void VaticWriter::add(const Track& track) {
    const FrameRange in_video = track.extent().intersect({FrameIndex{0}, FrameIndex{media_.frames}});
    if (in_video.size() < track.extent().size())
        losses_.add("frames past the video's last left out", track.extent().size() - in_video.size());
    if (in_video.empty()) return;
    name_attributes(track);
    const std::string label = written_name(annotations_.label_name(track.label), how_, losses_);
    for (const auto& [frame, state] : states_in(track, annotations_.fills_of(track.id), in_video)) {
        if (track.kind == ShapeKind::Quad) losses_.add("quads written as boxes");
        const Edges edges = edges_at(track, frame, state);
        const Keyframe* next = track.find_keyframe(frame + 1);
        const bool is_held = how_.holds && !state.outside && next != nullptr && next->outside;
        text_ += fmt::format("{} {} {} {} {} {} {:d} {:d} {:d} \"{}\"{}\n", next_id_, edges.at[0], edges.at[1],
                             edges.at[2], edges.at[3], frame.value, state.outside, state.occluded,
                             !state.is_keyframe && !is_held, label, names_at(track, frame));
        boxes_ += state.outside ? 0 : 1;
    }
    ++next_id_;
}

Result<WriteReport> write(const WriteRequest& request) {
    const Media& media = *request.annotations.find_media(request.media);
    auto how = options_of(request.options, media);
    if (!how) return how.error();
    Losses losses;
    VaticWriter writer(request.annotations, media, *how, losses);
    for (const Track* track : tracks_of(request.annotations, request.media)) writer.add(*track);
    losses.add("segments of the video left out",
               static_cast<std::int64_t>(segments_of(request.annotations, request.media, TrackId{}).size()));
    VaticOptions back = *how;
    back.generated = "auto";
    back.gaps = "outside";
    const auto read_back = read_text(request.out.string(), writer.text(), media, back);
    if (auto same = check_reads_back(request.out, read_back, writer.boxes()); !same) return same.error();
    Output output(request);
    output.add(request.out, writer.text());
    auto written = output.write();
    if (!written) return written.error();
    return WriteReport{std::move(*written), losses.list()};
}

bool sniff(const fs::path&, std::string_view head) {
    Lines lines("", head);
    const auto line = lines.next_filled();
    if (!line) return false;
    std::string_view rest = *line;
    for (int i = 0; i < 9; ++i)
        if (!parse_int(take_word(rest))) return false;
    return trim(rest).starts_with('"');
}

}  // namespace

const Format vatic_format{
    .id = "vatic",
    .name = "VATIC text",
    .extension = ".txt",
    .reader = "pyvision readpaths",
    .carries = {.boxes = true, .keyframes = true, .occluded = true, .outside = true, .attributes = true},
    .options = options,
    .sniff = sniff,
    .read = read,
    .write = write,
};

}  // namespace inbetween
