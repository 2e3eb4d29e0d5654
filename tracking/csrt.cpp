#include "tracking/box_solve.h"
#include "tracking/cv_tracker.h"
#include "tracking/methods.h"

namespace inbetween {

// source: Lukezic et al., "Discriminative Correlation Filter with Channel and Spatial Reliability", 2017.
std::unique_ptr<BoxTracker> make_csrt_tracker() {
    return std::make_unique<CvTracker>(
        []() -> cv::Ptr<cv::legacy::Tracker> { return cv::legacy::TrackerCSRT::create(); });
}

namespace {

Result<SpanFill> solve(FrameSource& source, const SpanTask& task, const SolveControl& control) {
    return solve_two_ways(source, task, control, *find_tracker("csrt"));
}

}  // namespace

const Solver csrt_solver{.id = "csrt",
                         .name = "CSRT from both ends",
                         .help = "Slow and steady; for single objects that turn and change shape over long spans.",
                         .solve = solve};

}  // namespace inbetween
