#pragma once

#include <vector>

#include "core/video/ff.h"
#include "core/video/picture.h"

namespace inbetween::test {

/// A picture of colours that run into each other, with edges and a bright corner that tells how it is turned, in any
/// format of libav that swscale writes.
PicturePtr colourful_picture(Size size, AVPixelFormat format, AVColorSpace matrix = AVCOL_SPC_UNSPECIFIED,
                             AVColorRange range = AVCOL_RANGE_UNSPECIFIED, Orientation orientation = {},
                             double sample_aspect = 1, int shift = 0);

/// How far two pictures are apart on screen, after both were turned upright and shrunk to the same size: the mean of
/// absolute differences of red, green and blue.
double difference_on_screen(const Picture& a, const Picture& b);
/// The same, for upright images of red, green, blue and alpha.
double difference_on_screen(const Image& a, const Image& b);
double difference_on_screen(const Image& a, const Picture& b);

/// The formats that decoders put out most, and some of the rest.
const std::vector<AVPixelFormat>& many_formats();

}  // namespace inbetween::test
