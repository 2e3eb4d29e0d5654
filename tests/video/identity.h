#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/video/frame_source.h"

namespace inbetween::test {

/// What a plain decode by the ffmpeg program gives of a file, and where its sync frames are.
struct Reference {
    std::vector<std::string> hashes;    ///< framemd5, one a frame
    std::vector<std::int64_t> corners;  ///< frames that a seek may start at, or where a demuxer's list begins anew
    std::filesystem::path video;
};

/// The reference of a file, by running ffmpeg on it; kept in the folder `kept`, unless it is empty, and taken from
/// there while the file has the same size and time.
Reference reference_of(const std::filesystem::path& video, const std::filesystem::path& kept);

/// Whether a file of the folder of made videos, or of the real footage, is one that ffmpeg gives hashes of: no
/// playlist, no image of a folder, nothing that lies beside.
bool is_video_name(const std::filesystem::path& file);

/// How many requests of each kind are made of a file.
struct Requests {
    int random = 200;
    int stepping = 200;   ///< half forward, half backward
    int ping_pong = 200;  ///< back and forth over sync frames
    unsigned seed = 1;
};

/// What came of them.
struct Outcome {
    std::int64_t requests = 0;
    std::int64_t wrong = 0;   ///< pictures that are not ffmpeg's frame of that number
    std::int64_t failed = 0;  ///< requests that ended in an error
    /// Pictures of frames of which damage has left samples that the decoder never writes: there ffmpeg shows what its
    /// memory held before, and no answer is wrong.
    std::int64_t undetermined = 0;
    std::string first;  ///< the first thing that went wrong, in words

    bool clean() const { return wrong == 0 && failed == 0; }
    Outcome& operator+=(const Outcome& other);
};

/// Asks a source for frames in every pattern and compares each picture with the reference.
Outcome ask_for_frames(FrameSource& source, const Reference& reference, const Requests& requests);

}  // namespace inbetween::test
