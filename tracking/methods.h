#pragma once

#include "tracking/solver.h"

namespace inbetween {

// Each method's row of the table in solvers.cpp.
extern const Solver anchored_solver;
extern const Solver csrt_solver;
extern const Solver kcf_solver;
extern const Solver mosse_solver;
extern const Solver medianflow_solver;
extern const Solver camshift_solver;
extern const Solver homography_solver;
extern const Solver spline_solver;
extern const Solver linear_solver;

}  // namespace inbetween
