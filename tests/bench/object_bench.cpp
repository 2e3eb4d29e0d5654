// Object by object, whether a fill is any better than going straight from keyframe to keyframe.
//
//   bench/objects DIR... [--every 10,25,50,100] [--sequences NAME,...] [--frames N] [--method anchored] [--all]
//
// DIR as `inbetween bench tracking` takes it, boxes only; all objects of a video are filled as one scene. Prints a row
// for each object of which the share of frames in between with an IoU of .7 and more, or the mean IoU, is more than .02
// under linear's (--all: for each object): its number from 0, frames in between, both figures of linear, and of the
// method. Then, by spacing and for objects of even and of odd number, how many objects there are, the means of their
// figures, and of how many the share and the mean IoU are more than .02 under linear's.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <map>

#include "app/cli/bench/keyframes.h"
#include "app/cli/bench/sequence.h"
#include "core/video/frame_source.h"
#include "tracking/span_filler.h"

namespace inbetween {
namespace {

struct Options {
    std::vector<std::int64_t> spacings{10, 25, 50, 100};
    std::int64_t frames = 0;
    std::string method = "anchored";
    bool all = false;
};

constexpr double clearly = 0.02;

struct Figures {
    double good = 0;
    double iou = 0;
    double frames = 0;
    void add(double overlap) {
        good += overlap >= 0.7 ? 1 : 0;
        iou += overlap;
        frames += 1;
    }
    double share() const { return good / std::max(1.0, frames); }
    double mean() const { return iou / std::max(1.0, frames); }
};

/// Objects of one spacing, of even or odd number.
struct Half {
    double objects = 0;
    std::array<double, 4> sums{};  ///< share and mean of linear, share and mean of the method
    int worse_share = 0;
    int worse_mean = 0;
};

using Halves = std::map<std::pair<std::int64_t, std::size_t>, Half>;

Figures figures_of(SpanFiller& filler, const Solver& solver, const Track& track, const bench::TrueShapes& truth,
                   const std::shared_ptr<const Annotations>& scene) {
    Figures figures;
    for (const SpanTask& task : spans_to_solve(track, track.extent(), scene)) {
        const auto fill = filler.fill(solver, task, {});
        if (!fill) {
            fmt::print(stderr, "{}\n", fill.error().message);
            continue;
        }
        std::int64_t at = fill->range().begin.value;
        for (const FilledFrame& frame : fill->frames)
            figures.add(iou(bounding_box(frame.shape), bounding_box(truth.at(at++))));
    }
    return figures;
}

void measure(const bench::Sequence& sequence, const Options& options, Halves& halves) {
    auto source = open_frame_source(sequence.video);
    if (!source) {
        fmt::print("{}: {}\n", sequence.name, source.error().message);
        return;
    }
    const bench::Truth truth = options.frames > 0 ? bench::cut(sequence.truth, options.frames) : sequence.truth;
    SpanFiller filler(**source);
    for (const std::int64_t spacing : options.spacings) {
        const std::vector<Track> tracks = bench::tracks_every(truth, spacing);
        const auto scene = std::make_shared<Annotations>();
        for (const Track& track : tracks) scene->tracks[track.id] = std::make_shared<const Track>(track);
        for (std::size_t i = 0; i < tracks.size(); ++i) {
            const Figures linear = figures_of(filler, *find_solver("linear"), tracks[i], truth.objects[i], scene);
            const Figures found =
                figures_of(filler, *solver_for(options.method, truth.kind), tracks[i], truth.objects[i], scene);
            if (linear.frames < 1) continue;
            Half& half = halves[{spacing, i % 2}];
            const bool worse_share = found.share() < linear.share() - clearly;
            const bool worse_mean = found.mean() < linear.mean() - clearly;
            const std::array<double, 4> row{linear.share(), linear.mean(), found.share(), found.mean()};
            half.objects += 1;
            half.worse_share += worse_share ? 1 : 0;
            half.worse_mean += worse_mean ? 1 : 0;
            for (std::size_t k = 0; k < row.size(); ++k) half.sums[k] += row[k];
            if (options.all || worse_share || worse_mean)
                fmt::print("{:16} {:5} {:6} {:6}  {:.3f} {:.3f}  {:.3f} {:.3f}\n", sequence.name, spacing, i,
                           linear.frames, row[0], row[1], row[2], row[3]);
        }
        std::fflush(stdout);
    }
}

}  // namespace
}  // namespace inbetween

int main(int argc, char** argv) {
    using namespace inbetween;
    CLI::App app("Objects");
    std::vector<std::string> folders;
    std::vector<std::string> only;
    Options options;
    app.add_option("DIR", folders)->required();
    app.add_option("--every", options.spacings)->delimiter(',')->allow_extra_args(false);
    app.add_option("--sequences", only)->delimiter(',')->allow_extra_args(false);
    app.add_option("--frames", options.frames)->check(CLI::PositiveNumber);
    app.add_option("--method", options.method);
    app.add_flag("--all", options.all);
    CLI11_PARSE(app, argc, argv);
    const auto found = bench::find_sequences({folders.begin(), folders.end()}, only);
    if (!found) {
        fmt::print(stderr, "{}\n", found.error().message);
        return 1;
    }
    fmt::print("{:16} {:>5} {:>6} {:>6}  {:>11}  {:>11}\n", "sequence", "every", "object", "frames", "linear",
               options.method);
    Halves halves;
    for (const bench::Sequence& sequence : found->sequences) {
        if (sequence.truth.kind == ShapeKind::Box) measure(sequence, options, halves);
    }
    for (const auto& [key, half] : halves) {
        fmt::print("{} objects, every {}: {:.0f}, linear {:.3f} {:.3f}, {} {:.3f} {:.3f}, worse {} {}\n",
                   key.second == 0 ? "even" : "odd", key.first, half.objects, half.sums[0] / half.objects,
                   half.sums[1] / half.objects, options.method, half.sums[2] / half.objects,
                   half.sums[3] / half.objects, half.worse_share, half.worse_mean);
    }
    return 0;
}
