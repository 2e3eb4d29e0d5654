#include "core/formats/yolo_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/text.h"
#include "core/formats/text/rows.h"

namespace inbetween {
namespace {

constexpr std::size_t box_fields = 5;  ///< the class and four shares
constexpr std::size_t longest_box_row = box_fields + 1;
constexpr std::size_t longest_tracked_row = box_fields + 2;

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

bool is_whole(std::string_view token) {
    return !token.empty() && std::all_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; });
}

using Tokens = std::vector<std::string_view>;

/// A row that holds more than a box, a confidence and the number of a track: a polygon.
bool is_long(const Tokens& tokens) { return tokens.size() > longest_tracked_row; }

/// What a row's end says of whether the files state tracks.
enum class End { Tracked, Untracked, Never };

End end_of(const Tokens& tokens, bool have_confidences) {
    const bool is_number = is_whole(tokens.back());
    if (tokens.size() <= box_fields) return End::Untracked;
    if (tokens.size() == longest_tracked_row) return is_number ? End::Tracked : End::Never;
    if (tokens.size() == longest_box_row && have_confidences) return End::Untracked;
    // A polygon's fields are odd with a track and a confidence behind them as well as without either.
    if (is_number) return End::Tracked;
    return is_long(tokens) && tokens.size() % 2 == 0 ? End::Untracked : End::Never;
}

/// Takes off the row's end what is of no shape: the number of a track, and a confidence.
struct RowEnd {
    std::int64_t track = 0;
    bool has_confidence = false;
};

Result<RowEnd> take_end(const Place& place, Tokens& tokens, const YoloLayout& layout, bool have_confidences) {
    RowEnd end;
    const bool may_be_track =
        tokens.size() > longest_box_row || (tokens.size() == longest_box_row && !have_confidences);
    if (layout.has_tracks && may_be_track && (is_whole(tokens.back()) || tokens.size() == longest_tracked_row)) {
        const auto number = is_whole(tokens.back()) ? parse_int(tokens.back()) : std::nullopt;
        if (!number || *number > largest_number)
            return row_error(place, "track", in_quotes(tokens.back()) + " is no number of a track");
        end.track = *number;
        tokens.pop_back();
    }
    end.has_confidence = tokens.size() >= longest_box_row && tokens.size() % 2 == 0;
    if (end.has_confidence) tokens.pop_back();
    return end;
}

/// Tells whether a row is a class, the number of a track, and four shares of the picture.
bool has_second(const Tokens& tokens) {
    if (tokens.size() != longest_box_row || !(is_whole(tokens[1]) || tokens[1] == "-1")) return false;
    return std::all_of(tokens.begin() + 2, tokens.end(), [](std::string_view token) {
        return token.find('.') != std::string_view::npos && parse_double(token);
    });
}

bool have_seven(const std::vector<Tokens>& rows) {
    return std::any_of(rows.begin(), rows.end(), [](const Tokens& row) { return row.size() == longest_tracked_row; });
}

}  // namespace

YoloLayout yolo_layout_of_seconds(const std::vector<YoloText>& texts) {
    YoloLayout layout;
    for (const YoloText& text : texts) {
        Lines lines(text.file, text.text);
        while (const auto line = lines.next_filled()) {
            const Tokens tokens = split_blanks(*line);
            if (!has_second(tokens)) return {};
            layout.has_second = true;
            layout.counts_from_zero = layout.counts_from_zero || tokens[1] == "0";
        }
    }
    return layout;
}

bool have_yolo_tracks(const std::vector<YoloText>& texts) {
    std::vector<std::vector<Tokens>> images;
    bool have_confidences = false;
    for (const YoloText& text : texts) {
        auto& rows = images.emplace_back();
        Lines lines(text.file, text.text);
        while (const auto line = lines.next_filled()) rows.push_back(split_blanks(*line));
        have_confidences = have_confidences || have_seven(rows);
    }
    bool is_any = false;
    bool is_any_long = false;
    bool is_sure = false;
    for (const auto& rows : images) {
        std::set<std::string_view> seen;
        for (const Tokens& tokens : rows) {
            const End end = end_of(tokens, have_confidences);
            if (end == End::Never) return false;
            if (end == End::Untracked) continue;
            if (!seen.insert(tokens.back()).second) return false;
            is_any = true;
            is_any_long = is_any_long || is_long(tokens);
            // No share of a picture is more than 1.
            is_sure = is_sure || (tokens.back() != "0" && tokens.back() != "1");
        }
    }
    return is_any && (is_sure || !is_any_long);
}

Result<YoloImage> read_yolo_image(const YoloText& text, const Media& media, const YoloNames& names,
                                  const YoloLayout& layout) {
    std::vector<Place> places;
    std::vector<Tokens> rows;
    Lines lines(text.file, text.text);
    while (const auto line = lines.next_filled()) {
        places.push_back(lines.place());
        rows.push_back(split_blanks(*line));
    }
    const bool are_polygons = !layout.has_keypoints && std::any_of(rows.begin(), rows.end(), [&](const Tokens& tokens) {
        return tokens.size() > (layout.has_tracks ? longest_tracked_row : longest_box_row);
    });
    const bool have_confidences = have_seven(rows);
    YoloImage image;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Tokens& tokens = rows[i];
        ImageShape shape;
        if (layout.has_second && tokens.size() > 1) {
            const auto number = parse_int(tokens[1]);
            if (!number || *number < -1 || *number >= largest_number)
                return row_error(places[i], "track", in_quotes(tokens[1]) + " is no number of a track");
            shape.identity = *number < 0 ? 0 : *number + (layout.counts_from_zero ? 1 : 0);
            tokens.erase(tokens.begin() + 1);
        } else if (layout.has_keypoints) {
            tokens.resize(std::min(tokens.size(), box_fields));
        } else {
            const auto end = take_end(places[i], tokens, layout, have_confidences);
            if (!end) return end.error();
            shape.identity = end->track;
            image.confidences += end->has_confidence ? 1 : 0;
        }
        Fields fields(places[i], std::move(tokens));
        shape.label = label_of(fields, names);
        shape.shape = are_polygons ? polygon_of(fields, media) : box_of(fields, media);
        if (fields.error()) return *fields.error();
        image.shapes.push_back(std::move(shape));
    }
    return image;
}

bool is_yolo_text(std::string_view head) {
    Lines lines("", head);
    const auto line = lines.next_filled();
    if (!line) return false;
    const auto tokens = split_blanks(*line);
    if (tokens.size() < box_fields) return false;
    const auto number = parse_int(tokens[0]);
    if (number && *number >= 0 && has_second(tokens))
        return std::all_of(tokens.begin() + 2, tokens.end(), [](std::string_view token) {
            const double value = *parse_double(token);
            return value >= 0 && value <= 1;
        });
    // Matrices of whole numbers are rows of shares, too, by chance.
    const bool has_decimals = tokens[1].find('.') != std::string_view::npos;
    const bool has_track = tokens.size() > box_fields && is_whole(tokens.back());
    return number && *number >= 0 && has_decimals &&
           std::all_of(tokens.begin() + 1, tokens.end() - (has_track ? 1 : 0), [](std::string_view token) {
               const auto value = parse_double(token);
               return value && *value >= 0 && *value <= 1;
           });
}

}  // namespace inbetween
