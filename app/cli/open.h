#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "app/cli/console.h"
#include "app/session.h"
#include "core/video/cached_source.h"

namespace CLI {
class App;
}

namespace inbetween::cli {

/// Tells whether the path is to be read as a project: its content says so, or its name does.
bool is_project_path(const std::filesystem::path& path);

/// Opens a project without showing its video.   errors: those of Session::open.
Result<std::unique_ptr<Session>> open_project(const std::filesystem::path& project, StoreMode mode);

/// Opens a video or a folder of images, with progress and what the cache on disk knows of it; Ctrl-C stops it. Standard
/// error says what is damaged in it.
Result<CachedSource> open_video(Console& console, const std::filesystem::path& path, OpenOptions options = {});

/// Declares `--hardware`, which says what may decode in place of the processor.
void declare_hardware(CLI::App& app, std::string& wish);

/// Decodes the video up to frame `last` where its numbers are not proved, with progress; all of it when that is most of
/// it, and the proof is kept then.   errors: cancelled by Ctrl-C.
Result<Done> prove_up_to(Console& console, const CachedSource& video, FrameIndex last);

/// The Error of work on a file that was asked to stop.
Error cancelled(const std::filesystem::path& path);

/// "provisional: a reason; another", or "proved".
std::string exactness_text(const VideoInfo& info);

/// What a subcommand's V argument names.
struct NamedVideo {
    std::filesystem::path path;
    std::optional<Media> media;  ///< as the project knows it, where V is one
};

/// The video itself, or a project's.   errors: the project cannot be opened, has no such video.
Result<NamedVideo> video_of(const std::filesystem::path& video_or_project, const std::string& media);

}  // namespace inbetween::cli
