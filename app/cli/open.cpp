#include "app/cli/open.h"

#include <fmt/ranges.h>

#include <CLI/CLI.hpp>

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

void declare_hardware(CLI::App& app, std::string& wish) {
    app.add_option(
           "--hardware", wish,
           "What may decode in place of the processor: auto, vaapi, cuda or off (the default); used for a video\n"
           "only where its first frames are those of the processor")
        ->check(CLI::IsMember(std::vector<std::string>(hardware_wishes.begin(), hardware_wishes.end())));
}

Error cancelled(const fs::path& path) { return Error{path.string() + ": cancelled", ErrorKind::Cancelled}; }

Result<CachedSource> open_video(Console& console, const fs::path& path, OpenOptions options) {
    std::stop_source stop;
    options.stop = stop.get_token();
    options.progress = [&](double share) {
        if (console.interrupted()) stop.request_stop();
        console.progress("Indexing " + one_line(path.filename().string()), share);
    };
    const auto cache = DiskCache::open(DiskCache::default_folder());
    auto opened = open_cached_source(path, options, cache ? &*cache : nullptr);
    console.end_progress();
    if (!opened && opened.error().kind == ErrorKind::Cancelled) return cancelled(path);
    if (opened) {
        for (const std::string& note : opened->source->info().notes)
            console.remark(one_line(fmt::format("{}: {}", path.string(), note)));
    }
    return opened;
}

Result<Done> prove_up_to(Console& console, const CachedSource& video, FrameIndex last) {
    FrameSource& source = *video.source;
    if (source.info().exactness == Exactness::Proved) return Done{};
    const std::string name = one_line(source.info().path.filename().string());
    const bool whole = last.value >= source.info().frames / 2;
    std::stop_source stop;
    const auto watch = [&](FrameIndex n, const PicturePtr&) {
        const std::int64_t wanted = whole ? source.info().frames : last.value + 1;
        console.progress("Proving " + name,
                         static_cast<double>(n.value) / static_cast<double>(std::max<std::int64_t>(wanted, 1)));
        if (console.interrupted()) stop.request_stop();
        return !stop.stop_requested() && (whole || n < last);
    };
    auto proved = source.prove(stop.get_token(), {}, watch);
    console.end_progress();
    if (stop.stop_requested()) return cancelled(source.info().path);
    if (!proved && proved.error().kind != ErrorKind::Cancelled) return proved.error();
    if (whole) keep_proof(video, {});
    return Done{};
}

std::string exactness_text(const VideoInfo& info) {
    if (info.exactness == Exactness::Proved) return "proved";
    return info.reasons.empty() ? "provisional" : fmt::format("provisional: {}", fmt::join(info.reasons, "; "));
}

Result<NamedVideo> video_of(const fs::path& video_or_project, const std::string& media) {
    if (!is_project_path(video_or_project)) {
        if (media.empty()) return NamedVideo{video_or_project, std::nullopt};
        return fail("{}: --media is for projects, and this is none", video_or_project.string());
    }
    auto session = open_project(video_or_project, StoreMode::ReadOnly);
    if (!session) return session.error();
    const auto chosen = choose_media((*session)->annotations(), media, video_or_project.string());
    if (!chosen) return chosen.error();
    return NamedVideo{media_path(**chosen, video_or_project), **chosen};
}

}  // namespace inbetween::cli
