// What filling boxes costs, and how soon an answer is there again when a keyframe was moved.
//
//   bench/fills DIR... [--every 25,50] [--sequences NAME,...] [--frames 201] [--objects 4] [--method anchored]
//   [--larger 2]
//
// DIR as `inbetween bench tracking` takes it. A row for each sequence and spacing, in CPU of one thread, without
// decoding: the picture's size and the mean size of the objects; frames in between; ms a frame for what is measured
// once a video (the camera) and then for each track, both in spans that the quick search was enough for and in those
// that were escalated, with how many frames each kind has; then each inner keyframe is moved by a twentieth of the
// object's size: seconds until its two spans are filled again, as the mean and the most, scaled to 100 frames, of both
// kinds; and a digest of all fills, which changes if any bit of any result does. --larger enlarges videos and truth.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstring>
#include <ctime>

#include "app/cli/bench/footage.h"
#include "app/cli/bench/keyframes.h"
#include "app/cli/bench/sequence.h"
#include "tests/bench/enlarged.h"
#include "tracking/camera_motion.h"
#include "tracking/image_cache.h"
#include "tracking/solve_cache.h"
#include "tracking/solve_memory.h"

namespace inbetween {
namespace {

struct Options {
    std::vector<std::int64_t> spacings{25, 50};
    std::int64_t frames = 201;
    std::size_t objects = 4;
    std::string method = "anchored";
    int larger = 1;
};

double cpu_secs() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// FNV-1a over what fills say.
class Digest {
public:
    void add(const SpanFill& fill) {
        for (const FilledFrame& frame : fill.frames) {
            const Box box = bounding_box(frame.shape);
            for (const double value : {box.x, box.y, box.w, box.h, static_cast<double>(frame.confidence)}) add(value);
            add(frame.occluded ? 1 : 0);
        }
    }
    std::uint64_t value() const { return hash_; }

private:
    void add(double value) {
        unsigned char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        for (const unsigned char byte : bytes) hash_ = (hash_ ^ byte) * 1099511628211ULL;
    }
    std::uint64_t hash_ = 14695981039346656037ULL;
};

/// CPU and the frames it went to.
struct Cost {
    double secs = 0;
    double frames = 0;
    double most = 0;  ///< a frame
    void add(double more_secs, double more_frames) {
        secs += more_secs;
        frames += more_frames;
        most = std::max(most, more_secs / std::max(1.0, more_frames));
    }
    double mean() const { return frames > 0 ? secs / frames : 0; }
};

/// What solves of one video share, as in a job of one thread.
struct Kept {
    explicit Kept(FrameSource& source) : images(source, std::size_t{256} << 20) {}
    ImageCache images;
    SolveCache known;
    SolveControl control() { return {.stop = {}, .progress = {}, .cache = &images, .known = &known}; }
    std::size_t slow_bytes() { return known.state().slow_runs.bytes(); }
};

struct Measured {
    Cost camera;
    Cost quick;
    Cost slow;
    Cost moved_quick;
    Cost moved_slow;
    double sizes = 0;
    double boxes = 0;
    Digest digest;
};

double frames_of(const SpanTask& task) {
    return static_cast<double>(task.track.keyframes[task.left + 1].frame - task.track.keyframes[task.left].frame);
}

/// Fills spans one after the other. returns: the CPU seconds; `slow` tells whether any was escalated.
double fill_all(FrameSource& source, const Solver& solver, const std::vector<SpanTask>& tasks, Kept& kept, bool& slow,
                Digest* digest) {
    const double before = cpu_secs();
    const std::size_t slow_before = kept.slow_bytes();
    for (const SpanTask& task : tasks) {
        const auto fill = solver.solve(source, task, kept.control());
        if (!fill)
            fmt::print(stderr, "{}\n", fill.error().message);
        else if (digest != nullptr)
            digest->add(*fill);
    }
    slow = kept.slow_bytes() != slow_before;
    return cpu_secs() - before;
}

void fill_track(FrameSource& source, const Solver& solver, const Track& track, Kept& kept, Measured& measured) {
    const auto tasks = spans_to_solve(track, track.extent());
    for (const Keyframe& keyframe : track.keyframes) {
        const Box box = bounding_box(keyframe.shape);
        measured.sizes += std::sqrt(box.w * box.h);
        measured.boxes += 1;
    }
    if (solver.camera_frames != nullptr) {
        const double before = cpu_secs();
        for (const SpanTask& task : tasks) {
            const Box box = bounding_box(task.track.keyframes[task.left].shape);
            const auto learned =
                learn_camera_steps(source, kept.control(), solver.camera_frames(task), std::sqrt(box.w * box.h));
            if (!learned) fmt::print(stderr, "{}\n", learned.error().message);
        }
        measured.camera.add(cpu_secs() - before, static_cast<double>(track.extent().size()));
    }
    for (const SpanTask& task : tasks) {
        bool slow = false;
        const double secs = fill_all(source, solver, {task}, kept, slow, &measured.digest);
        (slow ? measured.slow : measured.quick).add(secs, frames_of(task));
    }
}

/// Moves each inner keyframe in turn and fills its two spans again.
void move_keyframes(FrameSource& source, const Solver& solver, const Track& track, Kept& kept, Measured& measured) {
    for (std::size_t k = 1; k + 1 < track.keyframes.size(); ++k) {
        Track moved = track;
        Keyframe& keyframe = moved.keyframes[k];
        Box box = std::get<Box>(keyframe.shape);
        const double by = std::sqrt(box.w * box.h) / 20;
        box.x += by;
        box.y -= by;
        keyframe.shape = on_grid(Shape{box});
        std::vector<SpanTask> tasks;
        double frames = 0;
        for (const SpanTask& task : spans_to_solve(moved, moved.extent())) {
            if (task.left != k - 1 && task.left != k) continue;
            tasks.push_back(task);
            frames += frames_of(task);
        }
        bool slow = false;
        const double secs = fill_all(source, solver, tasks, kept, slow, &measured.digest);
        (slow ? measured.moved_slow : measured.moved_quick).add(secs, frames);
    }
}

void print_row(const bench::Sequence& sequence, Size size, std::int64_t spacing, const Measured& m) {
    fmt::print(
        "{:16} {:>9} {:5.0f} {:5} {:7.2f} {:8.2f} {:6.0f} {:8.2f} {:6.0f}  {:6.3f} {:6.3f}  {:6.3f} {:6.3f}  "
        "{:016x}\n",
        sequence.name, fmt::format("{}x{}", size.width, size.height), m.sizes / std::max(1.0, m.boxes), spacing,
        1000 * m.camera.mean(), 1000 * m.quick.mean(), m.quick.frames, 1000 * m.slow.mean(), m.slow.frames,
        100 * m.moved_quick.mean(), 100 * m.moved_quick.most, 100 * m.moved_slow.mean(), 100 * m.moved_slow.most,
        m.digest.value());
    std::fflush(stdout);
}

void measure(const bench::Sequence& sequence, const Options& options) {
    auto file = open_frame_source(sequence.video);
    if (!file) {
        fmt::print("{}: {}\n", sequence.name, file.error().message);
        return;
    }
    const bench::Truth truth = test::enlarged(bench::cut(sequence.truth, options.frames), options.larger);
    auto larger = test::enlarged(std::move(*file), options.larger);
    const auto footage = bench::Footage::decode(*larger, bench::last_frame(truth) + 1, std::size_t{2} << 30,
                                                [](double) { return true; });
    if (!footage || !footage->is_held()) {
        fmt::print("{}: cannot be held\n", sequence.name);
        return;
    }
    for (const std::int64_t spacing : options.spacings) {
        auto source = footage->open();
        if (!source) return;
        const Solver& solver = *solver_for(options.method, truth.kind);
        Kept kept(**source);
        Measured measured;
        std::vector<Track> tracks = bench::tracks_every(truth, spacing);
        tracks.resize(std::min(tracks.size(), options.objects));
        for (const Track& track : tracks) fill_track(**source, solver, track, kept, measured);
        for (const Track& track : tracks) move_keyframes(**source, solver, track, kept, measured);
        print_row(sequence, footage->info().upright_size(), spacing, measured);
    }
}

}  // namespace
}  // namespace inbetween

int main(int argc, char** argv) {
    using namespace inbetween;
    CLI::App app("Fills");
    std::vector<std::string> folders;
    std::vector<std::string> only;
    Options options;
    app.add_option("DIR", folders)->required();
    app.add_option("--every", options.spacings)->delimiter(',')->allow_extra_args(false);
    app.add_option("--sequences", only)->delimiter(',')->allow_extra_args(false);
    app.add_option("--frames", options.frames)->check(CLI::PositiveNumber);
    app.add_option("--objects", options.objects);
    app.add_option("--method", options.method);
    app.add_option("--larger", options.larger)->check(CLI::Range(1, 4));
    CLI11_PARSE(app, argc, argv);
    const auto found = bench::find_sequences({folders.begin(), folders.end()}, only);
    if (!found) {
        fmt::print(stderr, "{}\n", found.error().message);
        return 1;
    }
    fmt::print("{:16} {:>9} {:>5} {:>5} {:>7} {:>15} {:>15}  {:>13}  {:>13}  {}\n", "", "", "", "", "camera",
               "quick, frames", "slow, frames", "moved, quick", "moved, slow", "");
    for (const bench::Sequence& sequence : found->sequences) {
        if (sequence.truth.kind == ShapeKind::Box) measure(sequence, options);
    }
    return 0;
}
