#pragma once

#include <memory>

#include "core/video/picture.h"

namespace inbetween {

/// Makes small pictures of large ones for a quick look: 8 bits, turned as before, their samples meant as before
/// (matrix, range, transfer), so that they look the same on screen. Reuses its memory.
/// thread: one at a time; the pictures it makes may outlive it.
class PictureShrinker {
public:
    PictureShrinker();
    ~PictureShrinker();
    PictureShrinker(const PictureShrinker&) = delete;
    PictureShrinker& operator=(const PictureShrinker&) = delete;

    /// The picture as 4:2:0 with each side halved so many times, rounded up; 0 changes its format alone.
    /// errors: a format that cannot be converted; out of memory.
    Result<PicturePtr> halved(const Picture& picture, int times);
    /// The picture as 4:4:4, scaled to a size, not turned.   errors: as halved().
    Result<PicturePtr> scaled(const Picture& picture, Size decoded_size);

private:
    struct Tools;
    std::unique_ptr<Tools> tools_;
};

/// The size of a picture each side of which was halved so many times, rounded up.
Size halved_size(Size size, int times);

}  // namespace inbetween
