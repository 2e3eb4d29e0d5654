#include <memory>

#include "app/cli/arguments.h"
#include "app/cli/open.h"
#include "app/cli/repair.h"
#include "app/cli/subcommand.h"
#include "app/project.h"
#include "core/base/files.h"
#include "core/store/store.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

struct Options {
    std::string project;
    std::string video;
    std::string repair;
    std::string media;
};

/// How a video that was found differs from the one that was annotated; empty when it does not.
std::string difference_of(const VideoInfo& found, const Media& media, bool same_content) {
    const Size size = found.upright_size();
    if (found.frames != media.frames || size != Size{media.width, media.height}) {
        return fmt::format("it has {} frames of {}x{}, not {} of {}x{}", found.frames, size.width, size.height,
                           media.frames, media.width, media.height);
    }
    return same_content ? std::string() : "its frames and size agree, its content does not";
}

Result<Done> check_identity(Console& console, const Options& o, const Media& media) {
    const auto source = open_video(console, o.video);
    if (!source) return source.error();
    const auto print = fingerprint(o.video);
    if (!print) return print.error();
    const std::string difference = difference_of(source->source->info(), media, *print == media.fingerprint);
    if (!difference.empty()) {
        return fail("{}: is not the video that was annotated, {}: {}", o.video, media.name(), difference);
    }
    const bool at_its_place = same_file(o.video, media_path(media, o.project));
    console.line(one_line(fmt::format(
        "{}: {} {}", o.video,
        at_its_place ? "is the video that was annotated," : "has the content of the video that was annotated,",
        media.name())));
    return Done{};
}

/// Says of each video of the project whether it is where it was and as it was. No defect of the project file.
void tell_of_videos(Console& console, const Annotations& annotations, const Options& o) {
    for (const auto& [id, media] : annotations.media) {
        const fs::path path = media_path(*media, o.project);
        const auto print = fingerprint(path);
        const char* state = !print ? "missing" : *print == media->fingerprint ? "unchanged" : "changed";
        console.line(one_line(fmt::format("video {} {}: {}", number(id), path.string(), state)));
    }
}

Result<Done> check_integrity(Console& console, const Options& o) {
    const auto defects = Store::verify(o.project);
    if (!defects) return defects.error();
    for (const auto& defect : *defects) console.line(one_line(defect));
    if (!defects->empty()) {
        return fail("{}: {} {}", o.project, defects->size(), defects->size() == 1 ? "defect" : "defects");
    }
    console.print("{}: sound", one_line(o.project));
    return Done{};
}

Result<Done> run(Console& console, const Options& o) {
    const auto sound = check_integrity(console, o);
    if (!o.repair.empty()) {
        const auto repaired = repair_project(o.project, o.repair);
        if (!repaired) return repaired.error();
        for (const auto& line : *repaired) console.line(one_line(line));
    }
    if (!sound) return sound.error();
    const auto session = open_project(o.project, StoreMode::ReadOnly);
    if (!session) return session.error();
    const Annotations& annotations = (*session)->annotations();
    if (o.video.empty()) {
        tell_of_videos(console, annotations, o);
        return Done{};
    }
    const auto media = choose_media(annotations, o.media, o.project);
    if (!media) return media.error();
    return check_identity(console, o, **media);
}

Action declare(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("PROJECT", o->project, "Project to check")->required();
    app.add_option("--video", o->video, "Tell whether this is the video that was annotated");
    app.add_option("--repair", o->repair, "Write all that is sound to a new project; the original stays as it is");
    app.add_option("--media", o->media, "Which video of the project --video is held against, by number or name");
    app.footer("Every defect is one line. Exit status 1 if there is any, or if the video is another one.");
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace

const Subcommand verify_subcommand{"verify", "PROJECT [--video V] [--media NAME|N] [--repair COPY]",
                                   "Check a project's integrity and its video's identity", declare};

}  // namespace inbetween::cli
