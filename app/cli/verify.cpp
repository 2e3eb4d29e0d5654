#include <memory>

#include "app/cli/arguments.h"
#include "app/cli/identity.h"
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
    bool every_frame = false;
    bool json = false;
};

/// Says of each video of the project whether it is where it was and as it was.   errors: one that is not as it was.
Result<Done> tell_of_videos(Console& console, const Annotations& annotations, const Options& o) {
    fs::path changed;
    for (const auto& [id, media] : annotations.media) {
        const fs::path path = media_path(*media, o.project);
        const auto print = fingerprint(path);
        const char* state = !print ? "missing" : *print == media->fingerprint ? "unchanged" : "changed";
        console.line(one_line(fmt::format("video {} {}: {}", number(id), path.string(), state)));
        if (print && *print != media->fingerprint) changed = path;
    }
    if (changed.empty()) return Done{};
    return fail("{}: is not the file that was annotated; --video tells whether it shows the same", changed.string());
}

Result<Done> check_integrity(Console& console, const Options& o) {
    const auto defects = Store::verify(o.project);
    if (!defects) return defects.error();
    for (const auto& defect : *defects) o.json ? console.remark(defect) : console.line(one_line(defect));
    if (!defects->empty()) {
        return fail("{}: {} {}", o.project, defects->size(), defects->size() == 1 ? "defect" : "defects");
    }
    if (!o.json) console.print("{}: sound", one_line(o.project));
    return Done{};
}

Result<Done> run(Console& console, const Options& o) {
    console.catch_interrupts();
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
    if (o.video.empty()) return tell_of_videos(console, annotations, o);
    const auto media = choose_media(annotations, o.media, o.project);
    if (!media) return media.error();
    return check_identity(console, {o.project, o.video, o.every_frame, o.json}, **media);
}

Action declare(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("PROJECT", o->project, "Project to check")->required();
    auto* video = app.add_option("--video", o->video, "Tell whether this is the video that was annotated");
    app.add_option("--repair", o->repair, "Write all that is sound to a new project; the original stays as it is");
    app.add_option("--media", o->media, "Which video of the project --video is held against, by number or name");
    app.add_flag("--every-frame", o->every_frame, "Compare every frame, even where both files look the same");
    app.add_flag("--json", o->json, "As JSON, of --video only")->needs(video);
    app.footer(
        "Every defect is one line. Exit status 1 if there is any, or a video is not the file that was annotated; one "
        "that is\n"
        "missing is told of.\n"
        "--video: identical, if the files or all of their frames are equal; re-encoded, if it shows the same, with "
        "the\n"
        "frames that belong together and how sure that is; or another one. Exit status 0 where the annotations fit as\n"
        "they stand: frame n is frame n, and pictures have the same size. As JSON: verdict identical, reencoded or\n"
        "other; aligned, whether frame n is frame n throughout; fits; sure in percent; map of [begin, end, annotated]\n"
        "frames, end left out.");
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace

const Subcommand verify_subcommand{"verify", "PROJECT [--video V [--json]] [--media NAME|N] [--repair COPY]",
                                   "Check a project's integrity and its video's identity", declare};

}  // namespace inbetween::cli
