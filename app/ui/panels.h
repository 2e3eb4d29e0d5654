#pragma once

#include "app/ui/ui.h"

namespace inbetween {

// The panels, one file each; all_panels() is their table.
void draw_menu_bar(const Ui& ui);
void draw_tool_bar(const Ui& ui);
void draw_canvas(const Ui& ui);
void draw_timeline(const Ui& ui);
void draw_tracks_panel(const Ui& ui);
void draw_segments_panel(const Ui& ui);
void draw_labels_panel(const Ui& ui);
void draw_inspector(const Ui& ui);
void draw_history_panel(const Ui& ui);
void draw_hint_bar(const Ui& ui);
void draw_status_bar(const Ui& ui);
void draw_toasts(const Ui& ui);
void draw_palette(const Ui& ui);
void draw_go_to(const Ui& ui);
void draw_keys_page(const Ui& ui);
void draw_export(const Ui& ui);
void draw_import(const Ui& ui);
void draw_adjust_panel(const Ui& ui);

/// The selected quad seen straight on, at a keyframe and here, and how alike they are; a part of the inspector.
void draw_quad_view(const Ui& ui);

}  // namespace inbetween
