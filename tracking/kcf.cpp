#include "tracking/box_solve.h"
#include "tracking/cv_tracker.h"
#include "tracking/methods.h"

namespace inbetween {

// source: Henriques et al., "High-Speed Tracking with Kernelized Correlation Filters", 2015.
std::unique_ptr<BoxTracker> make_kcf_tracker() {
    return std::make_unique<CvTracker>(
        []() -> cv::Ptr<cv::legacy::Tracker> { return cv::legacy::TrackerKCF::create(); });
}

namespace {

Result<SpanFill> solve(FrameSource& source, const SpanTask& task, const SolveControl& control) {
    return solve_two_ways(source, task, control, *find_tracker("kcf"));
}

}  // namespace

const Solver kcf_solver{.id = "kcf",
                        .name = "KCF from both ends",
                        .help = "Fast; for objects that keep their size and look.",
                        .solve = solve};

}  // namespace inbetween
