#pragma once

#include "app/ui/widgets.h"

namespace inbetween {

/// Draws a small sign of lines around a centre; `r` is half its side.
void draw_icon(ImDrawList& list, Icon icon, ImVec2 centre, float r, ImU32 colour, float scale);

}  // namespace inbetween
