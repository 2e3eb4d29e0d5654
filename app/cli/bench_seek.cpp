#include <algorithm>
#include <memory>

#include "app/cli/bench.h"
#include "app/cli/json.h"
#include "app/cli/seek/measure.h"
#include "app/cli/seek/own_engine.h"
#include "app/cli/seek/report.h"
#include "app/cli/table.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

struct Options {
    std::string video;
    bool quick = false;
    bool json = false;
    std::vector<std::string> patterns;
};

Result<seek::Reference> reference_of(Console& console, const std::string& video) {
    auto reference = seek::Reference::decode(video, [&](std::int64_t) {
        console.progress("Decoding " + one_line(fs::path(video).filename().string()) + " plainly", 0);
        return !console.interrupted();
    });
    console.end_progress();
    return reference;
}

Result<Done> run(Console& console, const Options& o) {
    console.catch_interrupts();
    const Json machine = seek::machine_json();
    const auto reference = reference_of(console, o.video);
    if (!reference) return reference.error();
    auto video = seek::video_json(o.video, *reference);
    if (!video) return video.error();
    const auto length = o.quick ? seek::Length::Quick : seek::Length::Full;
    auto patterns =
        seek::patterns_for({reference->frames(), reference->frame_rate(), reference->sync_frames()}, length);
    std::erase_if(patterns, [&](const seek::Pattern& pattern) {
        return !o.patterns.empty() && std::ranges::find(o.patterns, pattern.id) == o.patterns.end();
    });
    std::vector<seek::PatternFigures> all;
    seek::Plan plan;
    plan.go_on = [&](const std::string& what) {
        console.progress("Measuring " + what, static_cast<double>(all.size()) / static_cast<double>(patterns.size()));
        return !console.interrupted();
    };
    for (const auto& pattern : patterns) {
        auto measured = seek::measure(pattern, {seek::own_engine()}, o.video, *reference, plan);
        if (!measured) return measured.error();
        all.push_back(std::move(*measured));
    }
    console.end_progress();
    if (o.json) {
        const std::string command = fmt::format("inbetween bench seek {}{} --json", o.video, o.quick ? " --quick" : "");
        console.line(text_of(Json{{"patterns", seek::json_of(all)},
                                  {"machine", machine},
                                  {"video", std::move(*video)},
                                  {"command", command}}));
    } else {
        for (const auto& line : aligned(seek::rows_of(all))) console.line(line);
    }
    return Done{};
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
    app.footer(
        "Asks this program's engine for frames as a person does, and compares every picture with the n-th frame of a\n"
        "plain decode made first: wrong counts those that differ. CPU is that of the whole process, all threads, a\n"
        "request; wall is the time until the picture is there. build/bench/seek measures other readers beside it.");
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace inbetween::cli
