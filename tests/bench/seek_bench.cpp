// What frames cost, and whether they are right: this program's engine beside FFMS2, OpenCV's VideoCapture, libmpv and
// the naive use of libav, by turns in one process.
//
//   bench/seek V [--quick] [--json] [--patterns a,b] [--engines a,b] [--sample-secs S]
//   bench/seek V --drag SECONDS [--json]
//
// The reference is a plain decode of the file made first. CPU is that of the whole process until nothing is left to do,
// where a pattern does not say otherwise; wall is the time until the picture is there. This program's engine plays
// every pattern in full and begins each with nothing cached; the others, which keep nothing, are asked for pieces
// spread evenly over it. --quick measures an excerpt: the beginning of the file, copied without encoding it again.

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <chrono>
#include <cstdio>

#include "app/cli/json.h"
#include "app/cli/seek/drag.h"
#include "app/cli/seek/own_engine.h"
#include "app/cli/seek/report.h"
#include "app/cli/seek/scratch.h"
#include "app/cli/table.h"
#include "core/video/frame_source.h"
#include "core/video/plain_decode.h"
#include "tests/bench/peers/peers.h"
#include "tests/bench/targets.h"

namespace fs = std::filesystem;

namespace inbetween::seek {
namespace {

struct Options {
    std::string video;
    bool quick = false;
    bool json = false;
    std::vector<std::string> patterns;
    std::vector<std::string> engines;
    double sample_secs = 0;
    double drag_secs = 0;
};

constexpr std::int64_t excerpt_frames = 500;

bool is_chosen(const std::vector<std::string>& chosen, const std::string& id) {
    return chosen.empty() || std::ranges::find(chosen, id) != chosen.end();
}

/// The beginning of the video in a file of its own, or the video itself where that cannot be made.
fs::path excerpt_of(const fs::path& video, const fs::path& folder) {
    const fs::path copy = folder / ("excerpt" + video.extension().string());
    const auto copied = copy_beginning(video, copy, excerpt_frames);
    if (copied) return copy;
    fmt::print(stderr, "{}; measuring the whole\n", copied.error().message);
    return video;
}

Result<Footing> footing_of(const fs::path& video, const Reference& reference) {
    OpenOptions options;
    options.proof_pixels = 0;
    const auto source = open_frame_source(video, options);
    if (!source) return source.error();
    const PixelFormat& format = (*source)->info().format;
    return Footing{&reference, format.matrix, format.range, format.name};
}

std::vector<Engine> engines_for(const Options& o, const Footing& footing, const fs::path& cache) {
    std::vector<Engine> chosen;
    for (Engine& engine : std::vector<Engine>{own_engine(cache), ffms2_engine(), opencv_engine(footing),
                                              mpv_engine(footing), naive_engine()}) {
        if (is_chosen(o.engines, engine.id)) chosen.push_back(std::move(engine));
    }
    return chosen;
}

/// Takes a bound's figures out from among the engines'.
std::optional<double> take_bound(PatternFigures& figures, const std::string& id, std::int64_t& wrong) {
    const auto found = std::ranges::find_if(figures.engines, [&](const auto& each) { return each.first == id; });
    if (found == figures.engines.end()) return std::nullopt;
    wrong += found->second.wrong;
    const double mean = spread_of(found->second.cpu_ms).mean;
    figures.engines.erase(found);
    return mean;
}

/// Everything of one run.
struct Measured {
    Survey survey;
    std::vector<PatternFigures> patterns;
    Bounds bounds;
};

Result<Measured> measure_all(const Options& o, const fs::path& whole, const fs::path& video, const Reference& reference,
                             const fs::path& cache) {
    const auto footing = footing_of(video, reference);
    if (!footing) return footing.error();
    const std::vector<Engine> engines = engines_for(o, *footing, cache);
    Standings standings;
    Plan plan;
    plan.piece = o.quick ? 1 : 4;
    plan.sample_secs = o.sample_secs > 0 ? o.sample_secs : o.quick ? 0.3 : 30;
    Measured measured;
    const auto surveyed = survey(video, cache, {});
    if (!surveyed) return surveyed.error();
    measured.survey = *surveyed;
    const auto proxy = proxy_decode_ms(video);
    if (proxy) measured.bounds.proxy_decode = *proxy;
    const auto length = o.quick ? Length::Quick : Length::Full;
    const Footage footage{reference.frames(), reference.frame_rate(), reference.sync_frames()};
    for (const Pattern& pattern : patterns_for(footage, length)) {
        if (!is_chosen(o.patterns, pattern.id)) continue;
        std::vector<Engine> here = engines;
        const auto exact = std::ranges::find_if(
            measured.patterns, [&](const PatternFigures& each) { return each.pattern.id == pattern.exact_pattern; });
        const bool known = exact != measured.patterns.end();
        if (known) std::erase_if(here, [](const Engine& engine) { return !engine.approximates; });
        if (pattern.id == "cold_random") here.push_back(nonref_bound());
        if (pattern.opens) here.push_back(open_bound());
        // Opening is measured on the file as it is.
        auto figures = measure(pattern, here, pattern.opens ? whole : video, reference, plan, standings);
        if (!figures) return figures.error();
        if (auto bound = take_bound(*figures, "nonref", measured.bounds.wrong)) measured.bounds.nonref = bound;
        if (auto bound = take_bound(*figures, "libav", measured.bounds.wrong)) measured.bounds.open = bound;
        if (known) {
            for (const auto& [id, same] : exact->engines) {
                if (figures->find(id) == nullptr) figures->engines.emplace_back(id, same);
            }
        }
        measured.patterns.push_back(std::move(*figures));
    }
    return measured;
}

void print(const Measured& measured, const cli::Json& video) {
    fmt::print("{}: {} frames\n\n", video["path"].get<std::string>(), video["frames"].get<std::int64_t>());
    for (const auto& line : cli::aligned(rows_of(measured.patterns))) fmt::print("{}\n", line);
    fmt::print("\n{}\nbounds: {}\n\n", line_of(measured.survey), json_of(measured.bounds).dump());
    for (const auto& line : cli::aligned(rows_of(targets_of(measured.patterns, measured.bounds)))) {
        fmt::print("{}\n", line);
    }
}

Result<Done> drag(const Options& o, const fs::path& cache, const std::string& command) {
    DragOptions options;
    options.secs = o.drag_secs;
    auto drags = drag_twice(o.video, cache, default_cache_bytes, options);
    if (!drags) return drags.error();
    const auto reference = Reference::decode(o.video, {});
    if (!reference) return reference.error();
    drags->check(*reference);
    if (o.json) {
        const cli::Json json{{"drag", json_of(*drags)}, {"machine", machine_json()}, {"command", command}};
        fmt::print("{}\n", cli::text_of(json));
        return Done{};
    }
    for (const auto& line : lines_of(*drags)) fmt::print("{}\n", line);
    return Done{};
}

Result<Done> run(const Options& o, const std::string& command) {
    const auto begin = std::chrono::steady_clock::now();
    const cli::Json machine = machine_json();
    const auto scratch = Scratch::make();
    if (!scratch) return scratch.error();
    const fs::path cache = (*scratch)->path() / "cache";
    const fs::path video = o.quick ? excerpt_of(o.video, (*scratch)->path()) : fs::path(o.video);
    if (o.drag_secs > 0) return drag(o, cache, command);
    const auto reference = Reference::decode(video, {});
    if (!reference) return reference.error();
    auto described = video_json(video, *reference);
    if (!described) return described.error();
    (*described)["path"] = o.video;
    (*described)["excerpt"] = video != fs::path(o.video);
    const auto measured = measure_all(o, o.video, video, *reference, cache);
    if (!measured) return measured.error();
    if (!o.json) {
        print(*measured, *described);
        return Done{};
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const cli::Json json{{"patterns", json_of(measured->patterns)},
                         {"bounds", json_of(measured->bounds)},
                         {"survey", json_of(measured->survey)},
                         {"targets", json_of(targets_of(measured->patterns, measured->bounds))},
                         {"machine", machine},
                         {"video", *described},
                         {"command", command},
                         {"took_secs", took.count()}};
    fmt::print("{}\n", cli::text_of(json));
    return Done{};
}

}  // namespace
}  // namespace inbetween::seek

int main(int argc, char** argv) {
    inbetween::seek::Options o;
    CLI::App app{"What frames cost with this program's engine and with others, and whether they are right."};
    app.add_option("V", o.video, "Video")->required();
    app.add_flag("--quick", o.quick, "An excerpt, fewer requests: under 40 seconds");
    app.add_flag("--json", o.json, "As JSON");
    app.add_option("--patterns", o.patterns, "Only these")
        ->delimiter(',')
        ->check(CLI::IsMember(inbetween::seek::pattern_ids()));
    app.add_option("--engines", o.engines, "Only these: inbetween, ffms2, opencv, mpv, naive")->delimiter(',');
    app.add_option("--sample-secs", o.sample_secs, "How long each of the others is sampled in a pattern");
    app.add_option("--drag", o.drag_secs, "Drag over all of it for so many seconds instead, and watch the screen");
    CLI11_PARSE(app, argc, argv);
    std::string command = "build/bench/seek";
    for (int i = 1; i < argc; ++i) command += std::string(" ") + argv[i];
    const auto done = inbetween::seek::run(o, command);
    if (done) return 0;
    fmt::print(stderr, "{}\n", done.error().message);
    return 1;
}
