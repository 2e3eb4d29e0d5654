#include "app/cli/open.h"

#include <fmt/ranges.h>

#include <stop_token>

#include "app/cli/arguments.h"
#include "app/project.h"
#include "core/store/store.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

bool is_project_path(const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) return false;
    return path.extension() == ".inbetween" || Store::is_project(path);
}

Result<std::unique_ptr<Session>> open_project(const fs::path& project, StoreMode mode) {
    Session::Options options;
    options.mode = mode;
    options.decode = false;
    return Session::open(project, std::move(options));
}

Result<std::unique_ptr<FrameSource>> open_video(Console& console, const fs::path& path) {
    std::stop_source stop;
    OpenOptions options;
    options.stop = stop.get_token();
    options.progress = [&](double share) {
        if (console.interrupted()) stop.request_stop();
        console.progress("Indexing " + one_line(path.filename().string()), share);
    };
    auto source = open_frame_source(path, options);
    console.end_progress();
    if (!source && source.error().kind == ErrorKind::Cancelled) {
        return Error{path.string() + ": cancelled", ErrorKind::Cancelled};
    }
    return source;
}

std::string exactness_text(const VideoInfo& info) {
    if (info.exactness == Exactness::Proved) return "proved";
    return info.reasons.empty() ? "provisional" : fmt::format("provisional: {}", fmt::join(info.reasons, "; "));
}

Result<fs::path> video_of(const fs::path& video_or_project, const std::string& media) {
    if (!is_project_path(video_or_project)) {
        if (media.empty()) return video_or_project;
        return fail("{}: --media is for projects, and this is none", video_or_project.string());
    }
    auto session = open_project(video_or_project, StoreMode::ReadOnly);
    if (!session) return session.error();
    const auto chosen = choose_media((*session)->annotations(), media, video_or_project.string());
    if (!chosen) return chosen.error();
    return media_path(**chosen, video_or_project);
}

}  // namespace inbetween::cli
