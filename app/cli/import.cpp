#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <set>

#include "app/cli/arguments.h"
#include "app/cli/exchange.h"
#include "app/cli/open.h"
#include "app/cli/subcommand.h"
#include "app/importing.h"
#include "core/base/plural.h"
#include "core/base/text.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

struct Options {
    std::string project;
    std::string format = "auto";
    std::vector<std::string> files;
    std::string keyframes = "all";
    std::vector<std::string> options;
    std::vector<std::string> labels;
    std::vector<std::string> attributes;
    std::string media;
    bool dry_run = false;
};

std::string numbers_of(const Shape& shape) {
    if (const Box* box = std::get_if<Box>(&shape)) {
        return fmt::format("box {} {} {} {}", format_number(box->x, 3), format_number(box->y, 3),
                           format_number(box->w, 3), format_number(box->h, 3));
    }
    std::string text = "quad";
    for (const Point& corner : std::get<Quad>(shape).corners) {
        text += fmt::format(" {},{}", format_number(corner.x, 3), format_number(corner.y, 3));
    }
    return text;
}

/// What a person looks at to see whether format and options are right.
void print_first_shapes(Console& console, const Annotations& read) {
    constexpr std::size_t most = 5;
    std::size_t shown = 0;
    for (const auto& [id, track] : read.tracks) {
        if (shown++ == most) break;
        if (track->keyframes.empty()) continue;
        const Keyframe& first = track->keyframes.front();
        console.line(
            one_line(fmt::format("track {} {}: frame {} {}{}", number(id), read.label_name(track->label),
                                 first.frame.value, numbers_of(first.shape), first.occluded ? " occluded" : "")));
    }
}

/// The options that count, stated or not.
std::string options_text(const Format& format, const FormatOptions& stated) {
    std::vector<std::string> texts;
    for (const FormatOption& option : format.options) {
        const auto own = stated.find(option.name);
        texts.push_back(
            fmt::format("{}={}", option.name, own == stated.end() ? std::string(option.default_value) : own->second));
    }
    return fmt::format("{}", fmt::join(texts, " "));
}

/// What each label of the file becomes, and what comes with it.
void print_labels(Console& console, const Annotations& read, const Annotations& project) {
    for (const auto& [id, label] : read.labels) {
        std::int64_t tracks = 0;
        std::int64_t keyframes = 0;
        for (const auto& [number, track] : read.tracks) {
            if (track->label != id) continue;
            ++tracks;
            keyframes += static_cast<std::int64_t>(track->keyframes.size());
        }
        const auto segments = std::count_if(read.segments.begin(), read.segments.end(),
                                            [id = id](const auto& entry) { return entry.second->label == id; });
        std::string text = fmt::format("label {} ({}): {}, {}", label.name,
                                       project.find_label(label.name) == nullptr ? "new" : "known",
                                       counted(tracks, "track"), counted(keyframes, "keyframe"));
        if (segments > 0) text += ", " + counted(segments, "segment");
        std::vector<std::string> attributes;
        for (const Attribute& attribute : label.attributes) attributes.push_back(attribute.name);
        if (!attributes.empty()) text += fmt::format(", attributes {}", fmt::join(attributes, ", "));
        console.line(one_line(text));
    }
}

void print_dry_run(Console& console, const ImportPlan& plan, const FormatOptions& options, const Annotations& project,
                   const ImportCounts& counts) {
    const Format& format = *plan.format;
    const Annotations& read = plan.read.annotations;
    console.print("format: {} ({})", format.id, format.name);
    if (!format.convention.empty()) console.print("counts: {}", format.convention);
    console.line(one_line("options: " + options_text(format, options)));
    console.line(one_line("would add: " + text_of(counts, read.keyframe_count())));
    print_labels(console, read, project);
    print_first_shapes(console, read);
    for (const auto& note : plan.read.notes) console.line(one_line("note: " + note));
    for (const auto& suspect : plan.suspects) console.line(one_line("suspect: " + suspect));
}

Result<Done> run(Console& console, const Options& o) {
    const auto thinning = edit::parse_thinning(o.keyframes);
    if (!thinning) return thinning.error();
    auto session = open_project(o.project, o.dry_run ? StoreMode::ReadOnly : StoreMode::ReadWrite);
    if (!session) return session.error();
    const Annotations& annotations = (*session)->annotations();
    const auto media = choose_media(annotations, o.media, o.project);
    if (!media) return media.error();
    const auto labels = names_of(o.labels);
    if (!labels) return labels.error();
    const auto attributes = names_of(o.attributes);
    if (!attributes) return attributes.error();
    const ReadRequest request{{o.files.begin(), o.files.end()}, **media, format_options_of(o.options)};
    auto plan = plan_import(o.format, request);
    if (!plan) return plan.error();
    ReadResult& read = plan->read;
    auto renamed = edit::renamed(std::move(read.annotations), {*labels, *attributes});
    if (!renamed) return fail("{}: {}", o.files.front(), renamed.error().message);
    read.annotations = std::move(*renamed);
    const std::int64_t stated = read.annotations.keyframe_count();
    ChangeSet change = change_of(*plan, annotations, (*media)->id, *thinning);
    const auto fills = edit::imported_fills(change, read.annotations);
    const ImportCounts counts = counts_of(change);
    if (o.dry_run) {
        print_dry_run(console, *plan, request.options, annotations, counts);
        return Done{};
    }
    console.catch_interrupts();
    for (const auto& note : read.notes) console.remark("note: " + note);
    for (const auto& suspect : plan->suspects) console.remark("suspect: " + suspect);
    if (!(*session)->commit(std::move(change)) && counts.tracks + counts.segments > 0) {
        return fail("{}: the import could not be made", o.project);
    }
    (*session)->set_fills(fills);
    const auto durable = (*session)->flush();
    if (!durable) return durable.error();
    console.line(one_line(fmt::format("{}: {}", plan->format->id, text_of(counts, stated))));
    return Done{};
}

Action declare(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("PROJECT", o->project, "Project to import into")->required();
    app.add_option("FILE", o->files, "Files, or a folder where the format is one")->required();
    app.add_option("--format", o->format, "Format's id (inbetween list formats); told by the content if not stated")
        ->check(check_format_to_read);
    app.add_option("--keyframes", o->keyframes, "all, every=N or tolerance=PX: which stated frames become keyframes")
        ->check(check_thinning);
    app.add_flag("--dry-run", o->dry_run, "Say what would be imported and change nothing");
    app.add_option("--option", o->options, "name=value of the format")
        ->allow_extra_args(false)
        ->check(check_format_option);
    app.add_option("--label-map", o->labels,
                   "FROM=TO, or a file of such lines: labels of the file under other names; TO empty: left out")
        ->allow_extra_args(false);
    app.add_option("--attribute-map", o->attributes, "FROM=TO, or a file of such lines: attributes under other names")
        ->allow_extra_args(false);
    app.add_option("--media", o->media, "Which video of the project, by number or name; the first if not stated");
    app.footer(
        "every=N keeps each track's first frame, every Nth after it and its last, and the outside keyframe after it;\n"
        "tolerance=PX the fewest whose linear blend stays within PX pixels. An import is one step of undo.");
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace

const Subcommand import_subcommand{
    "import",
    "PROJECT --format F FILE... [--keyframes all|every=N|tolerance=PX] [--dry-run] [--option k=v ...] "
    "[--label-map FROM=TO|FILE] [--attribute-map FROM=TO|FILE] [--media NAME|N]",
    "Add the annotations of a file to a project",
    declare,
    {{"--option", is_format_option}},
    format_misuse};

}  // namespace inbetween::cli
