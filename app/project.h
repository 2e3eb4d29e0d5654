#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/model/annotations.h"
#include "core/video/frame_source.h"

namespace inbetween {

/// A set of labels to start a project with, by the field's own names.
struct Preset {
    std::string_view id;  ///< what `new --preset` takes: mot, caltech, ava, quad, clips
    std::string_view help;
    std::vector<Label> (*labels)();
};
std::vector<Preset> all_presets();

/// Labels of these names, tracks' labels, with colours and hotkeys in order.
std::vector<Label> labels_of(const std::vector<std::string>& names, LabelKind kind = LabelKind::Track);

/// What a project keeps of an open video. The path is relative to `project_folder` when the video lies in or below it.
/// errors: the file cannot be read.
Result<Media> describe_media(const FrameSource& source, const std::filesystem::path& project_folder);

/// Where a project's media is: its path seen from the project's folder.
std::filesystem::path media_path(const Media& media, const std::filesystem::path& project);

/// How far the making of a project is: its videos are read through one after the other.
struct ProjectProgress {
    std::filesystem::path video;  ///< the one being read through
    std::size_t number = 1;       ///< of that video, from 1
    std::size_t videos = 1;
    double share = 0;  ///< of that video, 0 to 1
};

/// By what the making of a project is ended early, and whom it tells how far it is.
struct ProjectWork {
    std::stop_token stop;
    std::function<void(const ProjectProgress&)>
        progress;  ///< called at each video's begin, and some hundred times more
};

/// Makes a project file of one or more videos or image folders. Long videos are read through, which can take seconds.
/// errors: a video cannot be opened; the project exists or cannot be written; cancelled; then no file is left.
Result<Done> create_project(const std::filesystem::path& project, const std::vector<std::filesystem::path>& videos,
                            std::vector<Label> labels, const ProjectWork& work = {});

/// The project to open for what a person named: a project file itself; for a video or a folder of images the project
/// beside it ("walk.avi" -> "walk.avi.inbetween"), made when it is not there yet, or one under the user's data folder
/// where that place cannot be written; for a folder of videos one project of all of them.
/// errors: it does not exist; those of create_project.
Result<std::filesystem::path> project_for(const std::filesystem::path& file, const ProjectWork& work = {});

/// In what a file differs from the video that was annotated, as a sentence; nullopt for the same file, whatever is not
/// proved of it yet.
std::optional<std::string> difference_of(const VideoInfo& info, const Media& media);

}  // namespace inbetween
