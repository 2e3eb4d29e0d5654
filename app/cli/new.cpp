#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <set>

#include "app/cli/arguments.h"
#include "app/cli/open.h"
#include "app/cli/subcommand.h"
#include "app/project.h"

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

Result<Done> run(Console& console, const Options& o) {
    const auto labels = stated_labels(o);
    if (!labels) return labels.error();
    std::error_code error;
    if (fs::exists(o.project, error)) return fail("{}: exists already", o.project);
    const auto made = create_project(o.project, {o.videos.begin(), o.videos.end()}, *labels);
    if (!made) return made.error();
    console.print("{}: {} {}, {} {}", o.project, o.videos.size(), o.videos.size() == 1 ? "video" : "videos",
                  labels->size(), labels->size() == 1 ? "label" : "labels");
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
    app.add_option("--preset", o->preset, "Labels by the field's own names")->excludes(labels);
    app.footer(preset_help());
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace

const Subcommand new_subcommand{"new", "PROJECT --video V [--video W...] [--labels a,b | --preset P]",
                                "Make a project of one or more videos", declare};

}  // namespace inbetween::cli
