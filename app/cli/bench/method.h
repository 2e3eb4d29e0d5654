#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracking/solver.h"

namespace inbetween::bench {

/// A way to fill spans under the name that it is measured by.
struct Method {
    std::string name;
    const Solver* solver = nullptr;
    bool fits(ShapeKind kind) const { return kind == ShapeKind::Box ? solver->boxes : solver->quads; }
};

/// The methods of these names: solvers' ids, "pchip" for the spline, and "-forward" after a tracker's id for it run
/// from the left keyframe alone. Linear comes first and is always among them, since all others are held against it.
/// errors: a name that is none; the sentence names those there are.
Result<std::vector<Method>> methods_named(const std::vector<std::string>& names);

/// All that are measured when nothing is stated, and those of a simulation.
std::vector<std::string> default_methods();
std::vector<std::string> default_simulated_methods();

/// How the method that is used by default is named.
std::string_view usual_method(ShapeKind kind);

}  // namespace inbetween::bench
