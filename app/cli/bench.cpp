#include "app/cli/bench.h"

#include <array>
#include <memory>

#include "app/cli/arguments.h"

namespace inbetween::cli {

namespace {

/// One thing that can be measured.
struct Bench {
    const char* id;
    const char* help;
    Action (*declare)(CLI::App& app);
};

constexpr std::array benches{
    Bench{"seek", "What frames cost, and whether they are right, in the ways a person asks for them",
          declare_bench_seek},
    Bench{"tracking", "How well each method fills frames in between", declare_bench_tracking},
    Bench{"detect", "How well a detector finds what is there, and its tracks keep to it", declare_bench_detect}};

Action declare(CLI::App& app) {
    app.require_subcommand(1);
    const auto chosen = std::make_shared<Action>();
    for (const Bench& bench : benches) {
        CLI::App* const sub = app.add_subcommand(bench.id, bench.help);
        sub->callback([chosen, action = bench.declare(*sub)] { *chosen = action; });
    }
    return [chosen](Console& console) { return (*chosen)(console); };
}

/// What is wrong with the arguments of what is measured, taken together.
std::string misuse(const CLI::App& app) {
    const CLI::App* const tracking = app.get_subcommand("tracking");
    if (!tracking->parsed()) return {};
    const bool has_video = tracking->count("--video") > 0;
    const bool has_folder = tracking->count("DIR") > 0;
    if (has_video != (tracking->count("--gt") > 0) || (has_video && has_folder))
        return "tracking: --video and --gt go together, and without a DIR";
    if (!has_video && !has_folder)
        return "tracking: needs a DIR that holds sequences, each a folder with a video and its gt.txt";
    return {};
}

}  // namespace

const Subcommand bench_subcommand{
    "bench",
    "seek V [--quick] [--patterns P,...] [--json] | tracking [DIR...] [--video V --gt FILE "
    "[--format F]] [--gap K,...] [--methods M,...] [--sequences NAME,...] [--no-simulation] [--json] | "
    "detect --video V --gt FILE [--detector D] [--option k=v ...] [--min-height PX] [--json]",
    "Measure how well each method fills frames in between, and what frames cost",
    declare,
    {{"--option", is_format_option}},
    misuse};

}  // namespace inbetween::cli
