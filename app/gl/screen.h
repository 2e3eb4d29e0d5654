#pragma once

#include "core/video/picture.h"

namespace inbetween {

/// Binds a framebuffer of this size and clears it.
void begin_screen(unsigned framebuffer, Size size, float red, float green, float blue);

/// Tells whether the context that is current is OpenGL 3.3 or newer, and what it is.
/// errors: it is older.
Result<Done> check_gl();

}  // namespace inbetween
