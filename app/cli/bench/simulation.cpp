#include "app/cli/bench/simulation.h"

#include <algorithm>

namespace inbetween::bench {

std::string_view name_of(Placement placement) {
    switch (placement) {
        case Placement::Uniform:
            return "uniform";
        case Placement::Oracle:
            return "oracle";
        case Placement::Suggested:
            return "suggested";
    }
    return "";
}

std::string_view name_of(Goal goal) {
    switch (goal) {
        case Goal::Share95:
            return "share95";
        case Goal::Mean80:
            return "mean80";
        case Goal::All:
            return "all";
    }
    return "";
}

namespace {

bool is_reached(const Effort& effort, Goal goal) {
    if (goal == Goal::Share95) return effort.share95 > 0;
    if (goal == Goal::Mean80) return effort.mean80 > 0;
    return effort.share95 > 0 && effort.mean80 > 0 && effort.strict > 0;
}

}  // namespace

Result<Effort> simulate(const Truth& truth, const Footage& footage, const Solver& solver, Placement placement,
                        Goal goal, const std::stop_token& stop) {
    constexpr double most = 1 - 1e-9;  // shares are sums of ones and may fall short of 1 by a rounding
    auto source = footage.open();
    if (!source) return source.error();
    SpanFiller filler(**source);
    Annotator annotator(truth, solver, filler);
    Effort effort;
    effort.frames = annotator.frames();
    while (true) {
        if (const auto filled = annotator.fill(stop); !filled) return filled.error();
        const auto standing = annotator.standing();
        const std::int64_t keyframes = annotator.keyframes();
        if (effort.share95 == 0 && standing.share_70 >= 0.95) effort.share95 = keyframes;
        if (effort.mean80 == 0 && standing.miou >= 0.8) effort.mean80 = keyframes;
        if (effort.strict == 0 && standing.share_70 >= most) effort.strict = keyframes;
        if (is_reached(effort, goal)) break;
        const auto spot = annotator.next(placement);
        IB_CHECK(spot.has_value());  // with every frame stated all three are reached
        annotator.state(*spot);
    }
    effort.spans_filled = annotator.spans_filled();
    return effort;
}

std::vector<Piece> simulation_pieces(const Sequence& sequence, const Truth& truth, const Footage& footage,
                                     const std::vector<Method>& methods, Goal goal,
                                     std::vector<SimulationResult>& results) {
    std::vector<std::pair<std::size_t, const Method*>> plan;
    for (const Method& method : methods) {
        if (!method.fits(truth.kind)) continue;
        for (const Placement placement : all_placements) {
            plan.emplace_back(results.size(), &method);
            results.push_back({sequence.name, method.name, placement, {}});
        }
    }
    std::vector<Piece> pieces;
    for (const auto& [index, method] : plan) {
        pieces.push_back([&truth, &footage, &results, goal, method = method, index = index](const auto& stop) {
            SimulationResult& result = results[index];
            const auto effort = simulate(truth, footage, *method->solver, result.placement, goal, stop);
            if (!effort) return Result<Done>(named(effort.error(), result.sequence, method->name));
            result.effort = *effort;
            return Result<Done>(Done{});
        });
    }
    std::reverse(pieces.begin(), pieces.end());
    return pieces;
}

Truth simulated_part(const Truth& truth, std::int64_t frames, std::size_t objects) {
    Truth part = cut(truth, frames);
    if (part.objects.size() > objects) part.objects.resize(objects);
    return part;
}

}  // namespace inbetween::bench
