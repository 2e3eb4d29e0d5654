#include "app/cli/bench/truth.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/formats/text/rows.h"

namespace inbetween::bench {

namespace {

constexpr std::array<std::string_view, 5> box_head{"frame", "x", "y", "w", "h"};
constexpr std::array<std::string_view, 9> quad_head{"frame", "x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4"};

/// A point marked in a picture stands on a pixel: its whole numbers are the middles of pixels, while shapes here count
/// from the picture's corner. A box's x and y name its first pixel, whose edge they are.
constexpr double from_pixel_centres = 0.5;

std::vector<std::string_view> trimmed_fields(std::string_view line) {
    std::vector<std::string_view> fields = split(line, ',');
    for (auto& field : fields) field = trim(field);
    return fields;
}

bool is_head(const std::vector<std::string_view>& fields, std::span<const std::string_view> head) {
    return std::ranges::equal(fields, head, [](std::string_view a, std::string_view b) { return to_lower(a) == b; });
}

bool is_nan(std::string_view field) { return to_lower(field) == "nan"; }

/// States a shape of a frame that has none yet; what is no shape is left out.
void put(TrueShapes& shapes, std::int64_t frame, const Shape& shape, Fields& row) {
    if (!is_valid(shape) || !is_valid(on_grid(shape))) return;
    if (!shapes.emplace(frame, shape).second) row.reject("frame", "is stated twice");
}

/// One row of the table of one object.
void read_row(Fields& row, const std::vector<std::string_view>& texts, std::span<const std::string_view> head,
              TrueShapes& shapes) {
    const std::int64_t frame = row.integer(0, "frame", 0, largest_frame);
    const auto absent = std::count_if(texts.begin() + 1, texts.end(), is_nan);
    if (absent == static_cast<std::ptrdiff_t>(texts.size()) - 1) return;
    if (absent > 0) return row.reject("nan", "stands for all numbers of a row or for none");
    std::array<double, 8> n{};
    for (std::size_t i = 1; i < head.size(); ++i) n[i - 1] = row.number(i, head[i], largest_coordinate_px);
    if (row.error()) return;
    if (head.size() == box_head.size()) return put(shapes, frame, Box{n[0], n[1], n[2], n[3]}, row);
    const Quad corners{{Point{n[0], n[1]}, {n[2], n[3]}, {n[4], n[5]}, {n[6], n[7]}}};
    put(shapes, frame, moved(corners, from_pixel_centres, from_pixel_centres), row);
}

Result<Truth> read_table(Lines& lines, std::span<const std::string_view> head) {
    Truth truth{head.size() == quad_head.size() ? ShapeKind::Quad : ShapeKind::Box, {{}}};
    while (const auto line = lines.next_filled()) {
        const auto texts = trimmed_fields(*line);
        Fields row(lines.place(), texts);
        if (texts.size() != head.size())
            row.reject("fields", fmt::format("{} where the head names {}", texts.size(), head.size()));
        else
            read_row(row, texts, head, truth.objects.front());
        if (row.error()) return *row.error();
    }
    return truth;
}

Result<Truth> read_mot(std::string_view file, std::string_view text) {
    std::map<std::int64_t, TrueShapes> by_id;
    Lines lines(file, text);
    while (const auto line = lines.next_filled()) {
        Fields row(lines.place(), trimmed_fields(*line));
        const std::int64_t frame = row.integer(0, "frame", 1, largest_frame);
        const std::int64_t id = row.integer(1, "id", -1, largest_number);
        const Box box{row.number(2, "left", largest_coordinate_px), row.number(3, "top", largest_coordinate_px),
                      row.number(4, "width", largest_coordinate_px), row.number(5, "height", largest_coordinate_px)};
        const bool considered = row.size() < 7 || row.number(6, "consider", largest_coordinate_px) != 0;
        if (!row.error() && id < 0) row.reject("id", "is of a detection: ground truth names its objects");
        if (!row.error() && considered) put(by_id[id], frame - 1, box, row);
        if (row.error()) return *row.error();
    }
    Truth truth;
    for (auto& [id, shapes] : by_id) truth.objects.push_back(std::move(shapes));
    return truth;
}

/// The truth, if there is anything in it.
Result<Truth> not_empty(Truth truth, std::string_view file) {
    std::erase_if(truth.objects, [](const TrueShapes& shapes) { return shapes.empty(); });
    if (truth.objects.empty()) return fail("{}: states no object", file);
    return truth;
}

}  // namespace

Result<Truth> parse_truth(std::string_view file, std::string_view text) {
    Lines lines(file, text);
    const auto first = lines.next_filled();
    if (!first) return fail("{}: is empty", file);
    const auto head = trimmed_fields(*first);
    Result<Truth> truth = Truth{};
    if (is_head(head, box_head))
        truth = read_table(lines, box_head);
    else if (is_head(head, quad_head))
        truth = read_table(lines, quad_head);
    else if (parse_double(head.front()))
        truth = read_mot(file, text);
    else
        return row_error(lines.place(), "head",
                         "is neither frame,x,y,w,h nor frame,x1,y1,...,x4,y4, nor is it a row of MOTChallenge");
    if (!truth) return truth;
    return not_empty(std::move(*truth), file);
}

Result<Truth> read_truth(const std::filesystem::path& file) {
    const auto text = read_file(file);
    if (!text) return text.error();
    return parse_truth(file.string(), *text);
}

Result<Truth> truth_of(const Annotations& annotations, std::string_view file) {
    Truth truth;
    std::optional<ShapeKind> kind;
    for (const auto& [id, track] : annotations.tracks) {
        if (track->keyframes.empty()) continue;
        if (kind && *kind != track->kind) return fail("{}: states both boxes and quadrilaterals", file);
        kind = track->kind;
        TrueShapes shapes;
        for (const Keyframe& keyframe : track->keyframes) {
            if (!keyframe.outside) shapes.emplace(keyframe.frame.value, keyframe.shape);
        }
        truth.objects.push_back(std::move(shapes));
    }
    truth.kind = kind.value_or(ShapeKind::Box);
    return not_empty(std::move(truth), file);
}

Truth cut(Truth truth, std::int64_t end) {
    for (TrueShapes& shapes : truth.objects) shapes.erase(shapes.lower_bound(end), shapes.end());
    std::erase_if(truth.objects, [](const TrueShapes& shapes) { return shapes.empty(); });
    return truth;
}

std::int64_t last_frame(const Truth& truth) {
    std::int64_t last = 0;
    for (const TrueShapes& shapes : truth.objects) last = std::max(last, shapes.rbegin()->first);
    return last;
}

}  // namespace inbetween::bench
