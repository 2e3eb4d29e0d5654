#pragma once

#include "app/ui/ui.h"

namespace inbetween {

/// A window above the panels, with the rest dimmed, closed by Escape or a click beside it.
struct Overlay {
    /// `share_from_top`: where its upper edge stands in the window.
    Overlay(const UiFrame& ui, const char* name, ImVec2 size, float share_from_top);
    ~Overlay();
    Overlay(const Overlay&) = delete;
    Overlay& operator=(const Overlay&) = delete;
    /// Whether the person asked for it to go.
    bool wants_to_close = false;
};

/// How well a typed text fits a name: every typed letter must come in order; letters at the beginnings of words and
/// runs of letters count more. Negative when it does not fit.
int fuzzy_score(std::string_view typed, std::string_view name);

}  // namespace inbetween
