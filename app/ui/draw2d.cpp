#include "app/ui/draw2d.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace inbetween {
namespace {

/// Longer lines are drawn solid: at such zoom their dashes cannot be told, and there would be thousands.
constexpr float longest_dashed = 8000;

/// Where a horizontal-ish sweep line c = x + y crosses the outline, sorted along the line.
std::vector<ImVec2> crossings(const std::array<ImVec2, 4>& corners, float c) {
    std::vector<ImVec2> found;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const ImVec2 a = corners[i];
        const ImVec2 b = corners[(i + 1) % corners.size()];
        const float at_a = a.x + a.y - c;
        const float at_b = b.x + b.y - c;
        if ((at_a < 0) == (at_b < 0)) continue;
        const float t = at_a / (at_a - at_b);
        found.push_back({a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t});
    }
    std::ranges::sort(found, {}, [](const ImVec2& p) { return p.x; });
    return found;
}

}  // namespace

void dashed_line(ImDrawList& list, std::span<const ImVec2> points, bool closed, ImU32 colour, float thickness,
                 float dash, float gap) {
    const std::size_t edges = closed ? points.size() : points.size() - 1;
    float along = 0;  // how far into the pattern
    const float period = dash + gap;
    for (std::size_t i = 0; i < edges; ++i) {
        const ImVec2 a = points[i];
        const ImVec2 b = points[(i + 1) % points.size()];
        const float length = std::hypot(b.x - a.x, b.y - a.y);
        if (length < 0.01F) continue;
        if (length > longest_dashed) {
            list.AddLine(a, b, colour, thickness);
            continue;
        }
        const ImVec2 unit{(b.x - a.x) / length, (b.y - a.y) / length};
        for (float at = -along; at < length; at += period) {
            const float from = std::max(at, 0.0F);
            const float to = std::min(at + dash, length);
            if (to <= from) continue;
            list.AddLine({a.x + unit.x * from, a.y + unit.y * from}, {a.x + unit.x * to, a.y + unit.y * to}, colour,
                         thickness);
        }
        along = std::fmod(along + length, period);
    }
}

void hatch(ImDrawList& list, const std::array<ImVec2, 4>& corners, ImU32 colour, float step, float thickness) {
    const ImVec2 clip_min = list.GetClipRectMin();
    const ImVec2 clip_max = list.GetClipRectMax();
    float first = corners[0].x + corners[0].y;
    float last = first;
    for (const ImVec2& corner : corners) {
        first = std::min(first, corner.x + corner.y);
        last = std::max(last, corner.x + corner.y);
    }
    first = std::max(first, clip_min.x + clip_min.y);
    last = std::min(last, clip_max.x + clip_max.y);
    for (float c = std::ceil(first / step) * step; c < last; c += step) {
        const std::vector<ImVec2> at = crossings(corners, c);
        for (std::size_t i = 0; i + 1 < at.size(); i += 2) list.AddLine(at[i], at[i + 1], colour, thickness);
    }
}

void diamond(ImDrawList& list, ImVec2 centre, float radius, ImU32 fill, ImU32 outline) {
    const ImVec2 top{centre.x, centre.y - radius};
    const ImVec2 right{centre.x + radius, centre.y};
    const ImVec2 bottom{centre.x, centre.y + radius};
    const ImVec2 left{centre.x - radius, centre.y};
    list.AddQuadFilled(top, right, bottom, left, fill);
    list.AddQuad(top, right, bottom, left, outline, 1.0F);
}

ImVec2 chip_size(const Theme& theme, const char* text) {
    const ImVec2 inner = theme.small->CalcTextSizeA(theme.small->FontSize, 4096, 0, text);
    return {inner.x + theme.px(8), inner.y + theme.px(2)};
}

ImVec2 chip(ImDrawList& list, const Theme& theme, ImVec2 at, const char* text, ImU32 fill, ImU32 text_colour) {
    const ImVec2 size = chip_size(theme, text);
    const ImVec2 place{std::floor(at.x), std::floor(at.y)};
    list.AddRectFilled(place, {place.x + size.x, place.y + size.y}, fill, theme.px(3));
    list.AddText(theme.small, theme.small->FontSize, {place.x + theme.px(4), place.y + theme.px(1)}, text_colour, text);
    return size;
}

ImVec2 key_cap_size(const Theme& theme, const char* text) {
    const ImVec2 inner = theme.small->CalcTextSizeA(theme.small->FontSize, 4096, 0, text);
    return {std::max(inner.x + theme.px(10), inner.y + theme.px(4)), inner.y + theme.px(4)};
}

ImVec2 key_cap(ImDrawList& list, const Theme& theme, ImVec2 at, const char* text) {
    const ImVec2 size = key_cap_size(theme, text);
    const ImVec2 place{std::floor(at.x), std::floor(at.y)};
    const ImVec2 end{place.x + size.x, place.y + size.y};
    const float round = theme.px(3);
    list.AddRectFilled(place, end, theme.raised, round);
    list.AddRect(place, end, theme.strong_line, round);
    const ImVec2 inner = theme.small->CalcTextSizeA(theme.small->FontSize, 4096, 0, text);
    list.AddText(theme.small, theme.small->FontSize,
                 {std::floor(place.x + (size.x - inner.x) / 2), place.y + theme.px(2)}, theme.text, text);
    return size;
}

}  // namespace inbetween
