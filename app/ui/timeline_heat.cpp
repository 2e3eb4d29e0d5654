#include <algorithm>
#include <array>
#include <cmath>

#include "app/ui/draw2d.h"
#include "app/ui/timeline.h"
#include "app/ui/widgets.h"

namespace inbetween {
namespace {

/// A span of confidence, told by a word, a height and a colour; the worst by a hatch too.
struct Level {
    float least = 0;  ///< of the confidence
    std::string_view word;
    ImU32 colour = 0;  ///< none where there is nothing to see
    bool hatched = false;
};

// source of the colours: Okabe, Ito, "Color Universal Design", 2008.
constexpr std::array levels{Level{0.9F, "sure"}, Level{0.7F, "fairly sure", IM_COL32(240, 228, 66, 255)},
                            Level{0.4F, "doubtful", IM_COL32(230, 159, 0, 255)},
                            Level{0.0F, "a guess", IM_COL32(213, 94, 0, 255), true}};
constexpr float column_width = 2;
constexpr float least_height = 3;
/// Of a column without any confidence, against the lane's height.
constexpr float most_share = 0.5F;

const Level& level_of(float confidence) {
    return *std::ranges::find_if(levels,
                                 [&](const Level& level) { return confidence >= level.least || level.least <= 0; });
}

/// The least confidence of a run of frames.
float least_of(const SpanFill& fill, std::int64_t from, std::int64_t to) {
    const std::int64_t first = fill.range().begin.value;
    float least = 1;
    for (std::int64_t f = from; f < to; ++f)
        least = std::min(least, fill.frames[static_cast<std::size_t>(f - first)].confidence);
    return std::clamp(least, 0.0F, 1.0F);
}

void draw_column(const Ui& ui, const Lane& lane, float a, float b, float confidence) {
    const Level& level = level_of(confidence);
    if (level.colour == 0) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float height = std::max(ui.px(least_height), std::round(lane.height * most_share * (1 - confidence)));
    const float bottom = lane.top + lane.height - 1;
    // Apart from the span's own colour, which may be the same.
    list.AddRectFilled({a, bottom - height - ui.px(1)}, {b, bottom}, ui.theme.canvas);
    list.AddRectFilled({a, bottom - height}, {b, bottom}, level.colour);
    if (!level.hatched) return;
    const std::array<ImVec2, 4> corners{{{a, bottom - height}, {b, bottom - height}, {b, bottom}, {a, bottom}}};
    hatch(list, corners, IM_COL32(0, 0, 0, 170), ui.px(4), ui.px(1.2F));
}

}  // namespace

std::string_view confidence_word(float confidence) { return level_of(confidence).word; }

void draw_heat(const Ui& ui, const TimeScale& scale, const Lane& lane, const SpanFill& fill) {
    const FrameRange seen = fill.range().intersect(scale.shown());
    if (seen.empty()) return;
    const auto frames_a_column =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(static_cast<double>(ui.px(column_width)) / scale.pixels));
    // Columns begin at frames that do not move with the scroll, and like ones are drawn as one.
    float from = 0;
    float until = 0;
    float pending = -1;
    const std::int64_t start = seen.begin.value / frames_a_column * frames_a_column;
    for (std::int64_t f = start; f < seen.end.value; f += frames_a_column) {
        const std::int64_t first = std::max(f, seen.begin.value);
        const std::int64_t last = std::min(f + frames_a_column, seen.end.value);
        const float confidence = std::round(least_of(fill, first, last) * 20) / 20;
        const float a = std::floor(scale.x(static_cast<double>(first)));
        const float b = std::max(std::floor(scale.x(static_cast<double>(last))), a + 1);
        if (confidence != pending) {
            if (pending >= 0) draw_column(ui, lane, from, until, pending);
            pending = confidence;
            from = a;
        }
        until = b;
    }
    if (pending >= 0) draw_column(ui, lane, from, until, pending);
}

}  // namespace inbetween
