// How well the solvers fill in: real video with ground truth, a keyframe every K frames taken from the truth, scored on
// the frames between.
//
//   bench/tracking [--set pets|mot13|singles|quads ...] [--k 25 ...] [--method csrt ...] [--threads N] [--frames N]
//   [--each]
//
// Prints one row a set, K and method: mean IoU and share of frames with IoU >= 0.7 (boxes), median corner error and
// share of frames with the worst corner under 5 and 2 px (quads), the area under the ROC curve of the confidence, and
// the time a frame.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>

#include "tests/support/support.h"
#include "tracking/solve_job.h"

namespace inbetween {
namespace {

/// A video and the true shapes of its objects, frame by frame.
struct Sequence {
    std::string name;
    std::filesystem::path video;
    ShapeKind kind = ShapeKind::Box;
    std::vector<std::map<std::int64_t, Shape>> objects;
};

struct Options {
    std::vector<std::string> sets;
    std::vector<std::int64_t> spacings;
    std::vector<std::string> methods;
    int threads = 0;
    std::int64_t frames = 1 << 30;
    bool each = false;
    std::string dump;
};

/// One frame between keyframes.
struct Sample {
    double score = 0;  ///< IoU, or the mean corner error
    double worst = 0;  ///< worst corner error
    double confidence = 0;
};

std::vector<double> numbers_in(const std::string& line) {
    std::vector<double> numbers;
    std::stringstream fields(line);
    std::string field;
    while (std::getline(fields, field, ',')) {
        char* end = nullptr;
        const double number = std::strtod(field.c_str(), &end);
        if (end == field.c_str()) return {};
        numbers.push_back(number);
    }
    return numbers;
}

/// MOTChallenge rows: frame, id, x, y, w, h, ...; frames from 1.
Sequence read_mot(const std::string& name, const std::filesystem::path& video, const std::filesystem::path& truth,
                  bool pedestrians_only) {
    Sequence sequence{name, video, ShapeKind::Box, {}};
    std::map<int, std::map<std::int64_t, Shape>> by_id;
    std::ifstream in(truth);
    for (std::string line; std::getline(in, line);) {
        const auto n = numbers_in(line);
        if (n.size() < 6 || (pedestrians_only && (n.size() < 8 || n[6] != 1))) continue;
        by_id[static_cast<int>(n[1])][static_cast<std::int64_t>(n[0]) - 1] = Box{n[2], n[3], n[4], n[5]};
    }
    for (auto& [id, frames] : by_id) sequence.objects.push_back(std::move(frames));
    return sequence;
}

/// Rows of frame and a box's or a quad's numbers, frames from 0.
Sequence read_single(const std::string& name, const std::filesystem::path& video, const std::filesystem::path& truth) {
    Sequence sequence{name, video, ShapeKind::Box, {{}}};
    std::ifstream in(truth);
    for (std::string line; std::getline(in, line);) {
        const auto n = numbers_in(line);
        if (n.size() < 5 || !std::all_of(n.begin(), n.end(), [](double v) { return std::isfinite(v); })) continue;
        Shape shape = Box{n[1], n[2], n[3], n[4]};
        if (n.size() >= 9) {
            sequence.kind = ShapeKind::Quad;
            shape = Quad{{Point{n[1], n[2]}, {n[3], n[4]}, {n[5], n[6]}, {n[7], n[8]}}};
        }
        sequence.objects.front()[static_cast<std::int64_t>(n[0])] = shape;
    }
    return sequence;
}

std::vector<Sequence> sequences_of(const std::string& set) {
    std::vector<Sequence> found;
    const auto add_single = [&](const std::string& folder, const std::string& name, const std::string& extension) {
        const auto video = test::shared_data(fmt::format("{0}/{1}/{1}.{2}", folder, name, extension));
        const auto truth = test::shared_data(fmt::format("{}/{}/gt.txt", folder, name));
        if (video && truth) found.push_back(read_single(name, *video, *truth));
    };
    if (set == "pets") {
        const auto video = test::opencv_sample("vtest.avi");
        const auto truth = test::shared_data("mot/PETS09-S2L1/gt.txt");
        if (video && truth) found.push_back(read_mot("vtest", *video, *truth, false));
    } else if (set == "mot13") {
        const auto video = test::shared_data("mot/MOT16-13_a/MOT16-13_a.mp4");
        const auto truth = test::shared_data("mot/MOT16-13_a/gt/gt.txt");
        if (video && truth) found.push_back(read_mot("mot16-13", *video, *truth, true));
    } else if (set == "singles") {
        for (const char* name : {"bolt", "david", "dragonbaby", "human7", "uav_boat1"})
            add_single("tracking", name, "mp4");
        for (const char* name : {"tld_car", "tld_pedestrian1"}) add_single("tracking", name, "mpg");
    } else if (set == "quads") {
        for (const char* name : {"composite_graf", "box_top", "poster_V25_2"}) add_single("quads", name, "mp4");
    }
    return found;
}

/// Tracks with a keyframe every `spacing` frames, and at both ends, of each unbroken run of truth.
std::vector<Track> tracks_of(const Sequence& sequence, std::int64_t spacing, std::int64_t frames) {
    std::vector<Track> tracks;
    for (const auto& object : sequence.objects) {
        auto at = object.begin();
        while (at != object.end()) {
            auto end = at;
            std::int64_t last = at->first;
            while (end != object.end() && end->first <= last + 1 && end->first < frames) last = (end++)->first;
            Track track;
            track.id = TrackId{static_cast<std::int64_t>(tracks.size()) + 1};
            track.kind = sequence.kind;
            for (auto k = at; k != end; ++k) {
                const bool stated = (k->first - at->first) % spacing == 0 || k->first == last;
                if (stated) track.set_keyframe({.frame = FrameIndex{k->first}, .shape = on_grid(k->second)});
            }
            if (track.keyframes.size() >= 2) tracks.push_back(track);
            if (end == at) ++end;
            at = end;
        }
    }
    return tracks;
}

std::vector<SpanFillPtr> fill_all(const Sequence& sequence, const std::vector<Track>& tracks, const std::string& method,
                                  int threads) {
    SolveJob::Request request;
    request.video = sequence.video;
    request.method = method;
    request.threads = threads;
    for (const Track& track : tracks) {
        for (SpanTask& task : spans_to_solve(track, track.extent())) request.spans.push_back(std::move(task));
    }
    std::mutex mutex;
    std::condition_variable woken;
    bool news = false;
    SolveJob job(std::move(request), [&] {
        const std::lock_guard lock(mutex);
        news = true;
        woken.notify_one();
    });
    std::vector<SpanFillPtr> fills;
    for (bool done = false; !done;) {
        {
            std::unique_lock lock(mutex);
            woken.wait_for(lock, std::chrono::milliseconds(200), [&] { return news; });
            news = false;
        }
        done = job.is_done();
        JobReport report = job.drain();
        for (const std::string& error : report.errors) fmt::print(stderr, "{}: {}\n", sequence.name, error);
        fills.insert(fills.end(), report.fills.begin(), report.fills.end());
    }
    return fills;
}

double polygon_gap(const Quad& a, const Quad& b, double& worst) {
    double sum = 0;
    worst = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const double gap = std::hypot(a.corners[i].x - b.corners[i].x, a.corners[i].y - b.corners[i].y);
        sum += gap / 4;
        worst = std::max(worst, gap);
    }
    return sum;
}

/// Scores the fills against the truth, span by span.
void score(const Sequence& sequence, const std::vector<SpanFillPtr>& fills, const std::vector<Track>& tracks,
           std::vector<Sample>& samples) {
    for (const SpanFillPtr& fill : fills) {
        const Track& track = tracks[static_cast<std::size_t>(number(fill->track)) - 1];
        // The object whose truth the track's keyframes are.
        for (const auto& object : sequence.objects) {
            const auto first = object.find(fill->from().frame.value);
            const auto last = object.find(fill->to().frame.value);
            if (first == object.end() || last == object.end() || on_grid(first->second) != fill->from().shape ||
                on_grid(last->second) != fill->to().shape)
                continue;
            for (FrameIndex n = fill->range().begin; n < fill->range().end; ++n) {
                const auto truth = object.find(n.value);
                if (truth == object.end()) continue;
                const FilledFrame& filled = fill->frames[static_cast<std::size_t>(n - fill->range().begin)];
                Sample sample{.confidence = filled.confidence};
                if (track.kind == ShapeKind::Box)
                    sample.score = iou(std::get<Box>(filled.shape), std::get<Box>(truth->second));
                else
                    sample.score =
                        polygon_gap(std::get<Quad>(filled.shape), std::get<Quad>(truth->second), sample.worst);
                samples.push_back(sample);
            }
            break;
        }
    }
}

/// How often a good frame gets a higher confidence than a bad one.
double roc_area(const std::vector<Sample>& samples, ShapeKind kind) {
    std::vector<std::pair<double, bool>> sorted;
    for (const Sample& s : samples)
        sorted.emplace_back(s.confidence, kind == ShapeKind::Box ? s.score >= 0.7 : s.worst < 5);
    std::sort(sorted.begin(), sorted.end());
    double rank_sum = 0;
    double good = 0;
    for (std::size_t i = 0; i < sorted.size();) {
        std::size_t end = i;
        while (end < sorted.size() && sorted[end].first == sorted[i].first) ++end;
        for (std::size_t k = i; k < end; ++k) {
            if (!sorted[k].second) continue;
            rank_sum += static_cast<double>(i + end + 1) / 2;
            ++good;
        }
        i = end;
    }
    const double bad = static_cast<double>(sorted.size()) - good;
    return good > 0 && bad > 0 ? (rank_sum - good * (good + 1) / 2) / (good * bad) : 1;
}

void print_row(const std::string& name, std::int64_t spacing, const std::string& method, ShapeKind kind,
               const std::vector<Sample>& samples, double seconds) {
    if (samples.empty()) return;
    const auto count = static_cast<double>(samples.size());
    const auto share = [&](auto holds) {
        return static_cast<double>(std::count_if(samples.begin(), samples.end(), holds)) / count;
    };
    double mean = 0;
    for (const Sample& s : samples) mean += s.score / count;
    std::string figures;
    if (kind == ShapeKind::Box) {
        figures = fmt::format("{:.3f}    {:.3f}        ", mean, share([](const Sample& s) { return s.score >= 0.7; }));
    } else {
        std::vector<double> errors;
        for (const Sample& s : samples) errors.push_back(s.score);
        std::nth_element(errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2), errors.end());
        figures = fmt::format("{:7.2f}  {:.3f}  {:.3f} {:.3f}", errors[errors.size() / 2],
                              share([](const Sample& s) { return s.worst < 5; }),
                              share([](const Sample& s) { return s.worst < 2; }),
                              share([](const Sample& s) { return s.worst > 20; }));
    }
    fmt::print("{:<18} {:>4}  {:<11} {} {:.3f} {:7.1f} {:>7}\n", name, spacing, method, figures,
               roc_area(samples, kind), 1000 * seconds / count, samples.size());
    std::fflush(stdout);
}

void measure(const std::string& set, std::int64_t spacing, const std::string& method, const Options& options) {
    std::vector<Sample> all;
    double seconds = 0;
    ShapeKind kind = ShapeKind::Box;
    for (const Sequence& sequence : sequences_of(set)) {
        const auto tracks = tracks_of(sequence, spacing, options.frames);
        const auto start = std::chrono::steady_clock::now();
        const auto fills = fill_all(sequence, tracks, method, options.threads);
        const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        std::vector<Sample> samples;
        score(sequence, fills, tracks, samples);
        kind = sequence.kind;
        if (options.each) print_row("  " + sequence.name, spacing, method, kind, samples, took);
        all.insert(all.end(), samples.begin(), samples.end());
        seconds += took;
    }
    print_row(set, spacing, method, kind, all, seconds);
}

Options options_of(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        if (name == "--each") options.each = true;
        const auto values = [&](auto take) {
            while (i + 1 < argc && std::string_view(argv[i + 1]).substr(0, 2) != "--") take(std::string(argv[++i]));
        };
        if (name == "--set") values([&](const std::string& v) { options.sets.push_back(v); });
        if (name == "--k") values([&](const std::string& v) { options.spacings.push_back(std::stoll(v)); });
        if (name == "--method") values([&](const std::string& v) { options.methods.push_back(v); });
        if (name == "--threads") values([&](const std::string& v) { options.threads = std::stoi(v); });
        if (name == "--frames") values([&](const std::string& v) { options.frames = std::stoll(v); });
    }
    if (options.sets.empty()) options.sets = {"pets", "singles", "mot13", "quads"};
    if (options.spacings.empty()) options.spacings = {25, 50};
    return options;
}

int run(int argc, char** argv) {
    const Options options = options_of(argc, argv);
    fmt::print(
        "boxes: mean IoU, share >= .7; quads: median px, share worst < 5, < 2, > 20; then AUC, ms a frame, frames\n");
    for (const std::string& set : options.sets) {
        for (const std::int64_t spacing : options.spacings) {
            for (const Solver* solver : all_solvers()) {
                const bool wanted = options.methods.empty() ||
                                    std::count(options.methods.begin(), options.methods.end(), solver->id) > 0;
                const bool fits = set == "quads" ? solver->quads : solver->boxes;
                if (wanted && fits) measure(set, spacing, std::string(solver->id), options);
            }
        }
    }
    return 0;
}

}  // namespace
}  // namespace inbetween

int main(int argc, char** argv) { return inbetween::run(argc, argv); }
