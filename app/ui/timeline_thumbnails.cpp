#include <algorithm>
#include <cmath>

#include "app/ui/draw2d.h"
#include "app/ui/timeline.h"

namespace inbetween {
namespace {

/// While the background pass makes more of them, the strip looks that often.
constexpr double look_secs = 0.5;
/// Nothing is drawn wider, so that a panorama does not fill the lane alone.
constexpr float most_aspect = 4;
/// A picture is made so much wider at most to fill its frames; where a frame is wider still, a gap is left.
constexpr double most_widened = 1.34;
/// A picture that stands in for a frame near by.
constexpr float stand_in_opacity = 0.4F;

/// Width over height of the upright picture on screen.
float aspect_of(const Session& session) {
    const Media* media = session.media();
    if (media == nullptr || media->width < 1 || media->height < 1) return 1;
    const double pixel_aspect = session.video() != nullptr ? session.video()->pixel_aspect : 1.0;
    const double aspect = media->width * pixel_aspect / media->height;
    return std::clamp(static_cast<float>(aspect), 1 / most_aspect, most_aspect);
}

ImU32 tint(float opacity) { return IM_COL32(255, 255, 255, static_cast<int>(opacity * 255)); }

void draw_thumbnail(const Ui& ui, const std::shared_ptr<const Thumbnail>& thumbnail, const ThumbnailCells& cells,
                    ImVec2 min, ImVec2 max, float opacity) {
    const auto place = ui.thumbnails.place_of(thumbnail);
    if (!place) return;
    const float across = (place->right - place->left) * static_cast<float>(1 - cells.shown_across) / 2;
    const float down = (place->bottom - place->top) * static_cast<float>(1 - cells.shown_down) / 2;
    ImGui::GetWindowDrawList()->AddImage(reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(place->texture)),
                                         min, max, {place->left + across, place->top + down},
                                         {place->right - across, place->bottom - down}, tint(opacity));
}

}  // namespace

ThumbnailCells thumbnail_cells(double pixels_per_frame, double width) {
    ThumbnailCells cells;
    cells.step = std::max<std::int64_t>(1, std::llround(width / pixels_per_frame));
    cells.width = std::min(static_cast<double>(cells.step) * pixels_per_frame, width * most_widened);
    const double widened = cells.width / width;
    cells.shown_across = std::min(widened, 1.0);
    cells.shown_down = std::min(1 / widened, 1.0);
    return cells;
}

void draw_thumbnail_strip(const Ui& ui, const TimeScale& scale, const Lane& lane) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled({scale.left, lane.top}, {scale.right, lane.top + lane.height}, ui.theme.canvas);
    if (ui.session.survey_share() < 1) ui.wake_in(look_secs);
    const auto thumbnails = ui.session.thumbnails();
    if (thumbnails == nullptr) return;
    const float top = lane.top + ui.px(1);
    const float height = lane.height - ui.px(2);
    const auto cells = thumbnail_cells(scale.pixels, static_cast<double>(height * aspect_of(ui.session)));
    const std::int64_t step = cells.step;
    const auto width = static_cast<float>(cells.width);
    const FrameRange shown = scale.shown();
    const std::int64_t frames = ui.session.frames();
    list.PushClipRect({scale.left, lane.top}, {scale.right, lane.top + lane.height}, true);
    for (std::int64_t f = std::max<std::int64_t>(0, shown.begin.value / step * step); f < shown.end.value && f < frames;
         f += step) {
        const auto thumbnail = thumbnails->nearest(FrameIndex{f + (step - 1) / 2});
        if (thumbnail == nullptr) break;
        const std::int64_t at = thumbnail->frame.value;
        const bool is_of_here = at >= f && at < f + step;
        // Where no picture has been made yet there is none, rather than one of somewhere else.
        if (!is_of_here && std::abs(at - f) >= thumbnails->spacing + step) continue;
        const float x = std::round(scale.x(static_cast<double>(f)));
        const float end = std::round(scale.x(static_cast<double>(f)) + width) - ui.px(1);
        draw_thumbnail(ui, thumbnail, cells, {x, top}, {end, top + height}, is_of_here ? 1 : stand_in_opacity);
    }
    list.PopClipRect();
}

}  // namespace inbetween
