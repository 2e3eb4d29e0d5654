#include "core/formats/text/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/formats/text/export.h"
#include "core/formats/text/rows.h"

namespace inbetween {
namespace {

/// A track in view at a frame.
struct Row {
    FrameIndex frame;
    Box box;
    bool occluded = false;
    LabelId label{};
    TrackId track{};
    const Track* of = nullptr;
    bool is_matched = false;
};

bool by_place(const Row& a, const Row& b) { return a.frame != b.frame ? a.frame < b.frame : a.box.x < b.box.x; }

std::vector<Row> rows_of(const Annotations& annotations, MediaId media) {
    const FrameIndex end{annotations.find_media(media)->frames};
    std::vector<Row> rows;
    for (const auto& [id, track] : annotations.tracks) {
        if (track->media != media) continue;
        const FrameRange range = track->extent().intersect({FrameIndex{0}, end});
        if (range.empty()) continue;
        for (const auto& [frame, state] : states_in(*track, annotations.fills_of(id), range))
            if (!state.outside)
                rows.push_back({frame, std::get<Box>(on_grid(bounding_box(state.shape))), state.occluded, track->label,
                                id, track.get()});
    }
    std::sort(rows.begin(), rows.end(), by_place);
    return rows;
}

/// What is said of a track at a frame: names of attributes and their values. A value that says nothing is none.
using Values = std::vector<std::pair<std::string_view, std::string_view>>;

/// What a value is where a track states none.
enum class Default { None, OfAttribute };

Values values_at(const Annotations& annotations, const Row& row, Default otherwise) {
    const Label* label = annotations.find_label(row.label);
    Values values;
    if (label == nullptr) return values;
    for (const Attribute& attribute : label->attributes) {
        std::string_view value = value_at(*row.of, &attribute, row.frame);
        if (value.empty() && otherwise == Default::OfAttribute) value = attribute.default_value;
        if (!value.empty() && value != "false") values.emplace_back(attribute.name, value);
    }
    return values;
}

bool contains(const Values& values, const Values::value_type& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

/// Tells whether a label is that of the name: a reader puts the kind behind it where a class and an action share one.
bool is_name_of(const std::string& label, const std::string& name) {
    return label == name || label == name + " (object)" || label == name + " (action)";
}

/// What the comparison allows, and what it has found.
class Comparison {
public:
    Comparison(const Carries& carries, const Annotations& expected, const Annotations& found)
        : carries_(carries), expected_(expected), found_(found), tolerance_px_(carries.fractions ? 0.02 : 1.0) {}

    void compare_rows(MediaId media);
    void compare_segments(MediaId media);
    Differences take() && { return std::move(differences_); }

private:
    Row* match_for(const Row& row, std::vector<Row>& found) const;
    void compare_values(const Row& row, const Row& match);
    void differs(std::string_view what) {
        if (differences_.count++ == 0) differences_.first = what;
    }

    const Carries& carries_;
    const Annotations& expected_;
    const Annotations& found_;
    double tolerance_px_;
    std::set<std::pair<TrackId, std::string_view>> other_values_;  ///< told already
    Differences differences_;
};

/// A row of that frame and place that stands for no other yet; of several, one that says the same.
Row* Comparison::match_for(const Row& row, std::vector<Row>& found) const {
    Row from = row;
    from.box.x -= tolerance_px_;
    Row* match = nullptr;
    const Values values = carries_.attributes ? values_at(expected_, row, Default::None) : Values{};
    for (auto at = std::lower_bound(found.begin(), found.end(), from, by_place); at != found.end(); ++at) {
        if (at->frame != row.frame || at->box.x > row.box.x + tolerance_px_) break;
        if (at->is_matched || (carries_.occluded && at->occluded != row.occluded)) continue;
        if (distance(Shape(at->box), Shape(row.box)) > tolerance_px_) continue;
        const Values there = values.empty() ? Values{} : values_at(found_, *at, Default::OfAttribute);
        const bool says_all =
            std::all_of(values.begin(), values.end(), [&](const auto& value) { return contains(there, value); });
        if (says_all) return &*at;
        if (match == nullptr) match = &*at;
    }
    return match;
}

void Comparison::compare_values(const Row& row, const Row& match) {
    const Values there = values_at(found_, match, Default::OfAttribute);
    for (const auto& value : values_at(expected_, row, Default::None))
        if (!contains(there, value) && other_values_.emplace(row.track, value.first).second)
            differs(fmt::format("frame {}: the value {} of {} is not there", row.frame.value, in_quotes(value.second),
                                in_quotes(value.first)));
}

void Comparison::compare_rows(MediaId media) {
    const std::vector<Row> expected = rows_of(expected_, media);
    std::vector<Row> found = rows_of(found_, found_.media.begin()->first);
    const auto text = [](const Row& row) {
        return fmt::format("frame {}: the box {} {} {} {}{}", row.frame.value, format_number(row.box.x, 3),
                           format_number(row.box.y, 3), format_number(row.box.w, 3), format_number(row.box.h, 3),
                           row.occluded ? " (occluded)" : "");
    };
    std::set<TrackId> missing;
    std::string first;
    for (const Row& row : expected) {
        Row* match = match_for(row, found);
        if (match != nullptr) {
            match->is_matched = true;
            if (carries_.attributes) compare_values(row, *match);
        } else if (missing.insert(row.track).second && first.empty())
            first = text(row) + " is not there";
    }
    std::set<TrackId> added;
    for (const Row& row : found)
        if (!row.is_matched && added.insert(row.track).second && first.empty())
            first = text(row) + " is there, and not in the project";
    // A track that is elsewhere is one difference, not two.
    differences_.count += static_cast<std::int64_t>(std::max(missing.size(), added.size()));
    if (differences_.first.empty()) differences_.first = first;
    std::set<std::string> names;
    for (const Row& row : found) names.insert(found_.label_name(row.label));
    std::set<LabelId> asked;
    for (const Row& row : expected) {
        if (missing.contains(row.track) || !asked.insert(row.label).second) continue;
        const std::string name = expected_.label_name(row.label);
        if (std::none_of(names.begin(), names.end(), [&](const auto& one) { return is_name_of(one, name); }))
            differs(fmt::format("the label {} is not there", in_quotes(name)));
    }
}

void Comparison::compare_segments(MediaId media) {
    std::vector<const Segment*> left;
    for (const auto& [id, segment] : found_.segments) left.push_back(segment.get());
    for (const auto& [id, segment] : expected_.segments) {
        const bool is_of_track = is_set(segment->track);
        if (segment->media != media || !(is_of_track ? carries_.track_segments : carries_.video_segments)) continue;
        const std::string name = expected_.label_name(segment->label);
        // Where an action of a track stands in a file is a second, rounded, in the middle of its clip.
        const std::int64_t slack = is_of_track && !carries_.video_segments ? 1 : 0;
        const auto same = std::find_if(left.begin(), left.end(), [&](const Segment* one) {
            return std::abs(one->range.begin - segment->range.begin) <= slack &&
                   std::abs(one->range.end - segment->range.end) <= slack &&
                   is_name_of(found_.label_name(one->label), name);
        });
        if (same != left.end())
            left.erase(same);
        else
            differs(fmt::format("the segment {} of frames {} to {} is not there", in_quotes(name),
                                segment->range.begin.value, segment->range.end.value - 1));
    }
}

}  // namespace

Differences compare_statements(const Carries& carries, const Annotations& expected, MediaId media,
                               const Annotations& found) {
    Comparison comparison(carries, expected, found);
    if (carries.boxes || carries.quads) comparison.compare_rows(media);
    if (carries.video_segments || carries.track_segments) comparison.compare_segments(media);
    return std::move(comparison).take();
}

}  // namespace inbetween
