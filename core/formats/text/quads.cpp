#include "core/formats/text/quads.h"

#include <array>
#include <cmath>
#include <numbers>
#include <string_view>

namespace inbetween {

Quad quad_field(Fields& fields, std::size_t first) {
    constexpr std::array<std::string_view, 8> names{"x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4"};
    Quad quad;
    for (std::size_t i = 0; i < 4; ++i) {
        quad.corners[i].x = fields.number(first + 2 * i, names[2 * i], largest_coordinate_px);
        quad.corners[i].y = fields.number(first + 2 * i + 1, names[2 * i + 1], largest_coordinate_px);
    }
    return quad;
}

bool is_holdable(const Quad& quad) { return is_valid(on_grid(Shape(quad))); }

Quad turned(const Box& box, double degrees) {
    const double angle = degrees * std::numbers::pi / 180;
    const Point centre = box.centre();
    Quad quad = quad_of(box);
    for (Point& corner : quad.corners) {
        const double dx = corner.x - centre.x;
        const double dy = corner.y - centre.y;
        corner = {centre.x + dx * std::cos(angle) - dy * std::sin(angle),
                  centre.y + dx * std::sin(angle) + dy * std::cos(angle)};
    }
    return quad;
}

std::vector<Keyframe> keyframes_of_quads(const std::vector<StatedQuad>& rows, FrameIndex end, std::int64_t step) {
    std::vector<Keyframe> keyframes;
    keyframes.reserve(rows.size() + 1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const StatedQuad& row = rows[i];
        const Shape shape = on_grid(Shape(row.quad));
        keyframes.push_back({.frame = row.frame, .shape = shape, .occluded = row.occluded, .source = Source::Imported});
        const FrameIndex next = row.frame + 1;
        const bool run_ends = i + 1 == rows.size() || rows[i + 1].frame - row.frame > step;
        if (run_ends && next < end)
            keyframes.push_back({.frame = next, .shape = shape, .outside = true, .source = Source::Imported});
    }
    return keyframes;
}

std::vector<StatedQuad> visible_quads(const Annotations& annotations, const Track& track, Losses& losses) {
    std::vector<StatedQuad> quads;
    const Media* media = annotations.find_media(track.media);
    const FrameIndex end{media == nullptr ? 0 : media->frames};
    for (const auto& [frame, state] : states_in(track, annotations.fills_of(track.id), track.extent())) {
        if (state.outside) continue;
        if (frame >= end) {
            losses.add("quads past the video's last frame left out");
            continue;
        }
        const Quad* quad = std::get_if<Quad>(&state.shape);
        if (quad == nullptr) losses.add("boxes written as quads");
        const Quad shown = quad == nullptr ? quad_of(std::get<Box>(state.shape)) : *quad;
        if (!is_holdable(shown)) {
            losses.add("quads that are flat or cross themselves left out");
            continue;
        }
        quads.push_back({frame, std::get<Quad>(on_grid(Shape(shown))), state.occluded});
    }
    return quads;
}

std::string quad_text(const Quad& quad, char separator) {
    std::string text;
    for (const Point& corner : quad.corners) {
        if (!text.empty()) text += separator;
        text += grid_number(corner.x);
        text += separator;
        text += grid_number(corner.y);
    }
    return text;
}

}  // namespace inbetween
