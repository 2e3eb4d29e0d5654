#include "core/formats/text/builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/check.h"
#include "core/formats/text/rows.h"

namespace inbetween {

void state_box(std::vector<Keyframe>& keyframes, const StatedBox& row, std::int64_t step) {
    if (!keyframes.empty() && row.frame - keyframes.back().frame > step) end_run(keyframes, row.frame);
    keyframes.push_back(
        {.frame = row.frame, .shape = on_grid(row.box), .occluded = row.occluded, .source = Source::Imported});
}

void end_run(std::vector<Keyframe>& keyframes, FrameIndex end) {
    if (keyframes.empty() || keyframes.back().frame + 1 >= end) return;
    const Keyframe& last = keyframes.back();
    keyframes.push_back(
        {.frame = last.frame + 1, .shape = Shape(last.shape), .outside = true, .source = Source::Imported});
}

std::vector<Keyframe> keyframes_of_runs(const std::vector<StatedBox>& rows, FrameIndex end, std::int64_t step) {
    std::vector<Keyframe> keyframes;
    keyframes.reserve(rows.size() + 1);
    for (const StatedBox& row : rows) state_box(keyframes, row, step);
    end_run(keyframes, end);
    return keyframes;
}

void state_shapes(Track& track, std::vector<StatedShape> rows, FrameIndex end, std::int64_t step) {
    const auto is_quad = [](const StatedShape& row) { return kind_of(row.shape) == ShapeKind::Quad; };
    track.kind = std::any_of(rows.begin(), rows.end(), is_quad) ? ShapeKind::Quad : ShapeKind::Box;
    track.keyframes.clear();
    track.keyframes.reserve(rows.size() + 1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        StatedShape& row = rows[i];
        if (const Box* box = std::get_if<Box>(&row.shape); box != nullptr && track.kind == ShapeKind::Quad)
            row.shape = quad_of(*box);
        track.keyframes.push_back({row.frame, row.shape, row.occluded, false, Source::Imported});
        const bool run_ends = i + 1 == rows.size() || rows[i + 1].frame - row.frame > step;
        if (run_ends && row.frame + 1 < end)
            track.keyframes.push_back({row.frame + 1, row.shape, false, true, Source::Imported});
    }
}

void AttributeTrail::say(AttributeId attribute, const FrameRange& range, std::string_view value) {
    auto& ranges = ranges_[attribute];
    if (!ranges.empty() && ranges.back().range.end == range.begin && ranges.back().value == value)
        ranges.back().range.end = range.end;
    else
        ranges.push_back({attribute, range, std::string(value)});
}

std::vector<AttributeRange> AttributeTrail::ranges() const {
    std::vector<AttributeRange> all;
    for (const auto& [attribute, ranges] : ranges_) all.insert(all.end(), ranges.begin(), ranges.end());
    return all;
}

AnnotationsBuilder::AnnotationsBuilder(const Media& media) : media_(media) {
    if (!is_set(media_.id)) media_.id = MediaId{1};
    annotations_.media[media_.id] = std::make_shared<const Media>(media_);
}

FrameIndex AnnotationsBuilder::end() const { return FrameIndex{media_.frames}; }

bool AnnotationsBuilder::takes_row_at(FrameIndex frame) {
    stated_.first = stated_.rows == 0 ? frame : std::min(stated_.first, frame);
    stated_.last = stated_.rows == 0 ? frame : std::max(stated_.last, frame);
    ++stated_.rows;
    if (frame < end()) return true;
    ++stated_.rows_past_end;
    return false;
}

LabelId AnnotationsBuilder::label(std::string_view name, LabelKind kind) {
    if (const auto found = label_ids_.find(name); found != label_ids_.end()) {
        if (annotations_.labels.at(found->second).kind == kind) return found->second;
        return label(fmt::format("{} ({})", name, kind == LabelKind::Track ? "object" : "action"), kind);
    }
    Label made;
    made.id = annotations_.next_label_id();
    made.name = name;
    made.kind = kind;
    made.colour = default_colour(annotations_.labels.size());
    label_ids_[made.name] = made.id;
    const LabelId id = made.id;
    annotations_.labels[id] = std::move(made);
    return id;
}

Label& AnnotationsBuilder::label_of(LabelId id) { return annotations_.labels.at(id); }

AttributeId AnnotationsBuilder::attribute(LabelId label, std::string_view name, AttributeType type, bool is_mutable) {
    Label& owner = annotations_.labels.at(label);
    if (const Attribute* found = owner.find_attribute(name)) return found->id;
    Attribute made;
    made.id = AttributeId{next_attribute_++};
    made.name = name;
    made.type = type;
    made.is_mutable = is_mutable;
    if (type == AttributeType::Checkbox) made.default_value = "false";
    owner.attributes.push_back(made);
    return made.id;
}

Track AnnotationsBuilder::new_track(LabelId label) const {
    Track track;
    track.id = annotations_.next_track_id();
    track.media = media_.id;
    track.label = label;
    return track;
}

void AnnotationsBuilder::add(Track track) {
    IB_CHECK(annotations_.find_track(track.id) == nullptr);
    const TrackId id = track.id;
    annotations_.tracks[id] = std::make_shared<const Track>(std::move(track));
}

void AnnotationsBuilder::add_segment(LabelId label, TrackId track, const FrameRange& range) {
    const SegmentId id = annotations_.next_segment_id();
    annotations_.segments[id] = std::make_shared<const Segment>(Segment{id, media_.id, label, track, range});
}

void AnnotationsBuilder::note_count(std::int64_t count, std::string_view what) {
    if (count > 0) notes_.push_back(fmt::format("{} {}", count, what));
}

Result<ReadResult> AnnotationsBuilder::finish(std::string_view file) && {
    if (stated_.rows > 0 && stated_.rows_past_end == stated_.rows)
        return fail("{}: all {} rows lie past the video's last frame ({}; the video has {} frames)", file, stated_.rows,
                    stated_.last.value, media_.frames);
    note_count(stated_.rows_past_end, "rows lie past the video's last frame and are left out");
    return ReadResult{std::move(annotations_), std::move(notes_), stated_};
}

}  // namespace inbetween
