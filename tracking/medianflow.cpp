#include "tracking/box_solve.h"
#include "tracking/cv_tracker.h"
#include "tracking/methods.h"

namespace inbetween {

// source: Kalal et al., "Forward-Backward Error: Automatic Detection of Tracking Failures", 2010.
std::unique_ptr<BoxTracker> make_medianflow_tracker() {
    return std::make_unique<CvTracker>(
        []() -> cv::Ptr<cv::legacy::Tracker> { return cv::legacy::TrackerMedianFlow::create(); });
}

namespace {

Result<SpanFill> solve(FrameSource& source, const SpanTask& task, const SolveControl& control) {
    return solve_two_ways(source, task, control, *find_tracker("medianflow"));
}

}  // namespace

const Solver medianflow_solver{.id = "medianflow",
                               .name = "MedianFlow from both ends",
                               .help = "Fast; for objects that move evenly and come nearer or go away.",
                               .solve = solve};

}  // namespace inbetween
