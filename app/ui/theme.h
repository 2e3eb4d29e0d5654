#pragma once

#include <imgui.h>

#include "core/model/label.h"

namespace inbetween {

/// The workstation's look: colours, and sizes at the screen's scale. One dark theme; what means something is told by
/// shape or dash as well as by colour.
struct Theme {
    float scale = 1;  ///< pixels for one of a plain 96-dpi screen

    // Surfaces, from the back to the front.
    ImU32 canvas = IM_COL32(13, 14, 17, 255);
    ImU32 window = IM_COL32(22, 24, 28, 255);
    ImU32 panel = IM_COL32(28, 30, 36, 255);
    ImU32 raised = IM_COL32(40, 43, 51, 255);
    ImU32 hovered = IM_COL32(52, 56, 66, 255);
    ImU32 selected = IM_COL32(38, 66, 92, 255);
    ImU32 line = IM_COL32(48, 51, 60, 255);
    ImU32 strong_line = IM_COL32(72, 77, 89, 255);
    // Text.
    ImU32 text = IM_COL32(221, 224, 230, 255);
    ImU32 dim = IM_COL32(143, 150, 163, 255);
    ImU32 faint = IM_COL32(98, 104, 117, 255);
    // Meanings.   source: Okabe, Ito, "Color Universal Design", 2008.
    ImU32 accent = IM_COL32(86, 180, 233, 255);
    ImU32 playhead = IM_COL32(240, 190, 70, 255);
    ImU32 good = IM_COL32(60, 190, 145, 255);
    ImU32 warning = IM_COL32(230, 159, 0, 255);
    ImU32 bad = IM_COL32(232, 110, 60, 255);

    ImFont* regular = nullptr;
    ImFont* bold = nullptr;
    ImFont* small = nullptr;
    ImFont* title = nullptr;

    /// A length at the screen's scale, on whole pixels.
    float px(float length) const;
    /// Sets ImGui's style to this theme.
    void apply() const;
};

/// The colour of a label, `alpha` 0..1.
ImU32 colour_of(Colour colour, float alpha = 1);
/// The same colour, brighter or darker, or less opaque.
ImU32 with_alpha(ImU32 colour, float alpha);
ImU32 mixed(ImU32 a, ImU32 b, float share_of_b);
/// Black or white, whichever can be read on the colour.
ImU32 readable_on(ImU32 colour);

}  // namespace inbetween
