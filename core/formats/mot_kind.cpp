#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/formats/mot.h"
#include "core/formats/text/rows.h"

namespace inbetween {
namespace {

constexpr std::size_t track_columns = 10;
constexpr std::size_t image_columns = 8;

bool is_whole_from(std::string_view field, std::int64_t least, std::int64_t most) {
    const auto value = parse_int(field);
    return value && *value >= least && *value <= most;
}

/// Tells whether the fields from `first` on are VisDrone's score, category, truncation and occlusion.
bool are_visdrones(const std::vector<std::string_view>& fields, std::size_t first) {
    const auto most_category = static_cast<std::int64_t>(visdrone_class_names.size()) - 1;
    return is_whole_from(fields[first], 0, 1) && is_whole_from(fields[first + 1], 0, most_category) &&
           is_whole_from(fields[first + 2], 0, 1) && is_whole_from(fields[first + 3], 0, 2);
}

/// Tells whether a tracker states a category after the confidence, and neither truncation nor occlusion.
bool has_category_alone(const std::vector<std::string_view>& fields) {
    const auto most_category = static_cast<std::int64_t>(visdrone_class_names.size()) - 1;
    return is_whole_from(fields[7], 0, most_category) && fields[8] == "-1" && fields[9] == "-1";
}

}  // namespace

bool is_kitti_row(std::string_view line) {
    constexpr std::size_t truth_columns = 17;
    const auto fields = split_blanks(line);
    if (fields.size() != truth_columns && fields.size() != truth_columns + 1) return false;
    if (!parse_int(fields[0]) || !parse_int(fields[1]) || parse_double(fields[2])) return false;
    return std::all_of(fields.begin() + 3, fields.end(), [](auto field) { return parse_double(field).has_value(); });
}

void split_mot_row(std::vector<std::string_view>& fields, std::string_view line) {
    if (line.find(',') != std::string_view::npos) return split_into(fields, line, ',');
    const auto pieces = split_blanks(line);
    fields.insert(fields.end(), pieces.begin(), pieces.end());
}

Result<MotRowsKind> kind_of_mot_rows(std::string_view file, std::istream& in) {
    FileLines lines(file, in);
    std::vector<std::string_view> fields;
    bool is_visdrone = true;
    bool has_categories = true;
    bool has_objects = false;
    std::size_t columns = 0;
    while (const auto line = lines.next_filled()) {
        if (columns == 0 && is_kitti_row(*line))
            return fail("{}:{}: is a row of KITTI's tracking labels, which are not read here", file,
                        lines.place().line);
        fields.clear();
        split_mot_row(fields, *line);
        if (columns == 0) columns = fields.size();
        const bool may_be = fields.size() == columns && (columns == track_columns || columns == image_columns);
        is_visdrone = is_visdrone && may_be && are_visdrones(fields, columns - 4);
        has_categories = has_categories && may_be && columns == track_columns && has_category_alone(fields);
        if (!is_visdrone && !has_categories) return MotRowsKind::Mot;
        has_objects = has_objects || fields[columns - 3] != "0";
    }
    if (!has_objects) return MotRowsKind::Mot;
    if (!is_visdrone) return MotRowsKind::Categories;
    if (columns == image_columns)
        return fail(
            "{}: has rows of VisDrone's images (left, top, width, height, score, category, truncation, "
            "occlusion), which name no frame of a video",
            file);
    return MotRowsKind::VisDrone;
}

}  // namespace inbetween
