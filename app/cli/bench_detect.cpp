#include <algorithm>
#include <cmath>
#include <memory>

#include "app/cli/arguments.h"
#include "app/cli/bench.h"
#include "app/cli/bench/truth.h"
#include "app/cli/json.h"
#include "app/cli/solving.h"
#include "app/detecting.h"
#include "tracking/assignment.h"

namespace inbetween::cli {

namespace {

struct Options {
    std::string video;
    std::string truth;
    std::string detector = "hog";
    std::vector<std::string> options;
    std::string range = ":";
    std::int64_t every = 1;
    double least_confidence = 0.25;
    double least_height = 0;
    bool json = false;
};

/// A box and whose it is.
struct Seen {
    std::size_t object = 0;
    Box box;
};

/// How boxes found hold against those that are true, over some frames.
struct Counts {
    std::int64_t frames = 0;
    std::int64_t truths = 0;
    std::int64_t found = 0;
    std::int64_t right = 0;  ///< put together with a true box at an IoU of 0.5 or more
    double iou_sum = 0;
    std::int64_t switches = 0;                       ///< times a true object is found under another identity
    std::map<std::size_t, std::size_t> identity_of;  ///< under which a true object was found last
    std::vector<double> width_ratios;                ///< of boxes found to true ones, put together
    std::vector<double> height_ratios;

    double precision() const { return found == 0 ? 0 : static_cast<double>(right) / static_cast<double>(found); }
    double recall() const { return truths == 0 ? 0 : static_cast<double>(right) / static_cast<double>(truths); }
    double miou() const { return right == 0 ? 0 : iou_sum / static_cast<double>(right); }
};

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

/// Takes one frame in. Boxes found that lie on a true one too small to count are left out.
/// returns: for each box found, whether it is right.
std::vector<bool> count(Counts& counts, const std::vector<Seen>& truths, const std::vector<Seen>& small,
                        const std::vector<Seen>& found) {
    constexpr double least_iou = 0.5;
    CostMatrix costs(found.size(), truths.size(), 1);
    for (std::size_t row = 0; row < found.size(); ++row)
        for (std::size_t column = 0; column < truths.size(); ++column)
            costs.at(row, column) = 1 - iou(found[row].box, truths[column].box);
    const auto truth_of = assign(costs, 1 - least_iou + 1e-9);
    std::vector<bool> right(found.size());
    ++counts.frames;
    counts.truths += static_cast<std::int64_t>(truths.size());
    for (std::size_t row = 0; row < found.size(); ++row) {
        right[row] = truth_of[row].has_value();
        const bool on_small = std::any_of(
            small.begin(), small.end(), [&](const Seen& other) { return iou(found[row].box, other.box) >= least_iou; });
        counts.found += right[row] || !on_small ? 1 : 0;
        if (!right[row]) continue;
        const Seen& truth = truths[*truth_of[row]];
        ++counts.right;
        counts.iou_sum += iou(found[row].box, truth.box);
        counts.width_ratios.push_back(found[row].box.w / truth.box.w);
        counts.height_ratios.push_back(found[row].box.h / truth.box.h);
        const auto [known, is_new] = counts.identity_of.try_emplace(truth.object, found[row].object);
        if (!is_new && known->second != found[row].object) ++counts.switches;
        known->second = found[row].object;
    }
    return right;
}

/// The true boxes of a frame: those high enough to count, and the others.
struct TrueFrame {
    std::vector<Seen> counted;
    std::vector<Seen> small;
};

TrueFrame truth_at(const bench::Truth& truth, FrameIndex frame, double least_height) {
    TrueFrame seen;
    for (std::size_t i = 0; i < truth.objects.size(); ++i) {
        const auto shape = truth.objects[i].find(frame.value);
        if (shape == truth.objects[i].end()) continue;
        const Box box = bounding_box(shape->second);
        (box.h >= least_height ? seen.counted : seen.small).push_back({i, box});
    }
    return seen;
}

/// Right and all detections by how sure they are, ten to the whole.
using Reliability = std::array<std::pair<std::int64_t, std::int64_t>, 10>;

struct Outcome {
    Counts single;  ///< detections frame by frame
    Counts linked;  ///< the proposals as they are shown, keyframes and what is between them
    Reliability reliability{};
    std::size_t tracks = 0;
    std::int64_t keyframes = 0;
    std::int64_t track_frames = 0;
};

Outcome measure(const bench::Truth& truth, Detections detections, const Options& o) {
    Outcome outcome;
    Annotations project;
    project.media[MediaId{1}] = std::make_shared<const Media>(Media{.id = MediaId{1}});
    std::vector<FrameIndex> frames;
    for (const FrameDetections& frame : detections.frames) {
        frames.push_back(frame.frame);
        const TrueFrame seen = truth_at(truth, frame.frame, o.least_height);
        std::vector<Seen> found;
        for (const Detection& detection : frame.found) found.push_back({0, detection.box});
        const auto right = count(outcome.single, seen.counted, seen.small, found);
        for (std::size_t i = 0; i < found.size(); ++i) {
            auto& bin =
                outcome.reliability[static_cast<std::size_t>(std::clamp(frame.found[i].confidence * 10, 0.0, 9.0))];
            bin.first += right[i] ? 1 : 0;
            ++bin.second;
        }
    }
    const Offer offer = offer_of(project, MediaId{1}, std::move(detections), {});
    project = applied(edit::propose(project, MediaId{1}, offer.tracks, std::nullopt, "Detect"), project);
    outcome.tracks = project.tracks.size();
    outcome.keyframes = project.keyframe_count();
    outcome.track_frames = project.shape_count();
    for (const FrameIndex frame : frames) {
        const TrueFrame seen = truth_at(truth, frame, o.least_height);
        std::vector<Seen> found;
        for (const auto& [id, track] : project.tracks)
            if (const auto state = project.state_at(*track, frame))
                found.push_back({static_cast<std::size_t>(number(id)), bounding_box(state->shape)});
        count(outcome.linked, seen.counted, seen.small, found);
    }
    return outcome;
}

Json json_of(const Counts& c) {
    return Json{{"precision", c.precision()},
                {"recall", c.recall()},
                {"miou", c.miou()},
                {"width_ratio", median(c.width_ratios)},
                {"height_ratio", median(c.height_ratios)},
                {"found", c.found},
                {"true", c.truths}};
}

void print(Console& console, const Outcome& outcome, const Options& o) {
    if (o.json) {
        Json bins = Json::array();
        for (const auto& [right, all] : outcome.reliability) bins.push_back(Json{{"right", right}, {"all", all}});
        Json linked = json_of(outcome.linked);
        linked["tracks"] = outcome.tracks;
        linked["switches"] = outcome.linked.switches;
        linked["keyframes"] = outcome.keyframes;
        linked["track_frames"] = outcome.track_frames;
        console.line(text_of(Json{{"frames", outcome.single.frames},
                                  {"detections", json_of(outcome.single)},
                                  {"reliability", std::move(bins)},
                                  {"tracks", std::move(linked)}}));
        return;
    }
    for (const auto& [name, c] : {std::pair("detections", &outcome.single), std::pair("tracks", &outcome.linked)})
        console.print("{:<10}  precision {:.3f}  recall {:.3f}  mean IoU {:.3f}  {} boxes, {} true, in {} frames", name,
                      c->precision(), c->recall(), c->miou(), c->found, c->truths, c->frames);
    console.print("{} tracks with {} keyframes for {} frames in view, {} switches of identity", outcome.tracks,
                  outcome.keyframes, outcome.track_frames, outcome.linked.switches);
}

Result<Done> run(Console& console, const Options& o) {
    const auto truth = bench::read_truth(o.truth);
    if (!truth) return truth.error();
    auto spec = parse_detector(o.detector);
    if (!spec) return spec.error();
    for (const auto& [name, value] : format_options_of(o.options)) spec->options[name] = value;
    const auto range = parse_range(o.range);
    if (!range) return range.error();
    console.catch_interrupts();
    DetectTask task{
        .detector = *spec, .range = *range, .every = o.every, .least_confidence = o.least_confidence, .threads = 0};
    auto detections = detected_in(console, o.video, std::move(task));
    if (!detections) return detections.error();
    print(console, measure(*truth, std::move(*detections), o), o);
    return Done{};
}

}  // namespace

Action declare_bench_detect(CLI::App& app) {
    const auto o = std::make_shared<Options>();
    app.add_option("--video", o->video, "Video or folder of images to look through")->required();
    app.add_option("--gt", o->truth, "True boxes, as bench tracking reads them")->required();
    app.add_option("--detector", o->detector, "What looks (inbetween list detectors)");
    app.add_option("--option", o->options, "name=value of the detector")
        ->allow_extra_args(false)
        ->check(check_format_option);
    app.add_option("--range", o->range, "Only frames from A up to, not including, B")->check(check_range);
    app.add_option("--every", o->every, "Only every Nth frame of them")->check(CLI::Range(1, 100000));
    app.add_option("--min-confidence", o->least_confidence, "Drop detections less likely right")
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--min-height", o->least_height, "Leave out true boxes less high, and what is found on them");
    app.add_flag("--json", o->json, "As JSON, with how often detections of each confidence are right");
    app.footer("Boxes are put together with true ones at an IoU of 0.5 or more, by the assignment of most overlap.");
    return [o](Console& console) { return run(console, *o); };
}

}  // namespace inbetween::cli
