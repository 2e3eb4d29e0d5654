#pragma once

#include <string>
#include <vector>

#include "app/cli/seek/reference.h"
#include "app/cli/seek/seeker.h"

namespace inbetween::seek {

/// What other readers have to be told of a video to be compared with its plain decode.
struct Footing {
    const Reference* reference = nullptr;  ///< outlives the engines
    ColourMatrix matrix = ColourMatrix::Bt601;
    ColourRange range = ColourRange::Limited;
    std::string pixel_format;  ///< FFmpeg's name
};

/// FFMS2 as an Avisynth script or a Python package uses it: the video indexed at open, frames by number, no conversion.
Engine ffms2_engine();

/// OpenCV's VideoCapture on FFmpeg: CAP_PROP_POS_FRAMES, then read(), which gives BGR. The next frame in order is read
/// without being sought.
Engine opencv_engine(const Footing& footing);

/// libmpv, paused: exact seeks to the frame's time stamp, decoded to no screen. Its picture is taken by screenshot-raw,
/// outside of what is measured.
Engine mpv_engine(const Footing& footing);

/// What everyone writes first: seek to n divided by the frame rate, then decode up to that time stamp.
Engine naive_engine();

/// The least an exact frame costs without a cache: from the last sync frame on, leaving out what nothing refers to, in
/// one thread.
Engine nonref_bound();

/// The least a first picture costs: libav opened, one frame decoded, in one thread.
Engine open_bound();

/// What a frame of a proxy of half the size costs to decode: JPEG of quality 5, made of frames of this video.
/// errors: those of libav.
/// units: CPU milliseconds, the mean.
Result<double> proxy_decode_ms(const std::filesystem::path& video);

}  // namespace inbetween::seek
