#include <algorithm>
#include <functional>
#include <limits>
#include <memory>

#include "app/cli/arguments.h"
#include "app/cli/bench.h"
#include "app/cli/json.h"
#include "app/cli/seek/drag.h"
#include "app/cli/seek/measure.h"
#include "app/cli/seek/own_engine.h"
#include "app/cli/seek/report.h"
#include "app/cli/seek/scratch.h"
#include "app/cli/table.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

struct Options {
    std::string video;
    bool quick = false;
    bool json = false;
    std::vector<std::string> patterns;
    double drag_secs = 0;
    std::int64_t checked_frames = std::numeric_limits<std::int64_t>::max();
};

/// How far the work is, on a terminal; Ctrl-C ends it.
std::function<bool(double)> progress(Console& console, const std::string& what) {
    return [&console, what](double share) {
        console.progress(what, share);
        return !console.interrupted();
    };
}

Result<seek::Reference> reference_of(Console& console, const std::string& video, std::int64_t most) {
    const auto going_on = progress(console, "Decoding " + one_line(fs::path(video).filename().string()) + " plainly");
    auto reference = seek::Reference::decode(
        video, [&](std::int64_t) { return going_on(0); }, most);
    console.end_progress();
    return reference;
}

Result<seek::Survey> survey_of(Console& console, const std::string& video, const fs::path& cache) {
    auto survey = seek::survey(video, cache, progress(console, "Surveying " + one_line(video)));
    console.end_progress();
    return survey;
}

Result<Done> drag(Console& console, const Options& o, const fs::path& cache) {
    seek::DragOptions options;
    options.secs = o.drag_secs;
    options.go_on = progress(console, "Dragging");
    auto drags = seek::drag_twice(o.video, cache, seek::default_cache_bytes, options);
    console.end_progress();
    if (!drags) return drags.error();
    // Afterwards: of a long video it takes minutes, and memory that is none of the engine's.
    const auto reference = reference_of(console, o.video, o.checked_frames);
    if (!reference) return reference.error();
    drags->check(*reference);
    if (o.json) {
        const std::string command = fmt::format("inbetween bench seek {} --drag {} --json", o.video, o.drag_secs);
        console.line(
            text_of(Json{{"drag", seek::json_of(*drags)}, {"machine", seek::machine_json()}, {"command", command}}));
    } else {
        for (const auto& line : seek::lines_of(*drags)) console.line(line);
    }
    return Done{};
}

Result<Done> measure(Console& console, const Options& o, const seek::Reference& reference, const fs::path& cache) {
    const Json machine = seek::machine_json();
    const auto survey = survey_of(console, o.video, cache);
    if (!survey) return survey.error();
    auto video = seek::video_json(o.video, reference);
    if (!video) return video.error();
    const auto length = o.quick ? seek::Length::Quick : seek::Length::Full;
    auto patterns = seek::patterns_for({reference.frames(), reference.frame_rate(), reference.sync_frames()}, length);
    std::erase_if(patterns, [&](const seek::Pattern& pattern) {
        return !o.patterns.empty() && std::ranges::find(o.patterns, pattern.id) == o.patterns.end();
    });
    std::vector<seek::PatternFigures> all;
    seek::Standings standings;
    seek::Plan plan;
    plan.go_on = [&](const std::string& what) {
        console.progress("Measuring " + what, static_cast<double>(all.size()) / static_cast<double>(patterns.size()));
        return !console.interrupted();
    };
    for (const auto& pattern : patterns) {
        auto measured = seek::measure(pattern, {seek::own_engine(cache)}, o.video, reference, plan, standings);
        if (!measured) return measured.error();
        all.push_back(std::move(*measured));
    }
    console.end_progress();
    if (o.json) {
        const std::string command = fmt::format("inbetween bench seek {}{} --json", o.video, o.quick ? " --quick" : "");
        console.line(text_of(Json{{"patterns", seek::json_of(all)},
                                  {"survey", seek::json_of(*survey)},
                                  {"machine", machine},
                                  {"video", std::move(*video)},
                                  {"command", command}}));
    } else {
        for (const auto& line : aligned(seek::rows_of(all))) console.line(line);
        console.line(seek::line_of(*survey));
    }
    return Done{};
}

Result<Done> run(Console& console, const Options& o) {
    console.catch_interrupts();
    const auto scratch = seek::Scratch::make();
    if (!scratch) return scratch.error();
    if (o.drag_secs > 0) return drag(console, o, (*scratch)->path());
    const auto reference = reference_of(console, o.video, std::numeric_limits<std::int64_t>::max());
    if (!reference) return reference.error();
    return measure(console, o, *reference, (*scratch)->path());
}

}  // namespace

Action declare_bench_seek(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("V", o->video, "Video")->required();
    app.add_flag("--quick", o->quick, "Fewer requests");
    app.add_flag("--json", o->json, "As JSON");
    app.add_option("--patterns", o->patterns, "Only these")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::IsMember(seek::pattern_ids()));
    app.add_option("--drag", o->drag_secs, "Drag over all of it for so many seconds instead, and watch the screen")
        ->check(check_count);
    app.add_option(
           "--check-frames", o->checked_frames,
           "Of a drag, check what was shown of the first N frames only: to decode all of a long video takes long")
        ->type_name("N")
        ->check(check_count);
    app.footer(
        "Asks this program's engine for frames as a person does, and compares every picture with the n-th frame of a\n"
        "plain decode: wrong counts those that differ. CPU is that of the whole process, all threads, a\n"
        "request; wall is the time until the picture is there. build/bench/seek measures other readers beside it.");
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace inbetween::cli
