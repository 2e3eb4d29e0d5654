#include <sys/resource.h>

#include <memory>
#include <set>

#include "app/cli/arguments.h"
#include "app/cli/bench.h"
#include "app/cli/exchange.h"
#include "app/cli/json.h"
#include "app/cli/open.h"
#include "app/cli/solving.h"
#include "app/cli/subcommand.h"
#include "app/cli/table.h"
#include "app/project.h"
#include "core/base/text.h"
#include "core/edit/document.h"
#include "core/edit/operations.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

struct Options {
    std::string video;
    std::string truth;
    std::string format = "auto";
    std::vector<std::string> every{"25"};
    std::vector<std::string> methods;
    std::vector<std::string> options;
    bool json = false;
};

/// How well a method filled the frames between the keyframes.
struct Score {
    std::int64_t frames = 0;  ///< in-between frames, over all tracks
    double iou_sum = 0;
    std::int64_t over_50 = 0;
    std::int64_t over_70 = 0;
    double cpu_secs = 0;

    double miou() const { return frames == 0 ? 0 : iou_sum / static_cast<double>(frames); }
    double share_50() const { return frames == 0 ? 0 : static_cast<double>(over_50) / static_cast<double>(frames); }
    double share_70() const { return frames == 0 ? 0 : static_cast<double>(over_70) / static_cast<double>(frames); }
    double cpu_ms() const { return frames == 0 ? 0 : 1000 * cpu_secs / static_cast<double>(frames); }
};

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto secs = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return secs(usage.ru_utime) + secs(usage.ru_stime);
}

/// What the tracks of a truth look like at each frame it states, against what `filled` shows where it has no keyframe.
/// requires: the tracks of both are the same objects in the same order.
Score score(const Annotations& truth, const Annotations& filled) {
    Score total;
    auto candidate = filled.tracks.begin();
    for (const auto& [id, stated] : truth.tracks) {
        if (stated->keyframes.empty()) continue;
        const Track& track = *(candidate++)->second;
        for (const Keyframe& keyframe : stated->keyframes) {
            if (keyframe.outside || track.find_keyframe(keyframe.frame) != nullptr) continue;
            const auto state = filled.state_at(track, keyframe.frame);
            const double overlap =
                state && !state->outside ? iou(bounding_box(state->shape), bounding_box(keyframe.shape)) : 0;
            ++total.frames;
            total.iou_sum += overlap;
            total.over_50 += overlap >= 0.5;
            total.over_70 += overlap >= 0.7;
        }
    }
    return total;
}

/// Keyframes as an import of every N-th frame states them.
Annotations thinned_project(const MediaPtr& media, const Annotations& truth, std::int64_t every) {
    Annotations project;
    project.media[media->id] = media;
    const edit::Thinning thinning{edit::Thinning::Kind::Every, every, 0};
    return applied(edit::import(project, media->id, truth, thinning, "Import"), project);
}

/// errors: cancelled, or a span that could not be filled.
Result<Score> run_method(Console& console, const std::string& video, const Annotations& truth,
                         const Annotations& project, const std::string& method) {
    Document document(project);
    const double before_secs = cpu_seconds();
    if (method != "linear") {
        std::vector<SpanTask> spans;
        const FrameRange all{FrameIndex{0}, FrameIndex{project.media.begin()->second->frames}};
        for (const auto& [id, track] : project.tracks) {
            for (auto& task : spans_to_solve(*track, all)) spans.push_back(std::move(task));
        }
        const Solved solved = solve(console, video, std::move(spans), method);
        if (solved.cancelled) return fail("{}: cancelled", video);
        if (!solved.errors.empty()) return fail("{}: {}", method, solved.errors.front());
        for (const auto& fill : solved.fills) document.set_fill(fill);
    }
    const double cpu_secs = cpu_seconds() - before_secs;
    Score result = score(truth, document.annotations());
    result.cpu_secs = cpu_secs;
    return result;
}

Json json_of(const Score& s) {
    return Json{{"miou", s.miou()},   {"share_50", s.share_50()},  {"share_70", s.share_70()},
                {"frames", s.frames}, {"cpu_seconds", s.cpu_secs}, {"cpu_ms", s.cpu_ms()}};
}

/// One gap between keyframes: every method's score.
struct GapResult {
    std::int64_t every = 0;
    std::int64_t keyframes = 0;
    std::vector<std::pair<std::string, Score>> scores;
};

Json json_of(const std::vector<GapResult>& results, const std::string& sequence) {
    Json gaps = Json::object();
    for (const auto& gap : results) {
        Json methods = Json::object();
        const Score* linear = nullptr;
        for (const auto& [method, s] : gap.scores) {
            if (method == "linear") linear = &s;
        }
        for (const auto& [method, s] : gap.scores) {
            Json row = json_of(s);
            row["keyframes"] = gap.keyframes;
            if (linear != nullptr) row["worse_than_linear"] = s.miou() < linear->miou() ? 1 : 0;
            row["sequences"] = Json{{sequence, json_of(s)}};
            methods[method] = std::move(row);
        }
        gaps[std::to_string(gap.every)] = std::move(methods);
    }
    return Json{{"gap", std::move(gaps)}};
}

void print_table(Console& console, const std::vector<GapResult>& results) {
    std::vector<std::vector<std::string>> rows{
        {"every", "method", "mean IoU", ">= .5", ">= .7", "keyframes", "frames between", "CPU s", "CPU ms/frame"}};
    for (const auto& gap : results) {
        for (const auto& [method, s] : gap.scores) {
            rows.push_back({std::to_string(gap.every), method, fmt::format("{:.3f}", s.miou()),
                            fmt::format("{:.3f}", s.share_50()), fmt::format("{:.3f}", s.share_70()),
                            std::to_string(gap.keyframes), std::to_string(s.frames), fmt::format("{:.1f}", s.cpu_secs),
                            fmt::format("{:.2f}", s.cpu_ms())});
        }
    }
    for (const auto& line : aligned(rows)) console.line(line);
}

Result<std::vector<std::string>> stated_methods(const Options& o) {
    std::vector<std::string> methods = split_lists(o.methods);
    if (methods.empty()) {
        methods.emplace_back("linear");
        for (const Solver* solver : all_solvers()) {
            if (solver->boxes && solver->id != "linear") methods.emplace_back(solver->id);
        }
    }
    for (const auto& method : methods) {
        const auto known = check_method(method);
        if (!known) return known.error();
    }
    return methods;
}

Result<Done> run(Console& console, const Options& o) {
    console.catch_interrupts();
    const auto methods = stated_methods(o);
    if (!methods) return methods.error();
    const auto format = format_to_read(o.format, {o.truth});
    if (!format) return format.error();
    const auto source = open_video(console, o.video);
    if (!source) return source.error();
    auto described = describe_media(*source->source, fs::path());
    if (!described) return described.error();
    described->id = MediaId{1};
    const auto media = std::make_shared<const Media>(*std::move(described));
    const auto truth = read_annotations(**format, ReadRequest{{o.truth}, *media, format_options_of(o.options)});
    if (!truth) return truth.error();

    std::vector<GapResult> results;
    for (const auto& text : split_lists(o.every)) {
        GapResult gap;
        gap.every = parse_int(text).value_or(0);
        if (gap.every < 1) return fail("--every: {} is no number of frames", text);
        const Annotations project = thinned_project(media, truth->annotations, gap.every);
        gap.keyframes = project.keyframe_count();
        for (const auto& method : *methods) {
            auto scored = run_method(console, o.video, truth->annotations, project, method);
            if (!scored) return scored.error();
            gap.scores.emplace_back(method, *scored);
        }
        results.push_back(std::move(gap));
    }
    if (o.json) {
        console.line(text_of(json_of(results, fs::path(o.video).stem().string())));
    } else {
        print_table(console, results);
    }
    return Done{};
}

}  // namespace

Action declare_bench_tracking(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("--video", o->video, "Video, or folder of images")->required();
    app.add_option("--gt,--truth", o->truth, "File that states every frame of every object")->required();
    app.add_option("--format", o->format, "The file's format; told by its content if not stated");
    app.add_option("--every", o->every, "Keyframes taken from the truth: every Nth frame; a list for several")
        ->allow_extra_args(false)
        ->check([](const std::string& text) {
            return is_number_list(text) ? std::string() : text + " is not a list of numbers";
        });
    app.add_option("--methods,--method", o->methods, "Methods to compare; all that do boxes if not stated")
        ->allow_extra_args(false);
    app.add_option("--option", o->options, "name=value of the format")
        ->allow_extra_args(false)
        ->check(check_format_option);
    app.add_flag("--json", o->json, "As JSON");
    app.footer(
        "Imports every Nth stated frame as keyframes, fills the frames between them with each method, and compares\n"
        "them with the truth: mean IoU, and the share of frames with an IoU of at least .5 and .7. CPU seconds are\n"
        "those of the whole process, decoding included.");
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace inbetween::cli
