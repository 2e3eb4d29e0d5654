#include "app/ui/icons.h"

#include <array>

namespace inbetween {
namespace {

/// A triangle that points right (direction 1) or left (-1).
void arrow(ImDrawList& list, ImVec2 c, float r, float direction, ImU32 colour) {
    const ImVec2 tip{c.x + r * 0.8F * direction, c.y};
    const ImVec2 a{c.x - r * 0.6F * direction, c.y - r * 0.85F};
    const ImVec2 b{c.x - r * 0.6F * direction, c.y + r * 0.85F};
    if (direction > 0) {
        list.AddTriangleFilled(tip, b, a, colour);
    } else {
        list.AddTriangleFilled(tip, a, b, colour);
    }
}

void curl(ImDrawList& list, ImVec2 c, float r, float direction, ImU32 colour, float width) {
    constexpr float pi = 3.14159265F;
    const float from = direction < 0 ? pi : 0;
    const float to = direction < 0 ? 2.4F * pi : -1.4F * pi;
    list.PathArcTo({c.x, c.y + r * 0.15F}, r * 0.7F, from, to, 20);
    list.PathStroke(colour, 0, width);
    const ImVec2 tip{c.x + r * 0.7F * direction, c.y + r * 0.15F};
    list.AddTriangleFilled({tip.x, tip.y + r * 0.45F}, {tip.x - r * 0.5F, tip.y - r * 0.2F},
                           {tip.x + r * 0.5F, tip.y - r * 0.2F}, colour);
}

void eye(ImDrawList& list, ImVec2 c, float r, ImU32 colour, float width) {
    list.AddBezierQuadratic({c.x - r, c.y}, {c.x, c.y - r * 1.3F}, {c.x + r, c.y}, colour, width, 12);
    list.AddBezierQuadratic({c.x - r, c.y}, {c.x, c.y + r * 1.3F}, {c.x + r, c.y}, colour, width, 12);
    list.AddCircleFilled(c, r * 0.3F, colour);
}

void pointer(ImDrawList& list, ImVec2 c, float r, ImU32 colour) {
    const ImVec2 tip{c.x - r * 0.6F, c.y - r};
    list.AddTriangleFilled(tip, {c.x + r * 0.75F, c.y + r * 0.25F}, {c.x - r * 0.6F, c.y + r * 0.7F}, colour);
    list.AddLine({c.x - r * 0.1F, c.y + r * 0.2F}, {c.x + r * 0.4F, c.y + r * 1.05F}, colour, r * 0.35F);
}

void corners(ImDrawList& list, ImVec2 c, float r, ImU32 colour, float width) {
    for (const float sx : {-1.0F, 1.0F}) {
        for (const float sy : {-1.0F, 1.0F}) {
            const ImVec2 corner{c.x + sx * r * 0.85F, c.y + sy * r * 0.7F};
            list.AddLine(corner, {corner.x - sx * r * 0.5F, corner.y}, colour, width);
            list.AddLine(corner, {corner.x, corner.y - sy * r * 0.5F}, colour, width);
        }
    }
}

void keyboard(ImDrawList& list, ImVec2 c, float r, ImU32 colour, float width) {
    list.AddRect({c.x - r, c.y - r * 0.65F}, {c.x + r, c.y + r * 0.65F}, colour, r * 0.25F, 0, width);
    for (int i = -1; i <= 1; ++i) {
        list.AddCircleFilled({c.x + static_cast<float>(i) * r * 0.5F, c.y - r * 0.2F}, r * 0.13F, colour);
    }
    list.AddLine({c.x - r * 0.5F, c.y + r * 0.25F}, {c.x + r * 0.5F, c.y + r * 0.25F}, colour, width);
}

/// A loudspeaker; what it says comes to its right.
void speaker(ImDrawList& list, ImVec2 c, float r, ImU32 colour) {
    list.AddRectFilled({c.x - r, c.y - r * 0.35F}, {c.x - r * 0.55F, c.y + r * 0.35F}, colour);
    const ImVec2 cone[4]{{c.x - r * 0.6F, c.y - r * 0.35F},
                         {c.x - r * 0.05F, c.y - r * 0.85F},
                         {c.x - r * 0.05F, c.y + r * 0.85F},
                         {c.x - r * 0.6F, c.y + r * 0.35F}};
    list.AddConvexPolyFilled(cone, 4, colour);
}

void waves(ImDrawList& list, ImVec2 c, float r, ImU32 colour, float width) {
    constexpr float spread = 0.8F;
    for (const float reach : {0.35F, 0.8F}) {
        list.PathArcTo({c.x + r * 0.1F, c.y}, r * reach, -spread, spread, 10);
        list.PathStroke(colour, 0, width);
    }
}

}  // namespace

void draw_icon(ImDrawList& list, Icon icon, ImVec2 c, float r, ImU32 colour, float scale) {
    const float width = 1.5F * scale;
    switch (icon) {
        case Icon::Select:
            return pointer(list, c, r, colour);
        case Icon::Box:
            return list.AddRect({c.x - r, c.y - r * 0.75F}, {c.x + r, c.y + r * 0.75F}, colour, 0, 0, width);
        case Icon::Quad:
            return list.AddQuad({c.x - r, c.y - r * 0.5F}, {c.x + r * 0.7F, c.y - r * 0.9F}, {c.x + r, c.y + r * 0.6F},
                                {c.x - r * 0.7F, c.y + r * 0.9F}, colour, width);
        case Icon::First:
            list.AddRectFilled({c.x - r * 0.9F, c.y - r * 0.85F}, {c.x - r * 0.65F, c.y + r * 0.85F}, colour);
            return arrow(list, {c.x + r * 0.2F, c.y}, r, -1, colour);
        case Icon::Back:
            return arrow(list, c, r * 0.9F, -1, colour);
        case Icon::Play:
            return arrow(list, c, r * 1.1F, 1, colour);
        case Icon::Pause:
            list.AddRectFilled({c.x - r * 0.7F, c.y - r * 0.9F}, {c.x - r * 0.2F, c.y + r * 0.9F}, colour);
            return list.AddRectFilled({c.x + r * 0.2F, c.y - r * 0.9F}, {c.x + r * 0.7F, c.y + r * 0.9F}, colour);
        case Icon::Forward:
            return arrow(list, c, r * 0.9F, 1, colour);
        case Icon::Last:
            list.AddRectFilled({c.x + r * 0.65F, c.y - r * 0.85F}, {c.x + r * 0.9F, c.y + r * 0.85F}, colour);
            return arrow(list, {c.x - r * 0.2F, c.y}, r, 1, colour);
        case Icon::Undo:
            return curl(list, c, r, -1, colour, width);
        case Icon::Redo:
            return curl(list, c, r, 1, colour, width);
        case Icon::Eye:
            return eye(list, c, r, colour, width);
        case Icon::EyeOff:
            eye(list, c, r, colour, width);
            return list.AddLine({c.x - r * 0.8F, c.y + r * 0.8F}, {c.x + r * 0.8F, c.y - r * 0.8F}, colour, width);
        case Icon::Fit:
            return corners(list, c, r, colour, width);
        case Icon::Adjust:
            // A disc of which one half is bright.
            list.AddCircle(c, r * 0.85F, colour, 24, width);
            list.PathArcTo(c, r * 0.85F, -1.5707963F, 1.5707963F, 16);
            return list.PathFillConvex(colour);
        case Icon::Search:
            list.AddCircle({c.x - r * 0.2F, c.y - r * 0.2F}, r * 0.6F, colour, 16, width);
            return list.AddLine({c.x + r * 0.25F, c.y + r * 0.25F}, {c.x + r * 0.85F, c.y + r * 0.85F}, colour, width);
        case Icon::Keys:
            return keyboard(list, c, r, colour, width);
        case Icon::Sound:
            speaker(list, c, r, colour);
            return waves(list, c, r, colour, width);
        case Icon::SoundOff:
            speaker(list, c, r, colour);
            list.AddLine({c.x + r * 0.25F, c.y - r * 0.4F}, {c.x + r * 0.95F, c.y + r * 0.4F}, colour, width);
            return list.AddLine({c.x + r * 0.25F, c.y + r * 0.4F}, {c.x + r * 0.95F, c.y - r * 0.4F}, colour, width);
    }
}

}  // namespace inbetween
