#include <fmt/ranges.h>

#include <map>
#include <memory>
#include <set>
#include <stop_token>

#include "app/cli/arguments.h"
#include "app/cli/open.h"
#include "app/cli/subcommand.h"
#include "app/project.h"
#include "core/base/plural.h"
#include "core/store/store.h"
#include "core/video/signature.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

struct Options {
    std::string project;
    std::vector<std::string> videos;
    std::vector<std::string> labels;
    std::string preset;
};

Result<std::vector<Label>> preset_labels(const std::string& id) {
    std::vector<std::string_view> known;
    for (const Preset& preset : all_presets()) {
        if (preset.id == id) return preset.labels();
        known.push_back(preset.id);
    }
    return fail("{}: no such preset; there are {}", id, fmt::join(known, ", "));
}

Result<std::vector<Label>> stated_labels(const Options& o) {
    if (!o.preset.empty()) return preset_labels(o.preset);
    const auto names = split_lists(o.labels);
    std::set<std::string> seen;
    for (const auto& name : names) {
        if (name.empty()) return fail("--labels: a label's name is empty");
        if (!seen.insert(name).second) return fail("--labels: {} is stated twice", name);
    }
    return labels_of(names);
}

struct StatedMedia {
    std::map<MediaId, MediaPtr> media;
    Store::Signatures signatures;
};

/// What the frames of a short video look like; null for a long one.
Result<Store::SignaturePtr> sign_if_short(Console& console, FrameSource& source) {
    const VideoInfo& info = source.info();
    const Size size = info.decoded_size;
    if (info.frames * size.width * size.height > OpenOptions().proof_pixels) return Store::SignaturePtr();
    std::stop_source stop;
    auto signature = sign_video(source, stop.get_token(), [&](double share) {
        if (console.interrupted()) stop.request_stop();
        console.progress("Looking at " + one_line(info.path.filename().string()), share);
    });
    console.end_progress();
    if (signature) return signature;
    // A video whose last frames are damaged can be annotated all the same.
    return signature.error().kind == ErrorKind::Cancelled ? Result<Store::SignaturePtr>(cancelled(info.path))
                                                          : Store::SignaturePtr();
}

/// The videos as the project is to keep them, each read through once with progress.
Result<StatedMedia> stated_media(Console& console, const Options& o) {
    StatedMedia stated;
    for (const auto& video : o.videos) {
        OpenOptions options;
        options.proof_pixels = 0;  // the look at a short video proves it
        const auto source = open_video(console, video, options);
        if (!source) return source.error();
        auto signature = sign_if_short(console, *source->source);
        if (!signature) return signature.error();
        // Numbers in doubt are proved before anything is said of them.
        if (const VideoInfo& info = source->source->info(); !info.sound) {
            if (auto proved = prove_up_to(console, *source, FrameIndex{info.frames}); !proved) return proved.error();
        }
        auto described = describe_media(*source->source, fs::path(o.project).parent_path());
        if (!described) return described.error();
        described->id = MediaId{static_cast<std::int64_t>(stated.media.size()) + 1};
        if (*signature) stated.signatures[described->id] = *std::move(signature);
        stated.media[described->id] = std::make_shared<const Media>(*std::move(described));
    }
    return stated;
}

Result<Done> run(Console& console, const Options& o) {
    auto labels = stated_labels(o);
    if (!labels) return labels.error();
    std::error_code error;
    // Asked before the videos are read through, which can take long.
    if (fs::exists(o.project, error)) return fail("{}: exists already", o.project);
    console.catch_interrupts();
    auto stated = stated_media(console, o);
    if (!stated) return stated.error();
    Annotations initial;
    initial.media = std::move(stated->media);
    for (Label& label : *labels) initial.labels.emplace(label.id, std::move(label));
    const auto made = Store::create(o.project, initial, stated->signatures);
    if (!made) return made.error();
    console.print("{}: {}, {}", one_line(o.project), counted(std::ssize(o.videos), "video"),
                  counted(std::ssize(initial.labels), "label"));
    return Done{};
}

std::string preset_help() {
    std::string text = "Presets:\n";
    for (const Preset& preset : all_presets()) text += fmt::format("  {:<8} {}\n", preset.id, preset.help);
    return text;
}

Action declare(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("PROJECT", o->project, "Project file to make; such files end in .inbetween")->required();
    app.add_option("--video", o->videos, "Video or folder of numbered images; may be stated several times")
        ->required()
        ->allow_extra_args(false);
    auto* labels =
        app.add_option("--labels", o->labels, "Names of the classes of objects: a,b,c")->allow_extra_args(false);
    app.add_option("--preset", o->preset, "Labels by the field's own names")
        ->excludes(labels)
        ->check([](const std::string& id) { return wrong_in(preset_labels(id)); });
    app.footer(preset_help());
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace

const Subcommand new_subcommand{"new", "PROJECT --video V [--video W...] [--labels a,b | --preset P]",
                                "Make a project of one or more videos", declare};

}  // namespace inbetween::cli
