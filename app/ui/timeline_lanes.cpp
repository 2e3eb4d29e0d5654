#include <algorithm>
#include <array>
#include <cmath>

#include "app/ui/draw2d.h"
#include "app/ui/timeline.h"
#include "app/ui/widgets.h"
#include "core/edit/operations.h"

namespace inbetween {
namespace {

/// Keyframes nearer than this run together into a bar.
constexpr float merge_reach = 6;

bool is_stated_in_view(const Keyframe& keyframe) { return !keyframe.outside; }

const SpanFill* fill_after(const TrackFills& fills, FrameIndex left) {
    const auto found = std::ranges::find(fills, left, [](const SpanFillPtr& fill) { return fill->from().frame; });
    return found == fills.end() ? nullptr : found->get();
}

/// The line between two keyframes says by its weight how the frames are filled.
void draw_span(const Ui& ui, const TimeScale& scale, const Lane& lane, const Keyframe& from, const Keyframe& to,
               const SpanFill* fill, ImU32 colour) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float a = std::max(scale.middle(from.frame), scale.left - 20);
    const float b = std::min(scale.middle(to.frame), scale.right + 20);
    const float y = std::floor(lane.middle());
    if (from.outside) return;  // a gap
    if (to.outside) {
        list.AddRectFilled({a, y - ui.px(1)}, {b, y + ui.px(1)}, with_alpha(colour, 0.35F));
        return;
    }
    if (fill == nullptr) {
        list.AddRectFilled({a, y - ui.px(1)}, {b, y + ui.px(1)}, with_alpha(colour, 0.55F));
        return;
    }
    const bool spline = fill->method == "spline";
    const float half = std::floor(lane.height * (spline ? 0.16F : 0.26F));
    list.AddRectFilled({a, y - half}, {b, y + half}, with_alpha(colour, 0.62F), ui.px(2));
    draw_heat(ui, scale, lane, *fill);
}

void draw_keyframe(const Ui& ui, const TimeScale& scale, const Lane& lane, const Keyframe& keyframe, ImU32 colour) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 at{std::floor(scale.middle(keyframe.frame)) + 0.5F, std::floor(lane.middle()) + 0.5F};
    const float radius = std::min(ui.px(5), lane.height * 0.32F);
    const bool here = keyframe.frame == ui.session.view.frame;
    const ImU32 rim = here ? ui.theme.playhead : IM_COL32(0, 0, 0, 200);
    if (keyframe.outside) {
        diamond(list, at, radius, ui.theme.panel, here ? ui.theme.playhead : colour);
        return;
    }
    diamond(list, at, radius, colour, rim);
    if (keyframe.occluded) {
        list.AddTriangleFilled({at.x, at.y - radius}, {at.x + radius, at.y}, {at.x, at.y + radius}, ui.theme.panel);
        diamond(list, at, radius, IM_COL32(0, 0, 0, 0), colour);
    }
}

/// Ranges that say something of the track, as a thin line along the lane's upper edge.
void draw_ranges(const Ui& ui, const TimeScale& scale, const Lane& lane, const Track& track) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto strip = [&](const FrameRange& range, ImU32 colour) {
        if (range.intersect(scale.shown()).empty()) return;
        list.AddRectFilled({scale.x(static_cast<double>(range.begin.value)), lane.top + 1},
                           {scale.x(static_cast<double>(range.end.value)), lane.top + ui.px(3)}, colour);
    };
    for (const auto& [id, segment] : ui.session.annotations().segments) {
        if (segment->track == track.id) strip(segment->range, label_colour(ui.session.annotations(), segment->label));
    }
}

/// What trackers offer past the track's ends: an outline, since nobody has accepted it.
void draw_offers(const Ui& ui, const TimeScale& scale, const Lane& lane, const Track& track, ImU32 colour) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (const Follow& follow : ui.session.proposals()) {
        if (follow.track != track.id) continue;
        const auto length = static_cast<std::int64_t>(follow.frames.size());
        const bool forward = follow.direction == Direction::Forward;
        const float a = scale.x(static_cast<double>(forward ? follow.from.value + 1 : follow.from.value - length));
        const float b = scale.x(static_cast<double>(forward ? follow.from.value + 1 + length : follow.from.value));
        const float half = std::floor(lane.height * 0.26F);
        const std::array<ImVec2, 4> outline{{{a, lane.middle() - half},
                                             {b, lane.middle() - half},
                                             {b, lane.middle() + half},
                                             {a, lane.middle() + half}}};
        list.AddRectFilled(outline[0], outline[2], with_alpha(colour, 0.18F));
        dashed_line(list, outline, true, colour, ui.px(1), ui.px(4), ui.px(3));
    }
}

void drag_edge(const Ui& ui, const TimeScale& scale, const Segment& segment) {
    auto& drag = ui.state.timeline.edge;
    const auto frame = static_cast<std::int64_t>(std::llround(scale.frame_at(ImGui::GetIO().MousePos.x)));
    const std::int64_t last = std::max<std::int64_t>(ui.session.frames(), 1);
    if (drag->is_end) {
        drag->range.end = FrameIndex{std::clamp(frame, drag->range.begin.value + 1, last)};
    } else {
        drag->range.begin = FrameIndex{std::clamp<std::int64_t>(frame, 0, drag->range.end.value - 1)};
    }
    ui.cursor = Cursor::ResizeWidth;
    if (ImGui::GetIO().MouseDown[0]) return;
    ui.ask([id = segment.id, range = drag->range](Session& s) {
        s.commit(edit::set_segment_range(s.annotations(), id, range));
    });
    drag.reset();
}

void handle_segment(const Ui& ui, const TimeScale& scale, const Lane& lane, const Segment& segment, float a, float b) {
    auto& drag = ui.state.timeline.edge;
    if (drag && drag->segment == segment.id) return drag_edge(ui, scale, segment);
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (!ImGui::IsWindowHovered() || mouse.y < lane.top || mouse.y >= lane.top + lane.height) return;
    const float reach = ui.px(5);
    const bool selected = ui.session.view.segment == segment.id;
    const bool at_begin = selected && std::abs(mouse.x - a) <= reach;
    const bool at_end = selected && std::abs(mouse.x - b) <= reach;
    if (at_begin || at_end) {
        ui.cursor = Cursor::ResizeWidth;
        if (ImGui::IsMouseClicked(0)) drag = TimelineState::EdgeDrag{segment.id, at_end, segment.range};
        return;
    }
    if (mouse.x < a || mouse.x > b || mouse.x < scale.left) return;
    if (!ImGui::IsMouseClicked(0)) return;
    const FrameIndex frame{static_cast<std::int64_t>(std::floor(scale.frame_at(mouse.x)))};
    ui.ask([id = segment.id, frame](Session& s) {
        s.view.segment = id;
        s.go_to(frame);
    });
}

}  // namespace

FrameRange TimeScale::shown() const {
    return {FrameIndex{static_cast<std::int64_t>(std::floor(frame_at(left)))},
            FrameIndex{static_cast<std::int64_t>(std::ceil(frame_at(right))) + 1}};
}

void draw_track_lane(const Ui& ui, const TimeScale& scale, const Lane& lane, const Track& track) {
    const ImU32 colour = label_colour(ui.session.annotations(), track.label);
    const TrackFills& fills = ui.session.annotations().fills_of(track.id);
    const std::vector<Keyframe>& keyframes = track.keyframes;
    const FrameRange seen = scale.shown();
    auto first = std::ranges::lower_bound(keyframes, seen.begin, {}, &Keyframe::frame);
    if (first != keyframes.begin()) --first;
    const float merge = ui.px(merge_reach);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    // A run of near keyframes becomes one bar; spans are only drawn between runs.
    for (auto at = first; at != keyframes.end() && at->frame < seen.end;) {
        auto last = at;
        while (last + 1 != keyframes.end() && scale.middle((last + 1)->frame) - scale.middle(last->frame) < merge &&
               is_stated_in_view(*last)) {
            ++last;
        }
        const auto next = last + 1;
        if (next != keyframes.end()) draw_span(ui, scale, lane, *last, *next, fill_after(fills, last->frame), colour);
        if (last - at >= 2) {
            const float half = std::floor(lane.height * 0.3F);
            list.AddRectFilled({scale.middle(at->frame) - ui.px(2), lane.middle() - half},
                               {scale.middle(last->frame) + ui.px(2), lane.middle() + half}, colour, ui.px(2));
        } else {
            for (auto k = at; k != next; ++k) {
                if (k != last) draw_span(ui, scale, lane, *k, *(k + 1), fill_after(fills, k->frame), colour);
            }
            for (auto k = at; k != next; ++k) draw_keyframe(ui, scale, lane, *k, colour);
        }
        at = next;
    }
    draw_offers(ui, scale, lane, track, colour);
    draw_ranges(ui, scale, lane, track);
}

void draw_segment_bar(const Ui& ui, const TimeScale& scale, const Lane& lane, const Segment& segment) {
    const auto& drag = ui.state.timeline.edge;
    const FrameRange range = drag && drag->segment == segment.id ? drag->range : segment.range;
    if (range.intersect(scale.shown()).empty() && !(drag && drag->segment == segment.id)) return;
    const ImU32 colour = label_colour(ui.session.annotations(), segment.label);
    const float a = scale.x(static_cast<double>(range.begin.value));
    const float b = std::max(scale.x(static_cast<double>(range.end.value)), a + ui.px(2));
    const bool selected = ui.session.view.segment == segment.id;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 min{a, lane.top + ui.px(2)};
    const ImVec2 max{b, lane.top + lane.height - ui.px(2)};
    list.AddRectFilled(min, max, with_alpha(colour, selected ? 0.95F : 0.6F), ui.px(3));
    if (selected) list.AddRect(min, max, ui.theme.text, ui.px(3));
    const std::string name = ui.session.annotations().label_name(segment.label);
    const float room = b - std::max(a, scale.left) - ui.px(8);
    if (room > ui.px(16)) {
        const std::string text = elided(ui.theme.small, ui.theme.small->FontSize, name, room);
        list.AddText(
            ui.theme.small, ui.theme.small->FontSize,
            {std::max(a, scale.left) + ui.px(4), std::floor(lane.middle() - ui.theme.small->FontSize / 2 - ui.px(1))},
            readable_on(colour), text.c_str());
    }
    ui.items.set(fmt::format("Timeline/Segment/{}", number(segment.id)), min, max);
    handle_segment(ui, scale, lane, segment, a, b);
}

std::vector<std::vector<const Segment*>> stacked_segments(const Session& session) {
    std::vector<const Segment*> segments;
    for (const auto& [id, segment] : session.annotations().segments) {
        if (segment->media == session.media_id() && !is_set(segment->track)) segments.push_back(segment.get());
    }
    std::ranges::stable_sort(segments, {}, [](const Segment* s) { return s->range.begin; });
    std::vector<std::vector<const Segment*>> lanes;
    for (const Segment* segment : segments) {
        const auto free = std::ranges::find_if(
            lanes, [&](const auto& lane) { return lane.back()->range.end <= segment->range.begin; });
        if (free != lanes.end()) {
            free->push_back(segment);
        } else {
            lanes.push_back({segment});
        }
    }
    return lanes;
}

}  // namespace inbetween
