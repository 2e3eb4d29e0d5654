#pragma once

#include <array>

#include "core/video/picture.h"

namespace inbetween::test {

// How pictures should look, worked out pixel by pixel in double precision, straight from the standards' equations and
// from nothing of the program's own but the picture's description.

/// Red, green and blue, 0..1.
struct Colour {
    double red = 0;
    double green = 0;
    double blue = 0;
};

/// The signal of an upright pixel, not limited to 0..1; chroma blended between the nearest samples of it.
/// requires: a matrix other than constant luminance and ICtCp.
Colour reference_signal(const Picture& picture, int x, int y);

/// PQ and HLG, straight from SMPTE ST 2084 and ARIB STD-B67.
double reference_nits_from_pq(double signal);
double reference_pq_from_nits(double nits);
double reference_scene_from_hlg(double signal);

/// What an sRGB screen shows of HDR: BT.2390's roll-off of ICtCp intensity from `peak` to 203 cd/m2, BT.2020 to BT.709.
/// Colours outside of BT.709 come out under 0 or over 1.
/// units: cd/m2 of BT.2020 in, sRGB signal out.
Colour reference_screen(const Colour& nits, double peak);
/// HLG's light on a screen of 1000 cd/m2.
Colour reference_hlg_nits(const Colour& signal);

}  // namespace inbetween::test
