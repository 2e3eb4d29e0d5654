#include "core/formats/text/caltech.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/formats/text/builder.h"
#include "core/formats/text/options.h"

namespace inbetween {

Result<CaltechOptions> caltech_options(const Format& format, const FormatOptions& stated) {
    Options given(format, stated);
    const CaltechOptions how{.offset = given.number("offset", 0, 1), .keeps_posv = given.is("posv", "keep")};
    if (given.error()) return *given.error();
    return how;
}

std::string visible_text(const std::array<double, 4>& posv, double offset) {
    return fmt::format("{} {} {} {}", grid_number(posv[0] - offset), grid_number(posv[1] - offset),
                       grid_number(posv[2]), grid_number(posv[3]));
}

std::array<double, 4> visible_part(std::string_view text, double offset) {
    const auto pieces = split_blanks(text);
    std::array<double, 4> posv{};
    if (pieces.size() != posv.size()) return posv;
    for (std::size_t i = 0; i < posv.size(); ++i) {
        const auto value = parse_double(pieces[i]);
        if (!value || std::abs(*value) > largest_coordinate_px) return {};
        posv[i] = *value + (i < 2 ? offset : 0);
    }
    return posv;
}

Result<ReadResult> annotations_of(std::string_view file, const CaltechVideo& video, const Media& media,
                                  const CaltechOptions& how) {
    AnnotationsBuilder builder(media);
    if (video.frames != media.frames)
        builder.note(fmt::format("the file speaks of {} frames, the video has {}", video.frames, media.frames));
    std::int64_t flat = 0;
    std::int64_t dropped_posv = 0;
    for (const CaltechObject& object : video.objects) {
        if (object.rows.empty()) continue;
        const LabelId label = builder.label(object.label);
        Track track = builder.new_track(label);
        std::vector<StatedBox> rows;
        AttributeTrail trail;
        for (const CaltechRow& row : object.rows) {
            const FrameIndex frame{row.frame - 1};
            if (!builder.takes_row_at(frame)) continue;
            if (row.pos.w == 0 || row.pos.h == 0) {
                ++flat;
                continue;
            }
            const Box box{row.pos.x - how.offset, row.pos.y - how.offset, row.pos.w, row.pos.h};
            rows.push_back({frame, box, row.occluded});
            if (!row.occluded || row.posv == std::array<double, 4>{}) continue;
            dropped_posv += how.keeps_posv ? 0 : 1;
            if (how.keeps_posv)
                trail.say(builder.attribute(label, visible_attribute, AttributeType::Text, true), frame,
                          visible_text(row.posv, how.offset));
        }
        if (rows.empty()) continue;
        track.keyframes = keyframes_of_runs(rows, builder.end());
        track.attribute_ranges = trail.ranges();
        if (object.hide)
            track.attributes[builder.attribute(label, hide_attribute, AttributeType::Checkbox, false)] = "true";
        builder.add(std::move(track));
    }
    builder.note_count(flat, "boxes without area are left out");
    builder.note_count(dropped_posv, "visible parts of occluded boxes are left out");
    return std::move(builder).finish(file);
}

CaltechVideo caltech_video_of(const Annotations& annotations, MediaId media, const CaltechOptions& how,
                              Losses& losses) {
    CaltechVideo video;
    video.frames = annotations.find_media(media)->frames;
    for (const Track* track : tracks_of(annotations, media)) {
        count_attributes(annotations, *track, {visible_attribute, hide_attribute}, losses);
        const Attribute* visible = find_attribute(annotations, *track, visible_attribute);
        const Attribute* hide = find_attribute(annotations, *track, hide_attribute);
        bool has_object = false;
        std::int64_t last_frame = -1;
        for (const VisibleBox& box : visible_boxes(annotations, *track, losses)) {
            const std::int64_t frame = box.frame.value + 1;
            if (!has_object || frame != last_frame + 1) {
                if (has_object) losses.add("pauses of tracks that split them into separate objects");
                video.objects.push_back(
                    {annotations.label_name(track->label), value_at(*track, hide, box.frame) == "true", {}});
                has_object = true;
            }
            last_frame = frame;
            const Box on = std::get<Box>(on_grid(box.box));
            CaltechRow row{.frame = frame,
                           .pos = {on.x + how.offset, on.y + how.offset, on.w, on.h},
                           .occluded = box.occluded,
                           .lock = box.is_keyframe};
            if (box.occluded && how.keeps_posv)
                row.posv = visible_part(value_at(*track, visible, box.frame), how.offset);
            video.objects.back().rows.push_back(row);
        }
    }
    count_segments(annotations, media, losses);
    return video;
}

std::int64_t box_count(const CaltechVideo& video) {
    std::int64_t count = 0;
    for (const CaltechObject& object : video.objects) count += static_cast<std::int64_t>(object.rows.size());
    return count;
}

}  // namespace inbetween
