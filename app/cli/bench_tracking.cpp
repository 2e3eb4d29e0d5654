#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <thread>

#include "app/cli/arguments.h"
#include "app/cli/bench.h"
#include "app/cli/bench/report.h"
#include "app/cli/exchange.h"
#include "app/cli/open.h"
#include "app/cli/table.h"
#include "app/importing.h"
#include "app/project.h"
#include "core/base/text.h"

namespace fs = std::filesystem;

namespace inbetween::cli {

namespace {

constexpr std::size_t most_held_bytes = std::size_t{3}
                                        << 30;  // decoded frames of a sequence, kept while it is measured

struct Options {
    std::vector<std::string> folders;
    std::string video;
    std::string truth;
    std::string format = "auto";
    std::vector<std::string> format_options;
    std::vector<std::string> gaps;
    std::vector<std::string> methods;
    std::vector<std::string> sequences;
    std::optional<std::int64_t>
        frames;  ///< 0: all; not stated: the usual number of a folder's sequences, all of a pair
    bool simulation = false;
    bool no_simulation = false;
    std::vector<std::string> simulated_methods;
    std::int64_t simulated_frames = 141;
    std::int64_t simulated_objects = 4;
    bench::Goal goal = bench::Goal::All;
    int threads = 0;
    bool each = false;
    bool json = false;
};

/// Frames of a folder's sequence that are measured when nothing is stated: with them all of the methods, and the
/// simulation, take a quarter of an hour on seven short sequences and two cores.
constexpr std::int64_t usual_frames = 201;

/// What is measured: the options, understood.
struct Plan {
    std::int64_t frames = 0;  ///< at most so many of a sequence; 0: all
    std::vector<bench::Sequence> sequences;
    std::vector<std::int64_t> spacings;
    std::vector<bench::Method> methods;
    std::vector<bench::Method> simulated;  ///< none: no simulation
    int threads = 1;
};

Result<std::vector<std::int64_t>> spacings_of(const Options& o) {
    const std::vector<std::string> texts = split_lists(o.gaps);
    if (texts.empty()) return std::vector<std::int64_t>{10, 25, 50, 100};
    std::vector<std::int64_t> spacings;
    for (const auto& text : texts) {
        const auto spacing = parse_int(text).value_or(0);
        if (spacing < 1) return fail("--gap: {} is no number of frames", text);
        if (std::ranges::find(spacings, spacing) == spacings.end()) spacings.push_back(spacing);
    }
    return spacings;
}

/// A video and truth in any format, as the only sequence.
Result<bench::Sequence> stated_pair(Console& console, const Options& o) {
    const auto format = format_to_read(o.format, {o.truth});
    if (!format) return format.error();
    const auto source = open_video(console, o.video);
    if (!source) return source.error();
    auto media = describe_media(*source->source, fs::path());
    if (!media) return media.error();
    media->id = MediaId{1};
    const auto read = read_annotations(**format, ReadRequest{{o.truth}, *media, format_options_of(o.format_options)});
    if (!read) return read.error();
    auto truth = bench::truth_of(read->annotations, o.truth);
    if (!truth) return truth.error();
    return bench::Sequence{fs::path(o.video).stem().string(), o.video, *std::move(truth)};
}

Result<std::vector<bench::Sequence>> stated_sequences(Console& console, const Options& o) {
    if (!o.video.empty()) {
        auto pair = stated_pair(console, o);
        if (!pair) return pair.error();
        return std::vector{*std::move(pair)};
    }
    auto found = bench::find_sequences({o.folders.begin(), o.folders.end()}, split_lists(o.sequences));
    if (!found) return found.error();
    for (const auto& remark : found->remarks) console.remark(remark);
    return std::move(found->sequences);
}

Result<Plan> plan_of(Console& console, const Options& o) {
    Plan plan;
    auto spacings = spacings_of(o);
    if (!spacings) return spacings.error();
    plan.spacings = *std::move(spacings);
    const auto stated = split_lists(o.methods);
    auto methods = bench::methods_named(stated.empty() ? bench::default_methods() : stated);
    if (!methods) return methods.error();
    plan.methods = *std::move(methods);
    auto simulated = split_lists(o.simulated_methods);
    if (simulated.empty()) {
        simulated = bench::default_simulated_methods();
        std::erase_if(simulated, [&](const std::string& name) {
            return std::ranges::none_of(plan.methods, [&](const bench::Method& m) { return m.name == name; });
        });
    }
    auto simulated_methods = bench::methods_named(simulated);
    if (!simulated_methods) return simulated_methods.error();
    const bool simulates = o.simulation || (!o.no_simulation && !o.folders.empty());
    if (simulates) plan.simulated = *std::move(simulated_methods);
    plan.threads = o.threads > 0 ? o.threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    auto sequences = stated_sequences(console, o);
    if (!sequences) return sequences.error();
    plan.sequences = *std::move(sequences);
    plan.frames = o.frames.value_or(o.folders.empty() ? 0 : usual_frames);
    return plan;
}

std::function<bool(double)> progress(Console& console, std::string what) {
    return [&console, what = std::move(what)](double share) {
        console.progress(what, share);
        return !console.interrupted();
    };
}

/// Opens every video before the first is measured, so that what is wrong is told at once.
/// errors: a video cannot be opened; truth past its end.
Result<Done> check_frames(Console& console, Plan& plan) {
    for (bench::Sequence& sequence : plan.sequences) {
        const auto opened = open_video(console, sequence.video);
        if (!opened) return opened.error();
        const std::int64_t frames = opened->source->info().frames;
        const std::int64_t last = bench::last_frame(sequence.truth);
        if (last >= frames)
            return fail("{}: the truth speaks of frame {}, but {} has {} frames", sequence.name, last,
                        sequence.video.string(), frames);
        if (plan.frames > 0) sequence.truth = bench::cut(std::move(sequence.truth), plan.frames);
        if (sequence.truth.objects.empty())
            return fail("{}: nothing is in view in the first {} frames (--frames)", sequence.name, plan.frames);
    }
    return Done{};
}

Result<Done> measure(Console& console, const Options& o, const Plan& plan, const bench::Sequence& sequence,
                     bench::Report& report) {
    const auto opened = open_video(console, sequence.video);
    if (!opened) return opened.error();
    const std::int64_t end = bench::last_frame(sequence.truth) + 1;
    const auto footage = bench::Footage::decode(*opened->source, end, most_held_bytes,
                                                progress(console, "Decoding " + one_line(sequence.name)));
    console.end_progress();
    if (!footage) return footage.error();
    if (footage->is_held()) report.held.push_back(sequence.name);
    const bench::Truth simulated =
        bench::simulated_part(sequence.truth, o.simulated_frames, static_cast<std::size_t>(o.simulated_objects));
    auto pieces = bench::gap_pieces(sequence, *footage, plan.methods, plan.spacings, report.gaps);
    if (sequence.truth.kind == ShapeKind::Box && !simulated.objects.empty()) {
        auto more = bench::simulation_pieces(sequence, simulated, *footage, plan.simulated, o.goal, report.simulation);
        pieces.insert(pieces.begin(), more.begin(), more.end());
    }
    auto done = bench::run_all(pieces, plan.threads, progress(console, "Measuring " + one_line(sequence.name)));
    console.end_progress();
    return done;
}

std::string command_of(const Options& o, const Plan& plan) {
    std::string text = "inbetween bench tracking";
    for (const auto& folder : o.folders) text += " " + folder;
    if (!o.video.empty()) text += fmt::format(" --video {} --gt {} --format {}", o.video, o.truth, o.format);
    text += fmt::format(" --gap {}", fmt::join(plan.spacings, ","));
    if (!o.methods.empty()) text += fmt::format(" --methods {}", fmt::join(split_lists(o.methods), ","));
    if (!o.sequences.empty()) text += fmt::format(" --sequences {}", fmt::join(split_lists(o.sequences), ","));
    text += plan.frames > 0 ? fmt::format(" --frames {}", plan.frames) : std::string(" --frames all");
    if (plan.simulated.empty()) return text + " --no-simulation";
    return text + fmt::format(" --simulation --simulation-frames {} --simulation-objects {} --simulation-goal {}",
                              o.simulated_frames, o.simulated_objects, name_of(o.goal));
}

Result<Done> run(Console& console, const Options& o) {
    console.catch_interrupts();
    auto plan = plan_of(console, o);
    if (!plan) return plan.error();
    if (const auto sound = check_frames(console, *plan); !sound) return sound.error();
    bench::Report report;
    report.command = command_of(o, *plan);
    report.measured_frames = plan->frames;
    report.simulated_frames = o.simulated_frames;
    report.simulated_objects = o.simulated_objects;
    for (const bench::Sequence& sequence : plan->sequences) {
        const auto measured = measure(console, o, *plan, sequence, report);
        if (!measured) return measured.error();
    }
    if (std::ranges::all_of(report.gaps, [](const bench::GapResult& gap) { return gap.samples.empty(); }))
        return fail("bench tracking: nothing is left to measure: no object is in view for three frames or more");
    if (o.json) {
        console.line(text_of(bench::json_of(report)));
        return Done{};
    }
    bool first = true;
    for (const bench::Section& section : bench::sections_of(report, o.each)) {
        if (!std::exchange(first, false)) console.line("");
        console.line(section.title);
        for (const auto& line : aligned(section.rows)) console.line(line);
    }
    return Done{};
}

constexpr const char* explanation =
    "DIR is a folder of sequences, or of folders of them. A sequence is a folder with a video, or images, and gt.txt\n"
    "(or gt/gt.txt): a table with the head frame,x,y,w,h or frame,x1,y1,x2,y2,x3,y3,x4,y4, frames from 0, nan where\n"
    "the object is absent, corners whose whole numbers are the middles of pixels; or rows as MOTChallenge has them,\n"
    "frames from 1, those with a 0 in column 7 left out.\n"
    "\n"
    "Keyframes are taken from the truth: at both ends of each unbroken run of frames, and every K frames between; a\n"
    "rest shorter than 0.3 K joins the last span. Each method fills the frames between, which are compared with the\n"
    "truth: mean IoU, share of frames with an IoU of at least .5 and .7, by sequence and as the mean of the "
    "sequences'\n"
    "means. worse_than_linear counts sequences whose share_70 is more than .02 below that of linear. pchip is the\n"
    "program's spline; X is a tracker run from both keyframes, as the program does it; X-forward the same tracker "
    "from\n"
    "the left keyframe alone, as others do it. CPU is that of filling, a frame and thread, without decoding.\n"
    "\n"
    "The simulation starts with the first and last frame of each unbroken run as keyframes, and adds one at a time\n"
    "from the truth: in the middle of the longest span (uniform), at the frame with the lowest IoU (oracle), or where\n"
    "the program suggests (suggested). It tells how many keyframes per 1,000 frames it took until 95 % of the frames\n"
    "have an IoU of at least .7 (share95), the mean IoU is .8 (mean80), and all frames have .7 (strict). Boxes only.";

std::string check_methods(const std::string& names) { return wrong_in(bench::methods_named(split_lists({names}))); }

void declare_simulation(CLI::App& app, const std::shared_ptr<Options>& o) {
    auto* const wanted = app.add_flag("--simulation", o->simulation, "Simulate a person who annotates, also of a pair");
    app.add_flag("--no-simulation", o->no_simulation, "Leave the simulation out, which takes longest")
        ->excludes(wanted);
    app.add_option("--simulate", o->simulated_methods,
                   "Methods of the simulation; linear, csrt-forward and anchored, as far as --methods holds them")
        ->type_name("M,...")
        ->allow_extra_args(false)
        ->check(check_methods);
    app.add_option("--simulation-frames", o->simulated_frames,
                   "Simulate the first N frames of a sequence; 141 if not stated")
        ->type_name("N")
        ->check(check_count);
    app.add_option("--simulation-objects", o->simulated_objects,
                   "Simulate the first N objects of a sequence; 4 if not stated")
        ->type_name("N")
        ->check(check_count);
    std::map<std::string, bench::Goal> goals;
    for (const bench::Goal goal : bench::all_goals) goals.emplace(name_of(goal), goal);
    app.add_option("--simulation-goal", o->goal,
                   "End a simulation once this is reached; all three if not stated, which takes longest")
        ->type_name("share95|mean80|all")
        ->transform(CLI::Transformer(goals))
        ->transform(CLI::IsMember(goals));
}

}  // namespace

Action declare_bench_tracking(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("DIR", o->folders, "Folders of sequences");
    app.add_option("--video", o->video, "One video instead, or folder of images");
    app.add_option("--gt,--truth", o->truth, "Its truth: a file that states every frame of every object");
    app.add_option("--format", o->format, "That file's format; told by its content if not stated")
        ->check(check_format_to_read);
    app.add_option("--option", o->format_options, "name=value of the format")
        ->allow_extra_args(false)
        ->check(check_format_option);
    app.add_option("--gap,--every", o->gaps, "Frames from keyframe to keyframe; 10,25,50,100 if not stated")
        ->type_name("K,...")
        ->allow_extra_args(false)
        ->check([](const std::string& text) {
            const auto numbers = split_lists({text});
            const auto is_count = [](const std::string& one) { return parse_int(one).value_or(0) > 0; };
            return std::ranges::all_of(numbers, is_count) ? "" : text + " is not a list of numbers of frames";
        });
    app.add_option("--methods,--method", o->methods, "Methods to compare beside linear; all if not stated")
        ->type_name("M,...")
        ->allow_extra_args(false)
        ->check(check_methods);
    app.add_option("--sequences", o->sequences, "Only these, by the names of their folders")
        ->type_name("NAME,...")
        ->allow_extra_args(false);
    app.add_option("--frames", o->frames, "Only the first N frames of each sequence; 201 of a DIR's if not stated")
        ->type_name("N|all")
        ->transform(CLI::Transformer(std::map<std::string, std::int64_t>{{"all", 0}}))
        ->check(CLI::NonNegativeNumber);
    declare_simulation(app, o);
    app.add_option("--threads", o->threads, "One a core if not stated; figures but CPU time do not depend on it")
        ->type_name("N")
        ->check(check_count);
    app.add_flag("--each", o->each, "Print sequence by sequence too");
    app.add_flag("--json", o->json, "As JSON");
    app.footer(explanation);
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace inbetween::cli
