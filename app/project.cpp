#include "app/project.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "core/base/files.h"
#include "core/base/text.h"
#include "core/store/store.h"

namespace inbetween {
namespace fs = std::filesystem;
namespace {

/// The path without "." and "..", and without a slash at its end, so that it has a name.
fs::path tidy(const fs::path& path) {
    std::error_code error;
    fs::path absolute = fs::weakly_canonical(path, error);
    if (error) absolute = fs::absolute(path, error).lexically_normal();
    return absolute.has_filename() ? absolute : absolute.parent_path();
}

bool is_inside(const fs::path& path, const fs::path& folder) {
    const fs::path relative = path.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != "..";
}

std::vector<fs::path> files_in(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        const std::string name = entry->path().filename().string();
        if (!name.starts_with('.') && entry->is_regular_file(ignored)) files.push_back(entry->path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// By name only: opening every file of a large folder to look at it would take long.
bool is_named_like_a_video(const fs::path& file) {
    static const std::set<std::string> extensions = {".avi",  ".mp4", ".m4v", ".mov",  ".mkv", ".webm", ".mpg",
                                                     ".mpeg", ".ts",  ".mts", ".m2ts", ".wmv", ".flv",  ".ogv",
                                                     ".3gp",  ".mxf", ".vob", ".y4m",  ".seq", ".gif"};
    return extensions.contains(to_lower(file.extension().string()));
}

/// A short video is proved at once.   units: pixels of luma.
constexpr std::int64_t most_proof_pixels = 32'000'000;

/// A file that says it is one of ours, by content or by name: Store::open says what is wrong with it, if anything is.
bool claims_to_be_project(const fs::path& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) return false;
    return Store::is_project(file) || file.extension() == ".inbetween";
}

/// Whether a file can be made, or written, in the folder.
bool is_writable(const fs::path& folder) { return ::access(folder.c_str(), W_OK | X_OK) == 0; }

/// Where the project of something in a folder that cannot be written is kept: told apart by content.
Result<fs::path> path_in_user_folder(const fs::path& file) {
    const auto print = fingerprint(file);
    if (!print) return print.error();
    const fs::path folder = user_data_folder() / "projects";
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return fail("{}: cannot be made: {}", folder.string(), error.message());
    constexpr std::size_t enough_digits = 16;
    // The size leads the fingerprint; its hash is at the end.
    const std::string mark = print->size() > enough_digits ? print->substr(print->size() - enough_digits) : *print;
    return folder / fmt::format("{}-{}.inbetween", file.filename().string(), mark);
}

/// The videos that a new project for this file or folder is to hold.
Result<std::vector<fs::path>> videos_for(const fs::path& file) {
    std::error_code error;
    if (!fs::is_directory(file, error)) return std::vector<fs::path>{file};
    std::vector<fs::path> videos;
    for (const fs::path& inside : files_in(file))
        if (is_named_like_a_video(inside)) videos.push_back(inside);
    if (videos.empty()) videos.push_back(file);  // a folder of images
    return videos;
}

/// Passes on every hundredth part of a video, and no more: a scan tells of each packet.
std::function<void(double)> in_steps(const ProjectWork& work, ProjectProgress at) {
    if (!work.progress) return {};
    work.progress(at);
    return [&work, at = std::move(at)](double share) mutable {
        constexpr double step = 0.01;
        if (std::abs(share - at.share) < step) return;
        at.share = share;
        work.progress(at);
    };
}

std::vector<Label> default_labels() {
    std::vector<Label> labels = labels_of({"object"});
    labels.push_back(
        {.id = LabelId{2}, .name = "event", .kind = LabelKind::Action, .colour = default_colour(1), .hotkey = 2});
    return labels;
}

}  // namespace

Result<Media> describe_media(const FrameSource& source, const fs::path& project_folder) {
    const VideoInfo& info = source.info();
    const fs::path file = tidy(info.path);
    const fs::path folder = tidy(project_folder.empty() ? fs::path(".") : project_folder);
    auto print = fingerprint(file);
    if (!print) return print.error();
    Media media;
    media.uuid = make_uuid();
    media.path = is_inside(file, folder) ? file.lexically_relative(folder).string() : file.string();
    std::error_code error;
    if (fs::is_regular_file(file, error)) media.bytes = static_cast<std::int64_t>(fs::file_size(file, error));
    if (error) return fail("{}: {}", file.string(), error.message());
    media.fingerprint = *std::move(print);
    media.frames = info.frames;
    media.width = info.upright_size().width;
    media.height = info.upright_size().height;
    media.timebase = info.timebase;
    media.pts.reserve(static_cast<std::size_t>(info.frames));
    for (FrameIndex n; n.value < info.frames; ++n) media.pts.push_back(source.pts(n));
    return media;
}

fs::path media_path(const Media& media, const fs::path& project) {
    const fs::path path = media.path;
    return path.is_absolute() ? path : project.parent_path() / path;
}

Result<Done> create_project(const fs::path& project, const std::vector<fs::path>& videos, std::vector<Label> labels,
                            const ProjectWork& work) {
    std::error_code error;
    // Asked before the videos are read through, which can take long.
    if (fs::exists(project, error)) return fail("{}: exists already", project.string());
    Annotations initial;
    for (const fs::path& video : videos) {
        OpenOptions options;
        // What is not proved here is proved in the background of the workstation, and taken in by the session.
        options.proof_pixels = most_proof_pixels;
        options.stop = work.stop;
        options.progress = in_steps(work, {video, initial.media.size() + 1, videos.size(), 0});
        auto source = open_frame_source(video, options);
        if (!source) return source.error();
        auto media = describe_media(**source, project.parent_path());
        if (!media) return media.error();
        media->id = initial.next_media_id();
        initial.media.emplace(media->id, std::make_shared<const Media>(*std::move(media)));
    }
    for (Label& label : labels) initial.labels.emplace(label.id, std::move(label));
    if (const auto breach = find_breach(initial)) return fail("{}: {}", project.string(), *breach);
    if (work.stop.stop_requested()) return cancelled();
    return Store::create(project, initial);
}

Result<fs::path> project_for(const fs::path& stated, const ProjectWork& work) {
    std::error_code error;
    if (!fs::exists(stated, error)) return fail("{}: no such file or folder", stated.string());
    if (claims_to_be_project(stated)) return stated;
    const fs::path file = tidy(stated);
    fs::path beside = file;
    beside += ".inbetween";
    if (fs::exists(beside, error)) return beside;
    fs::path project = beside;
    if (!is_writable(beside.parent_path())) {
        auto elsewhere = path_in_user_folder(file);
        if (!elsewhere) return elsewhere.error();
        if (fs::exists(*elsewhere, error)) return elsewhere;
        project = *std::move(elsewhere);
    }
    auto videos = videos_for(file);
    if (!videos) return videos.error();
    auto made = create_project(project, *videos, default_labels(), work);
    if (!made) return made.error();
    return project;
}

std::optional<std::string> difference_of(const VideoInfo& info, const Media& media) {
    const auto print = fingerprint(info.path);
    if (print && *print == media.fingerprint) return std::nullopt;  // whatever is not proved yet
    const Size size = info.upright_size();
    const std::string file = info.path.filename().string();
    if (info.frames != media.frames)
        return fmt::format("{}: has {} frames, but the annotations are of a video with {}", file, info.frames,
                           media.frames);
    if (size.width != media.width || size.height != media.height)
        return fmt::format("{}: is {}x{}, but the annotations are of a video of {}x{}", file, size.width, size.height,
                           media.width, media.height);
    if (print && !media.fingerprint.empty())
        return fmt::format("{}: is not the file that was annotated; its frames may differ", file);
    return std::nullopt;
}

}  // namespace inbetween
