#pragma once

#include <imgui.h>

#include <array>
#include <span>

#include "app/ui/theme.h"

namespace inbetween {

// Shapes that ImGui's draw list does not have.

/// A polyline of dashes; `dash` and `gap` in pixels.
void dashed_line(ImDrawList& list, std::span<const ImVec2> points, bool closed, ImU32 colour, float thickness,
                 float dash, float gap);

/// Diagonal lines across a convex or concave four-cornered outline.
void hatch(ImDrawList& list, const std::array<ImVec2, 4>& corners, ImU32 colour, float step, float thickness);

/// A keyframe's sign.
void diamond(ImDrawList& list, ImVec2 centre, float radius, ImU32 fill, ImU32 outline);

/// A small filled box with text in it, its left top corner at `at`.   returns: its size.
ImVec2 chip(ImDrawList& list, const Theme& theme, ImVec2 at, const char* text, ImU32 fill, ImU32 text_colour);
ImVec2 chip_size(const Theme& theme, const char* text);

/// Keys as a person sees them on a keyboard.   returns: its size.
ImVec2 key_cap(ImDrawList& list, const Theme& theme, ImVec2 at, const char* text);
ImVec2 key_cap_size(const Theme& theme, const char* text);

}  // namespace inbetween
