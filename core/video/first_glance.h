#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>

#include "core/video/demuxer.h"
#include "core/video/ff.h"

namespace inbetween {

/// The first frame of a video, and the demuxer it was read with.
struct FirstGlance {
    Demuxer demuxer;
    ff::FramePtr frame;
};

/// Decodes the first packet of a file alone, without looking into its streams first and without waiting for what
/// follows: a third of what the first frame costs otherwise.
/// returns: the frame that a plain decode puts out first; nothing where the file's head does not say what the stream
/// is, where another packet may be shown before the first, where that holds one field only, or where anything is wrong.
std::optional<FirstGlance> first_glance(const std::filesystem::path& path, const std::stop_token& stop);

}  // namespace inbetween
