#include "core/formats/vatic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "core/formats/text/builder.h"

namespace inbetween {

VaticOptions vatic_options(const Format& format, Options& given, const FormatOptions& stated, const Media& media) {
    const auto has = [&](const FormatOption& option) {
        return std::any_of(format.options.begin(), format.options.end(),
                           [&](const FormatOption& known) { return known.name == option.name; });
    };
    VaticOptions how;
    if (has(vatic_generated_option)) how.generated = given.text("generated");
    if (has(vatic_gaps_option)) how.gaps = given.text("gaps");
    if (has(vatic_integers_option)) how.rounds = given.is("integers", "round");
    if (has(vatic_actions_option)) how.writes_actions = given.is("actions", "attributes");
    if (has(vatic_interpolation_option)) how.goes_by_keyframes = given.is("interpolation", "vatic");
    if (has(vatic_hold_option)) how.holds = given.flag("hold");
    if (how.goes_by_keyframes) {
        // Keyframes alone decide then, and what lies between them is no gap.
        how.generated = "skip";
        if (!stated.contains("gaps")) how.gaps = "interpolate";
    }
    if (const std::string size = given.text("dimensions"); size != "video") {
        const auto pieces = split(size, 'x');
        const auto w = parse_int(pieces.front());
        const auto h = parse_int(pieces.back());
        if (pieces.size() != 2 || !w || !h || *w < 1 || *h < 1 || *w > 100000 || *h > 100000 || media.width < 1 ||
            media.height < 1)
            given.reject("dimensions", fmt::format("{} is no size like 720x480", in_quotes(size)));
        else
            how.scale = std::max(media.width / static_cast<double>(*w), media.height / static_cast<double>(*h));
    }
    return how;
}

std::string_view VaticFile::keep(std::string_view name) {
    const auto found = names.find(name);
    return found != names.end() ? *found : *names.emplace(name).first;
}

void VaticFile::say(VaticRow& row, std::string_view attribute) {
    if (row.attributes == 0) {
        attribute_lists.emplace_back();
        row.attributes = static_cast<std::uint32_t>(attribute_lists.size());
    }
    attribute_lists[row.attributes - 1].push_back(keep(attribute));
}

std::optional<std::pair<std::string_view, std::string>> vatic_box(const std::array<double, 4>& edges,
                                                                  const VaticOptions& how, VaticFile& file, Box& box) {
    if (edges[2] <= edges[0]) return std::pair("xbr", fmt::format("{} is not right of xtl {}", edges[2], edges[0]));
    if (edges[3] <= edges[1]) return std::pair("ybr", fmt::format("{} is not below ytl {}", edges[3], edges[1]));
    box = {edges[0] * how.scale, edges[1] * how.scale, (edges[2] - edges[0]) * how.scale,
           (edges[3] - edges[1]) * how.scale};
    file.negative += edges[0] < 0 || edges[1] < 0 ? 1 : 0;
    return std::nullopt;
}

namespace {

/// Rows belong together by id wherever they stand, so a file sorted by frame is read as well.
Result<Done> sort_rows(std::string_view name, VaticFile& file) {
    for (auto& [id, path] : file.paths) {
        auto& rows = path.rows;
        const auto is_before = [](const VaticRow& a, const VaticRow& b) { return a.frame < b.frame; };
        if (!std::is_sorted(rows.begin(), rows.end(), is_before)) std::stable_sort(rows.begin(), rows.end(), is_before);
        for (std::size_t i = 1; i < rows.size(); ++i) {
            if (rows[i].frame != rows[i - 1].frame) continue;
            const std::string first =
                rows[i].line == 0 ? std::string() : fmt::format(", first in line {}", rows[i - 1].line);
            return row_error({name, rows[i].line}, "frame",
                             fmt::format("{} stands twice for track {}{}", rows[i].frame.value, id, first));
        }
    }
    return Done{};
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

void say_attributes(const VaticFile& file, const VaticRow& row, FrameIndex until, LabelId label,
                    AnnotationsBuilder& builder, AttributeTrail& trail) {
    if (row.attributes == 0) return;
    const auto& list = file.attribute_lists[row.attributes - 1];
    const std::set<std::string_view> names(list.begin(), list.end());
    for (const std::string_view name : names) {
        if (name.empty()) continue;
        const AttributeId attribute = builder.attribute(label, name, AttributeType::Checkbox, true);
        trail.say(attribute, {row.frame, until}, "true");
    }
}

std::optional<Track> track_of(const VaticFile& file, VaticPath& path, bool gaps_are_outside, const VaticOptions& how,
                              AnnotationsBuilder& builder, std::int64_t& kept_generated) {
    std::vector<VaticRow>& rows = path.rows;
    std::erase_if(rows, [&](const VaticRow& row) { return !builder.takes_row_at(row.frame); });
    if (rows.empty()) return std::nullopt;
    const LabelId label = builder.label(path.label);
    Track track = builder.new_track(label);
    AttributeTrail trail;
    for (std::size_t begin = 0; begin < rows.size();) {
        std::size_t end = begin + 1;
        while (end < rows.size() && (!gaps_are_outside || rows[end].frame == rows[end - 1].frame + 1)) ++end;
        const auto kept = kept_rows(rows, begin, end, how, kept_generated);
        if (begin == 0 && end == rows.size())
            track.keyframes.reserve(static_cast<std::size_t>(std::count(kept.begin(), kept.end(), true)) + 1);
        for (std::size_t i = begin; i < end; ++i) {
            const VaticRow& row = rows[i];
            say_attributes(file, row, i + 1 < end ? rows[i + 1].frame : row.frame + 1, label, builder, trail);
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

/// What VATIC's own interpolation makes of keyframes: a track is out of view from the one before a lost one on.
/// source: pyvision, vision/track/interpolation.py, LinearFill.
void spread_lost(std::vector<VaticRow>& rows) {
    std::erase_if(rows, [](const VaticRow& row) { return row.generated; });
    // Going forward, each row is marked by what its successor says itself.
    for (std::size_t i = 0; i + 1 < rows.size(); ++i) rows[i].lost = rows[i].lost || rows[i + 1].lost;
}

}  // namespace

Result<ReadResult> read_vatic_file(std::string_view name, VaticFile& file, const Media& media,
                                   const VaticOptions& how) {
    if (auto sorted = sort_rows(name, file); !sorted) return sorted.error();
    AnnotationsBuilder builder(media);
    const bool gaps_are_outside = how.gaps == "outside" || (how.gaps == "auto" && file.is_dense);
    std::int64_t kept_generated = 0;
    std::int64_t empty = 0;
    for (auto& [id, path] : file.paths) {
        if (how.goes_by_keyframes) spread_lost(path.rows);
        if (auto track = track_of(file, path, gaps_are_outside, how, builder, kept_generated))
            builder.add(std::move(*track));
        else
            ++empty;
        path.rows = {};
    }
    builder.note_count(kept_generated, "generated rows are not what straight lines give and became keyframes");
    builder.note_count(empty, "tracks have no keyframe within the video and are left out");
    builder.note_count(file.negative, "boxes reach past the left or top edge, which VATIC itself does not write");
    return std::move(builder).finish(name);
}

}  // namespace inbetween
