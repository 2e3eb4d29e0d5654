#pragma once

#include <filesystem>

#include "app/cli/seek/seeker.h"
#include "core/video/video_engine.h"

namespace inbetween::seek {

/// The bytes of decoded frames that the workstation keeps by default.
inline constexpr std::size_t default_cache_bytes = std::size_t{1} << 30;

/// This program's engine, as the workstation uses it on a video it has seen before: its frame table and its proxy lie
/// in the disk cache at `cache`. Opened for the pattern that opens, it knows nothing of the video.
Engine own_engine(const std::filesystem::path& cache);

/// The engine of the workstation on this video, what it knows of it in the disk cache at `cache`.
/// errors: those of opening; a cache folder that cannot be written.
Result<std::unique_ptr<VideoEngine>> open_engine(const std::filesystem::path& video, const std::filesystem::path& cache,
                                                 VideoEngine::Options options);

/// What one survey cost: the decode of the whole video in the background that makes the table and the proxy.
struct Survey {
    double cpu_ms = 0;
    double wall_ms = 0;
    std::uint64_t disk_bytes = 0;
};

/// Has the engine survey the video, as it does in the background when a video is first opened, and waits for the end.
/// errors: those of opening; a cache folder that cannot be written; cancelled, when `go_on` returns false.
Result<Survey> survey(const std::filesystem::path& video, const std::filesystem::path& cache,
                      const std::function<bool(double share)>& go_on);

}  // namespace inbetween::seek
