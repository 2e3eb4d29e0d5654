#include "app/cli/solving.h"

#include <fmt/ranges.h>

#include <chrono>
#include <iterator>
#include <map>
#include <memory>
#include <semaphore>

#include "app/cli/open.h"
#include "core/base/files.h"

namespace inbetween::cli {

namespace {

/// Runs a job to its end, with progress; Ctrl-C cancels it.
template <class TakeIn>
bool run_job(Console& console, SolveJob::Request request, TakeIn take_in) {
    // Shared with the job's threads: a wake may come while this function is already returning.
    const auto woken = std::make_shared<std::counting_semaphore<>>(0);
    bool is_cancelled = false;
    SolveJob job(std::move(request), [woken] { woken->release(); });
    while (!job.is_done()) {
        // Wakes that come late or never cost a tenth of a second, no more.
        (void)woken->try_acquire_for(std::chrono::milliseconds(100));
        take_in(job.drain());
        if (console.interrupted() && !is_cancelled) {
            job.cancel();
            is_cancelled = true;
        }
        console.progress(job.title(), job.progress());
    }
    take_in(job.drain());
    console.end_progress();
    return is_cancelled;
}

}  // namespace

Solved solve(Console& console, const std::filesystem::path& video, std::vector<SpanTask> spans,
             const std::string& method) {
    Solved solved;
    if (spans.empty()) return solved;
    // Indexed and proved once, for all of the job's threads.
    const auto opened = open_video(console, video);
    if (!opened) {
        solved.cancelled = opened.error().kind == ErrorKind::Cancelled;
        if (!solved.cancelled) solved.errors.push_back(opened.error().message);
        return solved;
    }
    SolveJob::Request request;
    request.video = video;
    request.opener = opened->source->opener();
    request.spans = std::move(spans);
    request.method = method;
    solved.cancelled = run_job(console, std::move(request), [&](JobReport report) {
        std::move(report.fills.begin(), report.fills.end(), std::back_inserter(solved.fills));
        std::move(report.errors.begin(), report.errors.end(), std::back_inserter(solved.errors));
    });
    return solved;
}

Result<Done> run_errand(Console& console, const std::filesystem::path& video, Errand errand) {
    const auto opened = open_video(console, video);
    if (!opened) return opened.error();
    SolveJob::Request request;
    request.video = video;
    request.opener = opened->source->opener();
    request.errand = std::move(errand);
    std::vector<std::string> errors;
    const bool is_cancelled = run_job(console, std::move(request), [&](JobReport report) {
        std::move(report.errors.begin(), report.errors.end(), std::back_inserter(errors));
    });
    if (is_cancelled) return cancelled(video);
    if (!errors.empty()) return Error{errors.front()};
    return Done{};
}

Result<Done> check_video(const Media& media, const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return fail("{}: the project's video is not there", path.string());
    const auto print = fingerprint(path);
    if (!print) return print.error();
    if (*print != media.fingerprint)
        return fail("{}: has changed since it was annotated (inbetween verify tells how)", path.string());
    return Done{};
}

Result<Detections> detected_in(Console& console, const std::filesystem::path& video, DetectTask task) {
    const auto found = std::make_shared<Detections>();
    Errand errand{"Detecting with " + task.detector.kind, {}};
    errand.run = [found, task = std::move(task)](const FrameSource::Opener& open,
                                                 const SolveControl& control) -> Result<Done> {
        auto detections = detect(open, task, control);
        if (!detections) return detections.error();
        *found = std::move(*detections);
        return Done{};
    };
    if (auto done = run_errand(console, video, std::move(errand)); !done) return done.error();
    return std::move(*found);
}

Result<Done> check_method(const std::string& id) {
    if (id.empty() || find_solver(id) != nullptr) return Done{};
    std::vector<std::string_view> known;
    for (const Solver* solver : all_solvers()) known.push_back(solver->id);
    return fail("{}: no such method; there are {}", id, fmt::join(known, ", "));
}

Result<Done> check_fit(Console& console, const std::string& method, const std::vector<TrackPtr>& tracks) {
    if (method.empty()) return Done{};
    std::map<ShapeKind, std::int64_t> strange;  // how many tracks of a kind that the method is not for
    std::int64_t all = 0;
    for (const auto& track : tracks) {
        if (solver_for(method, track->kind)->id != method) {
            ++strange[track->kind];
            ++all;
        }
    }
    for (const auto& [kind, count] : strange) {
        const char* const shapes = kind == ShapeKind::Box ? "boxes" : "quadrilaterals";
        if (all == std::ssize(tracks)) {
            std::vector<std::string_view> fit;
            for (const Solver* solver : all_solvers())
                if (solver_for(solver->id, kind) == solver) fit.push_back(solver->id);
            return fail("{}: this method is not for {}; for those there are {}", method, shapes, fmt::join(fit, ", "));
        }
        console.remark(fmt::format("{}: this method is not for {}; {} {} filled by {}", method, shapes, count,
                                   count == 1 ? "track of them is" : "tracks of them are", default_solver(kind).id));
    }
    return Done{};
}

std::int64_t frames_in(const std::vector<SpanFillPtr>& fills) {
    std::int64_t frames = 0;
    for (const auto& fill : fills) frames += static_cast<std::int64_t>(fill->frames.size());
    return frames;
}

}  // namespace inbetween::cli
