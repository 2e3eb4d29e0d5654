#include "app/ui/timeline.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/commands/useful.h"
#include "app/ui/draw2d.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

constexpr float names_width = 168;
constexpr float ruler_height = 24;
constexpr float lane_height = 20;
constexpr float strip_height = 40;
/// A lower timeline is left to the tracks.
constexpr float least_height_with_strip = 120;
constexpr float bar_height = 10;
constexpr double zoom_per_notch = 1.25;
constexpr double most_pixels_per_frame = 40;

/// The panel's parts on screen.
struct Layout {
    ImVec2 min;
    ImVec2 max;
    float lanes_left = 0;
    float ruler_bottom = 0;
    float lanes_top = 0;  ///< below the strip of thumbnails, if there is one
    float bar_top = 0;
};

Layout lay_out(const Ui& ui) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 size = ImGui::GetContentRegionAvail();
    Layout layout;
    layout.min = at;
    layout.max = {at.x + size.x, at.y + size.y};
    layout.lanes_left = at.x + std::min(ui.px(names_width), size.x / 3);
    layout.ruler_bottom = at.y + ui.px(ruler_height);
    const bool has_strip = !ui.session.view.thumbnails_hidden && ui.session.thumbnails() != nullptr &&
                           size.y >= ui.px(least_height_with_strip);
    layout.lanes_top = layout.ruler_bottom + (has_strip ? ui.px(strip_height) : 0);
    layout.bar_top = layout.max.y - ui.px(bar_height);
    return layout;
}

double fitting_pixels(const Ui& ui, const Layout& layout) {
    const auto frames = static_cast<double>(std::max<std::int64_t>(ui.session.frames(), 1));
    return std::max(static_cast<double>(layout.max.x - layout.lanes_left - ui.px(10)) / frames, 1e-6);
}

/// The scale of this frame, kept within the video; the playhead stays in view when it moves.
TimeScale settle_scale(const Ui& ui, const Layout& layout) {
    TimelineState& state = ui.state.timeline;
    const double fitting = fitting_pixels(ui, layout);
    if (state.pixels_per_frame < fitting) state.pixels_per_frame = fitting;
    state.pixels_per_frame = std::min(state.pixels_per_frame, std::max(most_pixels_per_frame, fitting));
    const double shown = static_cast<double>(layout.max.x - layout.lanes_left) / state.pixels_per_frame;
    const double slack = static_cast<double>(ui.px(10)) / state.pixels_per_frame;
    const FrameIndex frame = ui.session.view.frame;
    if (frame != state.last_frame_shown && !state.scrubbing) {
        const auto at = static_cast<double>(frame.value);
        if (at < state.first_frame || at > state.first_frame + shown * 0.98) state.first_frame = at - shown * 0.15;
    }
    state.last_frame_shown = frame;
    const double most = std::max(0.0, static_cast<double>(ui.session.frames()) + slack - shown);
    state.first_frame = std::clamp(state.first_frame, 0.0, most);
    return {layout.lanes_left, layout.max.x, state.first_frame, state.pixels_per_frame};
}

/// Frames between two labelled ticks: 1, 2 or 5 times a power of ten.
std::int64_t tick_step(const Ui& ui, const TimeScale& scale) {
    const double wanted = static_cast<double>(ui.px(72)) / scale.pixels;
    std::int64_t step = 1;
    for (std::int64_t power = 1;; power *= 10) {
        for (const std::int64_t times : {1, 2, 5}) {
            step = power * times;
            if (static_cast<double>(step) >= wanted) return step;
        }
    }
}

void draw_ruler(const Ui& ui, const Layout& layout, const TimeScale& scale) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(layout.min, {layout.max.x, layout.ruler_bottom}, ui.theme.panel);
    list.PushClipRect({layout.lanes_left, layout.min.y}, layout.max, true);
    const std::int64_t step = tick_step(ui, scale);
    const std::int64_t minor = std::max<std::int64_t>(1, step / 5);
    const FrameRange shown = scale.shown();
    const std::int64_t last = ui.session.frames();
    for (std::int64_t f = std::max<std::int64_t>(0, shown.begin.value / step * step); f < shown.end.value && f < last;
         f += minor) {
        const bool labelled = f % step == 0;
        const float x = std::floor(scale.middle(FrameIndex{f})) + 0.5F;
        list.AddLine({x, layout.ruler_bottom - ui.px(labelled ? 8 : 4)}, {x, layout.ruler_bottom},
                     labelled ? ui.theme.dim : ui.theme.strong_line);
        if (!labelled) continue;
        list.AddLine({x, layout.lanes_top}, {x, layout.max.y}, with_alpha(ui.theme.line, 0.6F));
        const std::string text = fmt::format("{}", f);
        list.AddText(ui.theme.small, ui.theme.small->FontSize, {x + ui.px(3), layout.min.y + ui.px(3)}, ui.theme.dim,
                     text.c_str());
    }
    list.PopClipRect();
    list.AddLine({layout.min.x, layout.ruler_bottom}, {layout.max.x, layout.ruler_bottom}, ui.theme.line);
}

void draw_strip(const Ui& ui, const Layout& layout, const TimeScale& scale) {
    if (layout.lanes_top <= layout.ruler_bottom) return;
    const Lane lane{layout.ruler_bottom, layout.lanes_top - layout.ruler_bottom};
    ui.items.set("Timeline/Thumbnails", {layout.lanes_left, lane.top}, {layout.max.x, layout.lanes_top});
    draw_thumbnail_strip(ui, scale, lane);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddText(ui.theme.small, ui.theme.small->FontSize,
                 {layout.min.x + ui.px(10), std::floor(lane.middle() - ui.theme.small->FontSize / 2 - ui.px(1))},
                 ui.theme.dim, "Pictures");
    list.AddLine({layout.min.x, layout.lanes_top}, {layout.max.x, layout.lanes_top}, ui.theme.line);
}

void draw_marks(const Ui& ui, const Layout& layout, const TimeScale& scale) {
    const ViewState& view = ui.session.view;
    if (!view.segment_in && !view.segment_out) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const double in = static_cast<double>(view.segment_in.value_or(view.frame).value);
    const double out = static_cast<double>(view.segment_out.value_or(view.frame).value) + 1;
    const ImU32 colour = ui.theme.good;
    list.AddRectFilled({scale.x(std::min(in, out)), layout.min.y}, {scale.x(std::max(in, out)), layout.bar_top},
                       with_alpha(colour, 0.12F));
    list.AddRectFilled({scale.x(std::min(in, out)), layout.ruler_bottom - ui.px(3)},
                       {scale.x(std::max(in, out)), layout.ruler_bottom}, colour);
}

void draw_playhead(const Ui& ui, const Layout& layout, const TimeScale& scale) {
    // In the lanes' own list, above them, but reaching up into the ruler.
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRect({layout.lanes_left, layout.min.y}, layout.max, false);
    draw_marks(ui, layout, scale);
    const float x = std::floor(scale.middle(ui.session.view.frame)) + 0.5F;
    if (scale.pixels > static_cast<double>(ui.px(4))) {
        const auto at = static_cast<double>(ui.session.view.frame.value);
        list.AddRectFilled({scale.x(at), layout.lanes_top}, {scale.x(at + 1), layout.bar_top},
                           with_alpha(ui.theme.playhead, 0.10F));
    }
    list.AddLine({x, layout.min.y}, {x, layout.bar_top}, ui.theme.playhead, ui.px(1.5F));
    const std::string text = fmt::format("{}", ui.session.view.frame.value);
    const float width = chip_size(ui.theme, text.c_str()).x;
    const float left = std::clamp(x - width / 2, layout.lanes_left, std::max(layout.lanes_left, layout.max.x - width));
    chip(list, ui.theme, {left, layout.min.y + ui.px(1)}, text.c_str(), ui.theme.playhead,
         readable_on(ui.theme.playhead));
    list.PopClipRect();
}

void scrub(const Ui& ui, const Layout& layout, const TimeScale& scale) {
    TimelineState& state = ui.state.timeline;
    ImGui::SetCursorScreenPos({layout.lanes_left, layout.min.y});
    ImGui::InvisibleButton("ruler", {layout.max.x - layout.lanes_left, layout.lanes_top - layout.min.y});
    ui.items.set_last("Timeline/Ruler");
    state.scrubbing = ImGui::IsItemActive();
    if (!state.scrubbing) return;
    const auto frame = static_cast<std::int64_t>(std::floor(scale.frame_at(ImGui::GetIO().MousePos.x)));
    const FrameIndex wanted{std::clamp<std::int64_t>(frame, 0, std::max<std::int64_t>(ui.session.frames() - 1, 0))};
    if (wanted != ui.session.view.frame) ui.go_to(wanted);
}

/// Zooms about the pointer, scrolls sideways.
void wheel(const Ui& ui, const Layout& layout, const TimeScale& scale) {
    const ImGuiIO& io = ImGui::GetIO();
    TimelineState& state = ui.state.timeline;
    if (!ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows)) return;
    if (io.MousePos.x < layout.lanes_left || (io.MouseWheel == 0 && io.MouseWheelH == 0)) return;
    if (io.KeyCtrl) {
        const double at = scale.frame_at(io.MousePos.x);
        const double fitting = fitting_pixels(ui, layout);
        const double pixels = std::clamp(scale.pixels * std::pow(zoom_per_notch, static_cast<double>(io.MouseWheel)),
                                         fitting, std::max(most_pixels_per_frame, fitting));
        state.first_frame = at - static_cast<double>(io.MousePos.x - scale.left) / pixels;
        state.pixels_per_frame = pixels;
        ui.wake_in(0);
        return;
    }
    const float sideways = io.MouseWheelH + (io.KeyShift ? io.MouseWheel : 0);
    if (sideways == 0) return;
    state.first_frame -= static_cast<double>(sideways) * static_cast<double>(ui.px(60)) / scale.pixels;
    ui.wake_in(0);
}

void draw_scroll_bar(const Ui& ui, const Layout& layout, const TimeScale& scale) {
    const auto frames = static_cast<double>(std::max<std::int64_t>(ui.session.frames(), 1));
    const double shown = static_cast<double>(scale.right - scale.left) / scale.pixels;
    const float width = scale.right - scale.left;
    ImGui::SetCursorScreenPos({scale.left, layout.bar_top});
    ImGui::InvisibleButton("bar", {width, layout.max.y - layout.bar_top});
    if (shown >= frames) return;
    const float from = scale.left + static_cast<float>(scale.first / frames) * width;
    const float length = std::max(static_cast<float>(shown / frames) * width, ui.px(16));
    const bool active = ImGui::IsItemActive();
    if (active) {
        ui.state.timeline.first_frame += static_cast<double>(ImGui::GetIO().MouseDelta.x / width) * frames;
        ui.wake_in(0);
    }
    ImGui::GetWindowDrawList()->AddRectFilled(
        {from, layout.bar_top + ui.px(2)}, {from + length, layout.max.y - ui.px(2)},
        active || ImGui::IsItemHovered() ? ui.theme.strong_line : ui.theme.hovered, ui.px(3));
}

/// A lane's name at the left, over which the lanes do not scroll.
void draw_name(const Ui& ui, const Layout& layout, const Lane& lane, ImU32 colour, const std::string& text,
               bool selected) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float side = ui.px(8);
    list.AddRectFilled({layout.min.x + ui.px(10), lane.middle() - side / 2},
                       {layout.min.x + ui.px(10) + side, lane.middle() + side / 2}, colour, ui.px(2));
    const float left = layout.min.x + ui.px(25);
    const std::string shown =
        elided(ui.theme.small, ui.theme.small->FontSize, text, layout.lanes_left - left - ui.px(6));
    list.AddText(ui.theme.small, ui.theme.small->FontSize,
                 {left, std::floor(lane.middle() - ui.theme.small->FontSize / 2 - ui.px(1))},
                 selected ? ui.theme.text : ui.theme.dim, shown.c_str());
}

void lane_tooltip(const Ui& ui, const TimeScale& scale, const Track& track) {
    const float x = ImGui::GetIO().MousePos.x;
    if (x < scale.left) return text_tooltip(ui, track_text(ui.session.annotations(), track));
    const FrameIndex frame{static_cast<std::int64_t>(std::floor(scale.frame_at(x)))};
    std::string text = fmt::format("{}, frame {}\n", track_text(ui.session.annotations(), track), frame.value);
    const auto state = ui.session.annotations().state_at(track, frame);
    if (!state) {
        text += "not there";
    } else if (state->outside) {
        text += "outside";
    } else if (state->is_keyframe) {
        text += fmt::format("keyframe ({})", name_of(state->source));
    } else {
        const Keyframe* left = track.keyframe_at_or_before(frame);
        text += span_method(track, ui.session.annotations().fills_of(track.id), *left);
        if (state->source == Source::Tracked) {
            const auto confidence = static_cast<double>(state->confidence);
            text += fmt::format(": {}, {:.0f}%\nexpected to move by {:.2f} of its size",
                                confidence_word(state->confidence), confidence * 100, expected_change(confidence));
        }
    }
    if (state && state->occluded) text += ", occluded";
    text_tooltip(ui, text);
}

void draw_track_row(const Ui& ui, const Layout& layout, const TimeScale& scale, const Lane& lane, const Track& track) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool selected = track.id == ui.session.view.track;
    ImGui::SetCursorScreenPos({layout.min.x, lane.top});
    const std::string id = fmt::format("Timeline/Track/{}", number(track.id));
    const bool clicked = ImGui::InvisibleButton(id.c_str(), {layout.max.x - layout.min.x, lane.height});
    ui.items.set_last(id);
    const bool hovered = ImGui::IsItemHovered();
    if (hovered) ui.state.pointed_track = track.id;
    const bool lit = hovered || ui.state.hovered_track == track.id;
    if (selected || lit) {
        list.AddRectFilled({layout.min.x, lane.top}, {layout.max.x, lane.top + lane.height},
                           selected ? with_alpha(ui.theme.selected, 0.75F) : with_alpha(ui.theme.hovered, 0.45F));
    }
    draw_name(ui, layout, lane, label_colour(ui.session.annotations(), track.label),
              track_text(ui.session.annotations(), track), selected);
    list.PushClipRect({layout.lanes_left, layout.lanes_top}, {layout.max.x, layout.bar_top}, true);
    draw_track_lane(ui, scale, lane, track);
    list.PopClipRect();
    list.AddLine({layout.min.x, lane.top + lane.height - 0.5F}, {layout.max.x, lane.top + lane.height - 0.5F},
                 with_alpha(ui.theme.line, 0.5F));
    if (hovered) lane_tooltip(ui, scale, track);
    if (!clicked) return;
    ui.select_track(track.id);
    const float x = ImGui::GetIO().MousePos.x;
    if (x >= scale.left) {
        const auto frame = static_cast<std::int64_t>(std::floor(scale.frame_at(x)));
        ui.go_to(FrameIndex{std::clamp<std::int64_t>(frame, 0, std::max<std::int64_t>(ui.session.frames() - 1, 0))});
    } else if (!ui.session.annotations().state_at(track, ui.session.view.frame)) {
        ui.go_to(track.extent().begin);
    }
}

void draw_segment_rows(const Ui& ui, const Layout& layout, const TimeScale& scale, float& top) {
    const auto lanes = stacked_segments(ui.session);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        const Lane lane{top, ui.px(lane_height)};
        top += lane.height;
        if (lane.top > layout.bar_top || lane.top + lane.height < layout.lanes_top) continue;
        draw_name(ui, layout, lane, ui.theme.faint, i == 0 ? "segments" : "", false);
        list.PushClipRect({layout.lanes_left, layout.lanes_top}, {layout.max.x, layout.bar_top}, true);
        for (const Segment* segment : lanes[i]) draw_segment_bar(ui, scale, lane, *segment);
        list.PopClipRect();
        list.AddLine({layout.min.x, top - 0.5F}, {layout.max.x, top - 0.5F}, with_alpha(ui.theme.line, 0.5F));
    }
}

/// Scrolls to the selected track's lane when another one was selected.
void follow_selection(const Ui& ui, std::size_t row, float first_row_y, float height) {
    TimelineState& state = ui.state.timeline;
    if (ui.session.view.track == state.last_track) return;
    state.last_track = ui.session.view.track;
    const float y = first_row_y + static_cast<float>(row) * height;
    const float scroll = ImGui::GetScrollY();
    const float room = ImGui::GetWindowHeight();
    if (y < scroll || y + height > scroll + room) ImGui::SetScrollY(std::max(0.0F, y - room / 2));
    ui.wake_in(0);
}

void draw_lanes(const Ui& ui, const Layout& layout, const TimeScale& scale) {
    std::vector<const Track*> tracks;
    for (const auto& [id, track] : ui.session.annotations().tracks) {
        if (track->media == ui.session.media_id()) tracks.push_back(track.get());
    }
    const float origin = ImGui::GetCursorScreenPos().y;
    float top = origin;
    draw_segment_rows(ui, layout, scale, top);
    const float height = ui.px(lane_height);
    const float segments_height = top - origin;
    const auto selected = std::ranges::find(tracks, ui.session.view.track, &Track::id);
    if (selected != tracks.end()) {
        follow_selection(ui, static_cast<std::size_t>(selected - tracks.begin()), segments_height, height);
    }
    const auto count = static_cast<std::int64_t>(tracks.size());
    const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>((layout.lanes_top - top) / height) - 1);
    const auto last = std::min<std::int64_t>(count, static_cast<std::int64_t>((layout.bar_top - top) / height) + 1);
    for (std::int64_t i = first; i < last; ++i) {
        const Lane lane{top + static_cast<float>(i) * height, height};
        draw_track_row(ui, layout, scale, lane, *tracks[static_cast<std::size_t>(i)]);
    }
    ImGui::SetCursorScreenPos({layout.min.x, origin});
    ImGui::Dummy({1, segments_height + static_cast<float>(count) * height});
    if (count == 0 && segments_height == 0) {
        ImGui::GetWindowDrawList()->AddText({layout.lanes_left + ui.px(12), origin + ui.px(10)}, ui.theme.faint,
                                            "Nothing annotated yet");
    }
}

}  // namespace

void draw_timeline(const Ui& ui) {
    const Layout layout = lay_out(ui);
    if (layout.max.y - layout.lanes_top < ui.px(20)) return;
    const TimeScale scale = settle_scale(ui, layout);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(layout.min, layout.max, ui.theme.window);
    wheel(ui, layout, scale);
    draw_ruler(ui, layout, scale);
    draw_strip(ui, layout, scale);
    scrub(ui, layout, scale);
    ImGui::SetCursorScreenPos({layout.min.x, layout.lanes_top});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    // With a modifier the wheel is the scale's.
    const bool wheel_is_ours = ImGui::GetIO().KeyCtrl || ImGui::GetIO().KeyShift;
    ImGui::BeginChild("lanes", {layout.max.x - layout.min.x, layout.bar_top - layout.lanes_top}, false,
                      wheel_is_ours ? ImGuiWindowFlags_NoScrollWithMouse : 0);
    draw_lanes(ui, layout, scale);
    draw_playhead(ui, layout, scale);
    ImGui::EndChild();
    ImGui::PopStyleVar();
    list.AddLine({layout.lanes_left, layout.min.y}, {layout.lanes_left, layout.bar_top}, ui.theme.line);
    draw_scroll_bar(ui, layout, scale);
}

}  // namespace inbetween
