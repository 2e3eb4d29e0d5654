#include "tracking/box_solve.h"
#include "tracking/cv_tracker.h"
#include "tracking/methods.h"

namespace inbetween {

// source: Bolme et al., "Visual Object Tracking using Adaptive Correlation Filters", 2010.
std::unique_ptr<BoxTracker> make_mosse_tracker() {
    return std::make_unique<CvTracker>(
        []() -> cv::Ptr<cv::legacy::Tracker> { return cv::legacy::TrackerMOSSE::create(); });
}

namespace {

Result<SpanFill> solve(FrameSource& source, const SpanTask& task, const SolveControl& control) {
    return solve_two_ways(source, task, control, *find_tracker("mosse"));
}

}  // namespace

const Solver mosse_solver{.id = "mosse",
                          .name = "MOSSE from both ends",
                          .help = "The fastest; for objects that keep their size and look in quiet scenes.",
                          .solve = solve};

}  // namespace inbetween
