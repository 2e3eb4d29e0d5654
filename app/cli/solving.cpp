#include "app/cli/solving.h"

#include <fmt/ranges.h>

#include <chrono>
#include <iterator>
#include <memory>
#include <semaphore>

#include "app/cli/open.h"

namespace inbetween::cli {

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
    // Shared with the job's threads: a wake may come while this function is already returning.
    const auto woken = std::make_shared<std::counting_semaphore<>>(0);
    SolveJob::Request request;
    request.video = video;
    request.opener = opened->source->opener();
    request.spans = std::move(spans);
    request.method = method;
    SolveJob job(std::move(request), [woken] { woken->release(); });
    const auto take_in = [&] {
        JobReport report = job.drain();
        std::move(report.fills.begin(), report.fills.end(), std::back_inserter(solved.fills));
        std::move(report.errors.begin(), report.errors.end(), std::back_inserter(solved.errors));
    };
    while (!job.is_done()) {
        // Wakes that come late or never cost a tenth of a second, no more.
        (void)woken->try_acquire_for(std::chrono::milliseconds(100));
        take_in();
        if (console.interrupted() && !solved.cancelled) {
            job.cancel();
            solved.cancelled = true;
        }
        console.progress(job.title(), job.progress());
    }
    take_in();
    console.end_progress();
    return solved;
}

Result<Done> check_method(const std::string& id) {
    if (id.empty() || find_solver(id) != nullptr) return Done{};
    std::vector<std::string_view> known;
    for (const Solver* solver : all_solvers()) known.push_back(solver->id);
    return fail("{}: no such method; there are {}", id, fmt::join(known, ", "));
}

std::int64_t frames_in(const std::vector<SpanFillPtr>& fills) {
    std::int64_t frames = 0;
    for (const auto& fill : fills) frames += static_cast<std::int64_t>(fill->frames.size());
    return frames;
}

}  // namespace inbetween::cli
