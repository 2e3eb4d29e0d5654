#include "app/cli/bench/method.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "tracking/forward.h"

namespace inbetween::bench {

namespace {

constexpr std::string_view pchip = "pchip";

const Solver* find_method(std::string_view name) {
    if (name == pchip) return find_solver("spline");
    if (const Solver* solver = find_solver(name)) return solver;
    const auto forward = forward_solvers();
    const auto found = std::ranges::find_if(forward, [&](const Solver* solver) { return solver->id == name; });
    return found == forward.end() ? nullptr : *found;
}

}  // namespace

Result<std::vector<Method>> methods_named(const std::vector<std::string>& names) {
    std::vector<Method> methods{{"linear", find_solver("linear")}};
    for (const std::string& name : names) {
        const Solver* solver = find_method(name);
        if (solver == nullptr) {
            std::vector<std::string_view> known{pchip};
            for (const Solver* other : all_solvers()) known.push_back(other->id);
            for (const Solver* other : forward_solvers()) known.push_back(other->id);
            return fail("{}: no such method; there are {}", name, fmt::join(known, ", "));
        }
        if (std::ranges::none_of(methods, [&](const Method& method) { return method.name == name; }))
            methods.push_back({name, solver});
    }
    return methods;
}

std::vector<std::string> default_methods() {
    return {"linear",           "pchip",     "mosse-forward",      "mosse",
            "kcf-forward",      "kcf",       "medianflow-forward", "medianflow",
            "camshift-forward", "camshift",  "csrt-forward",       "csrt",
            "anchored",         "homography"};
}

std::vector<std::string> default_simulated_methods() { return {"linear", "csrt-forward", "anchored", "homography"}; }

std::string_view usual_method(ShapeKind kind) { return default_solver(kind).id; }

}  // namespace inbetween::bench
