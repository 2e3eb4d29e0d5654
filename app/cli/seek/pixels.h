#pragma once

#include <cstdint>
#include <vector>

#include "core/video/picture.h"

namespace inbetween::seek {

/// How the samples of a picture lie.
enum class Samples {
    Planes,  ///< as decoded: a plane a component, or packed as the decoder packs them
    Bgr,     ///< one plane, three bytes a pixel
    Bgr0     ///< one plane, four bytes a pixel
};

/// A picture as an engine gives it: a view that lasts until that engine is asked for the next one.
struct Pixels {
    Samples samples = Samples::Planes;
    std::vector<Plane> planes;
    int bit_depth = 8;
    /// By which YUV became BGR; of Bgr and Bgr0 only.
    ColourMatrix matrix = ColourMatrix::Bt601;
    ColourRange range = ColourRange::Limited;
};

/// The picture's samples as decoded.
Pixels pixels_of(const Picture& picture);

/// A hash of the samples without padding: equal for two pictures whose planes are equal.
std::uint64_t hash_of(const Pixels& pixels);

/// The mean brightness of each cell of a coarse grid: tells a frame from its neighbours whatever the size and the
/// format of the picture.
struct Signature {
    std::vector<std::uint16_t> cells;  ///< in 1/32 of an 8-bit step
    double mean = 0;                   ///< of the cells
};

/// Of BGR the luma that it was made from, as near as rounding lets one come.
Signature signature_of(const Pixels& pixels);

/// The mean squared difference of the cells, in 8-bit steps, after both were brought to the same mean: a picture that
/// was converted or compressed is a little darker or brighter all over, another frame differs in places. More than
/// `enough` is not found out exactly.
double difference(const Signature& a, const Signature& b, double enough);

}  // namespace inbetween::seek
