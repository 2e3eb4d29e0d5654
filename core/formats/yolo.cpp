#include "core/formats/yolo.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/text/rows.h"

namespace fs = std::filesystem;

namespace inbetween {
namespace {

constexpr std::size_t longest_box_row = 6;
constexpr std::size_t longest_tracked_row = 7;

/// A value that is a share of the picture: 0 to 1, and a little rounding.
double share(Fields& fields, std::size_t index, std::string_view name) {
    constexpr double rounding = 1e-3;
    const double value = fields.number(index, name, largest_coordinate_px);
    if (value < -rounding || value > 1 + rounding)
        fields.reject(name, fmt::format("{} is not within 0 and 1, as a share of the picture is", value));
    return value;
}

std::string label_of(Fields& fields, const YoloNames& names) {
    const double number = fields.number(0, "class", static_cast<double>(largest_number));
    const auto whole = static_cast<std::int64_t>(number);
    if (number < 0 || number != static_cast<double>(whole)) {
        fields.reject("class", fmt::format("{} is not a whole number from 0 on", number));
        return {};
    }
    if (names.empty()) return fmt::format("class {}", whole);
    const auto name = names.find(whole);
    if (name != names.end()) return name->second;
    fields.reject("class", fmt::format("{} has no name; there are names for {} to {}", whole, names.begin()->first,
                                       names.rbegin()->first));
    return {};
}

Shape box_of(Fields& fields, const Media& media) {
    const double cx = share(fields, 1, "cx") * media.width;
    const double cy = share(fields, 2, "cy") * media.height;
    const double w = share(fields, 3, "w") * media.width;
    const double h = share(fields, 4, "h") * media.height;
    // Edge by edge, since decimals lead back to an edge and not to a width.
    const auto on_step = [](double v) { return std::round(v * shape_grid_per_px) / shape_grid_per_px; };
    const double left = on_step(cx - w / 2);
    const double top = on_step(cy - h / 2);
    return Box{left, top, on_step(cx + w / 2) - left, on_step(cy + h / 2) - top};
}

bool is_upright(const Quad& quad) {
    const auto& c = quad.corners;
    return c[0].x == c[3].x && c[1].x == c[2].x && c[0].y == c[1].y && c[2].y == c[3].y && c[1].x > c[0].x &&
           c[3].y > c[0].y;
}

/// Four corners as a quad, or a box where they are upright; others as what they lie in, which is what trainers do.
Shape polygon_of(Fields& fields, const Media& media) {
    if (fields.size() < 5 || fields.size() % 2 == 0) {
        fields.reject("row", fmt::format("has {} fields, not a class and two or more points", fields.size()));
        return Box{};
    }
    std::vector<Point> points;
    for (std::size_t i = 1; i + 1 < fields.size(); i += 2)
        points.push_back({share(fields, i, "x") * media.width, share(fields, i + 1, "y") * media.height});
    if (points.size() == 4) {
        const Quad quad = std::get<Quad>(on_grid(Quad{{points[0], points[1], points[2], points[3]}}));
        if (!is_upright(quad) && is_valid(quad)) return quad;
    }
    Point least = points.front();
    Point most = points.front();
    for (const Point& point : points) {
        least = {std::min(least.x, point.x), std::min(least.y, point.y)};
        most = {std::max(most.x, point.x), std::max(most.y, point.y)};
    }
    return Box{least.x, least.y, most.x - least.x, most.y - least.y};
}

/// One image's rows as they stand in its file.
struct LabelText {
    FrameIndex frame;
    std::string file;
    std::string text;
};

struct LabelRows {
    std::vector<ImageShape> shapes;
    std::int64_t confidences = 0;
};

bool is_track_number(std::string_view token) {
    return !token.empty() && std::all_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool are_rows_tracked(const std::vector<LabelText>& texts) {
    bool is_any = false;
    for (const LabelText& label : texts) {
        std::set<std::string_view> seen;
        Lines lines(label.file, label.text);
        while (const auto line = lines.next_filled()) {
            const auto tokens = split_blanks(*line);
            const bool has_room = tokens.size() == longest_box_row || tokens.size() == longest_tracked_row;
            if (!has_room || !is_track_number(tokens.back()) || !seen.insert(tokens.back()).second) return false;
            is_any = true;
        }
    }
    return is_any;
}

/// Takes the track's number off a row.   returns: 0 where the row has none.
std::int64_t take_identity(const Place& place, std::vector<std::string_view>& tokens, std::optional<Error>& error) {
    if (tokens.size() < longest_box_row) return 0;
    const auto number = is_track_number(tokens.back()) ? parse_int(tokens.back()) : std::nullopt;
    if (!number || *number > largest_number || tokens.size() > longest_tracked_row) {
        error = row_error(place, "track", in_quotes(tokens.back()) + " is no number of a track after a box");
        return 0;
    }
    tokens.pop_back();
    return *number;
}

Result<LabelRows> rows_in(const LabelText& label, const Media& media, const YoloNames& names, bool are_tracked) {
    std::vector<std::pair<Place, std::vector<std::string_view>>> rows;
    Lines lines(label.file, label.text);
    while (const auto line = lines.next_filled()) rows.emplace_back(lines.place(), split_blanks(*line));
    const bool are_polygons = !are_tracked && std::any_of(rows.begin(), rows.end(), [](const auto& row) {
        return row.second.size() > longest_box_row;
    });
    LabelRows found;
    for (auto& [place, tokens] : rows) {
        ImageShape shape;
        std::optional<Error> wrong;
        if (are_tracked) shape.identity = take_identity(place, tokens, wrong);
        if (wrong) return *wrong;
        Fields fields(place, std::move(tokens));
        shape.label = label_of(fields, names);
        shape.shape = are_polygons ? polygon_of(fields, media) : box_of(fields, media);
        if (fields.error()) return *fields.error();
        found.confidences += !are_polygons && fields.size() == longest_box_row ? 1 : 0;
        found.shapes.push_back(std::move(shape));
    }
    return found;
}

}  // namespace

std::optional<std::string> yolo_stem_of(const fs::path& file) {
    constexpr std::array<std::string_view, 9> lists{"train", "val",   "valid",  "test", "trainval",
                                                    "obj",   "names", "readme", "class"};
    const std::string stem = file.stem().string();
    const std::string plain = to_lower(stem);
    if (to_lower(file.extension().string()) != ".txt" || plain == "classes" || plain.starts_with("readme")) return {};
    if (std::find(lists.begin(), lists.end(), plain) != lists.end()) return std::nullopt;
    return stem;
}

Result<YoloNames> yolo_names_of(std::string_view file, std::string_view text) {
    YoloNames names;
    Lines lines(file, text);
    while (const auto line = lines.next_filled()) {
        const std::string_view name = trim(*line);
        if (!is_clean_utf8(name)) return row_error(lines.place(), "name", in_quotes(name) + " is no name");
        names.emplace(static_cast<std::int64_t>(names.size()), name);
    }
    return names;
}

Result<ReadResult> read_yolo(const ReadRequest& request, const ImageOptions& how, const YoloFiles& files,
                             YoloIdentity identity) {
    std::vector<LabelText> texts;
    for (const auto& [frame, path] : files.labels) {
        auto text = read_file(path);
        if (!text) return text.error();
        texts.push_back({frame, path.string(), std::move(*text)});
    }
    const bool are_tracked =
        identity == YoloIdentity::Last || (identity == YoloIdentity::Auto && are_rows_tracked(texts));
    ImageTracks tracks(request.media, how);
    std::int64_t confidences = 0;
    for (const LabelText& label : texts) {
        auto rows = rows_in(label, request.media, files.names, are_tracked);
        if (!rows) return rows.error();
        confidences += rows->confidences;
        tracks.add(label.frame, std::move(rows->shapes));
    }
    tracks.builder().note_count(confidences, "confidences are left out");
    return std::move(tracks).finish(request.files.front().string());
}

YoloWriter::YoloWriter(const WriteRequest& request, const YoloRows& rows, Losses& losses)
    : annotations_(request.annotations),
      media_(*request.annotations.find_media(request.media)),
      rows_(rows),
      losses_(losses),
      back_(media_, {}) {
    for (const auto& [id, label] : annotations_.labels) {
        if (label.kind != LabelKind::Track) continue;
        numbers_[id] = static_cast<std::int64_t>(names_.size());
        names_.emplace(numbers_[id], label.name);
    }
    for (const Track* track : tracks_of(annotations_, media_.id)) {
        if (numbers_.try_emplace(track->label, static_cast<std::int64_t>(names_.size())).second)
            names_.emplace(numbers_[track->label], annotations_.label_name(track->label));
        count_attributes(annotations_, *track, {}, losses_);
        losses_.add("tracks whose boxes are no longer linked from image to image",
                    track->extent().end - track->extent().begin > 1 ? 1 : 0);
    }
}

std::string YoloWriter::box_row(const Box& box, std::int64_t class_number) {
    const auto number = [&](double px, int size) { return fmt::format("{:.{}f}", px / size, rows_.decimals); };
    // A thin box must not be rounded to none.
    const double least = std::pow(10.0, -rows_.decimals);
    if (!rows_.has_polygons)
        return fmt::format("{} {} {} {} {}\n", class_number, number(box.x + box.w / 2, media_.width),
                           number(box.y + box.h / 2, media_.height),
                           number(std::max(box.w, least * media_.width), media_.width),
                           number(std::max(box.h, least * media_.height), media_.height));
    std::string row = std::to_string(class_number);
    for (const Point& corner : quad_of(box).corners)
        row += " " + number(corner.x, media_.width) + " " + number(corner.y, media_.height);
    return row + "\n";
}

std::string YoloWriter::row_of(const ShownShape& shown, std::int64_t class_number) {
    const Shape shape = on_grid(shown.state.shape);
    const Quad* quad = std::get_if<Quad>(&shape);
    if (!rows_.has_polygons || quad == nullptr) {
        const auto box = written_box(shape, media_, true, losses_);
        return box ? box_row(*box, class_number) : std::string();
    }
    Quad inside = *quad;
    for (Point& corner : inside.corners)
        corner = {std::clamp<double>(corner.x, 0, media_.width), std::clamp<double>(corner.y, 0, media_.height)};
    if (!is_valid(on_grid(Shape(inside)))) {
        losses_.add("quads beyond the picture left out");
        return {};
    }
    losses_.add("quads pressed into the picture", inside == *quad ? 0 : 1);
    std::string row = std::to_string(class_number);
    for (const Point& corner : inside.corners)
        row += fmt::format(" {:.{}f} {:.{}f}", corner.x / media_.width, rows_.decimals, corner.y / media_.height,
                           rows_.decimals);
    return row + "\n";
}

Result<std::string> YoloWriter::text_of(FrameIndex frame, const std::vector<ShownShape>& shown,
                                        const std::string& file) {
    std::string text;
    std::vector<Shape> stated;
    for (const ShownShape& one : shown) {
        const std::string row = row_of(one, numbers_.at(one.track->label));
        if (row.empty()) continue;
        if (one.state.occluded) losses_.add("occluded flags left out");
        text += row;
        stated.push_back(one.state.shape);
    }
    auto rows = rows_in({frame, file, text}, media_, names_, false);
    if (!rows || rows->shapes.size() != stated.size())
        return fail("{}: would not be read back: {}", file, rows ? "rows are missing" : rows.error().message);
    std::vector<ImageShape>& shapes = rows->shapes;
    for (std::size_t i = 0; i < stated.size(); ++i) {
        const Shape kept = kind_of(shapes[i].shape) == ShapeKind::Box
                               ? Shape(clipped(std::get<Box>(on_grid(bounding_box(stated[i]))), media_).value_or(Box{}))
                               : stated[i];
        const bool is_same =
            kind_of(kept) == kind_of(shapes[i].shape) && distance(on_grid(kept), on_grid(shapes[i].shape)) == 0;
        losses_.add(fmt::format("shapes moved by rounding to {} decimals", rows_.decimals), is_same ? 0 : 1);
    }
    shapes_ += static_cast<std::int64_t>(stated.size());
    back_.add(frame, std::move(shapes));
    return text;
}

Result<Done> YoloWriter::check(const fs::path& out) && {
    return check_reads_back(out, std::move(back_).finish(out.string()), shapes_);
}

bool is_yolo_text(std::string_view head) {
    Lines lines("", head);
    const auto line = lines.next_filled();
    if (!line) return false;
    const auto tokens = split_blanks(*line);
    if (tokens.size() < 5 || (tokens.size() > longest_box_row && tokens.size() % 2 == 0)) return false;
    const auto number = parse_int(tokens[0]);
    // Matrices of whole numbers are rows of shares, too, by chance.
    const bool has_decimals = tokens[1].find('.') != std::string_view::npos;
    const bool may_be_tracked = tokens.size() == longest_box_row || tokens.size() == longest_tracked_row;
    const bool has_track = may_be_tracked && is_track_number(tokens.back());
    return number && *number >= 0 && has_decimals &&
           std::all_of(tokens.begin() + 1, tokens.end() - (has_track ? 1 : 0), [](std::string_view token) {
               const auto value = parse_double(token);
               return value && *value >= 0 && *value <= 1;
           });
}

}  // namespace inbetween
