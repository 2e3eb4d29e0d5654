#include <memory>

#include "app/cli/arguments.h"
#include "app/cli/json.h"
#include "app/cli/open.h"
#include "app/cli/solving.h"
#include "app/cli/subcommand.h"
#include "app/detecting.h"
#include "app/project.h"
#include "core/base/plural.h"
#include "core/base/text.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

struct Options {
    std::string project;
    std::string detector;
    std::string labels;
    std::vector<std::string> options;
    std::vector<std::string> classes;
    std::string range = ":";
    std::int64_t every = 1;
    double least_confidence = 0.25;
    std::optional<double> tolerance_px;
    std::string media;
    bool dry_run = false;
    bool json = false;
};

Result<DetectTask> task_of(const Options& o) {
    auto spec = parse_detector(o.detector);
    if (!spec) return spec.error();
    spec->labels = o.labels;
    for (const auto& [name, value] : format_options_of(o.options)) spec->options[name] = value;
    const auto range = parse_range(o.range);
    if (!range) return range.error();
    return DetectTask{.detector = std::move(*spec),
                      .range = *range,
                      .every = o.every,
                      .least_confidence = o.least_confidence,
                      .classes = split_lists(o.classes)};
}

Json track_json(const Annotations& after, const Track& track) {
    Json keyframes = Json::array();
    for (const Keyframe& keyframe : track.keyframes) {
        const Box box = bounding_box(keyframe.shape);
        keyframes.push_back(
            Json{{"frame", keyframe.frame.value}, {"x", box.x}, {"y", box.y}, {"w", box.w}, {"h", box.h}});
    }
    return Json{{"id", number(track.id)},
                {"label", after.label_name(track.label)},
                {"certainty", track.proposal.value_or(0) / 1000.0},
                {"first", track.keyframes.front().frame.value},
                {"last", track.keyframes.back().frame.value},
                {"keyframes", std::move(keyframes)}};
}

/// What was looked at and made of it.
struct Outcome {
    std::size_t frames = 0;
    Offer offer;
    ChangeSet change;
};

std::int64_t keyframes_in(const ChangeSet& change) {
    std::int64_t keyframes = 0;
    for (const TrackEdit& edit : change.tracks) keyframes += static_cast<std::int64_t>(edit.after->keyframes.size());
    return keyframes;
}

void print_outcome(Console& console, const Annotations& after, const Outcome& outcome, const Options& o) {
    if (o.json) {
        Json tracks = Json::array();
        for (const TrackEdit& edit : outcome.change.tracks) tracks.push_back(track_json(after, *edit.after));
        console.line(text_of(Json{{"frames", outcome.frames},
                                  {"detections", outcome.offer.seen},
                                  {"already_there", outcome.offer.covered},
                                  {"added", !o.dry_run},
                                  {"tracks", std::move(tracks)}}));
        return;
    }
    const std::int64_t covered = outcome.offer.covered;
    console.print("{} in {}: {} {}, {}{}", counted(outcome.offer.seen, "detection"), counted(outcome.frames, "frame"),
                  o.dry_run ? "would propose" : "proposed", counted(std::ssize(outcome.change.tracks), "track"),
                  counted(keyframes_in(outcome.change), "keyframe"),
                  covered > 0 ? fmt::format("; {} there already", counted(covered, "track")) : "");
    for (const TrackEdit& edit : outcome.change.tracks) {
        const Track& track = *edit.after;
        console.line(one_line(fmt::format(
            "track {} {}: frames {} to {}, {}, {:.2f} certain", number(track.id), after.label_name(track.label),
            track.keyframes.front().frame.value, track.keyframes.back().frame.value,
            counted(std::ssize(track.keyframes), "keyframe"), track.proposal.value_or(0) / 1000.0)));
    }
}

Result<Done> run(Console& console, const Options& o) {
    const auto task = task_of(o);
    if (!task) return task.error();
    auto session = open_project(o.project, o.dry_run ? StoreMode::ReadOnly : StoreMode::ReadWrite);
    if (!session) return session.error();
    const Annotations before = (*session)->annotations();
    const auto media = choose_media(before, o.media, o.project);
    if (!media) return media.error();
    if (const auto inside = check_in_video(task->range, o.project, (*media)->frames); !inside) return inside.error();
    const fs::path video = media_path(**media, (*session)->project());
    if (const auto there = check_video(**media, video); !there) return there.error();
    console.catch_interrupts();
    auto detections = detected_in(console, video, *task);
    if (!detections) return detections.error();
    Outcome outcome{.frames = detections->frames.size(), .offer = {}, .change = {}};
    const OfferParams params{.link = {}, .tolerance_px = o.tolerance_px, .classes = task->classes};
    outcome.offer = offer_of(before, (*media)->id, std::move(*detections), params);
    outcome.change =
        edit::propose(before, (*media)->id, outcome.offer.tracks, o.tolerance_px, "Detect with " + task->detector.kind);
    if (!o.dry_run && !outcome.change.empty()) {
        if (!(*session)->commit(outcome.change)) return fail("{}: the proposals could not be added", o.project);
        if (const auto durable = (*session)->flush(); !durable) return durable.error();
    }
    print_outcome(console, applied(outcome.change, before), outcome, o);
    return Done{};
}

std::string detector_help() {
    std::string text = "Detectors:\n";
    for (const DetectorKind* kind : all_detectors()) {
        const std::string id =
            kind->model.empty() ? std::string(kind->id) : fmt::format("{}={}", kind->id, kind->model);
        text += fmt::format("  {:<15} {}\n", id, kind->help);
    }
    return text +
           "Proposals are nobody's word until they are accepted (inbetween review), and are not exported.\n"
           "Keyframes that are there are never changed.";
}

Action declare(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("PROJECT", o->project, "Project whose video to look through")->required();
    app.add_option("--detector", o->detector, "What looks; see below")->required()->check([](const std::string& text) {
        return wrong_in(parse_detector(text));
    });
    app.add_option("--labels", o->labels, "File with the model's class names, one a line");
    app.add_option("--option", o->options, "name=value of the detector (inbetween list detectors)")
        ->allow_extra_args(false)
        ->check(check_format_option);
    app.add_option("--class", o->classes, "Only these classes");
    app.add_option("--range", o->range, "Only frames from A up to, not including, B")->check(check_range);
    app.add_option("--every", o->every, "Only every Nth frame of them")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{100000}));
    app.add_option("--min-confidence", o->least_confidence, "Drop detections less likely right")
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--tolerance", o->tolerance_px,
                   "Pixels by which keyframes may miss a detection; a tenth of the object's size if not stated")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--media", o->media, "Which video of the project, by number or name; the first if not stated");
    app.add_flag("--dry-run", o->dry_run, "Say what would be proposed and change nothing");
    app.add_flag("--json", o->json, "As JSON, keyframes and all");
    app.footer(detector_help());
    return [o](Console& console) { return run(console, *o); };
}

/// What is wrong with the detector's options: one that it does not have.
std::string misuse(const CLI::App& app) {
    auto spec = parse_detector(app.get_option("--detector")->results().back());
    if (!spec) return spec.error().message;
    for (const auto& [name, value] : format_options_of(app.get_option("--option")->results()))
        spec->options[name] = value;
    return wrong_in(check_detector_options(*spec));
}

}  // namespace

const Subcommand detect_subcommand{
    "detect",
    "PROJECT --detector hog|haar|lbp|onnx=PATH|darknet=PATH|caffe=PATH [--labels FILE] [--option k=v ...] "
    "[--class NAME...] [--range A:B] [--every N] [--min-confidence P] [--tolerance PX] [--media NAME|N] [--dry-run] "
    "[--json]",
    "Propose tracks of what a detector finds",
    declare,
    {{"--option", is_format_option}},
    misuse};

}  // namespace inbetween::cli
