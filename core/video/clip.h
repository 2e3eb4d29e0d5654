#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/frame.h"
#include "core/base/result.h"
#include "core/video/frame_source.h"

namespace inbetween {

/// How a piece is cut out of a video.
enum class ClipCut {
    Exact,  ///< encoded again: frame n of the clip is frame begin + n
    Copy    ///< packets as they are, from a sync frame on: no loss, but the clip may begin earlier and end later
};

/// What is cut, and where to.
struct ClipRequest {
    FrameRange frames;          ///< not empty, within the video
    std::filesystem::path out;  ///< without an extension, which clip_extension() tells
    ClipCut cut = ClipCut::Exact;
    int crf = 18;  ///< of an exact cut: 0 (lossless) to 51
    bool with_sound = true;
};

/// What became of it.
struct Clip {
    std::filesystem::path file;
    FrameRange frames;  ///< those of the video that it really holds, by its own decode
    bool has_sound = false;
    std::vector<std::string> notes;  ///< what was left out
};

/// The extension of the clips of a video, with its dot.
std::string clip_extension(const FrameSource& source, ClipCut cut);

/// Cuts a clip out of a video and decodes it again: the number of its frames is what the report says, and a copied
/// clip's frames are the video's sample by sample. Turned pictures stay turned by the file's metadata, times are the
/// video's own from its first frame on, and the sound goes along.
/// errors: cancelled; the disk; a video that cannot be cut by copying at these frames, which the sentence says.
Result<Clip> cut_clip(FrameSource& source, const ClipRequest& request, const std::stop_token& stop,
                      const std::function<void(double share)>& progress);

}  // namespace inbetween
