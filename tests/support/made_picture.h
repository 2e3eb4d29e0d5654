#pragma once

#include "core/video/ff.h"
#include "core/video/picture.h"

namespace inbetween::test {

/// A picture to be made: every sample differs from its neighbours, luma around the middle, colours not too strong, so
/// that nothing is cut off and each sample's place shows.
struct Made {
    AVPixelFormat format = AV_PIX_FMT_YUV420P;
    Size size{64, 48};
    AVColorRange range = AVCOL_RANGE_MPEG;
    AVColorSpace matrix = AVCOL_SPC_BT709;
    AVColorTransferCharacteristic transfer = AVCOL_TRC_UNSPECIFIED;
    AVColorPrimaries primaries = AVCOL_PRI_UNSPECIFIED;
    AVChromaLocation chroma = AVCHROMA_LOC_UNSPECIFIED;
    Orientation orientation;
    double swing = 0.12;  ///< of samples around the middle; the whole range is 1
    unsigned seed = 1;
};

/// The samples are written by libav's own functions, which know where they lie.
PicturePtr make_picture(const Made& made);

/// One colour, its components as codes of the format's bit depth.
PicturePtr make_flat(const Made& made, const std::array<int, 3>& codes);

/// "yuv420p10le tv bt709 left 90° mirrored", for messages.
std::string text_of(const Made& made);

}  // namespace inbetween::test
