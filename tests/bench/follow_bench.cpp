// How far and how well objects are followed past a keyframe taken from the truth.
//
//   bench/follows DIR... [--from 0,25] [--sequences NAME,...] [--frames N] [--method ID] [--dump]
//
// DIR as `inbetween bench tracking` takes it. A row for each sequence and start: frames given, shares of those in which
// the truth is in view with an IoU of at least .5 and .7, the length of the good run (up to where the IoU stays under
// .5 for 10 frames), frames given past it, where it stopped, and why. --dump prints IoU, confidence and whether it was
// hidden, frame by frame.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/cli/bench/sequence.h"
#include "core/video/frame_source.h"
#include "tracking/follow.h"

namespace inbetween {
namespace {

struct Sum {
    double given = 0, judged = 0, half = 0, good = 0, past = 0;
};

double iou_with(const Shape& shape, const Shape& truth) {
    return inbetween::iou(bounding_box(shape), bounding_box(truth));
}

void measure(const bench::Sequence& sequence, std::int64_t from, std::int64_t frames, const std::string& method,
             bool dump, Sum& sum) {
    const bench::TrueShapes& truth = sequence.truth.objects.front();
    const auto start = truth.lower_bound(from);
    auto source = open_frame_source(sequence.video);
    if (!source || start == truth.end()) return;
    Track track;
    track.id = TrackId{1};
    track.kind = sequence.truth.kind;
    track.set_keyframe({.frame = FrameIndex{start->first}, .shape = on_grid(start->second)});
    const auto followed =
        follow(**source, {.track = track, .from = FrameIndex{start->first}, .frames = frames, .method = method}, {});
    if (!followed) {
        fmt::print("{} {}: {}\n", sequence.name, from, followed.error().message);
        return;
    }
    Sum one;
    one.given = static_cast<double>(followed->frames.size());
    std::int64_t bad = 0;
    std::int64_t good_run = -1;
    for (std::size_t i = 0; i < followed->frames.size(); ++i) {
        const FilledFrame& frame = followed->frames[i];
        const auto at = start->first + static_cast<std::int64_t>(i) + 1;
        const auto true_one = truth.find(at);
        if (frame.occluded || true_one == truth.end()) {
            if (dump) fmt::print("  {} {} - {:.3f}\n", at, frame.occluded ? "hidden" : "absent", frame.confidence);
            if (!frame.occluded) one.judged += 1;  // shown where there is nothing
            continue;
        }
        const double overlap = iou_with(frame.shape, true_one->second);
        if (dump) fmt::print("  {} seen {:.3f} {:.3f}\n", at, overlap, frame.confidence);
        one.judged += 1;
        one.half += overlap >= 0.5;
        one.good += overlap >= 0.7;
        bad = overlap < 0.5 ? bad + 1 : 0;
        if (bad == 10 && good_run < 0) good_run = static_cast<std::int64_t>(i) + 1 - bad;
    }
    if (good_run < 0) good_run = static_cast<std::int64_t>(followed->frames.size());
    one.past = one.given - static_cast<double>(good_run);
    fmt::print("{:16} {:5} {:6} {:6.3f} {:6.3f} {:6} {:6}  {}\n", sequence.name, start->first, one.given,
               one.half / std::max(1.0, one.judged), one.good / std::max(1.0, one.judged), good_run, one.past,
               name_of(followed->reason));
    sum.given += one.given;
    sum.judged += one.judged;
    sum.half += one.half;
    sum.good += one.good;
    sum.past += one.past;
}

}  // namespace
}  // namespace inbetween

int main(int argc, char** argv) {
    using namespace inbetween;
    CLI::App app("Follows");
    std::vector<std::string> folders;
    std::vector<std::int64_t> from{0, 25};
    std::vector<std::string> only;
    std::int64_t frames = 1000;
    std::string method;
    bool dump = false;
    app.add_option("DIR", folders)->required();
    app.add_option("--from", from)->delimiter(',')->allow_extra_args(false);
    app.add_option("--sequences", only)->delimiter(',')->allow_extra_args(false);
    app.add_option("--frames", frames);
    app.add_option("--method", method);
    app.add_flag("--dump", dump);
    CLI11_PARSE(app, argc, argv);
    const auto found = bench::find_sequences({folders.begin(), folders.end()}, only);
    if (!found) {
        fmt::print(stderr, "{}\n", found.error().message);
        return 1;
    }
    fmt::print("{:16} {:>5} {:>6} {:>6} {:>6} {:>6} {:>6}  {}\n", "sequence", "from", "given", ">= .5", ">= .7", "good",
               "past", "stopped");
    Sum sum;
    for (const bench::Sequence& sequence : found->sequences) {
        for (const std::int64_t start : from) measure(sequence, start, frames, method, dump, sum);
    }
    fmt::print("{:16} {:5} {:6} {:6.3f} {:6.3f} {:6} {:6}\n", "all", "", sum.given,
               sum.half / std::max(1.0, sum.judged), sum.good / std::max(1.0, sum.judged), sum.given - sum.past,
               sum.past);
    return 0;
}
