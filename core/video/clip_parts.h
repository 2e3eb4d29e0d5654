#pragma once

#include "core/video/clip.h"
#include "core/video/demuxer.h"

namespace inbetween {

// The two ways of cutting, for clip.cpp alone; both write a file that nobody has looked at yet.

/// What a way of cutting is told.
struct ClipJob {
    FrameSource& source;
    FrameRange frames;
    std::filesystem::path out;  ///< the file, with its extension
    int crf = 18;
    bool with_sound = true;
    const std::stop_token& stop;
    const std::function<void(double share)>& progress;
};

/// The display matrix of a video file's stream; null where it has none, and for a null demuxer.
const std::int32_t* display_matrix(const Demuxer* demuxer);

/// When the last frame of the clip makes room for another: the time of the one after it, else by how long the file says
/// that it is shown, else by how far apart the frames before it are.   units: ticks of the video's time base.
Pts end_time(const ClipJob& job);

/// Encodes the frames again.
Result<Clip> cut_exact(const ClipJob& job);

/// Copies packets from the sync frame at or before the first frame on, or from the `earlier`-th before that.
/// errors: no such sync frame; packets without time stamps; frames that an edit list hides.
Result<Clip> cut_copy(const ClipJob& job, int earlier);

/// FFmpeg's name of the container that packets of this video are copied to, and its extension.
struct ClipContainer {
    const char* name;
    const char* extension;
};
ClipContainer copy_container(const VideoInfo& info);

}  // namespace inbetween
