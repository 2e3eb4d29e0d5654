#pragma once

#include "app/ui/ui.h"

namespace inbetween {

/// Lays the panels out over the whole window and draws them.
void draw_shell(const Ui& ui);

}  // namespace inbetween
