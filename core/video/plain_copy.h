#pragma once

#include "core/video/picture.h"

namespace inbetween {

/// The same picture in a format whose samples can be read one by one (format().components is not 0).
/// errors: a pixel format that cannot be converted; out of memory.
Result<PicturePtr> plain_copy(const Picture& picture);

}  // namespace inbetween
