#include "app/ui/canvas.h"

#include <algorithm>
#include <cmath>

#include "app/ui/draw2d.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

double area_of(const Shape& shape) {
    const Box box = bounding_box(shape);
    return box.w * box.h;
}

/// The shape a tracker offers for a track at a frame.
const FilledFrame* offer_for(const Session& session, TrackId track, FrameIndex frame) {
    for (const Follow& follow : session.proposals()) {
        if (follow.track != track) continue;
        if (const FilledFrame* offered = frame_of(follow, frame)) return offered;
    }
    return nullptr;
}

/// What the selected track shows where it is not in view: the shape it was last seen with, or will be first.
std::optional<TrackState> ghost_of(const Track& track, FrameIndex frame) {
    const Keyframe* nearest = track.keyframe_at_or_before(frame);
    if (nearest == nullptr && !track.keyframes.empty()) nearest = &track.keyframes.front();
    if (nearest == nullptr) return std::nullopt;
    TrackState state;
    state.shape = nearest->shape;
    state.source = Source::Interpolated;
    return state;
}

void draw_picture_image(const Ui& ui, const CanvasView& view, ImDrawList& list) {
    const Media* media = ui.session.media();
    if (ui.picture.empty() || media == nullptr) return;
    const ImVec2 min = view.screen({0, 0});
    const ImVec2 max = view.screen({static_cast<double>(media->width), static_cast<double>(media->height)});
    list.AddImage(reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(ui.picture.texture().id())), min, max);
    list.AddRect({min.x - 1, min.y - 1}, {max.x + 1, max.y + 1}, ui.theme.line);
}

/// Says in the corner when the picture is not the frame that was asked for.   returns: the height that takes.
float draw_badge(const Ui& ui, ImVec2 at, ImDrawList& list) {
    const ShownFrame shown = ui.session.shown_frame();
    std::string text;
    ImU32 colour = ui.theme.warning;
    if (shown.picture == nullptr) {
        text = ui.session.is_opening()         ? "opening the video…"
               : ui.session.video() == nullptr ? "the video cannot be shown"
                                               : "reading…";
        colour = ui.theme.dim;
    } else if (shown.kind == ShownFrame::Kind::Proxy) {
        text = "approximate: half size";
    } else if (shown.kind == ShownFrame::Kind::Nearest) {
        text = fmt::format("approximate: frame {}", shown.frame.value);
    } else {
        return 0;
    }
    return chip(list, ui.theme, at, text.c_str(), ui.theme.panel, colour).y + ui.px(6);
}

/// Says below when the picture is shown otherwise than it is.
void draw_badges(const Ui& ui, const CanvasView& view, ImDrawList& list) {
    ImVec2 at{view.origin.x + ui.px(10), view.origin.y + ui.px(10)};
    at.y += draw_badge(ui, at, list);
    const std::string text = ui.session.view.adjustment.text();
    if (text.empty()) return;
    const ImVec2 size = chip(list, ui.theme, at, text.c_str(), ui.theme.panel, ui.theme.accent);
    ui.items.set("Canvas/Adjusted", at, {at.x + size.x, at.y + size.y});
}

void draw_empty(const Ui& ui, const CanvasView& view, ImDrawList& list) {
    if (ui.session.media() != nullptr) return;
    const char* text = "This project has no video";
    const ImVec2 size = ImGui::CalcTextSize(text);
    list.AddText({view.origin.x + (view.size.x - size.x) / 2, view.origin.y + view.size.y / 2}, ui.theme.dim, text);
}

/// Tells the session how large the canvas is, and fits the image once.
void settle_viewport(const Ui& ui, ImVec2 size) {
    const ViewState& view = ui.session.view;
    const Media* media = ui.session.media();
    const bool resized = view.viewport.canvas_width != static_cast<double>(size.x) ||
                         view.viewport.canvas_height != static_cast<double>(size.y);
    const double aspect = ui.session.video() != nullptr ? ui.session.video()->pixel_aspect : 1.0;
    const bool other_aspect = view.viewport.pixel_aspect != aspect;
    if (!resized && !other_aspect && !(view.fit_pending && media != nullptr)) return;
    ui.ask([size, aspect](Session& s) {
        Viewport& viewport = s.view.viewport;
        // What was in the middle stays there.
        const Point middle = viewport.image_from_screen({viewport.canvas_width / 2, viewport.canvas_height / 2});
        viewport.canvas_width = static_cast<double>(size.x);
        viewport.canvas_height = static_cast<double>(size.y);
        viewport.pixel_aspect = aspect;
        if (const Media* shown = s.media(); s.view.fit_pending && shown != nullptr) {
            viewport.fit(shown->width, shown->height);
            s.view.fit_pending = false;
        } else {
            viewport.centre_on(middle);
        }
    });
}

}  // namespace

ImVec2 CanvasView::screen(Point image) const {
    const Point at = viewport.screen_from_image(image);
    return {origin.x + static_cast<float>(at.x), origin.y + static_cast<float>(at.y)};
}

Point CanvasView::image(ImVec2 at) const {
    return viewport.image_from_screen({static_cast<double>(at.x - origin.x), static_cast<double>(at.y - origin.y)});
}

std::array<ImVec2, 4> CanvasView::corners(const Shape& shape) const {
    const Quad quad = std::holds_alternative<Box>(shape) ? quad_of(std::get<Box>(shape)) : std::get<Quad>(shape);
    std::array<ImVec2, 4> on_screen;
    for (std::size_t i = 0; i < on_screen.size(); ++i) on_screen[i] = screen(quad.corners[i]);
    return on_screen;
}

bool CanvasView::shows(const Shape& shape) const {
    const Box box = bounding_box(shape);
    const ImVec2 min = screen({box.x, box.y});
    const ImVec2 max = screen({box.right(), box.bottom()});
    return max.x >= origin.x && max.y >= origin.y && min.x <= origin.x + size.x && min.y <= origin.y + size.y;
}

std::vector<ShownTrack> shown_tracks(const Session& session) {
    std::vector<ShownTrack> shown;
    const ViewState& view = session.view;
    for (const auto& [id, track] : session.annotations().tracks) {
        if (track->media != session.media_id()) continue;
        const bool selected = id == view.track;
        auto state = session.annotations().state_at(*track, view.frame);
        bool ghost = false;
        bool offer = false;
        if (!state || state->outside) {
            if (!selected) continue;
            ghost = true;
            state = ghost_of(*track, view.frame);
            if (!state) continue;
            if (const FilledFrame* offered = offer_for(session, id, view.frame)) {
                state->shape = offered->shape;
                offer = true;
            }
        }
        if (view.drag && view.drag->track == id) {
            state->shape = view.drag->shape;
            ghost = false;
            offer = false;
        }
        shown.push_back({track.get(), *state, selected, ghost, offer});
    }
    std::ranges::stable_sort(shown, [](const ShownTrack& a, const ShownTrack& b) {
        if (a.is_selected != b.is_selected) return b.is_selected;
        return area_of(a.state.shape) > area_of(b.state.shape);
    });
    return shown;
}

TrackId track_at(const std::vector<ShownTrack>& shown, Point image, TrackId below) {
    std::vector<const ShownTrack*> under;
    for (const ShownTrack& one : shown) {
        if (contains(one.state.shape, image)) under.push_back(&one);
    }
    if (under.empty()) return {};
    std::ranges::stable_sort(under, {}, [](const ShownTrack* one) { return area_of(one->state.shape); });
    const auto found = std::ranges::find(under, below, [](const ShownTrack* one) { return one->track->id; });
    if (found == under.end() || found + 1 == under.end()) return under.front()->track->id;
    return (*(found + 1))->track->id;
}

void draw_canvas(const Ui& ui) {
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    const ImVec2 size = ImGui::GetContentRegionAvail();
    if (size.x < 8 || size.y < 8) return;
    settle_viewport(ui, size);
    const CanvasView view{origin, size, ui.session.view.viewport};
    ImGui::InvisibleButton(
        "canvas", size,
        ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight | ImGuiButtonFlags_MouseButtonMiddle);
    const bool hovered = ImGui::IsItemHovered();
    ui.items.set("Canvas", origin, view.end());
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(origin, view.end(), ui.theme.canvas);
    list.PushClipRect(origin, view.end(), true);
    draw_picture_image(ui, view, list);
    draw_empty(ui, view, list);
    const std::vector<ShownTrack> shown = shown_tracks(ui.session);
    canvas_gestures(ui, view, shown, hovered);
    if (!ui.session.view.overlays_hidden) {
        draw_tracks(ui, view, shown);
        draw_proposals(ui, view);
    }
    draw_drawing(ui, view);
    draw_badges(ui, view, list);
    if (hovered) draw_loupe(ui, view);
    list.PopClipRect();
}

}  // namespace inbetween
